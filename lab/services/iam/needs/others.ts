import {
  creating,
  eachNamed,
  nameIn,
  type Need,
  type NeedTable,
  onAnything,
  type Surroundings,
  tagsIn,
} from './need.ts';

const arn = ({ account }: Surroundings, service: string, rest: string) =>
  `arn:aws:${service}:${account.region}:${account.id}:${rest}`;

/** Whoever has keys may ask whose they are. What AssumeRole asks for is weighed by STS, together with the role's trust. */
export const STS_NEEDS: NeedTable = { GetCallerIdentity: () => [], AssumeRole: () => [] };

const onLogGroup =
  (operation: string) =>
  (input: { logGroupName?: string; logGroupIdentifier?: string }, around: Surroundings): Need[] => [
    {
      action: `logs:${operation}`,
      resource: logGroupArn(
        around,
        input.logGroupName ?? (input.logGroupIdentifier ?? '').replace(/^.*:log-group:/, ''),
      ),
    },
  ];

const logGroupArn = (around: Surroundings, name: string) => arn(around, 'logs', `log-group:${name}:log-stream:`);

export const LOGS_NEEDS: NeedTable = {
  ...eachNamed(
    ['DeleteLogStream', 'PutLogEvents', 'GetLogEvents'],
    (operation) => (input: { logGroupName?: string; logGroupIdentifier?: string; logStreamName?: string }, around) =>
      onLogGroup(operation)(input, around).map((need) => ({
        ...need,
        resource: `${need.resource}${input.logStreamName ?? ''}`,
      })),
  ),
  ...eachNamed(
    [
      'CreateLogStream',
      'DescribeLogStreams',
      'FilterLogEvents',
      'PutMetricFilter',
      'DeleteMetricFilter',
      'DescribeMetricFilters',
      'DeleteLogGroup',
      'PutRetentionPolicy',
      'DeleteRetentionPolicy',
      'PutLogGroupDeletionProtection',
      'ListTagsLogGroup',
    ],
    onLogGroup,
  ),
  CreateLogGroup: ({ logGroupName, tags }, around) =>
    creating(
      { action: 'logs:CreateLogGroup', resource: logGroupArn(around, logGroupName), requestTags: tagsIn(tags) },
      {
        action: 'logs:TagResource',
        operation: 'CreateLogGroup',
        resource: arn(around, 'logs', `log-group:${logGroupName}`),
      },
    ),
  DescribeLogGroups: (_input, around) => [{ action: 'logs:DescribeLogGroups', resource: logGroupArn(around, '') }],
  TagResource: ({ resourceArn, tags }) => [
    { action: 'logs:TagResource', resource: resourceArn, requestTags: tagsIn(tags) },
  ],
  UntagResource: ({ resourceArn, tagKeys }) => [{ action: 'logs:UntagResource', resource: resourceArn, tagKeys }],
  ListTagsForResource: ({ resourceArn }) => [{ action: 'logs:ListTagsForResource', resource: resourceArn }],
};

export const SERVICE_QUOTAS_NEEDS: NeedTable = {
  ListServiceQuotas: onAnything('servicequotas:ListServiceQuotas'),
  GetAWSDefaultServiceQuota: onAnything('servicequotas:GetAWSDefaultServiceQuota'),
  GetServiceQuota: onAnything('servicequotas:GetServiceQuota'),
};

export const SNS_NEEDS: NeedTable = {
  CreateTopic: ({ Name, Tags }, around) => {
    const resource = arn(around, 'sns', Name);
    const need = { action: 'SNS:CreateTopic', resource, requestTags: tagsIn(Tags) };
    return need.requestTags === undefined ? [need] : [need, { ...need, action: 'SNS:TagResource' }];
  },
  TagResource: ({ ResourceArn, Tags }) => [
    { action: 'SNS:TagResource', resource: ResourceArn, requestTags: tagsIn(Tags) },
  ],
  UntagResource: ({ ResourceArn, TagKeys }) => [
    { action: 'SNS:UntagResource', resource: ResourceArn, tagKeys: TagKeys },
  ],
  ListTagsForResource: ({ ResourceArn }) => [{ action: 'SNS:ListTagsForResource', resource: ResourceArn }],
  ListTopics: (_input, around) => [{ action: 'SNS:ListTopics', resource: arn(around, 'sns', '*') }],
  ...eachNamed(
    ['DeleteTopic', 'GetTopicAttributes', 'SetTopicAttributes'],
    (operation) => (input: { TopicArn?: string }) => [{ action: `SNS:${operation}`, resource: input.TopicArn ?? '*' }],
  ),
  Publish: (input: { TopicArn?: string; TargetArn?: string }) => [
    { action: 'SNS:Publish', resource: input.TopicArn ?? input.TargetArn ?? '*' },
  ],
};

const busArn = (around: Surroundings, bus = 'default') =>
  bus.startsWith('arn:') ? bus : arn(around, 'events', `event-bus/${bus}`);

interface Entry {
  EventBusName?: string;
  Source?: string;
  DetailType?: string;
}

export const EVENT_BRIDGE_NEEDS: NeedTable = {
  CreateEventBus: ({ Name }, around) => [{ action: 'events:CreateEventBus', resource: busArn(around, Name) }],
  DescribeEventBus: ({ Name }, around) => [{ action: 'events:DescribeEventBus', resource: busArn(around, Name) }],
  PutEvents: ({ Entries = [] }: { Entries?: Entry[] }, around) =>
    Entries.map(({ EventBusName, Source, DetailType }) => ({
      action: 'events:PutEvents',
      resource: busArn(around, EventBusName),
      context: { 'events:source': Source, 'events:detail-type': DetailType },
    })),
};

const onQueue =
  (operation: string, action = operation) =>
  (input: { QueueUrl?: string; QueueName?: string }, around: Surroundings) => [
    { action: `sqs:${action}`, resource: arn(around, 'sqs', input.QueueName ?? nameIn(input.QueueUrl)) },
  ];

export const SQS_NEEDS: NeedTable = {
  ...eachNamed(
    [
      'CreateQueue',
      'DeleteQueue',
      'GetQueueAttributes',
      'GetQueueUrl',
      'PurgeQueue',
      'SetQueueAttributes',
      'SendMessage',
      'DeleteMessage',
      'ChangeMessageVisibility',
      'ReceiveMessage',
    ],
    (operation) => onQueue(operation),
  ),
  ListQueues: onAnything('sqs:ListQueues'),
  SendMessageBatch: onQueue('SendMessageBatch', 'SendMessage'),
};
