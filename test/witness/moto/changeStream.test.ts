import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChangeStream } from '../../../src/state/changeStream.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { PlanRequestWriter } from '../../../src/state/planRequests.ts';
import { witness } from '../witnesses.ts';
import { type MotoServer, startMoto } from './motoServer.ts';

const { title, skip } = witness('moto');
const TABLE = 'meshlift';
const log = () => {};

describe.skipIf(skip)(title, () => {
  let moto: MotoServer | undefined;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.close());

  test('D9: the stream of a new table tells what people change, each change once and in its order', async () => {
    const access = {
      region: 'eu-west-1',
      endpoint: moto?.endpoint ?? '',
      credentials: { accessKeyId: 'AKIDPERSON', secretAccessKey: 'person' },
    };
    const dynamoDb = new DynamoDBClient(access);
    await createTable(dynamoDb, TABLE, () => new Promise((resolve) => setTimeout(resolve, 5)));
    const requests = new PlanRequestWriter(new DynamoTable(dynamoDb, TABLE, randomUUID));
    const stream = new ChangeStream({
      dynamoDb,
      streams: new DynamoDBStreamsClient(access),
      table: TABLE,
      nowMs: () => performance.now(),
      log: { info: log, warn: log, error: log, debug: log },
    });
    expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: true });
    for (const plan of ['shop', 'other']) await requests.put(plan, { spec: { paused: false } }, undefined);
    expect(await stream.read()).toEqual({ plans: ['shop', 'other'], mayHaveMissed: false });
    expect(await stream.read()).toEqual({ plans: [], mayHaveMissed: false });
    await requests.setPaused('other', true);
    expect(await stream.read()).toEqual({ plans: ['other'], mayHaveMissed: false });
  });
});
