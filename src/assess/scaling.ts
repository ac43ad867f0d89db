import type { BlueScaling, BlueService, Estate } from '../estate/model.ts';
import type { ScalingFreezeResource, ScalingRecord, ScalingResource } from './model.ts';
import { defined } from './targetGroup.ts';

/** `service/<cluster>/<service>`: the key of everything that Auto Scaling knows of a service (row P1). */
export const scalingResourceId = (estate: Pick<Estate, 'cluster'>, service: string): string =>
  `service/${estate.cluster.name}/${service}`;

/**
 * Blue's scale-in, suspended before anything of green is made. `undefined` for a service that does not scale, and for one whose
 * scale-in a person has suspended already: there is nothing to freeze, and nothing to give back.
 */
export function scalingFreeze(estate: Estate, blue: BlueService): ScalingFreezeResource | undefined {
  if (blue.scaling === undefined) return undefined;
  if (blue.scaling.target.SuspendedState?.DynamicScalingInSuspended === true) return undefined;
  return {
    kind: 'scalingFreeze',
    id: `scalingFreeze/${blue.name}`,
    dependsOn: [],
    blueService: blue.name,
    resourceId: scalingResourceId(estate, blue.name),
    blue: scalingRecord(blue.scaling),
  };
}

/** Green's own scaling, copied from blue's. Labels of `ALBRequestCountPerTarget` are to name green's group (row P7). */
export function greenScaling(
  estate: Estate,
  blue: BlueService,
  green: { name: string; serviceId: string },
  greenTargetGroups: ReadonlyMap<string, string>,
  turns: 'both run' | 'one runs' = 'both run',
): ScalingResource | undefined {
  if (blue.scaling === undefined) return undefined;
  return {
    kind: 'scaling',
    id: `scaling/${green.name}`,
    dependsOn: [green.serviceId],
    blueService: blue.name,
    resourceId: scalingResourceId(estate, green.name),
    blue: scalingRecord(blue.scaling),
    ...(turns === 'one runs' ? { sleeps: true as const } : {}),
    targetGroups: blue.targetGroups.flatMap(({ targetGroup }) => {
      const blueArn = targetGroup.TargetGroupArn ?? '';
      const ref = greenTargetGroups.get(blueArn);
      return ref === undefined ? [] : [{ blueArn, green: { ref } }];
    }),
  };
}

/** An allow list, as every source tells it: times, alarms and ARNs stand in an answer alone. */
const scalingRecord = ({ target, policies, scheduledActions }: BlueScaling): ScalingRecord => ({
  target: defined({
    ResourceId: target.ResourceId,
    MinCapacity: target.MinCapacity,
    MaxCapacity: target.MaxCapacity,
    SuspendedState: target.SuspendedState,
  }),
  policies: policies.map((one) =>
    defined({
      PolicyName: one.PolicyName,
      PolicyType: one.PolicyType,
      TargetTrackingScalingPolicyConfiguration: one.TargetTrackingScalingPolicyConfiguration,
      StepScalingPolicyConfiguration: one.StepScalingPolicyConfiguration,
      PredictiveScalingPolicyConfiguration: one.PredictiveScalingPolicyConfiguration,
    }),
  ),
  scheduledActions: scheduledActions.map((one) =>
    defined({
      ScheduledActionName: one.ScheduledActionName,
      Schedule: one.Schedule,
      Timezone: one.Timezone,
      StartTime: one.StartTime,
      EndTime: one.EndTime,
      ScalableTargetAction: one.ScalableTargetAction,
    }),
  ),
});
