import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { type Follows, type Growth, isComing } from '../../machines/gates/growth.ts';
import { type BlueAnswers, blueViability, fadingBlue, viabilityVerdict } from '../../machines/gates/viability.ts';
import { loadOf, type Loads, tasksNeeded } from '../../machines/load.ts';
import { followsOf } from '../floors.ts';
import type { EdgeTraffic } from '../ports.ts';
import { recordedCounts, type Groundwork, type Run } from '../run.ts';
import { ofServing, servingServices } from '../turns.ts';
import { loadsOf } from './load.ts';
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
  const loads = loadsOf(run, groundwork, observation);
  observation.facts.load = loads;
  const growth = growthOf(run, groundwork, observation, loads);
  const answers = answersOf(observation.traffic);
  const viability = blueViability(serving, neededBy(groundwork, growth), answers, growth);
  observation.blueHealthy = viabilityVerdict(viability, wanted, run.spec.strategy);
  if (isRescue && viability.percent < wanted.min && wanted.below === 'goForward') {
    observation.waived.push({ gate: 'capacity/blue', why: observation.blueHealthy.why });
  }
  if (!mayCarryGreenWeight(state)) return;
  // A blue that is growing to what load has grown to is waited for.
  const staying = growth.filter((one) => !isComing(one));
  const lasting = blueViability(serving, neededBy(groundwork, staying), answers, staying);
  observation.facts.breach ??= fadingBlue(lasting, wanted);
}

/** As many tasks as were recorded, or as many as load has grown to since. */
function neededBy(groundwork: Groundwork, growth: readonly Growth[]): Map<string, number> {
  const counts = recordedCounts(groundwork);
  for (const { service, needed } of growth) counts.set(service, needed);
  return counts;
}

function growthOf(
  { spec }: Pick<Run, 'spec'>,
  groundwork: Groundwork,
  { blue }: Observation,
  loads: Loads,
): readonly Growth[] {
  const counts = recordedCounts(groundwork);
  return servingServices(spec, groundwork).flatMap((one): Growth[] => {
    const recorded = counts.get(one.name) ?? 0;
    // What a schedule starts in the morning it stops at night.
    const scalesByLoad = one.scaling !== undefined && one.scaling.scheduledActions.length === 0;
    const needed = tasksNeeded(recorded, loadOf(loads, one.name), scalesByLoad);
    if (needed <= recorded) return [];
    const healthy = blue.find(({ service }) => service === one.name)?.healthy ?? 0;
    // What blue had come to by itself it is not asked for: it has lost that, and a person may have taken it.
    const follows: Follows =
      (loadOf(loads, one.name)?.needed ?? 0) < needed
        ? { kind: 'left', why: `set the count of ${one.name} back, or let it recover` }
        : followsOf(spec, groundwork, one, needed);
    return [{ service: one.name, recorded, needed, healthy, follows }];
  });
}

function answersOf(traffic: ReadonlyMap<string, EdgeTraffic>): BlueAnswers | undefined {
  const counted = [...traffic.values()].filter((one) => one.hasData);
  if (counted.length === 0) return undefined;
  return {
    requests: counted.reduce((sum, one) => sum + one.blue, 0),
    errors: counted.reduce((sum, one) => sum + one.blue5xx, 0),
  };
}
