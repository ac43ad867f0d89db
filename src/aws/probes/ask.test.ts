import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askOverHttp } from './ask.ts';
import { probeWay } from './way.ts';

let server: http.Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

async function serving(handler: http.RequestListener): Promise<string> {
  const made = http.createServer(handler);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

const request = (path: string) => ({ host: 'shop.example.com', path, headers: { 'x-tenant': 'a' } });

test('a request goes out as it was meant, and its answer comes back', async () => {
  const url = await serving(({ url: path, method, headers }, response) => {
    response.setHeader('X-Seen', `${method} ${headers.host} ${path} ${String(headers['x-tenant'])}`);
    response.writeHead(418).end('{"ok":true}');
  });
  expect(await askOverHttp(url, request('/a/../b?c=%20'))).toMatchObject({
    kind: 'answered',
    status: 418,
    headers: { 'x-seen': 'GET shop.example.com /a/../b?c=%20 a' },
    body: '{"ok":true}',
    isWhole: true,
  });
});

test.each(['//health', '//127.0.0.1:1/health', '/\\\\127.0.0.1:1/', '/a//b'])(
  'a path of %s leads to the load balancer and to nobody else',
  async (path) => {
    const url = await serving(({ url: asked }, response) => response.end(asked));
    expect(await askOverHttp(url, request(path))).toMatchObject({ kind: 'answered', body: path });
  },
);

test('a header that cannot be sent is said, and nothing is thrown', async () => {
  const url = await serving((_incoming, response) => response.end());
  const asked = askOverHttp(url, { ...request('/'), headers: { 'x-tenant': 'zweite\nZeile' } });
  expect(await asked).toMatchObject({ kind: 'notReached', why: expect.stringContaining('x-tenant') as string });
});

test('a redirect is an answer, and is not followed', async () => {
  const paths: unknown[] = [];
  const url = await serving((incoming, response) => {
    paths.push(incoming.url);
    response.writeHead(302, { location: '/login' }).end();
  });
  expect(await askOverHttp(url, request('/'))).toMatchObject({ status: 302, headers: { location: '/login' } });
  expect(paths).toEqual(['/']);
});

test('a body without an end is read to its bound', async () => {
  const url = await serving((_incoming, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(64 * 1024), more);
    };
    more();
  });
  expect(await askOverHttp(url, request('/'))).toMatchObject({ kind: 'answered', isWhole: false });
});

test('who hangs up, or is not there, has not been reached', async () => {
  const url = await serving((incoming) => incoming.socket.destroy());
  expect(await askOverHttp(url, request('/'))).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining('socket hang up') as string,
  });
  server?.close();
  expect(await askOverHttp(url, request('/'))).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining('ECONNREFUSED') as string,
  });
});

test('an answer that breaks off in its middle is none', async () => {
  const url = await serving((_incoming, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  expect((await askOverHttp(url, request('/'))).kind).toBe('notReached');
});

test('an operator of another endpoint than AWS’s sends no probe to names that lead to somebody else', async () => {
  const way = probeWay({ endpointUrl: 'http://127.0.0.1:1', probeUrl: undefined, probeTestUrl: undefined });
  expect(await way.ask('http://shop.eu-west-1.elb.amazonaws.com:80', request('/'))).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining('MESHLIFT_PROBE_URL') as string,
  });
  const url = await serving((_incoming, response) => response.end());
  const given = probeWay({ endpointUrl: 'http://127.0.0.1:1', probeUrl: url, probeTestUrl: undefined });
  expect(await given.ask(given.baseUrl ?? '', request('/'))).toMatchObject({ status: 200 });
});
