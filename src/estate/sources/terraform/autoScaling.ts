import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type { Json } from '../../export.ts';
import { told, type Block } from './block.ts';
import type { Reader } from './reader.ts';

type TargetTracking = Json<AutoScaling.TargetTrackingScalingPolicyConfiguration>;
type StepScaling = Json<AutoScaling.StepScalingPolicyConfiguration>;

/** What a target, a policy and a scheduled action all say: what it is that they scale. */
const scaled = (block: Block) => ({
  ServiceNamespace: block.text('service_namespace') as AutoScaling.ServiceNamespace | undefined,
  ResourceId: block.text('resource_id'),
  ScalableDimension: block.text('scalable_dimension') as AutoScaling.ScalableDimension | undefined,
});

const dimensions = (block: Block): { Name: string | undefined; Value: string | undefined }[] | undefined =>
  block.many('dimensions')?.map((one) => ({ Name: one.text('name'), Value: one.text('value') }));

function metricQuery(block: Block): Json<AutoScaling.TargetTrackingMetricDataQuery> {
  const stat = block.one('metric_stat');
  const metric = stat?.one('metric');
  return told({
    Id: block.text('id'),
    Label: block.text('label'),
    Expression: block.text('expression'),
    ReturnData: block.flag('return_data'),
    MetricStat:
      stat === undefined
        ? undefined
        : told({
            Stat: stat.text('stat'),
            Unit: stat.text('unit'),
            Metric: told({
              MetricName: metric?.text('metric_name'),
              Namespace: metric?.text('namespace'),
              Dimensions: metric === undefined ? undefined : dimensions(metric),
            }),
          }),
  });
}

function targetTracking(block: Block): TargetTracking {
  const predefined = block.one('predefined_metric_specification');
  const customized = block.one('customized_metric_specification');
  return told({
    TargetValue: block.count('target_value'),
    DisableScaleIn: block.flag('disable_scale_in'),
    ScaleInCooldown: block.number('scale_in_cooldown'),
    ScaleOutCooldown: block.number('scale_out_cooldown'),
    PredefinedMetricSpecification:
      predefined === undefined
        ? undefined
        : told({
            PredefinedMetricType: predefined.text('predefined_metric_type') as AutoScaling.MetricType | undefined,
            ResourceLabel: predefined.text('resource_label'),
          }),
    CustomizedMetricSpecification:
      customized === undefined
        ? undefined
        : told({
            MetricName: customized.text('metric_name'),
            Namespace: customized.text('namespace'),
            Dimensions: dimensions(customized),
            Statistic: customized.text('statistic') as AutoScaling.MetricStatistic | undefined,
            Unit: customized.text('unit'),
            Metrics: customized.many('metrics')?.map(metricQuery),
          }),
  });
}

const stepScaling = (block: Block): StepScaling =>
  told({
    AdjustmentType: block.text('adjustment_type') as AutoScaling.AdjustmentType | undefined,
    Cooldown: block.count('cooldown'),
    MetricAggregationType: block.text('metric_aggregation_type') as AutoScaling.MetricAggregationType | undefined,
    MinAdjustmentMagnitude: block.number('min_adjustment_magnitude'),
    StepAdjustments: block.many('step_adjustment')?.map((step) =>
      told({
        // Text in a state: an empty one is no bound, and 0 is one.
        MetricIntervalLowerBound: step.count('metric_interval_lower_bound'),
        MetricIntervalUpperBound: step.count('metric_interval_upper_bound'),
        ScalingAdjustment: step.count('scaling_adjustment'),
      }),
    ),
  });

const target: Reader = (block, draft) => {
  const suspended = block.one('suspended_state');
  const found = told({
    ...scaled(block),
    MinCapacity: block.count('min_capacity'),
    MaxCapacity: block.count('max_capacity'),
    RoleARN: block.text('role_arn'),
    ScalableTargetARN: block.text('arn'),
    SuspendedState:
      suspended === undefined
        ? undefined
        : told({
            DynamicScalingInSuspended: suspended.flag('dynamic_scaling_in_suspended'),
            DynamicScalingOutSuspended: suspended.flag('dynamic_scaling_out_suspended'),
            ScheduledScalingSuspended: suspended.flag('scheduled_scaling_suspended'),
          }),
  }) as Json<AutoScaling.ScalableTarget>;
  block.skip('id', 'tags', 'tags_all');
  draft.autoScaling.targets.push(found);
  return found;
};

const policy: Reader = (block, draft) => {
  const tracking = block.one('target_tracking_scaling_policy_configuration');
  const steps = block.one('step_scaling_policy_configuration');
  const found = told({
    PolicyARN: block.text('arn'),
    PolicyName: block.text('name'),
    ...scaled(block),
    PolicyType: block.text('policy_type') as AutoScaling.PolicyType | undefined,
    TargetTrackingScalingPolicyConfiguration: tracking === undefined ? undefined : targetTracking(tracking),
    StepScalingPolicyConfiguration: steps === undefined ? undefined : stepScaling(steps),
    Alarms: block.texts('alarm_arns')?.map((AlarmARN) => ({
      AlarmName: AlarmARN.slice(AlarmARN.indexOf(':alarm:') + ':alarm:'.length),
      AlarmARN,
    })),
  }) as Json<AutoScaling.ScalingPolicy>;
  block.skip('id');
  draft.autoScaling.policies.push(found);
  return found;
};

/** A state tells a time to the second, and an answer's have milliseconds once they are JSON. Of another zone it stays as it is. */
const time = (text: string | undefined): string | undefined =>
  text?.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:Z|[+-]00:00)$/, '$1.000Z');

const scheduledAction: Reader = (block, draft) => {
  const action = block.one('scalable_target_action');
  const found = told({
    ScheduledActionName: block.text('name'),
    ScheduledActionARN: block.text('arn'),
    ...scaled(block),
    Schedule: block.text('schedule'),
    Timezone: block.text('timezone'),
    StartTime: time(block.text('start_time')),
    EndTime: time(block.text('end_time')),
    ScalableTargetAction:
      action === undefined
        ? undefined
        : told({ MinCapacity: action.count('min_capacity'), MaxCapacity: action.count('max_capacity') }),
  }) as Json<AutoScaling.ScheduledAction>;
  block.skip('id');
  draft.autoScaling.scheduledActions.push(found);
  return found;
};

/** Application Auto Scaling, by Terraform's type. */
export const AUTO_SCALING: Readonly<Record<string, Reader>> = {
  aws_appautoscaling_target: target,
  aws_appautoscaling_policy: policy,
  aws_appautoscaling_scheduled_action: scheduledAction,
};
