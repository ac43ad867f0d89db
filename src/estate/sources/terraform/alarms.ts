import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type { Json } from '../../export.ts';
import type { Draft } from '../draft.ts';
import { told, type Block } from './block.ts';
import type { Reader } from './reader.ts';

/** What both kinds of alarm say of what they do. */
function doings(block: Block) {
  block.skip('id', 'tags', 'tags_all');
  return {
    AlarmName: block.text('alarm_name'),
    AlarmArn: block.text('arn'),
    AlarmDescription: block.text('alarm_description'),
    ActionsEnabled: block.flag('actions_enabled'),
    OKActions: block.texts('ok_actions'),
    AlarmActions: block.texts('alarm_actions'),
    InsufficientDataActions: block.texts('insufficient_data_actions'),
  };
}

const dimensions = (block: Block): { Name: string; Value: string }[] | undefined => {
  const named = block.map('dimensions');
  return named === undefined ? undefined : Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
};

function metricQuery(block: Block): Json<CloudWatch.MetricDataQuery> {
  const metric = block.one('metric');
  return told({
    Id: block.text('id'),
    AccountId: block.text('account_id'),
    Expression: block.text('expression'),
    Label: block.text('label'),
    Period: block.number('period'),
    ReturnData: block.flag('return_data'),
    MetricStat:
      metric === undefined
        ? undefined
        : told({
            Metric: told({
              MetricName: metric.text('metric_name'),
              Namespace: metric.text('namespace'),
              Dimensions: dimensions(metric),
            }),
            Period: metric.number('period'),
            Stat: metric.text('stat'),
            Unit: metric.text('unit') as CloudWatch.StandardUnit | undefined,
          }),
  });
}

/** An export has a list of alarms only where something tells of one. */
const alarmsIn = (draft: Draft): NonNullable<Draft['cloudWatch']> =>
  (draft.cloudWatch ??= { metricAlarms: [], compositeAlarms: [] });

const metricAlarm: Reader = (block, draft) => {
  const found = told({
    ...doings(block),
    MetricName: block.text('metric_name'),
    Namespace: block.text('namespace'),
    Statistic: block.text('statistic') as CloudWatch.Statistic | undefined,
    ExtendedStatistic: block.text('extended_statistic'),
    Dimensions: dimensions(block),
    Period: block.number('period'),
    Unit: block.text('unit') as CloudWatch.StandardUnit | undefined,
    EvaluationPeriods: block.number('evaluation_periods'),
    DatapointsToAlarm: block.number('datapoints_to_alarm'),
    Threshold: block.count('threshold'),
    ThresholdMetricId: block.text('threshold_metric_id'),
    ComparisonOperator: block.text('comparison_operator') as CloudWatch.ComparisonOperator | undefined,
    TreatMissingData: block.text('treat_missing_data'),
    EvaluateLowSampleCountPercentile: block.text('evaluate_low_sample_count_percentiles'),
    Metrics: block.many('metric_query')?.map(metricQuery),
  });
  alarmsIn(draft).metricAlarms.push(found);
  return found;
};

const compositeAlarm: Reader = (block, draft) => {
  const suppressor = block.one('actions_suppressor');
  const found = told({
    ...doings(block),
    AlarmRule: block.text('alarm_rule'),
    ActionsSuppressor: suppressor?.text('alarm'),
    ActionsSuppressorWaitPeriod: suppressor?.count('wait_period'),
    ActionsSuppressorExtensionPeriod: suppressor?.count('extension_period'),
  });
  alarmsIn(draft).compositeAlarms.push(found);
  return found;
};

/** CloudWatch's alarms, by Terraform's type. */
export const ALARMS: Readonly<Record<string, Reader>> = {
  aws_cloudwatch_metric_alarm: metricAlarm,
  aws_cloudwatch_composite_alarm: compositeAlarm,
};
