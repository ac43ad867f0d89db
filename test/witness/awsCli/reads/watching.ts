import type { Read } from './read.ts';

export const WATCHED: Read[] = [
  [
    'cloudwatch describe-alarms --alarm-names shop-5xx shop-latency nope',
    'MetricAlarms[].[AlarmName,StateValue,Namespace,MetricName,Threshold]',
    [
      ['shop-5xx', 'OK', 'AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', 5],
      ['shop-latency', 'OK', 'AWS/ApplicationELB', 'TargetResponseTime', 0.8],
    ],
  ],
  ['cloudwatch describe-alarms --alarm-types CompositeAlarm', 'CompositeAlarms', []],
  [
    'cloudwatch describe-alarm-history --alarm-name shop-5xx --history-item-type StateUpdate',
    'AlarmHistoryItems[].HistorySummary',
    ['Alarm updated from INSUFFICIENT_DATA to OK'],
  ],
  [
    'cloudwatch list-metrics --namespace ECS/ContainerInsights --metric-name RunningTaskCount',
    "sort(Metrics[].Dimensions[?Name=='ServiceName'].Value[])",
    ['frontend', 'stock-api', 'user-api'],
  ],
  [
    'cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:shop-5xx',
    'Tags',
    [],
  ],
  [
    'application-autoscaling describe-scalable-targets --service-namespace ecs',
    'ScalableTargets[].[ResourceId,ScalableDimension,MinCapacity,MaxCapacity]',
    [['service/shop/frontend', 'ecs:service:DesiredCount', 2, 4]],
  ],
  [
    'application-autoscaling describe-scaling-policies --service-namespace ecs',
    'ScalingPolicies[].[PolicyName,PolicyType,TargetTrackingScalingPolicyConfiguration.TargetValue,length(Alarms)]',
    [['frontend-requests', 'TargetTrackingScaling', 100_000, 2]],
  ],
  ['application-autoscaling describe-scheduled-actions --service-namespace ecs', 'ScheduledActions', []],
  ['application-autoscaling describe-scaling-activities --service-namespace ecs', 'ScalingActivities', []],
  ['dynamodb list-tables', 'TableNames', []],
  [
    'service-quotas list-service-quotas --service-code fargate',
    'Quotas[].[QuotaCode,QuotaName,Value,Adjustable]',
    [
      ['L-3032A538', 'Fargate On-Demand vCPU resource count', 6, true],
      ['L-36FBB829', 'Fargate Spot vCPU resource count', 6, true],
    ],
  ],
  [
    'service-quotas get-service-quota --service-code fargate --quota-code L-36FBB829',
    'Quota.[ServiceName,Value,QuotaAppliedAtLevel]',
    ['AWS Fargate', 6, 'ACCOUNT'],
  ],
  ['sns list-topics', 'Topics', []],
  ['sqs list-queues --queue-name-prefix j --endpoint-url {lab}', 'QueueUrls', ({ queue }) => [queue]],
  ['sqs get-queue-url --queue-name jobs --endpoint-url {lab}', 'QueueUrl', ({ queue }) => queue],
  [
    'sqs get-queue-attributes --queue-url {queue} --attribute-names VisibilityTimeout QueueArn --endpoint-url {lab}',
    'Attributes',
    { QueueArn: 'arn:aws:sqs:us-east-1:111122223333:jobs', VisibilityTimeout: '30' },
  ],
  ['events describe-event-bus', 'Name', 'default'],
  ['sts get-caller-identity', '[Account,Arn]', ['111122223333', 'arn:aws:iam::111122223333:user/AKIDLAB']],
];
