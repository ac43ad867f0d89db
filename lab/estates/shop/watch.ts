import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { PutScalingPolicyCommand, RegisterScalableTargetCommand } from '@aws-sdk/client-application-auto-scaling';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import type { Edge } from './edge.ts';
import { CLUSTER } from './names.ts';

export const ALARMS = ['shop-5xx', 'shop-latency'];

/** The part of a load balancer's or target group's ARN that metrics and scaling policies name it by. */
const metricName = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');

/** Requests a minute and target above which the frontend grows; far more than anybody sends to a sample. */
const REQUESTS_PER_TARGET = 100_000;

/** The frontend scales between 2 and 4 tasks by the requests that the load balancer sends it. */
export async function createScaling(autoScaling: ApplicationAutoScalingClient, edge: Edge): Promise<void> {
  const target = {
    ServiceNamespace: 'ecs' as const,
    ResourceId: `service/${CLUSTER}/frontend`,
    ScalableDimension: 'ecs:service:DesiredCount' as const,
  };
  await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 2, MaxCapacity: 4 }));
  await autoScaling.send(
    new PutScalingPolicyCommand({
      ...target,
      PolicyName: 'frontend-requests',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: REQUESTS_PER_TARGET,
        PredefinedMetricSpecification: {
          PredefinedMetricType: 'ALBRequestCountPerTarget',
          ResourceLabel: `${metricName(edge.loadBalancerArn)}/${metricName(edge.targetGroupArn)}`,
        },
        ScaleInCooldown: 300,
        ScaleOutCooldown: 60,
      },
    }),
  );
}

/** The two alarms that the shop's people watch: users' errors and users' waiting, over the whole load balancer. */
export async function createAlarms(cloudWatch: CloudWatchClient, edge: Edge): Promise<void> {
  const common = {
    Namespace: 'AWS/ApplicationELB',
    Dimensions: [{ Name: 'LoadBalancer', Value: metricName(edge.loadBalancerArn) }],
    Period: 60,
    TreatMissingData: 'notBreaching',
    ComparisonOperator: 'GreaterThanThreshold' as const,
  };
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...common,
      AlarmName: 'shop-5xx',
      AlarmDescription: 'More than 5 errors of the shop within a minute',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Statistic: 'Sum',
      Threshold: 5,
      EvaluationPeriods: 1,
      DatapointsToAlarm: 1,
    }),
  );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...common,
      AlarmName: 'shop-latency',
      AlarmDescription: 'One in twenty waits longer than 0.8 s, two minutes in a row',
      MetricName: 'TargetResponseTime',
      ExtendedStatistic: 'p95',
      Threshold: 0.8,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
    }),
  );
}
