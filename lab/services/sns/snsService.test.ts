import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  paginateListTopics,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../../simulated/simulatedAws.ts';

let clock: SimulatedClock;
let simulated: SimulatedAws;
let client: SNSClient;

beforeEach(() => {
  clock = new SimulatedClock();
  simulated = createSimulatedAws({ clock });
  client = new SNSClient({ ...simulated.clientConfig, maxAttempts: 1 });
});

const ARN = 'arn:aws:sns:eu-west-1:111122223333:shop';
const create = (Name: string, Attributes?: Record<string, string>) =>
  client.send(new CreateTopicCommand({ Name, ...(Attributes === undefined ? {} : { Attributes }) }));

test('N41: a topic is made once, is found again by its name, and its attributes are not changed by that', async () => {
  expect((await create('shop')).TopicArn).toBe(ARN);
  expect((await create('shop')).TopicArn).toBe(ARN);
  expect((await create('shop.fifo', { FifoTopic: 'true' })).TopicArn).toBe(`${ARN}.fifo`);
  await expect(create('shop', { DisplayName: 'Shop' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
  });
  const arns: (string | undefined)[] = [];
  for await (const { Topics = [] } of paginateListTopics({ client }, {})) {
    arns.push(...Topics.map(({ TopicArn }) => TopicArn));
  }
  expect(arns).toEqual([ARN, `${ARN}.fifo`]);
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: `${ARN}.fifo` }));
  expect(Attributes).toMatchObject({ TopicArn: `${ARN}.fifo`, Owner: '111122223333', FifoTopic: 'true' });
  await client.send(new DeleteTopicCommand({ TopicArn: ARN }));
  await client.send(new DeleteTopicCommand({ TopicArn: ARN }));
  await expect(client.send(new GetTopicAttributesCommand({ TopicArn: ARN }))).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
    $metadata: { httpStatusCode: 404 },
  });
});

test('N45: attributes are set one by one, and taken back by nothing', async () => {
  await create('shop');
  const set = (AttributeName: string, AttributeValue?: string) =>
    client.send(new SetTopicAttributesCommand({ TopicArn: ARN, AttributeName, AttributeValue }));
  const look = async () => (await client.send(new GetTopicAttributesCommand({ TopicArn: ARN }))).Attributes;
  await set('DisplayName', 'Shop');
  expect(await look()).toMatchObject({ DisplayName: 'Shop' });
  await set('DisplayName', '');
  expect(await look()).toMatchObject({ DisplayName: '' });
  expect(JSON.parse((await look())?.['Policy'] ?? '')).toMatchObject({
    Statement: [{ Effect: 'Allow', Resource: ARN }],
  });
  await expect(set('FifoTopic', 'true')).rejects.toMatchObject({ message: 'Invalid parameter: AttributeName' });
});

test('N45: tags come with the topic, are added and are taken away', async () => {
  await client.send(new CreateTopicCommand({ Name: 'shop', Tags: [{ Key: 'team', Value: 'a' }] }));
  const look = async () => (await client.send(new ListTagsForResourceCommand({ ResourceArn: ARN }))).Tags;
  expect(await look()).toEqual([{ Key: 'team', Value: 'a' }]);
  const Tags = [
    { Key: 'team', Value: 'b' },
    { Key: 'app', Value: 'shop' },
  ];
  await client.send(new TagResourceCommand({ ResourceArn: ARN, Tags }));
  expect(await look()).toEqual(Tags);
  await client.send(new UntagResourceCommand({ ResourceArn: ARN, TagKeys: ['team', 'unknown'] }));
  expect(await look()).toEqual([{ Key: 'app', Value: 'shop' }]);
  await expect(client.send(new ListTagsForResourceCommand({ ResourceArn: `${ARN}-other` }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test.each([
  ['a space', 'my shop', {}],
  ['a FIFO name without the attribute', 'shop.fifo', {}],
  ['the attribute without a FIFO name', 'shop', { FifoTopic: 'true' }],
])('N41: a name with %s is none', async (_what, name, attributes) => {
  await expect(create(name, attributes)).rejects.toMatchObject({ message: 'Invalid parameter: Topic Name' });
});

test('N42: what is published is kept as it was sent', async () => {
  await create('shop');
  const { MessageId } = await client.send(
    new PublishCommand({
      TopicArn: ARN,
      Subject: 'hello',
      Message: 'who is there?',
      MessageAttributes: { plan: { DataType: 'String', StringValue: 'shop' } },
    }),
  );
  expect(simulated.aws.services.sns.published(ARN)).toEqual([
    {
      id: MessageId,
      atMs: clock.now(),
      subject: 'hello',
      message: 'who is there?',
      attributes: { plan: { DataType: 'String', StringValue: 'shop' } },
      group: undefined,
    },
  ]);
});

test('N42: a FIFO topic takes a repetition within five minutes and delivers it once', async () => {
  const { TopicArn = '' } = await create('shop.fifo', { FifoTopic: 'true' });
  const publish = (Message: string) =>
    client.send(new PublishCommand({ TopicArn, Message, MessageGroupId: 'shop', MessageDeduplicationId: 'one' }));
  const first = await publish('a');
  clock.advance(5 * 60_000 - 1);
  expect((await publish('b')).MessageId).toBe(first.MessageId);
  expect(first.SequenceNumber).toMatch(/^\d{20}$/);
  clock.advance(1);
  await publish('c');
  expect(simulated.aws.services.sns.published(TopicArn).map(({ message }) => message)).toEqual(['a', 'c']);
});

const LONG = 'x'.repeat(262_145);
test.each([
  [{ Message: '' }, 'Empty message'],
  [{ Message: LONG }, 'Message too long'],
  [{ Message: 'm', Subject: '' }, 'Subject'],
  [{ Message: 'm', Subject: 'two\nlines' }, 'Subject'],
  [{ Message: 'm', Subject: 'grün' }, 'Subject'],
  [{ Message: 'm', Subject: 'x'.repeat(100) }, 'Subject'],
  [
    { Message: 'm', MessageDeduplicationId: 'one' },
    'MessageDeduplicationId Reason: The request includes a parameter that is not valid for this topic type',
  ],
  [{ Message: 'm', TopicArn: `${ARN}.fifo` }, 'The MessageGroupId parameter is required for FIFO topics'],
  [
    { Message: 'm', TopicArn: `${ARN}.fifo`, MessageGroupId: 'g' },
    'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  ],
  [{ Message: 'm', TopicArn: 'shop' }, 'TopicArn'],
])('N42: what a topic does not take is refused %#', async (input, why) => {
  await create('shop');
  await create('shop.fifo', { FifoTopic: 'true' });
  await expect(client.send(new PublishCommand({ TopicArn: ARN, ...input }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: `Invalid parameter: ${why}`,
    $metadata: { httpStatusCode: 400 },
  });
  expect(simulated.aws.services.sns.published(ARN)).toEqual([]);
});

test('N42: a topic that does not exist takes nothing', async () => {
  await expect(client.send(new PublishCommand({ TopicArn: ARN, Message: 'm' }))).rejects.toMatchObject({
    name: 'NotFoundException',
  });
});

test('nobody subscribes', async () => {
  await expect(
    client.send(new SubscribeCommand({ TopicArn: ARN, Protocol: 'https', Endpoint: 'https://example.com' })),
  ).rejects.toMatchObject({ message: expect.stringContaining('Subscribe') });
});
