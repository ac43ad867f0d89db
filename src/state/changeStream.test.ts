import { DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, type Shard } from '@aws-sdk/client-dynamodb-streams';
import { expect, test } from 'vitest';
import { createDynamoDb } from '../../lab/dynamodb.ts';
import { createInProcessHandler } from '../../lab/wire/inProcessHandler.ts';
import { ChangeStream } from './changeStream.ts';
import { createTable } from './createTable.ts';
import { DynamoTable } from './dynamoTable.ts';
import { IndexWakeUps } from './indexWakeUps.ts';
import { specKey } from './keys.ts';
import { PlanRequestWriter } from './planRequests.ts';
import { TablePlanStore } from './planStore.ts';
import { StreamWakeUps } from './streamWakeUps.ts';
import { testStatus } from './testing.ts';

const MINUTE_MS = 60_000;
const TABLE = 'meshlift';
const MANIFEST = { apiVersion: 'meshlift.dev/v1', spec: { paused: false } };

const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** A table in the lab's DynamoDB, with the stream that new tables have, and one who reads it. */
async function setUp() {
  const time = { nowMs: Date.UTC(2026, 10, 20, 12) };
  const dispatch = createDynamoDb({
    account: { id: '111122223333', region: 'eu-west-1' },
    log: () => {},
    now: () => time.nowMs,
  });
  const config = {
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: createInProcessHandler(dispatch),
    maxAttempts: 1,
  };
  const dynamoDb = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient(config);
  await createTable(dynamoDb, TABLE, () => new Promise((resolve) => setTimeout(resolve, 5)));
  let tokens = 0;
  const table = new DynamoTable(dynamoDb, TABLE, () => `token-${(tokens += 1)}`);
  const requests = new PlanRequestWriter(table);
  const store = new TablePlanStore({ table, holder: 'op-a', leaseMs: 30_000, monotonicMs: () => time.nowMs });
  const stream = new ChangeStream({
    dynamoDb,
    streams,
    table: TABLE,
    nowMs: () => time.nowMs,
    log: SILENT,
  });
  const enable = (StreamEnabled: boolean) =>
    dynamoDb.send(
      new UpdateTableCommand({
        TableName: TABLE,
        StreamSpecification: { StreamEnabled, ...(StreamEnabled ? { StreamViewType: 'KEYS_ONLY' } : {}) },
      }),
    );
  return { time, dynamoDb, streams, table, requests, store, stream, enable };
}

test('D9: a new table has a stream, from which is read what people change, and nothing of what an operator writes', async () => {
  const { stream, requests, store, table } = await setUp();
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: true });
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: false });
  await requests.put('shop', MANIFEST, undefined);
  await table.putAgain(specKey('by-hand'), MANIFEST);
  expect(await stream.read()).toEqual({ plans: ['shop', 'by-hand'], mayHaveMissed: false });
  const acquired = await store.acquire('shop', () => testStatus());
  if (acquired.kind !== 'acquired') throw new Error('the plan is held');
  await store.write(acquired.lease, testStatus(), []);
  const wakeUps = new IndexWakeUps(table);
  await wakeUps.heard('shop', String(await wakeUps.asked('shop')));
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: false });
  await table.delete(specKey('by-hand'), {});
  expect(await stream.read()).toEqual({ plans: ['by-hand'], mayHaveMissed: false });
});

test('a table without a stream says so, and is asked again after a minute', async () => {
  const { stream, requests, enable, time, table } = await setUp();
  await enable(false);
  expect(await stream.read()).toBeUndefined();
  await enable(true);
  time.nowMs += MINUTE_MS - 1;
  expect(await stream.read()).toBeUndefined();
  // The index answers meanwhile.
  const wakeUps = new StreamWakeUps(stream, new IndexWakeUps(table));
  await requests.put('shop', MANIFEST, undefined);
  expect(await wakeUps.look()).toEqual({ plans: ['shop'], mayHaveMissed: false });
  time.nowMs += 1;
  expect(await wakeUps.look()).toEqual({ plans: [], mayHaveMissed: true });
  await requests.setPaused('shop', true);
  expect(await wakeUps.look()).toEqual({ plans: ['shop'], mayHaveMissed: false });
});

test('D9: an iterator that has expired is replaced, and what came meanwhile is not lost', async () => {
  const { stream, requests, time } = await setUp();
  await stream.read();
  await requests.put('shop', MANIFEST, undefined);
  expect((await stream.read())?.plans).toEqual(['shop']);
  time.nowMs += 16 * MINUTE_MS;
  await requests.put('other', MANIFEST, undefined);
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: false });
  expect(await stream.read()).toEqual({ plans: ['other'], mayHaveMissed: false });
});

test('D9: where nothing was read before, an iterator that has expired leaves a hole, and so does a record that is too old', async () => {
  const { stream, requests, time } = await setUp();
  await stream.read();
  time.nowMs += 16 * MINUTE_MS;
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: true });
  await requests.put('shop', MANIFEST, undefined);
  expect(await stream.read()).toEqual({ plans: ['shop'], mayHaveMissed: false });
  await requests.setPaused('shop', true);
  time.nowMs += 25 * 60 * MINUTE_MS;
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: true });
  await requests.setPaused('shop', false);
  expect(await stream.read()).toEqual({ plans: ['shop'], mayHaveMissed: false });
});

test('D9: a stream that is disabled is read to its end and left; the next one is found', async () => {
  const { stream, requests, enable, time } = await setUp();
  await stream.read();
  await requests.put('shop', MANIFEST, undefined);
  await enable(false);
  expect((await stream.read())?.plans).toEqual(['shop']);
  await stream.read();
  expect(await stream.read()).toBeUndefined();
  time.nowMs += MINUTE_MS;
  await enable(true);
  expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: true });
});

/** A stream whose shards and records are as the test says; `-end` closes a shard, and one with `-fails` before its records does not answer. */
function scripted(shards: Shard[], records: Record<string, string[]>) {
  const read: string[] = [];
  const send = async (command: { constructor: { name: string }; input: Record<string, string> }) => {
    switch (command.constructor.name) {
      case 'DescribeTableCommand':
        return { Table: { StreamSpecification: { StreamEnabled: true }, LatestStreamArn: 'arn' } };
      case 'DescribeStreamCommand': {
        // A page has one shard, so that pages matter.
        const after = shards.findIndex(({ ShardId }) => ShardId === command.input['ExclusiveStartShardId']);
        const page = shards.slice(after + 1, after + 2);
        const isLast = after + 2 >= shards.length;
        const last = isLast ? {} : { LastEvaluatedShardId: page[0]?.ShardId };
        return { StreamDescription: { StreamStatus: 'ENABLED', Shards: page, ...last } };
      }
      case 'GetShardIteratorCommand':
        return { ShardIterator: `${command.input['ShardId']} ${command.input['ShardIteratorType']}` };
      default: {
        const [shard = '', type = ''] = String(command.input['ShardIterator']).split(' ');
        if (records[shard]?.[0] === '-fails') throw new Error(`shard ${shard} does not answer`);
        read.push(`${shard} ${type}`);
        const found = records[shard]?.splice(0) ?? [];
        const isOver = found.at(-1) === '-end';
        return {
          Records: found
            .filter((plan) => plan !== '-end')
            .map((plan) => ({
              eventName: 'MODIFY',
              dynamodb: { Keys: { pk: { S: `plan#${plan}` }, sk: { S: 'spec' } }, SequenceNumber: '1' },
            })),
          ...(isOver ? {} : { NextShardIterator: `${shard} NEXT` }),
        };
      }
    }
  };
  const stream = new ChangeStream({
    dynamoDb: { send } as unknown as DynamoDBClient,
    streams: { send } as unknown as DynamoDBStreamsClient,
    table: TABLE,
    nowMs: () => 0,
    log: SILENT,
  });
  return { stream, read };
}

const ended = (id: string): Shard => ({ ShardId: id, SequenceNumberRange: { EndingSequenceNumber: '9' } });

test('D9: the children of a shard that was split are followed from their first record on, however late they are told of', async () => {
  const shards: Shard[] = [ended('old'), { ShardId: 'parent' }];
  const records: Record<string, string[]> = { parent: [] };
  const { stream, read } = scripted(shards, records);
  await stream.read();
  expect(read).toEqual(['parent LATEST']);
  records['parent'] = ['a', '-end'];
  expect((await stream.read())?.plans).toEqual(['a']);
  expect((await stream.read())?.plans).toEqual([]);
  shards[1] = ended('parent');
  shards.push({ ShardId: 'left', ParentShardId: 'parent' }, { ShardId: 'right', ParentShardId: 'parent' });
  Object.assign(records, { left: ['b'], right: ['c', 'b'] });
  expect((await stream.read())?.plans).toEqual(['b', 'c']);
  expect(read).toContain('left TRIM_HORIZON');
  expect(read).not.toContain('old LATEST');
  records['right'] = ['d'];
  expect((await stream.read())?.plans).toEqual(['d']);
});

test('what was read before the stream failed is told of once it answers again', async () => {
  const records: Record<string, string[]> = { left: [], right: [] };
  const { stream } = scripted([{ ShardId: 'left' }, { ShardId: 'right' }], records);
  await stream.read();
  Object.assign(records, { left: ['a'], right: ['-fails', 'b'] });
  expect(await stream.read()).toBeUndefined();
  expect(await stream.read(), 'nor does it yet').toBeUndefined();
  records['right'] = ['b'];
  expect(await stream.read()).toEqual({ plans: ['a', 'b'], mayHaveMissed: false });
  expect((await stream.read())?.plans).toEqual([]);
});

test('a stream that may not be read is told of once, and the index is asked instead', async () => {
  const { streams, dynamoDb, table, requests } = await setUp();
  const told: string[] = [];
  const log = (_fields: object, msg: string) => void told.push(msg);
  const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
  const time = { nowMs: 0 };
  streams.send = (() => Promise.reject(denied)) as typeof streams.send;
  const stream = new ChangeStream({
    dynamoDb,
    streams,
    table: TABLE,
    nowMs: () => time.nowMs,
    log: { info: log, warn: log, error: log, debug: log },
  });
  const wakeUps = new StreamWakeUps(stream, new IndexWakeUps(table));
  await requests.put('shop', MANIFEST, undefined);
  expect((await wakeUps.look()).plans).toEqual(['shop']);
  time.nowMs += MINUTE_MS;
  expect((await wakeUps.look()).plans).toEqual([]);
  expect(told).toEqual(['streamUnread']);
});
