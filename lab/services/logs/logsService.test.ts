import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  paginateDescribeLogGroups,
  PutLogGroupDeletionProtectionCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../../simulated/simulatedAws.ts';

let simulated: SimulatedAws;
let clock: SimulatedClock;
let logs: CloudWatchLogsClient;

beforeEach(() => {
  clock = new SimulatedClock();
  simulated = createSimulatedAws({ clock });
  logs = new CloudWatchLogsClient({ ...simulated.clientConfig, maxAttempts: 1 });
});

describe('log groups', () => {
  test('N21, N23: a new one keeps its events forever, and has two ARNs', async () => {
    await create('/ecs/shop');
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toEqual([
      {
        logGroupName: '/ecs/shop',
        arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/shop:*',
        logGroupArn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/ecs/shop',
        creationTime: clock.now(),
        logGroupClass: 'STANDARD',
        metricFilterCount: 0,
        storedBytes: 0,
        deletionProtectionEnabled: false,
      },
    ]);
  });

  test.each([
    ['/ecs/shop', 'ResourceAlreadyExistsException', 'The specified log group already exists'],
    ['aws/lambda/shop', 'InvalidParameterException', 'Log groups starting with AWS/ are reserved for AWS.'],
    ['with space', 'InvalidParameterException', expect.stringContaining('logGroupName')],
  ])('N21: the name %s is refused', async (name, error, message) => {
    await create('/ecs/shop');
    await expect(create(name)).rejects.toMatchObject({ name: error, message });
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups).toHaveLength(1);
  });

  test('N21, M7: a retention is one of AWS’s numbers of days, and can be taken back', async () => {
    const logGroupName = '/ecs/shop';
    await create(logGroupName);
    const retain = (retentionInDays: number) =>
      logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
    const look = async () => (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.[0]?.retentionInDays;
    await retain(731);
    await expect(retain(730)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringMatching(
        /^1 validation error detected: Value at 'retentionInDays' .* enum value set: \[1, 3,/,
      ),
    });
    expect(await look()).toBe(731);
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    expect(await look()).toBeUndefined();
  });

  test('N22: they come sorted, by prefix or by pattern, in pages of at most 50', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `/ecs/${String(index).padStart(2, '0')}`);
    for (const name of [...names.toReversed(), '/other/05']) await create(name);
    const pages: string[][] = [];
    for await (const page of paginateDescribeLogGroups({ client: logs }, { logGroupNamePrefix: '/ecs/' })) {
      pages.push((page.logGroups ?? []).map(({ logGroupName }) => logGroupName ?? ''));
    }
    expect(pages.map(({ length }) => length)).toEqual([50, 10]);
    expect(pages.flat()).toEqual(names);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: '05' }));
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/ecs/05', '/other/05']);
    await expect(
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/', logGroupNamePattern: '05' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(logs.send(new DescribeLogGroupsCommand({ nextToken: 'nonsense' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('one is deleted once, and not while it is protected', async () => {
    const logGroupName = '/ecs/shop';
    await create(logGroupName, { deletionProtectionEnabled: true });
    const remove = () => logs.send(new DeleteLogGroupCommand({ logGroupName }));
    await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' });
    await logs.send(
      new PutLogGroupDeletionProtectionCommand({ logGroupIdentifier: logGroupName, deletionProtectionEnabled: false }),
    );
    await remove();
    await expect(remove()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });
});

test('N23: tags go by the ARN without an asterisk', async () => {
  await create('/ecs/shop', { tags: { app: 'shop', team: 'a' } });
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  const { arn, logGroupArn: resourceArn } = logGroups?.[0] ?? {};
  await expect(logs.send(new ListTagsForResourceCommand({ resourceArn: arn }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
  await logs.send(new TagResourceCommand({ resourceArn, tags: { team: 'b', tier: 'web' } }));
  await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['app', 'unknown'] }));
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ team: 'b', tier: 'web' });
  const older = await logs.send(new ListTagsLogGroupCommand({ logGroupName: '/ecs/shop' }));
  expect(older.tags).toEqual(tags);
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`key-${index}`, '']));
  await expect(logs.send(new TagResourceCommand({ resourceArn, tags: many }))).rejects.toMatchObject({
    name: 'TooManyTagsException',
  });
});

test('a group with a KMS key is refused with a word', async () => {
  await expect(create('/ecs/secret', { kmsKeyId: 'key' })).rejects.toMatchObject({
    message: expect.stringContaining('The lab does not serve log groups with a KMS key'),
  });
});

async function create(logGroupName: string, change: object = {}): Promise<void> {
  await logs.send(new CreateLogGroupCommand({ logGroupName, ...change }));
}
