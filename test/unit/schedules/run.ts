import { isSettled } from '../../../src/machines/classify.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { happen, mend } from './happen.ts';
import type { Schedule } from './incident.ts';
import type { Findings } from './referee.ts';
import { type Breakage, seams } from './seams.ts';
import { Stage } from './stage.ts';

/** A plan that has not settled after so many reconciles in peace never will. */
const RECONCILES_MAX = 250;

export interface Outcome {
  findings: Findings;
  visited: ReadonlySet<MachineState>;
  /** Where it ended. */
  state: MachineState | undefined;
  /** Where a person gave it up at the end. */
  abortedIn: MachineState | undefined;
  reconciles: number;
}

/** Plays a schedule to its end, with a part of Meshlift broken or none. The same schedule gives the same outcome. */
export async function play({ plan, moments, end }: Schedule, breakage: Breakage = {}): Promise<Outcome> {
  seams.breakage = breakage;
  const stage = new Stage(plan);
  seams.decided = (isTheSame, where) => stage.referee.decision(isTheSame, where);
  let reconciles = 0;
  const reconcile = async () => {
    reconciles += 1;
    await stage.reconcile();
  };
  const state = () => stage.table.status?.machine.value;
  for (const { reconciles: wait, inside, incident } of moments) {
    for (let pass = 0; pass < wait; pass += 1) await reconcile();
    if (inside === undefined) await happen(stage, incident);
    else stage.interruptNext(inside, () => happen(stage, incident));
  }
  await reconcile();
  let abortedIn: MachineState | undefined;
  if (end === 'abort') {
    abortedIn = state();
    await happen(stage, { kind: 'abort' });
  }
  const isOver = () => {
    const now = state();
    return now !== undefined && isSettled(now);
  };
  for (let pass = 0; pass < RECONCILES_MAX && !isOver(); pass += 1) {
    await mend(stage);
    await reconcile();
  }
  stage.referee.end({ abortedIn, state: state(), waitingFor: stage.table.status?.report.waitingFor ?? '' });
  return { findings: stage.referee.findings, visited: stage.visited, state: state(), abortedIn, reconciles };
}
