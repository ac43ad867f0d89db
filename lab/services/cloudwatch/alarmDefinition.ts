import type { ComparisonOperator, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Comparison, Evaluation, TreatMissingData } from './alarmModel.ts';
import { commonPeriodMs, dimensionRecord, parseQueries, type Query } from './metricQuery.ts';
import { parseStat, requirePeriod } from './statistic.ts';

const DAY_SECONDS = 86_400;
const COMPARISONS: readonly string[] = [
  'GreaterThanOrEqualToThreshold',
  'GreaterThanThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
] satisfies Comparison[];
const OF_ANOMALIES: readonly string[] = [
  'LessThanLowerOrGreaterThanUpperThreshold',
  'LessThanLowerThreshold',
  'GreaterThanUpperThreshold',
] satisfies ComparisonOperator[];
const MISSING_DATA: readonly string[] = ['missing', 'ignore', 'breaching', 'notBreaching'] satisfies TreatMissingData[];

/** Members of the newer kinds of alarm, which the lab does not serve. */
const NOT_SERVED = [
  'ThresholdMetricId',
  'EvaluationWindow',
  'WarmUpConfiguration',
  'EvaluationCriteria',
  'EvaluationInterval',
  'ActionConfiguration',
] as const satisfies (keyof PutMetricAlarmInput)[];

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** What decides about the alarm, read out of a PutMetricAlarm (rows W7, W8). Throws `ValidationError`. */
export function readEvaluation(input: PutMetricAlarmInput): Evaluation {
  requireAlarmName(input.AlarmName);
  for (const member of NOT_SERVED) {
    if (input[member] !== undefined) throw notPlayed('cloudwatch', member);
  }
  requireActions({
    OKActions: input.OKActions,
    AlarmActions: input.AlarmActions,
    InsufficientDataActions: input.InsufficientDataActions,
  });
  const { EvaluationPeriods: periods, Threshold: threshold, ComparisonOperator: comparison } = input;
  if (periods === undefined || periods < 1) throw invalid('EvaluationPeriods is required and must be at least 1.');
  if (comparison !== undefined && OF_ANOMALIES.includes(comparison)) {
    throw notPlayed('cloudwatch', 'anomaly detection', comparison);
  }
  if (comparison === undefined || !COMPARISONS.includes(comparison)) {
    throw invalid(`ComparisonOperator must be one of ${COMPARISONS.join(', ')}.`);
  }
  if (threshold === undefined) throw invalid('Threshold is required.');
  const needed = input.DatapointsToAlarm ?? periods;
  if (needed < 1 || needed > periods) throw invalid('DatapointsToAlarm must be between 1 and EvaluationPeriods.');
  const treatMissingData = input.TreatMissingData ?? 'missing';
  if (!MISSING_DATA.includes(treatMissingData))
    throw invalid(`TreatMissingData must be one of ${MISSING_DATA.join(', ')}.`);
  const lowSample = input.EvaluateLowSampleCountPercentile;
  if (lowSample !== undefined && lowSample !== 'evaluate') {
    throw notPlayed('cloudwatch', 'EvaluateLowSampleCountPercentile other than evaluate', lowSample);
  }
  const queries = input.Metrics === undefined ? [singleMetric(input)] : mathQueries(input);
  const periodMs = commonPeriodMs(queries);
  const seconds = (periodMs / 1000) * periods;
  const limit = periodMs >= 3_600_000 ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (seconds > limit) throw invalid(`EvaluationPeriods * Period must be <= ${limit}`);
  return {
    queries,
    periodMs,
    evaluationPeriods: periods,
    datapointsToAlarm: needed,
    threshold,
    comparison: comparison as Comparison,
    treatMissingData: treatMissingData as TreatMissingData,
  };
}

export function requireAlarmName(name: string | undefined): asserts name is string {
  if (name === undefined || name.length < 1 || name.length > 255) {
    throw invalid('AlarmName is required and must have 1 to 255 characters.');
  }
}

export function requireActions(actions: Record<string, string[] | undefined>): void {
  for (const [member, arns] of Object.entries(actions)) {
    if ((arns ?? []).length > 5) throw invalid(`The collection ${member} must not have a size greater than 5.`);
  }
}

function singleMetric(input: PutMetricAlarmInput): Query {
  const { Namespace: namespace, MetricName: name, Period: period, Statistic, ExtendedStatistic } = input;
  if (!namespace || !name) throw invalid('An alarm needs either MetricName with Namespace, or Metrics.');
  if (period === undefined) throw invalid('Period is required with MetricName.');
  requirePeriod(period);
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw invalid('Exactly one of Statistic and ExtendedStatistic is required with MetricName.');
  }
  return {
    id: 'm1',
    label: name,
    returnData: true,
    source: {
      kind: 'metric',
      metric: { namespace, name, dimensions: dimensionRecord(input.Dimensions) },
      stat: parseStat(Statistic ?? ExtendedStatistic ?? ''),
      periodMs: period * 1000,
      unit: input.Unit,
    },
  };
}

function mathQueries(input: PutMetricAlarmInput): Query[] {
  const alone = ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Unit', 'Statistic', 'ExtendedStatistic'] as const;
  for (const member of alone) {
    if (input[member] !== undefined) throw invalid(`${member} must not be given together with Metrics.`);
  }
  const queries = parseQueries(input.Metrics ?? []);
  for (const kind of ['metric', 'expression']) {
    if (queries.filter(({ source }) => source.kind === kind).length > 10) {
      throw invalid('Too many metrics in alarm, maximum is 10');
    }
  }
  if (queries.filter(({ returnData }) => returnData).length !== 1) {
    throw invalid('Exactly one element of the Metrics list should return data.');
  }
  return queries;
}
