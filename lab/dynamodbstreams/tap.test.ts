import { expect, test } from 'vitest';
import type { WireRequest, WireResponse } from '../wire/message.ts';
import { StreamsService } from './streamsService.ts';
import { StreamsTap } from './tap.ts';

const requestOf = (operation: string, input: object): WireRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
  body: Buffer.from(JSON.stringify(input)),
});

const TABLE = {
  TableName: 'plans',
  TableArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/plans',
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};
const STREAM = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };

test('a change that takes its time is waited for by changes of the same item, and by no other', async () => {
  const served: string[] = [];
  const slow = Promise.withResolvers<void>();
  const serve = async (request: WireRequest): Promise<WireResponse> => {
    const input = JSON.parse(Buffer.from(request.body).toString('utf8')) as { Item?: Record<string, { S: string }> };
    const what = input.Item?.['what']?.S;
    if (what !== undefined) served.push(what);
    if (what === 'first of a') await slow.promise;
    const body = request.headers['x-amz-target']?.endsWith('CreateTable') ? { TableDescription: TABLE } : {};
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  };
  const tap = new StreamsTap(new StreamsService('eu-west-1', () => 1), serve, () => 1);
  const create = requestOf('CreateTable', { TableName: 'plans', StreamSpecification: STREAM });
  await tap.dispatch('CreateTable', create);
  const put = (pk: string, what: string) =>
    tap.dispatch('PutItem', requestOf('PutItem', { TableName: 'plans', Item: { pk: { S: pk }, what: { S: what } } }));
  const ofA = [put('a', 'first of a'), put('a', 'second of a')];
  await put('b', 'first of b');
  expect(served).toEqual(['first of a', 'first of b']);
  slow.resolve();
  await Promise.all(ofA);
  expect(served).toEqual(['first of a', 'first of b', 'second of a']);
});
