import type { MetricDataQuery, MetricDataResult, StandardUnit } from '@aws-sdk/client-cloudwatch';
import type { WatchedMetric } from '../../machines/readings.ts';
import { AwsCallError } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { PERIOD_MS } from '../metrics.ts';
import { inBatches } from '../pages.ts';
import { METRIC_QUERIES_MAX, readMetricData } from '../reads/metricData.ts';

export const NEWEST_DATA_ACTIONS = ['cloudwatch:GetMetricData'] as const;

/** How far back is looked at least, and how many periods: a metric that was silent for longer has no newest datapoint. */
export const LOOK_BACK_MS_MIN = 15 * 60_000;
const LOOK_BACK_PERIODS = 2;
/** Metrics of longer periods are asked for by themselves, so that nobody reads days of minutes for their sake. */
const SHORT_PERIOD_MS_MAX = 3_600_000;

/**
 * When each metric's newest period that holds data ends: one call for all of them, a second where some have a period of more than an
 * hour. `null` for one without a datapoint in the last quarter of an hour, or in its last two periods where those are longer. Throws
 * {@link AwsCallError} (`unknown`) when CloudWatch could not answer.
 */
export async function readNewestData(
  clients: AwsClients,
  nowMs: number,
  metrics: readonly WatchedMetric[],
): Promise<(number | null)[]> {
  const newest = new Map<WatchedMetric, number>();
  for (const alike of [metrics.filter(isShort), metrics.filter((metric) => !isShort(metric))]) {
    for (const batch of inBatches(alike, METRIC_QUERIES_MAX)) await readBatch(clients, nowMs, batch, newest);
  }
  return metrics.map((metric) => newest.get(metric) ?? null);
}

const isShort = ({ periodMs }: WatchedMetric): boolean => periodMs <= SHORT_PERIOD_MS_MAX;

async function readBatch(
  clients: AwsClients,
  nowMs: number,
  batch: readonly WatchedMetric[],
  newest: Map<WatchedMetric, number>,
): Promise<void> {
  const longestMs = Math.max(...batch.map(({ periodMs }) => periodMs));
  const fromMs = nowMs - Math.max(LOOK_BACK_MS_MIN, LOOK_BACK_PERIODS * longestMs);
  const window = {
    fromMs: Math.floor(fromMs / longestMs) * longestMs,
    // The minute that has begun included: what it holds so far counts.
    untilMs: (Math.floor(nowMs / PERIOD_MS) + 1) * PERIOD_MS,
  };
  const results = await readMetricData(clients, batch.map(queryOf), window);
  for (const [index, pages] of results.entries()) {
    const metric = batch[index];
    if (metric !== undefined) for (const page of pages) note(metric, page, newest);
  }
}

function note(
  metric: WatchedMetric,
  { StatusCode, Timestamps = [] }: MetricDataResult,
  newest: Map<WatchedMetric, number>,
): void {
  if (StatusCode === 'InternalError' || StatusCode === 'Forbidden') {
    throw new AwsCallError(
      'cloudwatch:GetMetricData',
      StatusCode,
      StatusCode === 'Forbidden' ? 'denied' : 'unknown',
      `CloudWatch did not answer for ${metric.kind === 'metric' ? `${metric.namespace} ${metric.name}` : metric.expression}: how old its data are is not known.`,
    );
  }
  for (const at of Timestamps) {
    const endMs = at.getTime() + metric.periodMs;
    if (endMs > (newest.get(metric) ?? 0)) newest.set(metric, endMs);
  }
}

const queryOf = (metric: WatchedMetric): Omit<MetricDataQuery, 'Id'> => {
  if (metric.kind === 'query') return { Expression: metric.expression, Period: metric.periodMs / 1000 };
  return {
    ...(metric.accountId === undefined ? {} : { AccountId: metric.accountId }),
    MetricStat: {
      Metric: {
        Namespace: metric.namespace,
        MetricName: metric.name,
        Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: metric.periodMs / 1000,
      Stat: metric.statistic,
      ...(metric.unit === undefined ? {} : { Unit: metric.unit as StandardUnit }),
    },
  };
};
