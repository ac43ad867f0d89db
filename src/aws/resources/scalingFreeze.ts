import { RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import type { ScalingFreezeResource } from '../../assess/model.ts';
import { AwsCallError } from '../../reconciler/ports.ts';
import { desiredCountOf, findScalableTarget, flagsOf, targetKey } from '../scalableTargets.ts';
import type { ResourceKind } from './kind.ts';
import { isRaised } from './scalingFloor.ts';

/**
 * Blue's scale-in, suspended: a blue task that is scaled in may never come back. Every RegisterScalableTarget, if only to
 * suspend, lets AWS move a desired count that lies outside of minimum and maximum (row P2); where it would, no call is made.
 * The target is the user's and is never tagged; frozen is what differs from the recorded flag, and a minimum that was raised with the load
 * (`scalingFloor.ts`) goes back with it.
 */
export const scalingFreeze: ResourceKind<ScalingFreezeResource> = {
  kind: 'scalingFreeze',
  actions: [
    'application-autoscaling:DescribeScalableTargets',
    'application-autoscaling:RegisterScalableTarget',
    'ecs:DescribeServices',
  ],

  async read({ clients }, resource) {
    const target = await findScalableTarget(clients, resource.resourceId);
    if (target === undefined) return { status: 'absent' };
    const arn = target.ScalableTargetARN ?? resource.resourceId;
    if (!isFrozen(target.SuspendedState)) {
      return isRaised(resource, target)
        ? { status: 'differs', arn, why: 'blue may scale in again, down to a minimum that was raised' }
        : { status: 'absent' };
    }
    return { status: 'ready', arn, why: 'scale-in is suspended' };
  },

  async ensure({ clients }, resource) {
    const target = await findScalableTarget(clients, resource.resourceId);
    if (target === undefined) {
      throw refusal(
        'ScalableTargetGone',
        'notFound',
        `${resource.resourceId} has no scalable target any more; it had one when it was recorded`,
      );
    }
    const arn = target.ScalableTargetARN ?? resource.resourceId;
    if (isFrozen(target.SuspendedState)) return { outcome: 'unchanged', arn };

    const desired = await desiredCountOf(clients, resource.resourceId);
    const { MinCapacity: min = 0, MaxCapacity: max = Number.POSITIVE_INFINITY } = target;
    if (desired === undefined || desired < min || desired > max) {
      throw refusal(
        'DesiredCountOutOfRange',
        'conflict',
        `${resource.resourceId} has a desired count of ${desired ?? '<unknown>'}, outside of its scaling's ${min} to ${max}: suspending its scale-in would make AWS change the count. Bring one of them in line`,
      );
    }
    await clients.autoScaling.send(
      new RegisterScalableTargetCommand({
        ...targetKey(resource.resourceId),
        SuspendedState: { DynamicScalingInSuspended: true },
      }),
    );
    return { outcome: 'updated', arn };
  },

  async remove({ clients }, resource) {
    const target = await findScalableTarget(clients, resource.resourceId);
    if (target === undefined) return { outcome: 'gone' };
    const recorded = flagsOf(resource.blue.target.SuspendedState);
    const current = flagsOf(target.SuspendedState);
    const raised = isRaised(resource, target);
    if (current.DynamicScalingInSuspended === recorded.DynamicScalingInSuspended && !raised) return { outcome: 'gone' };

    const desired = (await desiredCountOf(clients, resource.resourceId)) ?? 0;
    const max = target.MaxCapacity ?? Number.POSITIVE_INFINITY;
    if (desired > max) {
      const why = `blue's desired count ${desired} is above its scaling's maximum ${max}: letting it scale in again would make AWS stop tasks of blue. Raise the maximum, or lower the count`;
      return { outcome: 'waiting', why };
    }
    // Minimum and maximum are the user's and were not touched, unless load has grown, or retire had begun to scale blue down.
    const scaledDown = target.MinCapacity === 0 && Object.values(current).every(Boolean);
    await clients.autoScaling.send(
      new RegisterScalableTargetCommand({
        ...targetKey(resource.resourceId),
        ...(scaledDown || raised ? { MinCapacity: resource.blue.target.MinCapacity } : {}),
        SuspendedState: scaledDown ? recorded : { DynamicScalingInSuspended: recorded.DynamicScalingInSuspended },
      }),
    );
    return { outcome: 'waiting', why: 'its scaling was restored; it is read again' };
  },
};

const isFrozen = (state: Parameters<typeof flagsOf>[0]): boolean => flagsOf(state).DynamicScalingInSuspended;

const refusal = (code: string, kind: AwsCallError['kind'], what: string): AwsCallError =>
  new AwsCallError('application-autoscaling:RegisterScalableTarget', code, kind, `${what}. Nothing was changed.`);
