import type { CompositeAlarm, Metric, MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { alarmsAsked } from '../../estate/alarms/rule.ts';
import type { AlarmBasis, WatchedMetric } from '../../machines/readings.ts';

/** CloudWatch's own default where a definition names none. */
const PERIOD_SECONDS = 60;

/** What a metric alarm rests on: its metric, the metrics of its math, or its query of Metrics Insights. */
export function basisOfMetricAlarm(alarm: MetricAlarm): AlarmBasis {
  const metrics = alarm.Metrics === undefined || alarm.Metrics.length === 0 ? ownMetric(alarm) : ofMath(alarm.Metrics);
  if (metrics.length === 0) return { kind: 'notTold' };
  return {
    kind: 'metrics',
    metrics,
    periodMs: Math.max(...metrics.map(({ periodMs }) => periodMs)),
    datapointsToAlarm: alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1,
  };
}

export const basisOfComposite = ({ AlarmRule = '', ActionsSuppressor }: CompositeAlarm): AlarmBasis => ({
  kind: 'composite',
  children: [...new Set(alarmsAsked(AlarmRule).map(({ name }) => name))],
  suppressor: ActionsSuppressor,
});

const ownMetric = (alarm: MetricAlarm): WatchedMetric[] =>
  alarm.MetricName === undefined
    ? []
    : [
        watched(
          { Namespace: alarm.Namespace, MetricName: alarm.MetricName, Dimensions: alarm.Dimensions },
          alarm.Statistic ?? alarm.ExtendedStatistic,
          { periodSeconds: alarm.Period, unit: alarm.Unit, accountId: undefined },
        ),
      ];

/**
 * An expression tells nothing of data: `FILL(m1, 0)` has a value whatever becomes of `m1`. Its metrics do; only a query of Metrics
 * Insights has none beside it.
 */
function ofMath(queries: readonly MetricDataQuery[]): WatchedMetric[] {
  const metrics = queries.flatMap(({ MetricStat, AccountId }) =>
    MetricStat?.Metric === undefined
      ? []
      : [
          watched(MetricStat.Metric, MetricStat.Stat, {
            periodSeconds: MetricStat.Period,
            unit: MetricStat.Unit,
            accountId: AccountId,
          }),
        ],
  );
  if (metrics.length > 0) return metrics;
  return queries.flatMap(({ Expression, Period }): WatchedMetric[] =>
    Expression === undefined || !/^\s*SELECT\b/i.test(Expression)
      ? []
      : [{ kind: 'query', expression: Expression, periodMs: (Period ?? PERIOD_SECONDS) * 1000 }],
  );
}

const watched = (
  { Namespace = '', MetricName = '', Dimensions = [] }: Metric,
  statistic: string | undefined,
  {
    periodSeconds,
    unit,
    accountId,
  }: { periodSeconds: number | undefined; unit: string | undefined; accountId: string | undefined },
): WatchedMetric => ({
  kind: 'metric',
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(Dimensions.map(({ Name = '', Value = '' }) => [Name, Value])),
  statistic: statistic ?? 'SampleCount',
  periodMs: (periodSeconds ?? PERIOD_SECONDS) * 1000,
  ...(unit === undefined ? {} : { unit }),
  ...(accountId === undefined ? {} : { accountId }),
});
