import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type StreamViewType,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type ShardIteratorType,
} from '@aws-sdk/client-dynamodb-streams';
import { expect, test } from 'vitest';
import { createDynamoDb } from '../dynamodb.ts';
import { createInProcessHandler } from '../wire/inProcessHandler.ts';

const HOUR_MS = 3_600_000;
const TABLE = 'plans';

async function setUp(viewType?: StreamViewType) {
  const time = { nowMs: Date.UTC(2026, 10, 20, 12) };
  const logged: string[] = [];
  const dispatch = createDynamoDb({
    account: { id: '111122223333', region: 'eu-west-1' },
    log: (message) => logged.push(message),
    now: () => time.nowMs,
  });
  const config = {
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: createInProcessHandler(dispatch),
    maxAttempts: 1,
  };
  const client = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient(config);
  const created = await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      ...(viewType === undefined ? {} : { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } }),
    }),
  );
  const described = async () => (await client.send(new DescribeTableCommand({ TableName: TABLE }))).Table;
  await expect.poll(async () => (await described())?.TableStatus).toBe('ACTIVE');
  const put = (sk: string, value = '1') =>
    client.send(new PutItemCommand({ TableName: TABLE, Item: { pk: { S: 'a' }, sk: { S: sk }, value: { N: value } } }));
  const arn = async () => (await described())?.LatestStreamArn ?? '';
  const shard = async () => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: await arn() }));
    return StreamDescription?.Shards?.[0];
  };
  const iterator = async (type: ShardIteratorType, sequenceNumber?: string) => {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: await arn(),
        ShardId: (await shard())?.ShardId,
        ShardIteratorType: type,
        SequenceNumber: sequenceNumber,
      }),
    );
    return ShardIterator ?? '';
  };
  const read = (at: string, limit?: number): Promise<GetRecordsCommandOutput> =>
    streams.send(new GetRecordsCommand({ ShardIterator: at, Limit: limit }));
  return { client, streams, created, time, logged, put, described, arn, shard, iterator, read };
}

const names = ({ Records }: GetRecordsCommandOutput) =>
  (Records ?? []).map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.Keys?.['sk']?.S}`);

test('D9: what changes the items of a table is in its stream, in its order; what changes nothing is not', async () => {
  const { client, put, iterator, read } = await setUp('NEW_AND_OLD_IMAGES');
  const at = await iterator('TRIM_HORIZON');
  const key = { pk: { S: 'a' }, sk: { S: 'x' } };
  await put('x');
  await put('x');
  await client.send(
    new UpdateItemCommand({
      TableName: TABLE,
      Key: key,
      UpdateExpression: 'SET #v = :v',
      ExpressionAttributeNames: { '#v': 'value' },
      ExpressionAttributeValues: { ':v': { N: '2' } },
    }),
  );
  await expect(
    client.send(new DeleteItemCommand({ TableName: TABLE, Key: key, ConditionExpression: 'attribute_not_exists(pk)' })),
  ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await client.send(new DeleteItemCommand({ TableName: TABLE, Key: key }));
  await client.send(new DeleteItemCommand({ TableName: TABLE, Key: key }));
  await client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        [TABLE]: [
          { PutRequest: { Item: { pk: { S: 'a' }, sk: { S: 'y' } } } },
          { DeleteRequest: { Key: { pk: { S: 'a' }, sk: { S: 'never' } } } },
        ],
      },
    }),
  );
  const answer = await read(at);
  expect(names(answer)).toEqual(['INSERT x', 'MODIFY x', 'REMOVE x', 'INSERT y']);
  const [inserted, modified, removed] = answer.Records ?? [];
  expect(inserted?.dynamodb?.OldImage).toBeUndefined();
  expect(modified).toMatchObject({
    eventSource: 'aws:dynamodb',
    eventVersion: '1.1',
    awsRegion: 'eu-west-1',
    dynamodb: {
      Keys: key,
      OldImage: { ...key, value: { N: '1' } },
      NewImage: { ...key, value: { N: '2' } },
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      ApproximateCreationDateTime: new Date(Date.UTC(2026, 10, 20, 12)),
    },
  });
  expect(removed?.dynamodb).toMatchObject({ OldImage: { value: { N: '2' } } });
  expect(removed?.dynamodb?.NewImage).toBeUndefined();
  const numbers = (answer.Records ?? []).map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? ''));
  expect(numbers).toEqual(numbers.toSorted((one, other) => (one < other ? -1 : 1)));
});

test.each([
  ['KEYS_ONLY', false, false],
  ['NEW_IMAGE', true, false],
  ['OLD_IMAGE', false, true],
] as const)('D9: a stream of %s', async (viewType, withNew, withOld) => {
  const { put, iterator, read } = await setUp(viewType);
  const at = await iterator('TRIM_HORIZON');
  await put('x', '1');
  await put('x', '2');
  const record = (await read(at)).Records?.[1]?.dynamodb;
  expect(record?.Keys).toEqual({ pk: { S: 'a' }, sk: { S: 'x' } });
  expect(record?.NewImage?.['value']).toEqual(withNew ? { N: '2' } : undefined);
  expect(record?.OldImage?.['value']).toEqual(withOld ? { N: '1' } : undefined);
});

test('D9: LATEST misses what was written before; a sequence number begins at its record or after it; pages follow one another', async () => {
  const { put, iterator, read } = await setUp('KEYS_ONLY');
  await put('x');
  const latest = await iterator('LATEST');
  for (const sk of ['y', 'z']) await put(sk);
  expect(names(await read(latest))).toEqual(['INSERT y', 'INSERT z']);
  const first = await read(await iterator('TRIM_HORIZON'), 1);
  expect(names(first)).toEqual(['INSERT x']);
  const second = await read(first.NextShardIterator ?? '', 1);
  expect(names(second)).toEqual(['INSERT y']);
  const number = second.Records?.[0]?.dynamodb?.SequenceNumber;
  expect(names(await read(await iterator('AT_SEQUENCE_NUMBER', number)))).toEqual(['INSERT y', 'INSERT z']);
  expect(names(await read(await iterator('AFTER_SEQUENCE_NUMBER', number)))).toEqual(['INSERT z']);
  const end = await read(second.NextShardIterator ?? '');
  const nothing = await read(end.NextShardIterator ?? '');
  expect(nothing.Records).toEqual([]);
  expect(nothing.NextShardIterator).toBeDefined();
});

test('D9: an iterator is good for 15 minutes, and a record for 24 hours', async () => {
  const { put, iterator, read, time } = await setUp('KEYS_ONLY');
  await put('x');
  const number = (await read(await iterator('TRIM_HORIZON'))).Records?.[0]?.dynamodb?.SequenceNumber;
  const early = await iterator('TRIM_HORIZON');
  time.nowMs += HOUR_MS / 4;
  expect(names(await read(early))).toEqual(['INSERT x']);
  time.nowMs += 1;
  await expect(read(early)).rejects.toMatchObject({ name: 'ExpiredIteratorException' });
  time.nowMs += 24 * HOUR_MS - HOUR_MS / 4 - 2;
  const late = await iterator('TRIM_HORIZON');
  expect(names(await read(late))).toEqual(['INSERT x']);
  time.nowMs += 1;
  await expect(read(late)).rejects.toMatchObject({ name: 'TrimmedDataAccessException' });
  await expect(iterator('AT_SEQUENCE_NUMBER', number)).rejects.toMatchObject({ name: 'TrimmedDataAccessException' });
  expect(names(await read(await iterator('TRIM_HORIZON')))).toEqual([]);
});

test('D9: a table tells of its stream from CreateTable on, and after it was disabled that there was one', async () => {
  const { client, created, described, arn, shard, streams, put, iterator, read } = await setUp('KEYS_ONLY');
  const specification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
  expect(created.TableDescription).toMatchObject({ StreamSpecification: specification });
  const streamArn = await arn();
  expect(streamArn).toBe('arn:aws:dynamodb:eu-west-1:111122223333:table/plans/stream/2026-11-20T12:00:00.000');
  expect(await described()).toMatchObject({
    StreamSpecification: specification,
    LatestStreamLabel: '2026-11-20T12:00:00.000',
  });
  expect((await shard())?.SequenceNumberRange?.EndingSequenceNumber).toBeUndefined();
  await put('x');
  const at = await iterator('TRIM_HORIZON');
  const update = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: StreamViewType }) =>
    client.send(new UpdateTableCommand({ TableName: TABLE, StreamSpecification }));
  await expect(update({ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' })).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('Table already has an enabled stream'),
  });
  const { TableDescription } = await update({ StreamEnabled: false });
  expect(TableDescription).toMatchObject({ TableName: TABLE, LatestStreamArn: streamArn });
  expect(TableDescription?.StreamSpecification).toBeUndefined();
  await put('unseen');
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  expect(StreamDescription?.StreamStatus).toBe('DISABLED');
  expect(StreamDescription?.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
  const last = await read(at);
  expect(names(last)).toEqual(['INSERT x']);
  expect(last.NextShardIterator).toBeUndefined();
  await expect(update({ StreamEnabled: false })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('D9: a stream that is enabled later tells what becomes of items that were there, and a table’s streams are listed', async () => {
  const { client, put, arn, iterator, read, streams, described } = await setUp();
  expect(await described()).not.toHaveProperty('LatestStreamArn');
  await put('x');
  await client.send(
    new UpdateTableCommand({
      TableName: TABLE,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const at = await iterator('TRIM_HORIZON');
  await put('x', '2');
  const answer = await read(at);
  expect(names(answer)).toEqual(['MODIFY x']);
  expect(answer.Records?.[0]?.dynamodb?.OldImage?.['value']).toEqual({ N: '1' });
  const streamArn = await arn();
  const listed = await streams.send(new ListStreamsCommand({ TableName: TABLE }));
  expect(listed.Streams).toEqual([
    { StreamArn: streamArn, TableName: TABLE, StreamLabel: streamArn.split('/stream/')[1] },
  ]);
  await client.send(new DeleteTableCommand({ TableName: TABLE }));
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  expect(StreamDescription?.StreamStatus).toBe('DISABLED');
});

test('D9: what is no stream, shard, iterator or specification is refused', async () => {
  const { client, streams, arn, logged } = await setUp('KEYS_ONLY');
  const streamArn = await arn();
  const refusals: [Promise<unknown>, string][] = [
    [streams.send(new DescribeStreamCommand({ StreamArn: `${streamArn}x` })), 'ResourceNotFoundException'],
    [
      streams.send(
        new GetShardIteratorCommand({ StreamArn: streamArn, ShardId: 'shardId-none', ShardIteratorType: 'LATEST' }),
      ),
      'ResourceNotFoundException',
    ],
    [streams.send(new GetRecordsCommand({ ShardIterator: 'arn|1|AAAA' })), 'ValidationException'],
    [streams.send(new GetRecordsCommand({ ShardIterator: undefined })), 'ValidationException'],
    [
      client.send(new UpdateTableCommand({ TableName: TABLE, StreamSpecification: { StreamEnabled: true } })),
      'ValidationException',
    ],
    [
      client.send(
        new UpdateTableCommand({
          TableName: TABLE,
          BillingMode: 'PAY_PER_REQUEST',
          StreamSpecification: { StreamEnabled: false },
        }),
      ),
      'UnknownOperationException',
    ],
    [
      client.send(new UpdateTableCommand({ TableName: 'none', StreamSpecification: { StreamEnabled: false } })),
      'ResourceNotFoundException',
    ],
  ];
  for (const [refusal, name] of refusals) await expect(refusal).rejects.toMatchObject({ name });
  expect(logged).toEqual([
    'The lab does not serve a change of a stream along with others (UpdateTable). Nothing was changed. Send two UpdateTable.',
  ]);
});

test('D9: changes that are sent all at once are in the stream one by one, each as it came out', async () => {
  const { client, iterator, read } = await setUp('NEW_IMAGE');
  const at = await iterator('LATEST');
  await Promise.all(
    Array.from({ length: 20 }, () =>
      client.send(
        new UpdateItemCommand({
          TableName: TABLE,
          Key: { pk: { S: 'a' }, sk: { S: 'count' } },
          UpdateExpression: 'ADD #c :one',
          ExpressionAttributeNames: { '#c': 'count' },
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      ),
    ),
  );
  const counts = (await read(at)).Records?.map(({ dynamodb }) => Number(dynamodb?.NewImage?.['count']?.N));
  expect(counts).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});
