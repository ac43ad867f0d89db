import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { TargetTrackingScalingPolicyConfiguration } from '@aws-sdk/client-application-auto-scaling';
import { type TargetRecord, validation } from './target.ts';

type Metric = Pick<
  PutMetricAlarmCommandInput,
  'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'Unit' | 'Metrics' | 'Period'
>;

const PERIOD_SECONDS = 60;
/** AWS's own: out after three minutes above the target, in after fifteen below nine tenths of it. */
const HIGH_PERIODS = 3;
const LOW_PERIODS = 15;
const LOW_SHARE = 0.9;

/** The alarms of a target tracking policy (row P6). Throws `ValidationException` where the metric cannot be read. */
export function trackingAlarms(
  target: TargetRecord,
  configuration: TargetTrackingScalingPolicyConfiguration,
  policyArn: string,
  newId: () => string,
): { high: PutMetricAlarmCommandInput; low: PutMetricAlarmCommandInput | undefined } {
  const value = configuration.TargetValue;
  if (value === undefined || !(value > 0)) throw validation('TargetValue must be a positive number.');
  const metric = metricOf(target, configuration);
  const alarm = (kind: 'High' | 'Low', threshold: number, periods: number): PutMetricAlarmCommandInput => ({
    AlarmName: `TargetTracking-${target.resourceId}-Alarm${kind}-${newId()}`,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${policyArn}.`,
    ActionsEnabled: true,
    AlarmActions: [policyArn],
    ComparisonOperator: kind === 'High' ? 'GreaterThanThreshold' : 'LessThanThreshold',
    Threshold: threshold,
    EvaluationPeriods: periods,
    ...metric,
  });
  return {
    high: alarm('High', value, HIGH_PERIODS),
    low: configuration.DisableScaleIn === true ? undefined : alarm('Low', value * LOW_SHARE, LOW_PERIODS),
  };
}

function metricOf(target: TargetRecord, configuration: TargetTrackingScalingPolicyConfiguration): Metric {
  const { PredefinedMetricSpecification: predefined, CustomizedMetricSpecification: customized } = configuration;
  if ((predefined === undefined) === (customized === undefined)) {
    throw validation('Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be given.');
  }
  if (customized?.Metrics !== undefined) {
    return {
      Metrics: customized.Metrics.map((query) => ({
        Id: query.Id,
        Expression: query.Expression,
        Label: query.Label,
        ReturnData: query.ReturnData,
        MetricStat:
          query.MetricStat === undefined
            ? undefined
            : {
                Metric: query.MetricStat.Metric,
                Stat: query.MetricStat.Stat,
                Period: PERIOD_SECONDS,
                Unit: undefined,
              },
        ...(query.MetricStat === undefined ? { Period: PERIOD_SECONDS } : {}),
      })),
    };
  }
  if (customized !== undefined) {
    return {
      Namespace: customized.Namespace,
      MetricName: customized.MetricName,
      Dimensions: customized.Dimensions ?? [],
      Statistic: customized.Statistic,
      Period: PERIOD_SECONDS,
    };
  }
  return predefinedMetric(target, predefined?.PredefinedMetricType, predefined?.ResourceLabel);
}

function predefinedMetric(target: TargetRecord, type: string | undefined, label: string | undefined): Metric {
  const ofService = (MetricName: string): Metric => ({
    Namespace: 'AWS/ECS',
    MetricName,
    Dimensions: [
      { Name: 'ClusterName', Value: target.clusterName },
      { Name: 'ServiceName', Value: target.serviceName },
    ],
    Statistic: 'Average',
    Period: PERIOD_SECONDS,
  });
  switch (type) {
    case 'ECSServiceAverageCPUUtilization':
      return ofService('CPUUtilization');
    case 'ECSServiceAverageMemoryUtilization':
      return ofService('MemoryUtilization');
    case 'ALBRequestCountPerTarget': {
      const match = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(label ?? '');
      if (match === null) {
        throw validation(
          `ResourceLabel ${label ?? ''} is invalid: app/<name>/<id>/targetgroup/<name>/<id> is required for ALBRequestCountPerTarget.`,
        );
      }
      return {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'RequestCountPerTarget',
        Dimensions: [
          { Name: 'LoadBalancer', Value: match[1] },
          { Name: 'TargetGroup', Value: match[2] },
        ],
        Statistic: 'Sum',
        Period: PERIOD_SECONDS,
      };
    }
    default:
      throw validation(`Predefined metric ${type ?? ''} is not one of ECS services.`);
  }
}
