import { gzipSync } from 'node:zlib';
import { cbor } from '@smithy/core/cbor';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import { createSimulatedAws, type SimulatedAws } from '../simulated/simulatedAws.ts';
import type { WireRequest } from './message.ts';
import { toBytes, toText } from './protocol.ts';
import { startWireServer } from './server.ts';

let simulated: SimulatedAws;

beforeEach(() => {
  simulated = createSimulatedAws({ clock: new SimulatedClock() });
});

async function send(request: Partial<WireRequest>): Promise<{ status: number; text: string }> {
  const { status, body } = await simulated.aws.dispatch({
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body: new Uint8Array(),
    ...request,
  });
  return { status, text: toText(body) };
}

const json = (target: string, body: string) => send({ headers: { 'x-amz-target': target }, body: toBytes(body) });

const form = (body: string) =>
  send({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: toBytes(body) });

const metrics = (operation: string, body: Uint8Array) =>
  send({
    path: `/service/GraniteServiceVersion20100801/operation/${operation}`,
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body,
  });

/** The lab said of nothing that it was its own fault. */
function expectNoFault(): void {
  expect(simulated.logged.filter((line) => line.includes('fault'))).toEqual([]);
}

describe('JSON of the wrong shape is the client’s mistake', () => {
  test.each([
    ['AmazonEC2ContainerServiceV20141113.DescribeServices', '{"services":[null]}', 'services[0] must not be null'],
    ['Logs_20140328.CreateLogGroup', '{"logGroupName":"a","tags":{"b":null}}', 'tags.b must not be null'],
    [
      'GraniteServiceVersion20100801.GetMetricData',
      '{"StartTime":"yesterday","EndTime":1,"MetricDataQueries":[{"Id":"a"}]}',
      'StartTime must be a timestamp',
    ],
    [
      'GraniteServiceVersion20100801.GetMetricData',
      '{"StartTime":1e20,"EndTime":1e21,"MetricDataQueries":[{"Id":"a"}]}',
      'StartTime must be a timestamp',
    ],
  ])('%s: %s', async (target, body, message) => {
    const answer = await json(target, body);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('#SerializationException');
    expect(answer.text).toContain(message);
    expectNoFault();
  });

  test('a member that is null is absent', async () => {
    expect(await json('AmazonEC2ContainerServiceV20141113.ListClusters', '{"nextToken":null}')).toMatchObject({
      status: 200,
    });
  });
});

describe('CBOR of the wrong shape is the client’s mistake', () => {
  test.each([
    ['DescribeAlarms', Uint8Array.of(0x80), 'must be an object, but is a list'],
    ['DescribeAlarms', cbor.serialize({ AlarmNames: 'a' }), 'AlarmNames must be a list'],
    ['DescribeAlarms', new Uint8Array(200_000).fill(0x81), 'is not CBOR'],
    ['PutMetricData', cbor.serialize({ Namespace: { a: 1 }, MetricData: 7 }), 'Namespace must be a string'],
    ['GetMetricData', cbor.serialize({ StartTime: 5, EndTime: 'x' }), 'EndTime must be a timestamp'],
  ])('%s %#', async (operation, body, message) => {
    const { status, text } = await metrics(operation, body);
    expect(status).toBe(400);
    expect(text).toContain('#SerializationException');
    expect(text).toContain(message);
    expectNoFault();
  });

  test('null is an empty request', async () => {
    expect(await metrics('DescribeAlarms', Uint8Array.of(0xf6))).toMatchObject({ status: 200 });
  });
});

describe('forms', () => {
  test('a character that XML cannot write is refused, and the answer is XML whoever it quotes', async () => {
    const stored = await form(
      'Version=2016-11-15&Action=CreateTags&ResourceId.1=vpc-0f1e2d3c4b5a69788&Tag.1.Key=a&Tag.1.Value=b%00',
    );
    expect(stored.status).toBe(400);
    expect(stored.text).toContain('Tag.1.Value has a character that XML cannot write');
    const quoted = await form('Version=2016-11-15&Action=a%08b');
    expect(quoted.text).toContain('ec2 a\uFFFDb is not served');
  });

  test.each(['0x10', '', ' 5', 'ten'])('the number %j is none', async (number) => {
    const { status, text } = await form(`Version=2016-11-15&Action=DescribeVpcs&MaxResults=${number}`);
    expect(status).toBe(400);
    expect(text).toContain('MaxResults must be a number');
  });

  test('a key deeper than any member names none', async () => {
    const deep = Array.from({ length: 50_000 }, () => 'a').join('.');
    expect(await form(`Version=2016-11-15&Action=DescribeVpcs&${deep}=1`)).toMatchObject({ status: 200 });
  });

  test('one of an API that the lab does not know is answered in XML, as its client expects', async () => {
    const { status, text } = await form('Version=2010-12-01&Action=ListIdentities');
    expect(status).toBe(400);
    expect(text).toMatch(
      /^<ErrorResponse><Error><Type>Sender<\/Type><Code>UnknownOperationException<\/Code><Message>lab: /,
    );
  });
});

test('one of an API in restXml that the lab does not know is answered in XML too', async () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=AKIDTEST/20260101/us-east-1/route53/aws4_request';
  const { status, text } = await send({ method: 'GET', path: '/2013-04-01/hostedzone', headers: { authorization } });
  expect(status).toBe(400);
  expect(text).toContain("<Message>lab: GET /2013-04-01/hostedzone (signed for the service 'route53') is of no API");
});

test('a path that is not percent-encoded is answered', async () => {
  const { status, text } = await send({ method: 'GET', path: '/v20190125/meshes/%ff' });
  expect(status).toBe(400);
  expect(text).toContain('not percent-encoded');
});

describe('bodies', () => {
  const target = 'AmazonEC2ContainerServiceV20141113.ListClusters';
  const headers = { 'x-amz-target': target, 'content-encoding': 'gzip' };

  test('what is not gzip is refused in the API’s own form', async () => {
    const { status, text } = await send({ headers, body: toBytes('{}') });
    expect(status).toBe(400);
    expect(text).toContain('com.amazonaws.ecs#SerializationException');
  });

  test('neither a large one nor one that inflates to a large one is read', async () => {
    const large = new Uint8Array(20_000_000).fill(32);
    expect(await send({ headers: { 'x-amz-target': target }, body: large })).toMatchObject({ status: 413 });
    expect(await send({ headers, body: gzipSync(large) })).toMatchObject({ status: 413 });
  });

  test('over HTTP no more than 16 MiB is taken in, and the server goes on', async () => {
    let taken = 0;
    const server = await startWireServer({
      dispatch: async ({ body, path, query }) => {
        taken += 1;
        return { status: 200, headers: {}, body: toBytes(`${path} ${query.get('a')} ${body.byteLength}`) };
      },
      log: () => {},
    });
    try {
      const large = await fetch(server.endpoint, { method: 'POST', body: new Uint8Array(2 ** 24 + 1) });
      expect(large.status).toBe(413);
      expect(taken).toBe(0);
      const small = await fetch(`${server.endpoint}/b?a=c?d`, { method: 'POST', body: 'four' });
      expect(await small.text()).toBe('/b c?d 4');
    } finally {
      await server.close();
    }
  });
});

test('what is wrong in a great many places is told of a hundred', async () => {
  const listeners = Array.from({ length: 1000 }, () => ({}));
  const { status, text } = await send({
    method: 'PUT',
    path: '/v20190125/meshes/shop/virtualNodes',
    body: toBytes(JSON.stringify({ virtualNodeName: 'web', spec: { listeners } })),
  });
  expect(status).toBe(400);
  expect(text).toContain('100 validation errors detected');
});

test('a text far longer than is allowed is not held to its pattern, which would take as long as the square of it', async () => {
  const began = performance.now();
  const { status, text } = await json(
    'AnyScaleFrontendService.PutScheduledAction',
    JSON.stringify({
      ServiceNamespace: 'ecs',
      ResourceId: 'service/default/web',
      ScalableDimension: 'ecs:service:DesiredCount',
      ScheduledActionName: `a${' '.repeat(500_000)}a`,
    }),
  );
  expect(status).toBe(400);
  expect(text).toContain('Member must have length less than or equal to 256');
  expect(performance.now() - began).toBeLessThan(5000);
});
