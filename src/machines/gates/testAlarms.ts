import type { AlarmReading, WatchedMetric } from '../readings.ts';

const MINUTE_MS = 60_000;

/** A metric of the load balancer `app/shop/1`, by the minute; for tests. */
export const edgeMetric = (
  name: string,
  dimensions: Record<string, string> = {},
): Extract<WatchedMetric, { kind: 'metric' }> => ({
  kind: 'metric',
  namespace: 'AWS/ApplicationELB',
  name,
  dimensions: { LoadBalancer: 'app/shop/1', ...dimensions },
  statistic: 'Sum',
  periodMs: MINUTE_MS,
});

/** A metric alarm that is OK and looks at one minute; for tests. */
export const metricAlarm = (
  name: string,
  metrics: readonly WatchedMetric[],
  given: Partial<AlarmReading> & { datapointsToAlarm?: number } = {},
): AlarmReading => {
  const { datapointsToAlarm = 1, ...reading } = given;
  return {
    name,
    state: 'OK',
    stateReason: '',
    transitionedAt: 0,
    basis: {
      kind: 'metrics',
      metrics,
      periodMs: Math.max(...metrics.map(({ periodMs }) => periodMs)),
      datapointsToAlarm,
    },
    ...reading,
  };
};

/** A composite alarm that is OK; for tests. */
export const compositeAlarm = (name: string, children: string[], suppressor?: string): AlarmReading => ({
  name,
  state: 'OK',
  stateReason: '',
  transitionedAt: 0,
  basis: { kind: 'composite', children, suppressor },
});
