import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { AwsCallError } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { readMetricData } from './reads/metricData.ts';

/** AWS's own services publish by the minute. */
export const PERIOD_MS = 60_000;

/** A metric by its exact full set of dimensions; AWS rolls nothing up (row W11). */
export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

/** What CloudWatch is to make of a minute's values. */
export type Statistic = 'Sum' | 'Average' | `p${number}`;

export interface Datapoint {
  /** The minute's start, milliseconds since the epoch. */
  atMs: number;
  value: number;
}

export interface Window {
  /** Inclusive. */
  fromMs: number;
  /** Exclusive (row W10). */
  untilMs: number;
}

/** The last complete minutes before now. */
export function completeMinutes(nowMs: number, windowMs: number): Window {
  const untilMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
  return { fromMs: untilMs - Math.max(PERIOD_MS, Math.ceil(windowMs / PERIOD_MS) * PERIOD_MS), untilMs };
}

/** {@link minuteStatistics}, all of them sums. */
export const minuteSums = (clients: AwsClients, metrics: readonly MetricId[], window: Window): Promise<Datapoint[][]> =>
  minuteStatistics(
    clients,
    metrics.map((metric) => ({ metric, statistic: 'Sum' })),
    window,
  );

/**
 * Statistics by the minute, one list a metric, in the order given, in one request and its pages: at most 500 (row W7). What was not
 * published is not there: error counters have no zeros (`aws-behaviour.md` 8.3). Throws {@link AwsCallError} (`unknown`) when
 * CloudWatch could not answer in full.
 */
export async function minuteStatistics(
  clients: AwsClients,
  asked: readonly { metric: MetricId; statistic: Statistic }[],
  window: Window,
): Promise<Datapoint[][]> {
  const queries = asked.map(
    ({ metric, statistic }): Omit<MetricDataQuery, 'Id'> => ({
      MetricStat: {
        Metric: {
          Namespace: metric.namespace,
          MetricName: metric.name,
          Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
        },
        Period: PERIOD_MS / 1000,
        Stat: statistic,
      },
    }),
  );
  const results = await readMetricData(clients, queries, window);
  return asked.map(({ metric }, index) => {
    const pages = results[index] ?? [];
    if (pages.some((result) => result.StatusCode === 'InternalError') || pages.at(-1)?.StatusCode === 'PartialData') {
      throw new AwsCallError(
        'cloudwatch:GetMetricData',
        'PartialData',
        'unknown',
        `CloudWatch could not answer in full for ${metric.namespace} ${metric.name}: what it did not count is not known.`,
      );
    }
    return pages.flatMap(({ Timestamps = [], Values = [] }) =>
      Timestamps.map((at, point) => ({ atMs: at.getTime(), value: Values[point] ?? 0 })),
    );
  });
}

export const total = (points: readonly Datapoint[]): number => points.reduce((sum, point) => sum + point.value, 0);
