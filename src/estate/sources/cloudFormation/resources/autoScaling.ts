import type { Draft } from '../../draft.ts';
import { SCALABLE_TARGET, SCALING_POLICY, SCHEDULED_ACTION } from '../../shapes/autoScaling.ts';
import { asTheSdk } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';

function target(resource: Resource, draft: Draft): object[] {
  const declared = resource.fitAll(SCALABLE_TARGET, asTheSdk({}, 'ScheduledActions'));
  const found: object[] = [added(draft.autoScaling.targets, declared)];
  const { ServiceNamespace, ResourceId, ScalableDimension } = declared;
  const actions = resource.fit('ScheduledActions', [SCHEDULED_ACTION]);
  for (const action of Array.isArray(actions) ? (actions as object[]) : []) {
    const scheduled = { ServiceNamespace, ResourceId, ScalableDimension, ...action };
    found.push(added(draft.autoScaling.scheduledActions, scheduled));
  }
  return found;
}

function policy(resource: Resource, draft: Draft): object {
  const declared = resource.fitAll(SCALING_POLICY, asTheSdk({}, 'ScalingTargetId'));
  // A target's id is the three parts that name it.
  const [ResourceId, ScalableDimension, ServiceNamespace] = resource.text('ScalingTargetId')?.split('|') ?? [];
  const ofTarget = ResourceId === undefined ? {} : { ResourceId, ScalableDimension, ServiceNamespace };
  return added(draft.autoScaling.policies, { ...ofTarget, ...declared });
}

export const AUTO_SCALING: Readonly<Record<string, Reader>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': target,
  'AWS::ApplicationAutoScaling::ScalingPolicy': policy,
};
