import { isSettled } from '../../machines/classify.ts';
import type { Facts } from '../../machines/facts.ts';
import { pass } from '../../plan/verdict.ts';
import type { Clock, World } from '../ports.ts';
import type { Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import { observeAlarms } from './alarms.ts';
import { observeGates, observeTraffic } from './gates.ts';
import { observeInventory } from './inventory.ts';
import { NO_FACTS, NOT_OBSERVED, type Look, type Observation } from './observation.ts';
import { observeResources } from './resources.ts';
import { observeRetirement } from './retirement.ts';
import { observeRoutes } from './routes.ts';
import { observeSides } from './sides.ts';

/** Reads what the plan's state needs, fresh. Nothing is changed. Throws only on a bug. */
export async function observe(run: Run, world: World, clock: Clock, settings: Settings): Promise<Observation> {
  const now = clock.now();
  const state = run.status.machine.value;
  const look: Look = { run, world, settings, state, now };
  const observation: Observation = {
    facts: { ...NO_FACTS, now, paused: run.spec.paused, request: requestOf(run) },
    inventory: undefined,
    resources: [],
    greenHealthy: NOT_OBSERVED,
    blueHealthy: NOT_OBSERVED,
    source: NOT_OBSERVED,
    alarms: NOT_OBSERVED,
    gates: [],
    green: [],
    blue: [],
    traffic: new Map(),
    routes: new Map(),
  };
  if (isSettled(state)) return observation;
  if (state === 'inventory.assess') {
    await observeInventory(look, observation);
    observation.gates.push({ name: 'inventory', ...observation.facts.admitted });
    return observation;
  }
  const { groundwork } = run;
  if (groundwork === undefined) {
    // An abort before any inventory: nothing was made, so nothing is left.
    if (state === 'backward.dismantle') {
      observation.facts.restored = pass('nothing was changed yet');
      observation.facts.dismantled = pass('nothing was made yet');
    }
    return observation;
  }
  await observeAlarms(look, observation);
  await observeResources(look, groundwork, observation);
  await observeSides(look, groundwork, observation);
  await observeRoutes(look, groundwork, observation);
  await observeTraffic(look, groundwork, observation);
  await observeGates(look, groundwork, observation);
  await observeRetirement(look, groundwork, observation);
  return observation;
}

function requestOf(run: Run): Facts['request'] {
  if (run.requests.delete !== undefined)
    return { kind: 'delete', by: run.requests.delete.by, why: 'the plan is to be deleted' };
  if (run.requests.abort !== undefined)
    return { kind: 'abort', by: run.requests.abort.by, why: run.requests.abort.why };
  return { kind: 'none' };
}
