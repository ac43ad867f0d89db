import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type { ShapeOf } from './shape.ts';

const statistic = {
  Metric: { Dimensions: [{ Name: 'text', Value: 'text' }], MetricName: 'text', Namespace: 'text' },
} as const;

export const SCALABLE_TARGET = {
  ServiceNamespace: 'text',
  ResourceId: 'text',
  ScalableDimension: 'text',
  MinCapacity: 'number',
  MaxCapacity: 'number',
  RoleARN: 'text',
  SuspendedState: {
    DynamicScalingInSuspended: 'flag',
    DynamicScalingOutSuspended: 'flag',
    ScheduledScalingSuspended: 'flag',
  },
} as const satisfies ShapeOf<
  Omit<AutoScaling.ScalableTarget, 'CreationTime' | 'ScalableTargetARN' | 'PredictedCapacity'>
>;

export const SCHEDULED_ACTION = {
  ScheduledActionName: 'text',
  Schedule: 'text',
  Timezone: 'text',
  StartTime: 'text',
  EndTime: 'text',
  ScalableTargetAction: { MinCapacity: 'number', MaxCapacity: 'number' },
} as const satisfies ShapeOf<
  Omit<
    AutoScaling.ScheduledAction,
    'ScheduledActionARN' | 'ServiceNamespace' | 'ResourceId' | 'ScalableDimension' | 'CreationTime'
  >
>;

const queries = [
  {
    Expression: 'text',
    Id: 'text',
    Label: 'text',
    MetricStat: { ...statistic, Stat: 'text', Unit: 'text' },
    ReturnData: 'flag',
  },
] as const;

export const SCALING_POLICY = {
  PolicyName: 'text',
  ServiceNamespace: 'text',
  ResourceId: 'text',
  ScalableDimension: 'text',
  PolicyType: 'text',
  StepScalingPolicyConfiguration: {
    AdjustmentType: 'text',
    StepAdjustments: [
      { MetricIntervalLowerBound: 'number', MetricIntervalUpperBound: 'number', ScalingAdjustment: 'number' },
    ],
    MinAdjustmentMagnitude: 'number',
    Cooldown: 'number',
    MetricAggregationType: 'text',
  },
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 'number',
    PredefinedMetricSpecification: { PredefinedMetricType: 'text', ResourceLabel: 'text' },
    CustomizedMetricSpecification: {
      MetricName: 'text',
      Namespace: 'text',
      Dimensions: [{ Name: 'text', Value: 'text' }],
      Statistic: 'text',
      Unit: 'text',
      Metrics: queries,
    },
    ScaleOutCooldown: 'number',
    ScaleInCooldown: 'number',
    DisableScaleIn: 'flag',
  },
  PredictiveScalingPolicyConfiguration: 'any',
} as const;
