import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';

let clock: SimulatedClock;
let client: SQSClient;

beforeEach(() => {
  clock = new SimulatedClock();
  client = new SQSClient({ ...createSimulatedAws({ clock }).clientConfig, maxAttempts: 1 });
});

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/111122223333/jobs';
const create = (QueueName: string, Attributes: Record<string, string> = {}) =>
  client.send(new CreateQueueCommand({ QueueName, Attributes }));
const send = (MessageBody: string, DelaySeconds?: number) =>
  client.send(
    new SendMessageCommand({ QueueUrl, MessageBody, ...(DelaySeconds === undefined ? {} : { DelaySeconds }) }),
  );
const receive = async (input: Partial<ReceiveMessageCommandInput> = {}) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...input })))
    .Messages ?? [];
const bodies = async (input: Partial<ReceiveMessageCommandInput> = {}) =>
  (await receive({ MaxNumberOfMessages: 10, ...input })).map(({ Body }) => Body);
const remove = (ReceiptHandle = '') => client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const purge = () => client.send(new PurgeQueueCommand({ QueueUrl }));
const counts = async () => {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const told: Readonly<Record<string, string>> = { ...Attributes };
  return ['', 'NotVisible', 'Delayed'].map((which) => told[`ApproximateNumberOfMessages${which}`]);
};

test('N51: a queue is made once, is found by its name, and its attributes are not changed by that', async () => {
  expect((await create('jobs', { VisibilityTimeout: '60' })).QueueUrl).toBe(QueueUrl);
  expect((await create('jobs')).QueueUrl).toBe(QueueUrl);
  await expect(create('jobs', { VisibilityTimeout: '61' })).rejects.toMatchObject({
    name: 'QueueNameExists',
    message: 'A queue already exists with the same name and a different value for attribute VisibilityTimeout',
  });
  await create('other');
  expect((await client.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
  expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'j' }))).QueueUrls).toEqual([QueueUrl]);
  const { NextToken, QueueUrls } = await client.send(new ListQueuesCommand({ MaxResults: 1 }));
  expect(QueueUrls).toEqual([QueueUrl]);
  const rest = await client.send(new ListQueuesCommand({ MaxResults: 1, NextToken }));
  expect(rest.QueueUrls).toEqual([expect.stringContaining('/other')]);
  expect(rest.NextToken).toBeUndefined();
});

test('N51: its attributes are told as they were set', async () => {
  await create('jobs', { VisibilityTimeout: '60' });
  clock.advance(5_000);
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { DelaySeconds: '3' } }));
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesDelayed: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
    CreatedTimestamp: String(clock.now() / 1000 - 5),
    DelaySeconds: '3',
    LastModifiedTimestamp: String(clock.now() / 1000),
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    QueueArn: 'arn:aws:sqs:eu-west-1:111122223333:jobs',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    VisibilityTimeout: '60',
  });
  expect(await client.send(new GetQueueAttributesCommand({ QueueUrl }))).not.toHaveProperty('Attributes');
});

test.each([
  [
    'a name with a space',
    'my jobs',
    {},
    'InvalidParameterValue',
    'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
  ],
  [
    'a value out of bounds',
    'jobs',
    { VisibilityTimeout: '43201' },
    'InvalidAttributeValue',
    'Invalid value for the parameter VisibilityTimeout.',
  ],
  [
    'a value that is no number',
    'jobs',
    { DelaySeconds: 'soon' },
    'InvalidAttributeValue',
    'Invalid value for the parameter DelaySeconds.',
  ],
  ['an unknown attribute', 'jobs', { Colour: 'red' }, 'InvalidAttributeName', 'Unknown Attribute Colour.'],
  [
    'an attribute that is only told',
    'jobs',
    { QueueArn: 'arn' },
    'InvalidAttributeName',
    'Unknown Attribute QueueArn.',
  ],
  [
    'a FIFO queue',
    'jobs.fifo',
    { FifoQueue: 'true' },
    'UnsupportedOperation',
    'The lab does not serve FIFO queues. Nothing was changed.',
  ],
])('N51: %s is refused', async (_what, name, attributes, code, message) => {
  await expect(create(name, attributes)).rejects.toMatchObject({ name: code, message });
});

test('N51, N56: what is asked of a queue that is not there is refused, and a name is free again after a minute', async () => {
  await expect(send('a')).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    message: 'The specified queue does not exist.',
    $metadata: { httpStatusCode: 400 },
  });
  await create('jobs');
  await client.send(new DeleteQueueCommand({ QueueUrl }));
  await expect(receive()).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  clock.advance(59_999);
  await expect(create('jobs')).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
  clock.advance(1);
  expect(await create('jobs')).toMatchObject({ QueueUrl });
});

test('N52: what is sent is answered with its MD5, which the client checks, and is delivered as it was', async () => {
  await create('jobs');
  const { MessageId, MD5OfMessageBody } = await send('grün');
  expect(await receive()).toEqual([
    {
      MessageId,
      Body: 'grün',
      MD5OfBody: MD5OfMessageBody,
      ReceiptHandle: expect.any(String),
      Attributes: {
        SenderId: 'AKIDSIMULATED',
        SentTimestamp: String(clock.now()),
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: String(clock.now()),
      },
    },
  ]);
});

test.each([
  [{ MessageBody: '' }, 'MissingParameter', 'The request must contain the parameter MessageBody.'],
  [
    { MessageBody: 'x'.repeat(1025) },
    'InvalidParameterValue',
    'One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.',
  ],
  [{ MessageBody: '\u0001' }, 'InvalidMessageContents', 'Invalid characters were found in the message body.'],
  [
    { MessageBody: 'a', DelaySeconds: 901 },
    'InvalidParameterValue',
    'Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.',
  ],
])('N52: what a queue does not take is refused %#', async (input, name, message) => {
  await create('jobs', { MaximumMessageSize: '1024' });
  await expect(client.send(new SendMessageCommand({ QueueUrl, ...input }))).rejects.toMatchObject({ name, message });
  expect(await counts()).toEqual(['0', '0', '0']);
});

test('N52: of a batch each entry succeeds or fails by itself', async () => {
  await create('jobs');
  const answer = await client.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', MessageBody: 'one' },
        { Id: 'b', MessageBody: 'two', DelaySeconds: 901 },
      ],
    }),
  );
  expect(answer.Successful).toMatchObject([{ Id: 'a' }]);
  expect(answer.Failed).toMatchObject([{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }]);
  expect(await bodies()).toEqual(['one']);
});

const entries = (...ids: string[]) => ids.map((Id) => ({ Id, MessageBody: 'm' }));
test.each([
  [entries(), 'EmptyBatchRequest'],
  [entries('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'), 'TooManyEntriesInBatchRequest'],
  [entries('a', 'a'), 'BatchEntryIdsNotDistinct'],
  [entries('a b'), 'InvalidBatchEntryId'],
  [['a', 'b'].map((Id) => ({ Id, MessageBody: 'x'.repeat(600_000) })), 'BatchRequestTooLong'],
])('N52: a batch that is none is refused as a whole %#', async (Entries, name) => {
  await create('jobs');
  await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  expect(await counts()).toEqual(['0', '0', '0']);
});

test('N53: a message that was received is out of sight until its timeout has passed, and then comes again', async () => {
  await create('jobs');
  await send('a');
  expect(await bodies()).toEqual(['a']);
  expect(await counts()).toEqual(['0', '1', '0']);
  clock.advance(29_999);
  expect(await bodies()).toEqual([]);
  clock.advance(1);
  expect(await receive({ VisibilityTimeout: 5 })).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }]);
  clock.advance(5_000);
  expect(await bodies()).toEqual(['a']);
});

test('N53: a message may be sent with a delay, and is gone when it is too old', async () => {
  await create('jobs', { MessageRetentionPeriod: '60' });
  await send('a', 10);
  expect(await counts()).toEqual(['0', '0', '1']);
  clock.advance(10_000);
  expect(await counts()).toEqual(['1', '0', '0']);
  clock.advance(50_000);
  expect(await counts()).toEqual(['0', '0', '0']);
});

test('N53: who waits for a message is answered when one comes, and only one of those who wait gets it', async () => {
  await create('jobs');
  const waiting = [bodies({ WaitTimeSeconds: 20 }), bodies({ WaitTimeSeconds: 20 })];
  await clock.advanceAsync(3_000);
  await send('a');
  expect(await Promise.race(waiting)).toEqual(['a']);
  await clock.advanceAsync(20_000);
  expect(await Promise.all(waiting)).toEqual([['a'], []]);
});

test('N53: who waits is given what comes into sight meanwhile', async () => {
  await create('jobs', { ReceiveMessageWaitTimeSeconds: '20', VisibilityTimeout: '5' });
  await send('a');
  await bodies();
  const waiting = bodies();
  await clock.advanceAsync(5_000);
  expect(await waiting).toEqual(['a']);
});

test.each([
  [
    { MaxNumberOfMessages: 11 },
    'Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
  ],
  [
    { WaitTimeSeconds: 21 },
    'Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
  ],
  [
    { VisibilityTimeout: 43_201 },
    'Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.',
  ],
])('N53: a receive out of bounds is refused %#', async (input, message) => {
  await create('jobs');
  await expect(receive(input)).rejects.toMatchObject({ name: 'InvalidParameterValue', message });
});

test('N54: a message is deleted by its last handle, once more without an error, and not by an earlier one', async () => {
  await create('jobs', { VisibilityTimeout: '5' });
  await send('a');
  const [first] = await receive();
  clock.advance(5_000);
  const [second] = await receive();
  await remove(first?.ReceiptHandle);
  expect(await counts()).toEqual(['0', '1', '0']);
  await remove(second?.ReceiptHandle);
  await remove(second?.ReceiptHandle);
  expect(await counts()).toEqual(['0', '0', '0']);
  await expect(remove('nonsense')).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});

test('N54: a message in flight is kept longer or given back, and one that is not in flight is not', async () => {
  await create('jobs', { VisibilityTimeout: '5' });
  await send('a');
  const [{ ReceiptHandle } = { ReceiptHandle: '' }] = await receive();
  const change = (VisibilityTimeout: number) =>
    client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  clock.advance(4_000);
  await change(10);
  clock.advance(9_999);
  expect(await bodies()).toEqual([]);
  await change(0);
  await expect(change(5)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  expect(await bodies()).toEqual(['a']);
});

test('N55: a purge deletes all that was sent, and the next has to wait for a minute', async () => {
  await create('jobs');
  await send('a');
  await purge();
  expect(await bodies()).toEqual([]);
  clock.advance(59_999);
  await expect(purge()).rejects.toMatchObject({
    name: 'PurgeQueueInProgress',
    message: 'Only one PurgeQueue operation on jobs is allowed every 60 seconds.',
  });
  clock.advance(1);
  await purge();
});

test('M12: a parameter that is missing is named', async () => {
  await expect(client.send(new SendMessageCommand({ QueueUrl: undefined, MessageBody: 'a' }))).rejects.toMatchObject({
    name: 'MissingParameter',
    message: 'The request must contain the parameter QueueUrl.',
  });
});
