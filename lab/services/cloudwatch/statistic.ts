import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import type { MetricBucket } from './metricBucket.ts';

/** A statistic of a period: the five plain ones, or a percentile (`p99`, `p99.9`). */
export type Stat =
  | { kind: 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' }
  | { kind: 'percentile'; percent: number };

/** Reads `Statistic`, `ExtendedStatistic` or `Stat`. Throws `ValidationError` for what the lab does not serve (trimmed means and the like). */
export function parseStat(text: string): Stat {
  if (text === 'Sum' || text === 'Average' || text === 'Minimum' || text === 'Maximum' || text === 'SampleCount') {
    return { kind: text };
  }
  const percent = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(text)?.[1];
  if (percent !== undefined) return { kind: 'percentile', percent: Number(percent) };
  throw notPlayed('cloudwatch', 'statistics other than the five plain ones and percentiles', text);
}

/** The statistic's value, or `undefined` where it cannot be told (a percentile of statistic sets). */
export function valueOf(stat: Stat, period: MetricBucket): number | undefined {
  switch (stat.kind) {
    case 'Sum':
      return period.sum;
    case 'Average':
      return period.sum / period.count;
    case 'Minimum':
      return period.minimum;
    case 'Maximum':
      return period.maximum;
    case 'SampleCount':
      return period.count;
    case 'percentile':
      return period.percentile(stat.percent);
  }
}

/** The unit under which AWS's own services publish a metric. */
export function publishedUnit(namespace: string, name: string): string {
  if (name === 'TargetResponseTime') return namespace === 'AWS/ECS' ? 'Milliseconds' : 'Seconds';
  if (name.endsWith('Utilization') || name.endsWith('Reservation')) return 'Percent';
  if (name.endsWith('Bytes')) return 'Bytes';
  if (name.endsWith('Count')) return 'Count';
  return 'None';
}

/** Refuses a period that CloudWatch does not know (row W8). */
export function requirePeriod(periodSeconds: number, name = 'Period'): void {
  const valid = [10, 20, 30].includes(periodSeconds) || (periodSeconds >= 60 && periodSeconds % 60 === 0);
  if (!valid) throw new AwsError('ValidationError', `${name} must be 10, 20, 30 or a multiple of 60`);
}
