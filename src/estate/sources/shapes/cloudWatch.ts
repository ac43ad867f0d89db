import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type { ShapeOf } from './shape.ts';

const dimensions = [{ Name: 'text', Value: 'text' }] as const;

const doings = {
  AlarmDescription: 'text',
  ActionsEnabled: 'flag',
  OKActions: ['text'],
  AlarmActions: ['text'],
  InsufficientDataActions: ['text'],
} as const;

/** What AWS makes up or counts. */
type OfAws = 'AlarmArn' | 'AlarmName' | 'AlarmConfigurationUpdatedTimestamp' | `State${string}`;

/** Members of an alarm that no template has, or that no estate needs. */
type Unread = 'ActionConfiguration' | 'EvaluationCriteria' | 'EvaluationState' | 'EvaluationWindow';

export const METRIC_ALARM = {
  ...doings,
  MetricName: 'text',
  Namespace: 'text',
  Statistic: 'text',
  ExtendedStatistic: 'text',
  Dimensions: dimensions,
  Period: 'number',
  Unit: 'text',
  EvaluationPeriods: 'number',
  DatapointsToAlarm: 'number',
  Threshold: 'number',
  ThresholdMetricId: 'text',
  ComparisonOperator: 'text',
  TreatMissingData: 'text',
  EvaluateLowSampleCountPercentile: 'text',
  Metrics: [
    {
      Id: 'text',
      AccountId: 'text',
      Expression: 'text',
      Label: 'text',
      Period: 'number',
      ReturnData: 'flag',
      MetricStat: {
        Metric: { MetricName: 'text', Namespace: 'text', Dimensions: dimensions },
        Period: 'number',
        Stat: 'text',
        Unit: 'text',
      },
    },
  ],
} as const satisfies ShapeOf<
  Omit<CloudWatch.MetricAlarm, OfAws | Unread | 'EvaluationInterval' | 'WarmUpConfiguration'>
>;

export const COMPOSITE_ALARM = {
  ...doings,
  AlarmRule: 'text',
  ActionsSuppressor: 'text',
  ActionsSuppressorWaitPeriod: 'number',
  ActionsSuppressorExtensionPeriod: 'number',
} as const satisfies ShapeOf<
  Omit<CloudWatch.CompositeAlarm, OfAws | Unread | 'ActionsSuppressedBy' | 'ActionsSuppressedReason'>
>;
