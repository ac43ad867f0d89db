import type {
  DeleteScalingPolicyCommandInput,
  DeleteScheduledActionCommandInput,
  DeregisterScalableTargetCommandInput,
  DescribeScalableTargetsCommandInput,
  DescribeScalableTargetsCommandOutput,
  DescribeScalingActivitiesCommandInput,
  DescribeScalingActivitiesCommandOutput,
  DescribeScalingPoliciesCommandInput,
  DescribeScalingPoliciesCommandOutput,
  DescribeScheduledActionsCommandInput,
  DescribeScheduledActionsCommandOutput,
  ListTagsForResourceCommandInput,
  ListTagsForResourceCommandOutput,
  PutScalingPolicyCommandInput,
  PutScalingPolicyCommandOutput,
  PutScheduledActionCommandInput,
  RegisterScalableTargetCommandInput,
  RegisterScalableTargetCommandOutput,
  ScalableTarget,
  ScalingPolicy,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from '@aws-sdk/client-application-auto-scaling';
import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import { notPlayed } from '../notPlayed.ts';
import type { DesiredCounts, OwnedAlarms } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { Scaling } from './scaling.ts';
import {
  checkNamespace,
  ECS_DIMENSION,
  noTarget,
  page,
  parseTarget,
  type PolicyRecord,
  type TargetRecord,
  type TargetReference,
  validation,
} from './target.ts';
import { trackingAlarms } from './trackingAlarms.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

export interface AutoScalingParts {
  clock: Clock;
  random: Random;
  account: Account;
  delays: Delays;
  ecs: DesiredCounts;
  cloudWatch: OwnedAlarms;
}

const NOT_SUSPENDED = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

/**
 * Application Auto Scaling for ECS services (`aws-behaviour.md` §13). Target tracking acts, through the CloudWatch alarms that it
 * owns; an alarm says only that the metric is beyond the target, so a step out adds a tenth of the tasks and a step in takes one,
 * where AWS would compute the count from the metric's value. Step scaling policies and scheduled actions are stored and
 * answered; in the lab they never fire. Predictive scaling is refused.
 */
export class AutoScalingService implements Service {
  readonly id = 'application-auto-scaling';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #parts: AutoScalingParts;
  readonly #scaling: Scaling;
  readonly #targets = new Map<string, TargetRecord>();

  constructor(parts: AutoScalingParts) {
    this.#parts = parts;
    this.#scaling = new Scaling(parts);
    this.operations = isolated({
      RegisterScalableTarget: (input) => this.#register(input),
      DeregisterScalableTarget: (input) => this.#deregister(input),
      DescribeScalableTargets: (input) => this.#describeTargets(input),
      PutScalingPolicy: (input) => this.#putPolicy(input),
      DeleteScalingPolicy: (input) => this.#deletePolicy(input),
      DescribeScalingPolicies: (input) => this.#describePolicies(input),
      PutScheduledAction: (input) => this.#putScheduledAction(input),
      DeleteScheduledAction: (input) => this.#deleteScheduledAction(input),
      DescribeScheduledActions: (input) => this.#describeScheduledActions(input),
      DescribeScalingActivities: (input) => this.#describeActivities(input),
      TagResource: (input) => this.#tag(input),
      UntagResource: (input) => this.#untag(input),
      ListTagsForResource: (input) => this.#listTags(input),
    });
  }

  /** Rows P2 and P4: whatever the call is for, the desired count ends within the bounds; suspend flags that are omitted stay. */
  #register(input: RegisterScalableTargetCommandInput): Answer<RegisterScalableTargetCommandOutput> {
    const { clock, random, account, ecs } = this.#parts;
    const named = parseTarget(input);
    const known = this.#targets.get(named.resourceId);
    const minCapacity = input.MinCapacity ?? known?.minCapacity;
    const maxCapacity = input.MaxCapacity ?? known?.maxCapacity;
    if (minCapacity === undefined || maxCapacity === undefined) {
      throw validation('MinCapacity and MaxCapacity are required to register a new scalable target.');
    }
    if (minCapacity < 0 || maxCapacity < 0) throw validation('Capacities must not be negative.');
    if (maxCapacity < minCapacity) throw validation('Maximum capacity cannot be less than minimum capacity');
    if (ecs.desiredCount(named.clusterName, named.serviceName) === undefined) {
      throw validation(`ECS service doesn't exist: ${named.resourceId}`);
    }
    const { region, id } = account;
    const target: TargetRecord = known ?? {
      ...named,
      arn: `arn:aws:application-autoscaling:${region}:${id}:scalable-target/${random.hex(32)}`,
      minCapacity,
      maxCapacity,
      suspended: NOT_SUSPENDED,
      createdAtMs: clock.now(),
      tags: {},
      policies: new Map(),
      scheduledActions: new Map(),
    };
    target.minCapacity = minCapacity;
    target.maxCapacity = maxCapacity;
    const state = input.SuspendedState ?? {};
    target.suspended = {
      DynamicScalingInSuspended: state.DynamicScalingInSuspended ?? target.suspended.DynamicScalingInSuspended,
      DynamicScalingOutSuspended: state.DynamicScalingOutSuspended ?? target.suspended.DynamicScalingOutSuspended,
      ScheduledScalingSuspended: state.ScheduledScalingSuspended ?? target.suspended.ScheduledScalingSuspended,
    };
    target.tags = { ...target.tags, ...input.Tags };
    this.#targets.set(target.resourceId, target);
    this.#scaling.keepInBounds(target);
    return { ScalableTargetARN: target.arn };
  }

  #deregister(input: DeregisterScalableTargetCommandInput): Record<string, never> {
    const target = this.#find(input);
    for (const policy of target.policies.values()) this.#dropAlarms(policy);
    this.#targets.delete(target.resourceId);
    return {};
  }

  #describeTargets(input: DescribeScalableTargetsCommandInput): Answer<DescribeScalableTargetsCommandOutput> {
    checkNamespace(input.ServiceNamespace);
    const wanted = this.#visible().filter(
      ({ resourceId }) => input.ResourceIds === undefined || input.ResourceIds.includes(resourceId),
    );
    const { items, NextToken } = page(wanted, input);
    return { ScalableTargets: items.map((target) => this.#targetView(target)), NextToken };
  }

  #putPolicy(input: PutScalingPolicyCommandInput): Answer<PutScalingPolicyCommandOutput> {
    const { clock, random, account, cloudWatch } = this.#parts;
    const target = this.#find(input);
    const name = input.PolicyName ?? '';
    if (name === '') throw validation('PolicyName must not be empty.');
    const known = target.policies.get(name);
    const type = input.PolicyType ?? known?.policy.PolicyType ?? 'StepScaling';
    if (type === 'PredictiveScaling') throw notPlayed('application-auto-scaling', 'predictive scaling');
    if (known !== undefined && known.policy.PolicyType !== type) {
      throw validation(`The type of policy ${name} cannot be changed from ${known.policy.PolicyType}.`);
    }
    const newId = () => [8, 4, 4, 4, 12].map((length) => random.hex(length)).join('-');
    const policyArn =
      known?.policy.PolicyARN ??
      `arn:aws:autoscaling:${account.region}:${account.id}:scalingPolicy:${newId()}:resource/ecs/${target.resourceId}:policyName/${name}`;
    const base: ScalingPolicy = {
      PolicyARN: policyArn,
      PolicyName: name,
      ServiceNamespace: 'ecs',
      ResourceId: target.resourceId,
      ScalableDimension: ECS_DIMENSION,
      PolicyType: type,
      CreationTime: known?.policy.CreationTime ?? new Date(clock.now()),
    };
    if (type === 'StepScaling') {
      const step = input.StepScalingPolicyConfiguration;
      if (step === undefined) throw validation('StepScalingPolicyConfiguration is required for StepScaling.');
      const policy = { ...base, StepScalingPolicyConfiguration: step, Alarms: [] };
      target.policies.set(name, { policy, cancel: () => {} });
      return { PolicyARN: policyArn, Alarms: [] };
    }
    const configuration = input.TargetTrackingScalingPolicyConfiguration;
    if (configuration === undefined) {
      throw validation('TargetTrackingScalingPolicyConfiguration is required for TargetTrackingScaling.');
    }
    const { high, low } = trackingAlarms(target, configuration, policyArn, newId);
    if (known !== undefined) this.#dropAlarms(known);
    const tracker = this.#scaling.tracker(target, name, configuration);
    const alarms = [
      { input: high, direction: 'out' as const },
      ...(low === undefined ? [] : [{ input: low, direction: 'in' as const }]),
    ].map(({ input: alarm, direction }) => ({ input: alarm, direction, name: alarm.AlarmName ?? '' }));
    const Alarms = alarms.map((alarm) => ({
      AlarmName: alarm.name,
      AlarmARN: `arn:aws:cloudwatch:${account.region}:${account.id}:alarm:${alarm.name}`,
    }));
    const policy = { ...base, TargetTrackingScalingPolicyConfiguration: configuration, Alarms };
    target.policies.set(name, { policy, cancel: tracker.cancel });
    for (const alarm of alarms) {
      cloudWatch.putOwnedAlarm(alarm.input, (state) => tracker.onState(alarm.direction, alarm.name, state));
    }
    return { PolicyARN: policyArn, Alarms };
  }

  #deletePolicy(input: DeleteScalingPolicyCommandInput): Record<string, never> {
    const target = this.#find(input);
    const policy = target.policies.get(input.PolicyName ?? '');
    if (policy === undefined) {
      throw new AwsError(
        'ObjectNotFoundException',
        `No scaling policy found for policy name: ${input.PolicyName ?? ''}`,
      );
    }
    this.#dropAlarms(policy);
    target.policies.delete(input.PolicyName ?? '');
    return {};
  }

  #describePolicies(input: DescribeScalingPoliciesCommandInput): Answer<DescribeScalingPoliciesCommandOutput> {
    checkNamespace(input.ServiceNamespace);
    const wanted = this.#ofResource(input.ResourceId)
      .flatMap((target) => [...target.policies.values()].map(({ policy }) => policy))
      .filter(({ PolicyName }) => input.PolicyNames === undefined || input.PolicyNames.includes(PolicyName ?? ''));
    const { items, NextToken } = page(wanted, input);
    return { ScalingPolicies: items, NextToken };
  }

  #putScheduledAction(input: PutScheduledActionCommandInput): Record<string, never> {
    const { clock, random, account } = this.#parts;
    const target = this.#find(input);
    const name = input.ScheduledActionName ?? '';
    if (name === '') throw validation('ScheduledActionName must not be empty.');
    const known = target.scheduledActions.get(name);
    const schedule = input.Schedule ?? known?.Schedule ?? '';
    if (!/^(at|rate|cron)\(.+\)$/.test(schedule)) {
      throw validation(`Schedule ${schedule} is invalid: at(…), rate(…) or cron(…) is required.`);
    }
    target.scheduledActions.set(name, {
      ScheduledActionName: name,
      ScheduledActionARN:
        known?.ScheduledActionARN ??
        `arn:aws:autoscaling:${account.region}:${account.id}:scheduledAction:${random.hex(32)}:resource/ecs/${target.resourceId}:scheduledActionName/${name}`,
      ServiceNamespace: 'ecs',
      Schedule: schedule,
      Timezone: input.Timezone ?? known?.Timezone,
      ResourceId: target.resourceId,
      ScalableDimension: ECS_DIMENSION,
      StartTime: input.StartTime ?? known?.StartTime,
      EndTime: input.EndTime ?? known?.EndTime,
      ScalableTargetAction: input.ScalableTargetAction ?? known?.ScalableTargetAction,
      CreationTime: known?.CreationTime ?? new Date(clock.now()),
    });
    return {};
  }

  #deleteScheduledAction(input: DeleteScheduledActionCommandInput): Record<string, never> {
    const target = this.#find(input);
    if (!target.scheduledActions.delete(input.ScheduledActionName ?? '')) {
      throw new AwsError(
        'ObjectNotFoundException',
        `No scheduled action found for name: ${input.ScheduledActionName ?? ''}`,
      );
    }
    return {};
  }

  #describeScheduledActions(
    input: DescribeScheduledActionsCommandInput,
  ): Answer<DescribeScheduledActionsCommandOutput> {
    checkNamespace(input.ServiceNamespace);
    const names = input.ScheduledActionNames;
    const wanted = this.#ofResource(input.ResourceId)
      .flatMap((target) => [...target.scheduledActions.values()])
      .filter(({ ScheduledActionName }) => names === undefined || names.includes(ScheduledActionName ?? ''));
    const { items, NextToken } = page(wanted, input);
    return { ScheduledActions: items, NextToken };
  }

  #describeActivities(input: DescribeScalingActivitiesCommandInput): Answer<DescribeScalingActivitiesCommandOutput> {
    checkNamespace(input.ServiceNamespace);
    const wanted = this.#scaling.activities.filter(
      ({ ResourceId }) => input.ResourceId === undefined || input.ResourceId === ResourceId,
    );
    const { items, NextToken } = page(wanted, input);
    return { ScalingActivities: items, NextToken };
  }

  #tag(input: TagResourceCommandInput): Record<string, never> {
    const target = this.#byArn(input.ResourceARN);
    const tags = { ...target.tags, ...input.Tags };
    if (Object.keys(tags).length > 50) throw new AwsError('TooManyTagsException', 'At most 50 tags are allowed.');
    target.tags = tags;
    return {};
  }

  #untag(input: UntagResourceCommandInput): Record<string, never> {
    const target = this.#byArn(input.ResourceARN);
    const left = Object.entries(target.tags).filter(([key]) => input.TagKeys?.includes(key) !== true);
    target.tags = Object.fromEntries(left);
    return {};
  }

  #listTags(input: ListTagsForResourceCommandInput): Answer<ListTagsForResourceCommandOutput> {
    return { Tags: this.#byArn(input.ResourceARN).tags };
  }

  /** A target that was registered only just now is not there yet (row P8). */
  #visible(): TargetRecord[] {
    const { clock, delays } = this.#parts;
    return [...this.#targets.values()].filter(
      ({ createdAtMs }) => clock.now() - createdAtMs >= delays.scalableTargetMs,
    );
  }

  #ofResource(resourceId: string | undefined): TargetRecord[] {
    return this.#visible().filter((target) => resourceId === undefined || target.resourceId === resourceId);
  }

  #find(reference: TargetReference): TargetRecord {
    const { resourceId } = parseTarget(reference);
    const target = this.#visible().find((candidate) => candidate.resourceId === resourceId);
    if (target === undefined) throw noTarget(reference);
    return target;
  }

  #byArn(arn: string | undefined): TargetRecord {
    const target = [...this.#targets.values()].find((candidate) => candidate.arn === arn);
    if (target === undefined) {
      throw new AwsError('ResourceNotFoundException', `The scalable target ${arn ?? ''} does not exist.`, {
        members: { ResourceName: arn },
      });
    }
    return target;
  }

  #dropAlarms(record: PolicyRecord): void {
    record.cancel();
    const names = (record.policy.Alarms ?? []).map(({ AlarmName }) => AlarmName ?? '');
    this.#parts.cloudWatch.deleteOwnedAlarms(names);
  }

  #targetView(target: TargetRecord): ScalableTarget {
    return {
      ServiceNamespace: 'ecs',
      ResourceId: target.resourceId,
      ScalableDimension: ECS_DIMENSION,
      MinCapacity: target.minCapacity,
      MaxCapacity: target.maxCapacity,
      RoleARN: `arn:aws:iam::${this.#parts.account.id}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
      CreationTime: new Date(target.createdAtMs),
      SuspendedState: target.suspended,
      ScalableTargetARN: target.arn,
    };
  }
}
