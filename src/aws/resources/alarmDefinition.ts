import type { MetricAlarm, MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { AlarmResource } from '../../assess/model.ts';
import { CREATED_ALARM_DATAPOINTS, CREATED_ALARM_PERIOD_MS, CREATED_ALARM_PERIODS } from '../../plan/createdAlarms.ts';
import { entryArn } from '../../plan/model.ts';
import { loadBalancerDimension, targetGroupDimension } from '../arns.ts';
import { changed } from './changes.ts';

export type AlarmDefinition = Omit<PutMetricAlarmCommandInput, 'Tags'>;

/**
 * The alarm as CloudWatch is given it: metric math over one target group's own counters. What the load balancer answers itself carries
 * no target group (`aws-behaviour.md` 8.3), so what it could not hand over is counted by the connections that failed.
 *
 * A counter without an error has no datapoint, so the counters are filled; a minute without a request has none either, and is a good one.
 */
export function alarmDefinition(resource: AlarmResource, targetGroupArn: string): AlarmDefinition {
  const metric = (Id: string, MetricName: string, Stat: string): MetricDataQuery => ({
    Id,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName,
        Dimensions: [
          { Name: 'LoadBalancer', Value: loadBalancerDimension(entryArn(resource.entry)) },
          { Name: 'TargetGroup', Value: targetGroupDimension(targetGroupArn) },
        ],
      },
      Period: CREATED_ALARM_PERIOD_MS / 1000,
      Stat,
    },
    ReturnData: false,
  });
  const requests = metric('requests', 'RequestCount', 'Sum');
  const judged = (Expression: string, Label: string): MetricDataQuery => ({
    Id: 'judged',
    Expression: `IF(requests >= ${resource.requestsMin}, ${Expression}, 0)`,
    Label,
    ReturnData: true,
  });
  const common = {
    AlarmName: resource.name,
    AlarmDescription: resource.description,
    ComparisonOperator: 'GreaterThanThreshold',
    EvaluationPeriods: CREATED_ALARM_PERIODS,
    DatapointsToAlarm: CREATED_ALARM_DATAPOINTS,
    TreatMissingData: 'notBreaching',
  } as const;
  switch (resource.watches.kind) {
    case 'errors':
      return {
        ...common,
        Metrics: [
          requests,
          metric('answered5xx', 'HTTPCode_Target_5XX_Count', 'Sum'),
          metric('unconnected', 'TargetConnectionErrorCount', 'Sum'),
          judged('100 * SUM([FILL(answered5xx, 0), FILL(unconnected, 0)]) / requests', 'Failed requests, percent'),
        ],
        Threshold: Number((resource.watches.max * 100).toFixed(4)),
      };
    case 'latencyP99':
      return {
        ...common,
        Metrics: [
          requests,
          metric('latency', 'TargetResponseTime', 'p99'),
          judged('latency', '99th percentile of the response time, seconds'),
        ],
        Threshold: resource.watches.maxSeconds,
      };
  }
}

/** What of an alarm's definition is not as it was put, field by field. Its actions are whose they are, and no one's business here. */
export function alarmChanges(wanted: AlarmDefinition, found: MetricAlarm): string[] {
  const members = [
    'Threshold',
    'ComparisonOperator',
    'EvaluationPeriods',
    'DatapointsToAlarm',
    'TreatMissingData',
  ] as const satisfies readonly (keyof AlarmDefinition & keyof MetricAlarm)[];
  const queriesOf = ({ Metrics = [] }: AlarmDefinition | MetricAlarm) => new Map(Metrics.map((one) => [one.Id, one]));
  const [asked, answered] = [queriesOf(wanted), queriesOf(found)];
  const ids = [...new Set([...asked.keys(), ...answered.keys()])];
  return [
    ...members.flatMap((member) => changed(member, wanted[member], found[member])),
    ...ids.flatMap((id) => changed(`metric ${id ?? ''}`, queryOf(asked.get(id)), queryOf(answered.get(id)))),
  ];
}

/** What a query means: dimensions are a set, and CloudWatch may answer with more than it was given. */
function queryOf(query: MetricDataQuery | undefined): object | undefined {
  if (query === undefined) return undefined;
  const { Expression, MetricStat, ReturnData = true } = query;
  return {
    Expression,
    ReturnData,
    MetricStat: MetricStat && {
      Namespace: MetricStat.Metric?.Namespace,
      MetricName: MetricStat.Metric?.MetricName,
      Dimensions: Object.fromEntries(
        (MetricStat.Metric?.Dimensions ?? []).map(({ Name = '', Value }) => [Name, Value]),
      ),
      Period: MetricStat.Period,
      Stat: MetricStat.Stat,
    },
  };
}
