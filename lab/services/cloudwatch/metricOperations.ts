import type {
  Datapoint,
  Dimension,
  GetMetricDataInput,
  GetMetricDataOutput,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  ListMetricsInput,
  ListMetricsOutput,
  MetricDatum,
  PutMetricDataInput,
  StandardUnit,
} from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Operation } from '../service.ts';
import { type Query, dimensionRecord, parseQueries, runQueries } from './metricQuery.ts';
import { HIGH_RESOLUTION_BUCKET_MS, type MetricStore, STANDARD_BUCKET_MS } from './metricStore.ts';
import { parseStat, requirePeriod, valueOf } from './statistic.ts';

/** Limits of row W7. */
const QUERIES_MAX = 500;
const DATAPOINTS_MAX = 100_800;
const STATISTICS_POINTS_MAX = 1_440;
const DATA_MAX = 1_000;
const LIST_PAGE = 500;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The operations on metrics: PutMetricData, GetMetricData, GetMetricStatistics, ListMetrics. */
export function metricOperations(clock: Clock, store: MetricStore): Record<string, Operation> {
  return {
    PutMetricData: (input: PutMetricDataInput) => {
      putMetricData(clock, store, input);
      return {};
    },
    GetMetricData: (input: GetMetricDataInput) => getMetricData(clock, store, input),
    GetMetricStatistics: (input: GetMetricStatisticsInput) => getMetricStatistics(clock, store, input),
    ListMetrics: (input: ListMetricsInput) => listMetrics(clock, store, input),
  };
}

function putMetricData(clock: Clock, store: MetricStore, input: PutMetricDataInput): void {
  const namespace = input.Namespace ?? '';
  if (namespace === '') {
    throw new AwsError('MissingRequiredParameterException', 'The parameter Namespace is required.');
  }
  if (namespace.startsWith('AWS/')) {
    throw new AwsError('InvalidParameterValueException', 'The value AWS/ for parameter Namespace is invalid.');
  }
  const data = input.MetricData ?? [];
  if (data.length === 0)
    throw new AwsError('MissingRequiredParameterException', 'The parameter MetricData is required.');
  if (data.length > DATA_MAX) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The collection MetricData must not have a size greater than ${DATA_MAX}.`,
    );
  }
  for (const [index, datum] of data.entries()) checkDatum(datum, `MetricData.member.${index + 1}`, clock.now());
  for (const datum of data) {
    const metric = { namespace, name: datum.MetricName ?? '', dimensions: dimensionRecord(datum.Dimensions) };
    const widthMs = datum.StorageResolution === 1 ? HIGH_RESOLUTION_BUCKET_MS : STANDARD_BUCKET_MS;
    const bucket = store.bucket(metric, datum.Unit ?? 'None', datum.Timestamp?.getTime() ?? clock.now(), widthMs);
    if (datum.Value !== undefined) bucket.add(datum.Value, 1);
    for (const [index, value] of (datum.Values ?? []).entries()) bucket.add(value, datum.Counts?.[index] ?? 1);
    const set = datum.StatisticValues;
    if (set !== undefined) {
      bucket.addSet({
        sum: set.Sum ?? 0,
        count: set.SampleCount ?? 0,
        minimum: set.Minimum ?? 0,
        maximum: set.Maximum ?? 0,
      });
    }
  }
}

function checkDatum(datum: MetricDatum, place: string, nowMs: number): void {
  if (!datum.MetricName) {
    throw new AwsError('MissingRequiredParameterException', `The parameter ${place}.MetricName is required.`);
  }
  if ((datum.Dimensions ?? []).length > 30) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The collection ${place}.Dimensions must not have a size greater than 30.`,
    );
  }
  const given = [datum.Value, datum.Values, datum.StatisticValues].filter((part) => part !== undefined);
  if (given.length !== 1) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `${place} needs exactly one of Value, Values and StatisticValues; it has ${given.length}.`,
    );
  }
  if (datum.Counts !== undefined && datum.Counts.length !== datum.Values?.length) {
    throw new AwsError(
      'InvalidParameterValueException',
      `${place}.Values and ${place}.Counts must have the same length.`,
    );
  }
  const numbers = [datum.Value, ...(datum.Values ?? []), ...Object.values(datum.StatisticValues ?? {})];
  if (numbers.some((number) => number !== undefined && !Number.isFinite(number))) {
    throw new AwsError('InvalidParameterValueException', `The value of ${place} must be a finite number.`);
  }
  if (datum.StatisticValues !== undefined && !((datum.StatisticValues.SampleCount ?? 0) > 0)) {
    throw new AwsError(
      'InvalidParameterValueException',
      `${place}.StatisticValues.SampleCount must be greater than 0.`,
    );
  }
  const atMs = datum.Timestamp?.getTime() ?? nowMs;
  if (atMs < nowMs - 14 * DAY_MS || atMs > nowMs + 2 * HOUR_MS) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The parameter ${place}.Timestamp must be within the past two weeks and at most two hours ahead.`,
    );
  }
}

/** GetMetricData (row W10). Its token keeps the moment of the first page, so that later pages see the same datapoints. */
function getMetricData(clock: Clock, store: MetricStore, input: GetMetricDataInput): GetMetricDataOutput {
  const { fromMs, toMs } = timeRange(input.StartTime, input.EndTime);
  const queries = input.MetricDataQueries ?? [];
  if (queries.length === 0 || queries.length > QUERIES_MAX) {
    throw new AwsError(
      'ValidationError',
      `The collection MetricDataQueries must have between 1 and ${QUERIES_MAX} members.`,
    );
  }
  const parsed = parseQueries(queries);
  if (!parsed.some(({ returnData }) => returnData)) {
    throw new AwsError('ValidationError', 'At least one of the queries must have ReturnData true.');
  }
  const maximum = input.MaxDatapoints ?? DATAPOINTS_MAX;
  if (maximum < 1 || maximum > DATAPOINTS_MAX) {
    throw new AwsError('ValidationError', `MaxDatapoints must be between 1 and ${DATAPOINTS_MAX}.`);
  }
  const { asOfMs, offset } = readDataToken(input.NextToken, clock.now());
  const results = runQueries(parsed, store, { fromMs: alignedStart(fromMs, parsed), toMs, asOfMs });
  const descending = input.ScanBy !== 'TimestampAscending';
  let before = 0;
  const page: NonNullable<GetMetricDataOutput['MetricDataResults']> = [];
  for (const { query, series } of results) {
    for (const one of series) {
      const points = [...one].sort(([a], [b]) => (descending ? b - a : a - b));
      const shown = points.slice(Math.max(0, offset - before), Math.max(0, offset + maximum - before));
      before += points.length;
      page.push({
        Id: query.id,
        Label: query.label,
        Timestamps: shown.map(([startMs]) => new Date(startMs)),
        Values: shown.map(([, value]) => value),
        StatusCode: before > offset + maximum ? 'PartialData' : 'Complete',
      });
    }
  }
  return {
    MetricDataResults: page,
    Messages: [],
    ...(before > offset + maximum ? { NextToken: `${asOfMs}.${offset + maximum}` } : {}),
  };
}

/** Unordered, at most 1 440 points (row W7). */
function getMetricStatistics(
  clock: Clock,
  store: MetricStore,
  input: GetMetricStatisticsInput,
): GetMetricStatisticsOutput {
  const { fromMs, toMs } = timeRange(input.StartTime, input.EndTime);
  if (!input.Namespace || !input.MetricName) {
    throw new AwsError('MissingRequiredParameterException', 'The parameters Namespace and MetricName are required.');
  }
  const { Statistics: statistics = [], ExtendedStatistics: extended = [], Period: period = 0 } = input;
  requirePeriod(period);
  if (statistics.length === 0 && extended.length === 0) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      'At least one of Statistics and ExtendedStatistics must be specified.',
    );
  }
  const periodMs = period * 1000;
  const requested = Math.ceil((toMs - fromMs) / periodMs);
  if (requested > STATISTICS_POINTS_MAX) {
    throw new AwsError(
      'InvalidParameterCombinationException',
      `You have requested up to ${requested.toLocaleString('en-US')} datapoints, which exceeds the limit of 1,440. ` +
        'You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
    );
  }
  const metric = { namespace: input.Namespace, name: input.MetricName, dimensions: dimensionRecord(input.Dimensions) };
  const stepMs = periodMs < 60_000 ? 10_000 : 60_000;
  const alignedMs = Math.floor(fromMs / stepMs) * stepMs;
  const points: Datapoint[] = [];
  for (const unit of input.Unit === undefined ? store.units(metric) : [input.Unit]) {
    const range = { fromMs: alignedMs, toMs, periodMs, asOfMs: clock.now(), unit };
    for (const bucket of store.periods(metric, range)) {
      const point: Datapoint = { Timestamp: new Date(bucket.startMs), Unit: unit as StandardUnit };
      for (const name of statistics) {
        const value = valueOf(parseStat(name), bucket);
        if (value !== undefined) point[name] = value;
      }
      const percentiles: Record<string, number> = {};
      for (const name of extended) {
        const value = valueOf(parseStat(name), bucket);
        if (value !== undefined) percentiles[name] = value;
      }
      points.push(extended.length === 0 ? point : { ...point, ExtendedStatistics: percentiles });
    }
  }
  return { Label: input.MetricName, Datapoints: unordered(points) };
}

function listMetrics(clock: Clock, store: MetricStore, input: ListMetricsInput): ListMetricsOutput {
  const nowMs = clock.now();
  const found = store.metrics(nowMs).filter(({ metric, lastEndMs }) => {
    if (input.Namespace !== undefined && metric.namespace !== input.Namespace) return false;
    if (input.MetricName !== undefined && metric.name !== input.MetricName) return false;
    if (input.RecentlyActive === 'PT3H' && lastEndMs < nowMs - 3 * HOUR_MS) return false;
    return (input.Dimensions ?? []).every(({ Name, Value }) => {
      const value = metric.dimensions[Name ?? ''];
      return value !== undefined && (Value === undefined || value === Value);
    });
  });
  const offset = readOffset(input.NextToken);
  const page = found.slice(offset, offset + LIST_PAGE);
  return {
    Metrics: page.map(({ metric }) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: Object.entries(metric.dimensions).map(([Name, Value]): Dimension => ({ Name, Value })),
    })),
    ...(offset + LIST_PAGE < found.length ? { NextToken: String(offset + LIST_PAGE) } : {}),
  };
}

function timeRange(start: Date | undefined, end: Date | undefined): { fromMs: number; toMs: number } {
  if (start === undefined || end === undefined) {
    throw new AwsError('ValidationError', 'The parameters StartTime and EndTime are required.');
  }
  if (start.getTime() >= end.getTime()) {
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  }
  return { fromMs: start.getTime(), toMs: end.getTime() };
}

/** StartTime is rounded down to the minute, or to ten seconds where a query has a shorter period. */
function alignedStart(fromMs: number, queries: Query[]): number {
  const isShort = queries.some(({ source }) => source.kind === 'metric' && source.periodMs < 60_000);
  const stepMs = isShort ? 10_000 : 60_000;
  return Math.floor(fromMs / stepMs) * stepMs;
}

function readDataToken(token: string | undefined, nowMs: number): { asOfMs: number; offset: number } {
  if (token === undefined) return { asOfMs: nowMs, offset: 0 };
  const [, asOf, offset] = /^(\d+(?:\.\d+)?)\.(\d+)$/.exec(token) ?? [];
  if (asOf === undefined || offset === undefined)
    throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
  return { asOfMs: Number(asOf), offset: Number(offset) };
}

/** A page token that is a plain offset. Throws `InvalidNextToken`. */
export function readOffset(token: string | undefined): number {
  if (token === undefined) return 0;
  if (!/^\d+$/.test(token)) throw new AwsError('InvalidNextToken', 'The next token specified is invalid.');
  return Number(token);
}

/** Every second point first, then the others: CloudWatch promises no order, and a caller must sort. */
function unordered<T>(points: T[]): T[] {
  return [...points.filter((_, index) => index % 2 === 1), ...points.filter((_, index) => index % 2 === 0)];
}
