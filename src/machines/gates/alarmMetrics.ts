import { canonicalJson } from '../../plan/canonical.ts';
import type { AlarmReading, WatchedMetric } from '../readings.ts';

/** The metric alarms that an alarm comes down to, and what could not be looked through. */
export interface Beneath {
  metricAlarms: AlarmReading[];
  /** Each a sentence; empty where everything was seen. */
  unseen: string[];
}

/**
 * The metric alarms that an alarm comes down to: itself, or through its children, however they are joined. `known` holds every alarm
 * that was read, by name. Rules that name each other in a circle end where they began.
 */
export function beneath(alarm: AlarmReading, known: ReadonlyMap<string, AlarmReading>): Beneath {
  const found: Beneath = { metricAlarms: [], unseen: [] };
  const visited = new Set<string>();
  const visit = (name: string, reading: AlarmReading | undefined): void => {
    if (visited.has(name)) return;
    visited.add(name);
    if (reading === undefined) {
      found.unseen.push(`alarm ${name} beneath it is too deep to be looked at`);
      return;
    }
    const { basis, state } = reading;
    switch (basis.kind) {
      case 'metrics':
        found.metricAlarms.push(reading);
        break;
      case 'composite':
        if (basis.children.length === 0) found.unseen.push(`the rule of ${name} names no alarm`);
        for (const child of basis.children) visit(child, known.get(child));
        break;
      case 'notTold':
        found.unseen.push(
          state === 'missing'
            ? `alarm ${name} does not exist`
            : `CloudWatch does not tell which metrics ${name} is made of`,
        );
        break;
    }
  };
  visit(alarm.name, alarm);
  return found;
}

/** Two metrics are one where everything about them is the same. */
export const metricKey = (metric: WatchedMetric): string => canonicalJson(metric);

const PERIOD_MS = 60_000;

/** Counters of a load balancer that are published for a minute only when they are not zero (`aws-behaviour.md` 8.3). */
const SPARSE_AT_EDGE =
  /^(?:HTTPCode_(?:ELB|Target)_\w+|(?:TargetConnection|ClientTLSNegotiation|TargetTLSNegotiation)ErrorCount|RejectedConnectionCount)$/;
const SPARSE_INSIDE = /^HTTPCode_Target_[345]XX_Count$/;

/** What a target group that gets no request has none of: a green without weight is silent. */
const SPARSE_OF_GROUP = /^(?:RequestCount|TargetResponseTime)$/;

/**
 * What shows that a counter without zeros would have been published had it counted something: the load balancer's own requests, and
 * in Service Connect the good answers to the same client. `undefined` for a metric that has to show itself.
 *
 * The alarm's policy for missing data is of no account here: it is in the alarm's state already.
 */
export function companionOf(metric: WatchedMetric): WatchedMetric | undefined {
  if (metric.kind === 'query') return undefined;
  const counted = (name: string, dimensions: Readonly<Record<string, string>>): WatchedMetric => ({
    kind: 'metric',
    namespace: metric.namespace,
    name,
    dimensions,
    statistic: 'Sum',
    periodMs: PERIOD_MS,
    ...(metric.accountId === undefined ? {} : { accountId: metric.accountId }),
  });
  const { LoadBalancer, TargetGroup } = metric.dimensions;
  if (metric.namespace === 'AWS/ApplicationELB' && LoadBalancer !== undefined) {
    const isSparse =
      SPARSE_AT_EDGE.test(metric.name) || (TargetGroup !== undefined && SPARSE_OF_GROUP.test(metric.name));
    if (isSparse) return counted('RequestCount', { LoadBalancer });
  }
  if (metric.namespace === 'AWS/ECS' && SPARSE_INSIDE.test(metric.name)) {
    return counted('HTTPCode_Target_2XX_Count', metric.dimensions);
  }
  return undefined;
}

/** Everything whose newest datapoint is wanted to tell whether these alarms are fresh, each once. */
export function metricsToRead(
  alarms: readonly AlarmReading[],
  known: ReadonlyMap<string, AlarmReading>,
): WatchedMetric[] {
  const wanted = new Map<string, WatchedMetric>();
  for (const alarm of alarms) {
    for (const { basis } of beneath(alarm, known).metricAlarms) {
      for (const metric of basis.kind === 'metrics' ? basis.metrics : []) {
        for (const one of [metric, companionOf(metric)]) if (one !== undefined) wanted.set(metricKey(one), one);
      }
    }
  }
  return [...wanted.values()];
}
