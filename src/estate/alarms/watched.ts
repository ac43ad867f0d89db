import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type { EstateExport, Json } from '../export.ts';
import { by } from '../order.ts';

export type Dimensions = Readonly<Record<string, string>>;

/** An alarm with what it watches. */
export interface WatchedAlarm {
  name: string;
  /** `undefined` where the source does not tell it: a state and a template do not. */
  state: CloudWatch.StateValue | undefined;
  /** ARNs of what it does in ALARM. */
  actions: readonly string[];
  actionsEnabled: boolean;
  /** The dimensions of each metric that AWS publishes of ECS and of load balancers. */
  metrics: readonly Dimensions[];
  /** `missing` is the default; `breaching` is ALARM without data (`aws-behaviour.md` 8.2). */
  treatMissingData: string;
  /** Whether it is in ALARM when the metric is low. */
  watchesForLess: boolean;
  /** How long its metric must be on the wrong side until it is in ALARM, milliseconds: periods by datapoints. 0 for a composite. */
  breachMs: number;
  /** Of a composite alarm. */
  rule: string | undefined;
}

/** Metrics of an application's own may have dimensions of the same names; green publishes those as blue does. */
const NAMESPACES = ['AWS/ECS', 'ECS/ContainerInsights', 'AWS/ApplicationELB', 'AWS/NetworkELB'];

/** `ServiceName="frontend"` in a search, `ServiceName = 'frontend'` in a query of Metrics Insights. */
const EQUALS = /\b(ClusterName|ServiceName|TaskDefinitionFamily|LoadBalancer|TargetGroup)\s*=\s*["']?([^\s"')]+)/g;

const dimensionsIn = (expression: string): Dimensions[] =>
  NAMESPACES.some((namespace) => expression.includes(namespace))
    ? [Object.fromEntries([...expression.matchAll(EQUALS)].map(([, name = '', value = '']) => [name, value]))]
    : [];

const dimensionsOf = ({ Namespace, Dimensions = [] }: Json<CloudWatch.Metric>): Dimensions[] =>
  NAMESPACES.includes(Namespace ?? '')
    ? [Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name ?? '', Value ?? '']))]
    : [];

/** The dimensions of each metric that an alarm watches: its only one, or those of its metric math. */
export const watchedMetrics = (alarm: Json<CloudWatch.MetricAlarm>): Dimensions[] => [
  ...dimensionsOf(alarm),
  ...(alarm.Metrics ?? []).flatMap(({ MetricStat, Expression }) => [
    ...(MetricStat?.Metric === undefined ? [] : dimensionsOf(MetricStat.Metric)),
    ...dimensionsIn(Expression ?? ''),
  ]),
];

/** Whether AWS made it for a target tracking policy, with which it goes (row P6). */
export const isOfTargetTracking = ({ name }: Pick<WatchedAlarm, 'name'>): boolean => name.startsWith('TargetTracking-');

export const isScalingAction = (arn: string): boolean => arn.includes(':autoscaling:');

/** Whether it belongs to a scaling policy: made for it, or by hand to call it. */
export const isScaling = (alarm: Pick<WatchedAlarm, 'name' | 'actions'>): boolean =>
  isOfTargetTracking(alarm) || alarm.actions.some(isScalingAction);

const common = (alarm: Json<CloudWatch.MetricAlarm> | Json<CloudWatch.CompositeAlarm>) => ({
  name: alarm.AlarmName ?? '',
  state: alarm.StateValue,
  actions: alarm.AlarmActions ?? [],
  actionsEnabled: alarm.ActionsEnabled ?? true,
});

/** The shortest period of what AWS publishes itself, and CloudWatch's default. */
const PERIOD_SECONDS = 60;

function breachMsOf(alarm: Json<CloudWatch.MetricAlarm>): number {
  const periods = [
    alarm.Period,
    ...(alarm.Metrics ?? []).map(({ MetricStat, Period }) => MetricStat?.Period ?? Period),
  ];
  const known = periods.filter((seconds) => seconds !== undefined);
  const seconds = known.length === 0 ? PERIOD_SECONDS : Math.max(...known);
  return seconds * 1000 * (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods ?? 1);
}

/** The alarms of an export, ordered by name; `undefined` where its sources tell of none. */
export const watchedAlarms = ({ cloudWatch }: Pick<EstateExport, 'cloudWatch'>): WatchedAlarm[] | undefined =>
  cloudWatch === undefined
    ? undefined
    : [
        ...cloudWatch.metricAlarms.map(
          (alarm): WatchedAlarm => ({
            ...common(alarm),
            metrics: watchedMetrics(alarm),
            treatMissingData: alarm.TreatMissingData ?? 'missing',
            watchesForLess: alarm.ComparisonOperator?.startsWith('LessThan') === true,
            breachMs: breachMsOf(alarm),
            rule: undefined,
          }),
        ),
        ...cloudWatch.compositeAlarms.map(
          (alarm): WatchedAlarm => ({
            ...common(alarm),
            metrics: [],
            treatMissingData: 'missing',
            watchesForLess: false,
            breachMs: 0,
            rule: alarm.AlarmRule ?? '',
          }),
        ),
      ].sort(by(({ name }) => name));
