import type {
  PutScalingPolicyCommandInput,
  PutScheduledActionCommandInput,
} from '@aws-sdk/client-application-auto-scaling';
import type { ScalingResource } from '../../assess/model.ts';
import { lastPart } from '../../estate/order.ts';
import type { Resolved } from '../../reconciler/ports.ts';
import { targetGroupDimension } from '../arns.ts';

type KeyMember = 'ServiceNamespace' | 'ResourceId' | 'ScalableDimension';
export type PolicyInput = Omit<PutScalingPolicyCommandInput, KeyMember>;
export type ScheduledActionInput = Omit<PutScheduledActionCommandInput, KeyMember>;

type BluePolicy = ScalingResource['blue']['policies'][number];
type BlueScheduledAction = ScalingResource['blue']['scheduledActions'][number];

/**
 * Blue's policy for green: whatever in it watches blue's target group or blue's service watches green's. A target group that is
 * not known yet stays as it is, so that a reading in between calls the policy different.
 */
export function policyFor(resource: ScalingResource, policy: BluePolicy, resolved: Resolved): PolicyInput {
  const groups = resource.targetGroups.flatMap(({ blueArn, green }): [string, string][] => {
    const greenArn = resolved.get(green.ref);
    return greenArn === undefined ? [] : [[targetGroupDimension(blueArn), targetGroupDimension(greenArn)]];
  });
  const services: [string, string] = [lastPart(resource.blue.target.ResourceId ?? ''), lastPart(resource.resourceId)];
  const rewritten = (value: unknown): unknown => {
    if (typeof value === 'string')
      return groups.reduce((text, [blue, green]) => replaceLabel(text, blue, green), value);
    if (Array.isArray(value)) return value.map(rewritten);
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rewritten(member)]));
    // A metric's dimension, in a customised metric.
    if (members['Name'] === 'ServiceName' && members['Value'] === services[0]) members['Value'] = services[1];
    return members;
  };
  const { PolicyName, PolicyType } = policy;
  return {
    PolicyName,
    PolicyType,
    ...(rewritten({
      TargetTrackingScalingPolicyConfiguration: policy.TargetTrackingScalingPolicyConfiguration,
      StepScalingPolicyConfiguration: policy.StepScalingPolicyConfiguration,
      PredictiveScalingPolicyConfiguration: policy.PredictiveScalingPolicyConfiguration,
    }) as Partial<PolicyInput>),
  };
}

/** A whole `targetgroup/<name>/<id>`, alone or at the end of an `app/…/targetgroup/…` label. */
const replaceLabel = (text: string, blue: string, green: string): string =>
  text === blue || text.endsWith(`/${blue}`) ? text.slice(0, text.length - blue.length) + green : text;

export function scheduledActionFor(action: BlueScheduledAction): ScheduledActionInput {
  const { ScheduledActionName, Schedule, Timezone, StartTime, EndTime, ScalableTargetAction } = action;
  return {
    ScheduledActionName,
    Schedule,
    ...(Timezone === undefined ? {} : { Timezone }),
    ...(StartTime === undefined ? {} : { StartTime: new Date(StartTime) }),
    ...(EndTime === undefined ? {} : { EndTime: new Date(EndTime) }),
    ...(ScalableTargetAction === undefined ? {} : { ScalableTargetAction }),
  };
}
