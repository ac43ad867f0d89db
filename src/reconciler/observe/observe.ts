import { classify, isSettled } from '../../machines/classify.ts';
import { NO_FACTS, NOT_OBSERVED, type Facts } from '../../machines/facts.ts';
import { frozenUntil } from '../../plan/freeze.ts';
import { unknown } from '../../plan/verdict.ts';
import { LeaseLostError, type Clock, type Log, type World } from '../ports.ts';
import type { Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import { observeAlarmFitness } from './alarmFitness.ts';
import { observeAnalysis } from './analysis.ts';
import { observeAlarms } from './alarms.ts';
import { observeChanges } from './changes.ts';
import { observeFollow } from './follow.ts';
import { observeFreshness } from './freshness.ts';
import { observeGates } from './gates.ts';
import { observeInventory } from './inventory.ts';
import type { Look, Observation } from './observation.ts';
import { observeRescue } from './rescue.ts';
import { observeResources } from './resources.ts';
import { observeRetirement } from './retirement.ts';
import { observeRoutes } from './routes.ts';
import { observeSides } from './sides.ts';
import { observeTraffic } from './traffic.ts';
import { observeTurns } from './turns.ts';
import { observeViability } from './viability.ts';

/**
 * Reads what the plan's state needs, fresh. Nothing is changed. A part that fails for a reason that nobody foresaw leaves its
 * facts unknown, which opens nothing, and takes none of the others with it: an abort and a breach are heard all the same.
 */
export async function observe(
  run: Run,
  world: World,
  clock: Clock,
  settings: Settings,
  log: Log,
): Promise<Observation> {
  const now = clock.now();
  const state = run.status.machine.value;
  const look: Look = { run, world, settings, state, now };
  const observation: Observation = {
    facts: { ...NO_FACTS, now, hold: holdOf(run, now), request: requestOf(run), promotion: promotionOf(run) },
    inventory: undefined,
    resources: [],
    greenHealthy: NOT_OBSERVED,
    blueHealthy: NOT_OBSERVED,
    source: NOT_OBSERVED,
    sourceChange: undefined,
    followed: undefined,
    behind: [],
    stack: undefined,
    changes: [],
    alarms: NOT_OBSERVED,
    alarmReadings: [],
    alarmFitness: NOT_OBSERVED,
    alarmWaivers: new Map(),
    waived: [],
    gates: [],
    green: [],
    blue: [],
    traffic: new Map(),
    edgeMinutes: new Map(),
    analysis: [],
    routes: new Map(),
    turns: new Map(),
  };
  if (isSettled(state)) return observation;
  const part = (name: string, observing: () => Promise<void>) => contained(look, observation, log, name, observing);
  if (state === 'inventory.assess') {
    await part('inventory', () => observeInventory(look, observation));
    observation.gates.push({ name: 'inventory', ...observation.facts.admitted });
    return observation;
  }
  const { groundwork } = run;
  if (groundwork === undefined) {
    const lost =
      'what the plan recorded of the estate is gone from the table, and nothing can be done without it; restore it';
    observation.gates.push({ name: 'observe/estate', ...unknown(lost) });
    return observation;
  }
  await part('alarms', () => observeAlarms(look, groundwork, observation));
  await part('rescue', () => observeRescue(look, groundwork, observation));
  await part('sides', () => observeSides(look, groundwork, observation));
  // The way back needs no more than that: what else there is to read, under throttling many seconds of it, would only delay it.
  if (classify(state, observation.facts, run.spec).type !== 'FACTS') return observation;
  await part('alarmFitness', () => observeAlarmFitness(look, groundwork, observation));
  await part('freshness', () => observeFreshness(look, groundwork, observation));
  await part('resources', () => observeResources(look, groundwork, observation));
  await part('follow', () => observeFollow(look, groundwork, observation));
  await part('changes', () => observeChanges(look, groundwork, observation));
  await part('routes', () => observeRoutes(look, groundwork, observation));
  await part('traffic', () => observeTraffic(look, groundwork, observation));
  await part('viability', () => observeViability(look, groundwork, observation));
  await part('analysis', () => observeAnalysis(look, groundwork, observation));
  await part('turns', () => observeTurns(look, groundwork, observation));
  await part('gates', () => observeGates(look, groundwork, observation));
  await part('retirement', () => observeRetirement(look, groundwork, observation));
  return observation;
}

async function contained(
  { run }: Look,
  observation: Observation,
  log: Log,
  part: string,
  observing: () => Promise<void>,
): Promise<void> {
  try {
    await observing();
  } catch (error) {
    if (error instanceof LeaseLostError) throw error;
    const { plan, uid } = run.owner;
    const err = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ plan, uid, part, err }, 'observeFailed');
    observation.gates.push({
      name: `observe/${part}`,
      ...unknown(`a fault of Meshlift's own, more in the operator's log: ${String(error)}`),
    });
  }
}

function requestOf(run: Run): Facts['request'] {
  if (run.requests.delete !== undefined)
    return { kind: 'delete', by: run.requests.delete.by, why: 'the plan is to be deleted' };
  if (run.requests.abort !== undefined)
    return { kind: 'abort', by: run.requests.abort.by, why: run.requests.abort.why };
  return { kind: 'none' };
}

/** The strongest first: what a person would have to do something about before the others matter. */
function holdOf({ hasSpec, spec }: Run, now: number): Facts['hold'] {
  if (!hasSpec) return { reason: 'SpecVanished', message: 'the spec is gone' };
  if (spec.paused) return { reason: 'SpecPaused', message: 'spec.paused is true' };
  const until = frozenUntil(spec.gates.windows, now);
  return until === undefined ? undefined : { reason: 'FreezeWindow', message: `frozen until ${until}` };
}

/**
 * Heard in the bake, or the soak, that the person saw, and in no other: neither the next step's nor a later one of the same step, as after an
 * alarm that flapped, on a green that was deployed anew, or in another attempt, is ended by what was meant for this one.
 */
function promotionOf({ requests: { promote }, status: { machine } }: Run): Facts['promotion'] {
  if (promote === undefined || promote.state !== machine.value || promote.step !== machine.context.step)
    return { kind: 'none' };
  if ((promote.enteredAt ?? machine.context.enteredAt) !== machine.context.enteredAt) return { kind: 'none' };
  return { kind: promote.forced ? 'forced' : 'asked', by: promote.by, why: promote.why };
}
