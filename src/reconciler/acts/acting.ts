import type { StoredMachine } from '../../machines/record.ts';
import type { Verdict } from '../../plan/verdict.ts';
import { attempt } from '../observe/attempt.ts';
import type { Observation } from '../observe/observation.ts';
import { AwsCallError, type Clock, type Log, type PlanStore, type World } from '../ports.ts';
import type { Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import type { Deed } from '../telling.ts';

/** What came of acting. */
export interface Acted {
  deeds: Deed[];
  /** Something was changed: look again at once. */
  progress: boolean;
  /** A call failed: look again after a back-off. */
  failed: boolean;
}

/** One reconcile's acting: what it goes by, and what has come of it so far. */
export interface Act {
  run: Run;
  world: World;
  store: PlanStore;
  clock: Clock;
  log: Log;
  settings: Settings;
  machine: StoredMachine;
  /** The state was entered just now. */
  moved: boolean;
  observation: Observation;
  acted: Acted;
}

/** Runs one mutating step; a failed call is logged and told, and keeps no other step from running. */
export async function step(acting: Act, run: () => Promise<void>): Promise<boolean> {
  const done = await attempt(run);
  if (done.ok) return true;
  tellFailure(acting, done.error);
  return false;
}

export function tellFailure({ acted, log, run }: Act, error: AwsCallError): void {
  acted.failed = true;
  const fields = { plan: run.owner.plan, uid: run.owner.uid, awsCall: error.call, code: error.code, kind: error.kind };
  if (error.kind === 'throttled') {
    acted.deeds.push({ type: 'Warning', reason: 'Throttled', message: `${error.call}: ${error.message}` });
  } else {
    acted.deeds.push({
      type: 'Warning',
      reason: 'CallFailed',
      message: `${error.call} ${error.code}: ${error.message}`,
    });
  }
  log.warn({ ...fields, err: error.message }, 'callFailed');
}

/** A postcondition that holds already asks for no call; one that could not be read asks for it again. */
export async function isDone(look: () => Promise<Verdict>): Promise<boolean> {
  const read = await attempt(look);
  return read.ok && read.value.verdict === 'pass';
}
