import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import { selfSigned } from '../../../test/fixtures/selfSigned.ts';
import { askGrpcHealth } from './askGrpcHealth.ts';

const cleanup: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const end of cleanup.splice(0)) end();
});

async function listening(server: net.Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

type Handler = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, body: Buffer) => void;

/** A server of HTTP/2 with prior knowledge. */
async function serving(handler: Handler, server: http2.Http2Server = http2.createServer()): Promise<string> {
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const read: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => read.push(chunk));
    stream.on('end', () => handler(stream, headers, Buffer.concat(read)));
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

const PATH = '/grpc.health.v1.Health/Check';
const request = (grpcService = '') => ({
  host: 'orders.example.com',
  path: PATH,
  headers: { 'x-meshlift-probe': 'secret', 'user-agent': 'meshlift-probe' },
  grpcService,
});

/** Answers with one message, and ends the call with a code. */
function answer(stream: http2.ServerHttp2Stream, message: Buffer, trailers: http2.OutgoingHttpHeaders): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(message);
}

const response = (status: number) => Buffer.from([0, 0, 0, 0, 2, 0x08, status]);

test('the question goes out as gRPC has it, with the secret as metadata, and the status comes back', async () => {
  const seen: unknown[] = [];
  const url = await serving((stream, headers, body) => {
    seen.push({ ...headers }, body.toString('latin1'));
    answer(stream, response(1), { 'grpc-status': '0' });
  });
  expect(await askGrpcHealth(url, request('shop.Orders'))).toEqual({ kind: 'health', status: 1 });
  expect(seen).toEqual([
    expect.objectContaining({
      ':method': 'POST',
      ':path': PATH,
      ':authority': 'orders.example.com',
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-meshlift-probe': 'secret',
    }),
    '\0\0\0\0\r\n\x0bshop.Orders',
  ]);
});

test('over TLS no certificate is checked, and HTTP/2 is agreed on', async () => {
  const server = http2.createSecureServer(selfSigned());
  const names: unknown[] = [];
  server.on('secureConnection', (socket) => names.push(socket.servername, socket.alpnProtocol));
  const plain = await serving((stream) => answer(stream, response(2), { 'grpc-status': '0' }), server);
  expect(await askGrpcHealth(plain.replace('http:', 'https:'), request())).toEqual({ kind: 'health', status: 2 });
  expect(names).toEqual(['orders.example.com', 'h2']);
});

test.each([
  ['says so', () => https.createServer(selfSigned(), (_request, answer) => void answer.end())],
  ['says nothing', () => tls.createServer(selfSigned(), (socket) => void socket.on('error', () => {}))],
])('a TLS listener without HTTP/2 that %s is told, with what to switch on', async (_what, create) => {
  const port = await listening(create());
  expect(await askGrpcHealth(`https://127.0.0.1:${port}`, request())).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining('routing.http2.enabled') as string,
  });
});

test.each<[string, Handler, object]>([
  [
    'another code than OK, in trailers',
    (stream) => answer(stream, Buffer.alloc(0), { 'grpc-status': '14', 'grpc-message': 'not%20now' }),
    { kind: 'grpcError', code: 14, message: 'not now' },
  ],
  [
    'another code than OK, in the headers alone',
    (stream) =>
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': '100%' },
        { endStream: true },
      ),
    { kind: 'grpcError', code: 12, message: '100%' },
  ],
  [
    'a code behind another status of HTTP',
    (stream) => stream.respond({ ':status': 503, 'grpc-status': '14' }, { endStream: true }),
    { kind: 'grpcError', code: 14 },
  ],
  [
    'no gRPC',
    (stream) => {
      stream.respond({ ':status': 464, 'content-type': 'text/html' });
      stream.end('<html>');
    },
    { kind: 'answered', status: 464 },
  ],
  [
    'a page of the type of none',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'text/html' });
      stream.end('<html>');
    },
    { kind: 'answered', status: 200 },
  ],
  [
    'no code at all',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.end(response(1));
    },
    { kind: 'unreadable', why: expect.stringContaining('without a grpc-status') as string },
  ],
  [
    'OK and nothing that can be read',
    (stream) => answer(stream, Buffer.from('nonsense'), { 'grpc-status': '0' }),
    { kind: 'unreadable', why: expect.stringContaining('no HealthCheckResponse') as string },
  ],
  [
    'more than a response has',
    (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.write(Buffer.alloc(64 * 1024));
    },
    { kind: 'unreadable', why: expect.stringContaining('longer than') as string },
  ],
])('a server that answers %s is told as such', async (_what, handler, answered) => {
  expect(await askGrpcHealth(await serving(handler), request())).toMatchObject(answered);
});

test('who hangs up, speaks HTTP/1.1, or is not there has not been reached', async () => {
  const hangingUp = await serving((stream) => stream.session?.destroy());
  expect((await askGrpcHealth(hangingUp, request())).kind).toBe('notReached');
  const reset = await serving((stream) => stream.close(http2.constants.NGHTTP2_REFUSED_STREAM));
  expect((await askGrpcHealth(reset, request())).kind).toBe('notReached');
  const http1 = await listening(net.createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  expect((await askGrpcHealth(`http://127.0.0.1:${http1}`, request())).kind).toBe('notReached');
  expect(await askGrpcHealth('http://127.0.0.1:1', request())).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining(`gRPC http://127.0.0.1:1${PATH}: `) as string,
  });
});

test('an answer that breaks off in its middle is none', async () => {
  const url = await serving((stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.write(response(1), () => stream.session?.destroy());
  });
  expect((await askGrpcHealth(url, request())).kind).toBe('notReached');
});

test('who says nothing for 5 s has not been reached', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const asked = Promise.withResolvers<void>();
  const url = await serving(() => asked.resolve());
  const answer = askGrpcHealth(url, request());
  await asked.promise;
  vi.advanceTimersByTime(5_000);
  expect(await answer).toMatchObject({
    kind: 'notReached',
    why: expect.stringContaining('no answer within 5 s') as string,
  });
});

test('a header that HTTP/2 does not carry is told, not thrown', async () => {
  const url = await serving((stream) => answer(stream, response(1), { 'grpc-status': '0' }));
  const odd = { ...request(), headers: { connection: 'keep-alive' } };
  expect((await askGrpcHealth(url, odd)).kind).toBe('notReached');
});
