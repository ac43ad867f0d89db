import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { PutItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDynamoDb } from './dynamodb.ts';
import type { CallSeen } from './wire/serving.ts';
import { createInProcessHandler } from './wire/inProcessHandler.ts';

function setUp() {
  const logged: string[] = [];
  const seen: CallSeen[] = [];
  const dispatch = createDynamoDb({
    account: { id: '111122223333', region: 'eu-west-1' },
    log: (message) => logged.push(message),
    onCall: (call) => seen.push(call),
  });
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: createInProcessHandler(dispatch),
    maxAttempts: 1,
  });
  return { client, dispatch, logged, seen };
}

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: 'plans',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await expect
    .poll(async () => (await client.send(new DescribeTableCommand({ TableName: 'plans' }))).Table?.TableStatus)
    .toBe('ACTIVE');
}

function emptyIn(condition: string): Omit<QueryCommandInput, 'TableName'> {
  const values = { ':a': { S: '' }, ':b': { S: 'b' }, ':c': { B: new Uint8Array() } };
  return {
    KeyConditionExpression: condition,
    ExpressionAttributeValues: Object.fromEntries(Object.entries(values).filter(([name]) => condition.includes(name))),
    ...(condition.includes('#of') ? { ExpressionAttributeNames: { '#of': 'sk' } } : {}),
  };
}

test('D12: a table is in the account and the region that the lab plays, whatever the environment says', async () => {
  const before = { ...process.env };
  const { client } = setUp();
  await createTable(client);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'plans' }));
  expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-west-1:111122223333:table/plans');
  expect(process.env).toEqual(before);
});

test('D1: a conditional write happens once', async () => {
  const { client, seen } = setUp();
  await createTable(client);
  const put = (owner: string) =>
    client.send(
      new PutItemCommand({
        TableName: 'plans',
        Item: { pk: { S: 'lease' }, owner: { S: owner } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  await put('a');
  await expect(put('b')).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    message: 'The conditional request failed',
  });
  const read = await client.send(
    new GetItemCommand({ TableName: 'plans', Key: { pk: { S: 'lease' } }, ConsistentRead: true }),
  );
  expect(read.Item?.['owner']).toEqual({ S: 'a' });
  expect(seen.filter(({ operation }) => operation === 'PutItem')).toEqual([
    { service: 'dynamodb', operation: 'PutItem', status: 200, errorCode: undefined, accessKeyId: 'AKIDTEST' },
    {
      service: 'dynamodb',
      operation: 'PutItem',
      status: 400,
      errorCode: 'ConditionalCheckFailedException',
      accessKeyId: 'AKIDTEST',
    },
  ]);
});

test('D12: what dynalite lacks is refused and logged', async () => {
  const { client, logged } = setUp();
  await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'lab: dynamodb TransactWriteItems is not served; nothing was done.',
  });
  const put = new PutItemCommand({
    TableName: 'plans',
    Item: { pk: { S: 'a' } },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(client.send(put)).rejects.toMatchObject({ name: 'UnknownOperationException' });
  expect(logged).toEqual([
    'lab: dynamodb TransactWriteItems is not served; nothing was done.',
    'The lab does not serve ReturnValuesOnConditionCheckFailure (PutItem). Nothing was changed.',
  ]);
});

test.each([
  ['an item', 'PutItem', { Item: { pk: { S: '' } } }, 'string', 'pk'],
  ['a key that is equal to', 'Query', emptyIn('pk = :a'), 'string', 'pk'],
  ['a key that begins with', 'Query', emptyIn('pk = :b AND begins_with ( #of, :a )'), 'string', 'sk'],
  ['a key between a text and', 'Query', emptyIn('pk = :b and #of BETWEEN :b AND :a'), 'string', 'sk'],
  ['a key of bytes that is equal to', 'Query', emptyIn('pk = :c'), 'binary', 'pk'],
] as const)('D13: %s an empty value is refused', async (_, operation, input, kind, key) => {
  const { client } = setUp();
  await createTable(client);
  const all = { TableName: 'plans', ...input };
  const sent =
    operation === 'PutItem'
      ? client.send(new PutItemCommand(all as PutItemCommandInput))
      : client.send(new QueryCommand(all as QueryCommandInput));
  await expect(sent).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringMatching(
      `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${key}$`,
    ),
  });
});

test('D13: what is empty beside a key is no key', async () => {
  const { client } = setUp();
  await createTable(client);
  await client.send(new PutItemCommand({ TableName: 'plans', Item: { pk: { S: 'a' }, of: { S: '' } } }));
  const { Items } = await client.send(
    new QueryCommand({
      TableName: 'plans',
      KeyConditionExpression: 'pk = :b',
      FilterExpression: '#of = :a',
      ExpressionAttributeNames: { '#of': 'of' },
      ExpressionAttributeValues: { ':a': { S: '' }, ':b': { S: 'a' } },
    }),
  );
  expect(Items).toEqual([{ pk: { S: 'a' }, of: { S: '' } }]);
});

test.each([
  ['null', 'PutItem', 'null', 'SerializationException'],
  ['an attribute that is null', 'PutItem', '{"TableName":"plans","Item":{"pk":null}}', 'SerializationException'],
  ['a null in a list', 'PutItem', '{"TableName":"plans","Item":{"pk":{"L":[null]}}}', 'SerializationException'],
  ['a write that is null', 'BatchWriteItem', '{"RequestItems":{"plans":[null]}}', 'SerializationException'],
  [
    'an item deeper than any may be',
    'PutItem',
    `{"TableName":"plans","Item":{"pk":{"S":"a"},"x":${'{"L":['.repeat(20_000)}{"S":"a"}${']}'.repeat(20_000)}}}`,
    'ValidationException',
  ],
  [
    'a tag without a value',
    'TagResource',
    '{"ResourceArn":"arn:aws:dynamodb:eu-west-1:111122223333:table/plans","Tags":[{"Key":"a"}]}',
    'ValidationException',
  ],
])('D12: %s is refused, and the table goes on', async (_, operation, body, code) => {
  const { client, dispatch } = setUp();
  await createTable(client);
  const response = await dispatch({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260101T000000Z',
      authorization: 'AWS4-HMAC-SHA256 Credential=AKIDTEST, SignedHeaders=host, Signature=00',
    },
    body: Buffer.from(body),
  });
  expect(response.status).toBe(400);
  expect(JSON.parse(Buffer.from(response.body).toString())).toMatchObject({ __type: code });
  await client.send(new PutItemCommand({ TableName: 'plans', Item: { pk: { S: 'a' } } }));
  const { Item } = await client.send(new GetItemCommand({ TableName: 'plans', Key: { pk: { S: 'a' } } }));
  expect(Item).toEqual({ pk: { S: 'a' } });
});
