import type { Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../errors.ts';
import { evaluateExpression, expressionReferences, type MathValue, type TimeSeries } from './metricMath.ts';
import type { MetricIdentity, MetricStore } from './metricStore.ts';
import { parseStat, requirePeriod, type Stat, valueOf } from './statistic.ts';

/** One query of GetMetricData, or one member of a metric-math alarm, checked. */
export interface Query {
  id: string;
  label: string;
  returnData: boolean;
  source:
    | { kind: 'metric'; metric: MetricIdentity; stat: Stat; periodMs: number; unit: string | undefined }
    | { kind: 'expression'; expression: string };
}

/** The stretch of time that queries look at: `fromMs` inclusive, `toMs` exclusive; `asOfMs` decides what is visible. */
export interface QueryRange {
  fromMs: number;
  toMs: number;
  asOfMs: number;
}

/** `Dimensions` as a record. Throws `ValidationError` where a name or a value is missing or a name comes twice. */
export function dimensionRecord(dimensions: Dimension[] | undefined): Record<string, string> {
  const values = new Map<string, string>();
  for (const { Name, Value } of dimensions ?? []) {
    if (!Name || !Value) throw new AwsError('ValidationError', 'Each dimension needs a Name and a Value.');
    if (values.has(Name)) throw new AwsError('ValidationError', `The dimension ${Name} is given twice.`);
    values.set(Name, Value);
  }
  return Object.fromEntries(values);
}

/** Checks the queries of one request against each other. Throws `ValidationError`. */
export function parseQueries(queries: MetricDataQuery[]): Query[] {
  const parsed = queries.map(parseQuery);
  const ids = new Set<string>();
  for (const { id } of parsed) {
    if (ids.has(id)) throw new AwsError('ValidationError', `The query id ${id} is used more than once.`);
    ids.add(id);
  }
  for (const { source } of parsed) {
    if (source.kind !== 'expression') continue;
    for (const reference of expressionReferences(source.expression)) {
      if (!ids.has(reference)) {
        throw new AwsError(
          'ValidationError',
          `Error in expression '${source.expression}' [no query has the id ${reference}]`,
        );
      }
    }
  }
  if (parsed.some(({ source }) => source.kind === 'expression')) commonPeriodMs(parsed);
  return parsed;
}

/** The one period of queries that an expression combines. Throws `ValidationError` when they differ or there is no metric. */
export function commonPeriodMs(queries: Query[]): number {
  const periods = new Set(queries.flatMap(({ source }) => (source.kind === 'metric' ? [source.periodMs] : [])));
  const [periodMs, another] = periods;
  if (periodMs === undefined) {
    throw new AwsError('ValidationError', 'An expression needs at least one query with a MetricStat.');
  }
  if (another !== undefined) {
    throw new AwsError('ValidationError', 'All metrics that an expression combines must have the same Period.');
  }
  return periodMs;
}

/** As many as GetMetricData has datapoints in an answer (row W7). AWS goes on over further pages, which take it as long. */
const PERIODS_MAX = 100_800;

/** What each query with `ReturnData` yields. Throws `ValidationError` for expressions that refer to each other in a circle. */
export function runQueries(
  queries: Query[],
  store: MetricStore,
  range: QueryRange,
): { query: Query; series: TimeSeries[] }[] {
  const values = new Map<string, MathValue | 'inProgress'>();
  const metricIds = queries.flatMap(({ id, source }) => (source.kind === 'metric' ? [id] : []));
  const periodStarts: number[] = [];
  if (queries.some(({ source }) => source.kind === 'expression')) {
    const periodMs = commonPeriodMs(queries);
    for (let startMs = range.fromMs; startMs < range.toMs && startMs + periodMs <= range.asOfMs; startMs += periodMs) {
      periodStarts.push(startMs);
      if (periodStarts.length > PERIODS_MAX) {
        throw new AwsError(
          'ValidationError',
          `lab: an expression is evaluated over at most ${PERIODS_MAX} periods; shorten the range or lengthen the period.`,
        );
      }
    }
  }
  const resolve = (id: string): MathValue => {
    const known = values.get(id);
    if (known === 'inProgress') throw new AwsError('ValidationError', `The expression ${id} refers to itself.`);
    if (known !== undefined) return known;
    const query = queries.find((candidate) => candidate.id === id);
    if (query === undefined) throw new AwsError('ValidationError', `No query has the id ${id}.`);
    values.set(id, 'inProgress');
    const value = compute(query);
    values.set(id, value);
    return value;
  };
  const compute = ({ source }: Query): MathValue => {
    if (source.kind === 'expression') {
      return evaluateExpression(source.expression, { resolve, metricIds, periodStarts });
    }
    const points = new Map<number, number>();
    for (const period of store.periods(source.metric, { ...range, periodMs: source.periodMs, unit: source.unit })) {
      const value = valueOf(source.stat, period);
      if (value !== undefined) points.set(period.startMs, value);
    }
    return { kind: 'series', points };
  };
  return queries
    .filter(({ returnData }) => returnData)
    .map((query) => {
      const value = resolve(query.id);
      switch (value.kind) {
        case 'scalar':
          return { query, series: [new Map(periodStarts.map((startMs) => [startMs, value.value]))] };
        case 'series':
          return { query, series: [value.points] };
        case 'list':
          return { query, series: value.items };
      }
    });
}

function parseQuery(query: MetricDataQuery): Query {
  const id = query.Id ?? '';
  if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
    throw new AwsError(
      'ValidationError',
      `The query id "${id}" must begin with a lower-case letter, then letters, digits and underscores.`,
    );
  }
  if ((query.MetricStat === undefined) === (query.Expression === undefined)) {
    throw new AwsError('ValidationError', `The query ${id} needs exactly one of MetricStat and Expression.`);
  }
  const returnData = query.ReturnData ?? true;
  if (query.Expression !== undefined) {
    expressionReferences(query.Expression);
    return { id, label: query.Label ?? id, returnData, source: { kind: 'expression', expression: query.Expression } };
  }
  const { Metric, Period, Stat, Unit } = query.MetricStat ?? {};
  if (!Metric?.Namespace || !Metric.MetricName || Period === undefined || Stat === undefined) {
    throw new AwsError(
      'ValidationError',
      `The query ${id} needs Metric.Namespace, Metric.MetricName, Period and Stat.`,
    );
  }
  requirePeriod(Period);
  const metric = {
    namespace: Metric.Namespace,
    name: Metric.MetricName,
    dimensions: dimensionRecord(Metric.Dimensions),
  };
  const source = { kind: 'metric' as const, metric, stat: parseStat(Stat), periodMs: Period * 1000, unit: Unit };
  return { id, label: query.Label ?? Metric.MetricName, returnData, source };
}
