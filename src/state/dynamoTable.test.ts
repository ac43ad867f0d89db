import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { HttpResponse } from '@smithy/core/protocols';
import { expect, test } from 'vitest';
import { failureOf } from '../cli/errors.ts';
import { ChangeStream } from './changeStream.ts';
import { DynamoTable } from './dynamoTable.ts';

const TOKEN = `FwoGZXIvYXdz${'Pl4nted'.repeat(20)}`;
const REFUSAL = {
  __type: 'com.amazon.coral.service#InvalidSignatureException',
  message: `The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:${TOKEN}\n'`,
};

/** A DynamoDB that does not accept a signature, and says what should have been signed. */
const config = {
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:1',
  credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret', sessionToken: TOKEN },
  maxAttempts: 1,
  requestHandler: {
    handle: () =>
      Promise.resolve({
        response: new HttpResponse({
          statusCode: 400,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: new TextEncoder().encode(JSON.stringify(REFUSAL)),
        }),
      }),
  },
};

test('what AWS repeats of the session token in a refusal is in no error of the table, and in no log line of its stream', async () => {
  const dynamoDb = new DynamoDBClient(config);
  const table = new DynamoTable(dynamoDb, 'meshlift', () => 'token');
  const key = { pk: 'plan#shop', sk: 'spec' };
  const calls = [
    () => table.get(key),
    () => table.put(key, {}, {}),
    () => table.update(key, { set: { a: 1 } }, {}),
    () => table.delete(key, {}),
    () => table.query('plan#shop', ''),
    () => table.partitionsWith('spec'),
  ];
  for (const call of calls) {
    const error: unknown = await call().then(
      () => undefined,
      (refused: unknown) => refused,
    );
    if (!(error instanceof Error)) throw new Error('the call was not refused');
    expect(error.name).toBe('InvalidSignatureException');
    expect(`${error.message} ${error.stack ?? ''}`).not.toContain('Pl4nted');
    expect(error.message).toContain('x-amz-security-token:<left out>');
  }

  const lines: unknown[] = [];
  const write = (fields: object) => void lines.push(fields);
  await new ChangeStream({
    dynamoDb,
    streams: new DynamoDBStreamsClient(config),
    table: 'meshlift',
    nowMs: () => 0,
    log: { info: write, warn: write, error: write, debug: write },
  }).read();
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).toContain('InvalidSignatureException');
  expect(JSON.stringify(lines)).not.toContain('Pl4nted');
});

test('nor does a verb tell it', () => {
  const { message } = failureOf(Object.assign(new Error(REFUSAL.message), { name: REFUSAL.__type }));
  expect(message).toContain('The Canonical String');
  expect(message).not.toContain('Pl4nted');
});
