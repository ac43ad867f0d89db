import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { type BlueAnswers, blueViability, fadingBlue, viabilityVerdict } from '../../machines/gates/viability.ts';
import type { EdgeTraffic } from '../ports.ts';
import { greenServicesOf, recordedCounts, type Groundwork } from '../run.ts';
import { ofServing } from '../turns.ts';
import type { Look, Observation } from './observation.ts';

/** How much of the way back is left, while there is one, and whether the plan would rather take it now. */
export async function observeViability(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, state } = look;
  const isRescue = run.spec.strategy === 'rescue';
  const isBefore = state === 'verify' || (isRescue && (state === 'inventory.preflight' || state === 'provision'));
  const hasWayBack = isBefore || (mayCarryGreenWeight(state) && state !== 'retire.handOver');
  // What could not be read says nothing: the readiness of blue has told so.
  if (!hasWayBack || observation.blue.length === 0) return;
  const wanted = run.spec.rollback.viability;
  // What answers no request is no part of what requests need.
  const serving = ofServing(run.spec, groundwork, observation.blue);
  const viability = blueViability(serving, neededBy(groundwork, observation), answersOf(observation.traffic));
  observation.blueHealthy = viabilityVerdict(viability, wanted, run.spec.strategy);
  if (isRescue && viability.percent < wanted.min && wanted.below === 'goForward') {
    observation.waived.push({ gate: 'capacity/blue', why: observation.blueHealthy.why });
  }
  if (mayCarryGreenWeight(state)) observation.facts.breach ??= fadingBlue(viability, wanted);
}

/**
 * As many tasks as were recorded: with more load blue scales out as green did, for green's scaling is blue's. Without App Mesh a new
 * task of blue never becomes healthy, so there blue has to have what green was scaled to; green that is shared was scaled for others too.
 */
function neededBy(groundwork: Groundwork, { green }: Observation): Map<string, number> {
  const counts = recordedCounts(groundwork);
  if (groundwork.estate.mesh.answer.state === 'read') return counts;
  for (const { name, blueService } of greenServicesOf(groundwork.stack)) {
    const desired = green.find((one) => one.service === name)?.desired ?? 0;
    if (blueService !== undefined) counts.set(blueService, Math.max(counts.get(blueService) ?? 0, desired));
  }
  return counts;
}

function answersOf(traffic: ReadonlyMap<string, EdgeTraffic>): BlueAnswers | undefined {
  const counted = [...traffic.values()].filter((one) => one.hasData);
  if (counted.length === 0) return undefined;
  return {
    requests: counted.reduce((sum, one) => sum + one.blue, 0),
    errors: counted.reduce((sum, one) => sum + one.blue5xx, 0),
  };
}
