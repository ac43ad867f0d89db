import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import { createDynamoDb } from './dynamodb.ts';
import { createInProcessHandler } from './wire/inProcessHandler.ts';

const NOW = Date.UTC(2026, 10, 20);
const TableName = 'plans';
let client: DynamoDBClient;

beforeEach(async () => {
  const dispatch = createDynamoDb({
    account: { id: '111122223333', region: 'eu-west-1' },
    log: () => {},
    now: () => NOW,
  });
  client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: createInProcessHandler(dispatch),
    maxAttempts: 1,
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      DeletionProtectionEnabled: true,
      SSESpecification: { Enabled: true },
    }),
  );
  await expect.poll(async () => (await described()).TableStatus).toBe('ACTIVE');
});

const described = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table ?? {};
const remove = () => client.send(new DeleteTableCommand({ TableName }));
const protect = (DeletionProtectionEnabled: boolean) =>
  client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));

const live = (Enabled: boolean) =>
  client.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled, AttributeName: 'expiresAt' },
    }),
  );
const liveTold = async () =>
  (await client.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription ?? {};
const recover = (PointInTimeRecoveryEnabled: boolean) =>
  client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
    }),
  );
const recoveryTold = async () =>
  (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription
    ?.PointInTimeRecoveryDescription;

test('D14: a protected table is not deleted until its protection is taken away', async () => {
  expect(await described()).toMatchObject({ DeletionProtectionEnabled: true });
  await expect(remove()).rejects.toMatchObject({
    name: 'ValidationException',
    message: expect.stringContaining('currently protected against deletion'),
  });
  expect(await described()).toMatchObject({ TableStatus: 'ACTIVE' });
  const { TableDescription } = await protect(false);
  expect(TableDescription).toMatchObject({ TableName, DeletionProtectionEnabled: false });
  await remove();
  await expect.poll(() => described().catch((error: Error) => error.name)).toBe('ResourceNotFoundException');
});

test('D14: time to live is set once, told, and taken back once', async () => {
  expect(await liveTold()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  expect(await live(true)).toMatchObject({
    TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
  });
  await expect(live(true)).rejects.toMatchObject({ message: 'TimeToLive is already enabled' });
  expect(await liveTold()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  await live(false);
  await expect(live(false)).rejects.toMatchObject({ message: 'TimeToLive is already disabled' });
});

test('D14: recovery to a point in time begins when it is switched on', async () => {
  expect(await recoveryTold()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
  await recover(true);
  expect(await recoveryTold()).toMatchObject({
    PointInTimeRecoveryStatus: 'ENABLED',
    EarliestRestorableDateTime: new Date(NOW),
  });
  await recover(false);
  expect(await recoveryTold()).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
});

test('D14: encryption by a key of the account is told; of a table that is not there nothing is', async () => {
  expect(await described()).toMatchObject({ SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' } });
  const settings = [
    new DescribeTimeToLiveCommand({ TableName: 'others' }),
    new DescribeContinuousBackupsCommand({ TableName: 'others' }),
  ] as const;
  for (const command of settings) {
    await expect(client.send(command)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  }
});
