import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlbTestWorld, weights } from './albTestWorld.ts';

let world: AlbTestWorld;
const cleanup: (() => void)[] = [];
beforeEach(() => {
  world = new AlbTestWorld();
});
afterEach(async () => {
  for (const end of cleanup.splice(0)) end();
  await world.close();
});

const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

type Serve = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders, body: string) => void;

/** A target that speaks HTTP/2 without TLS. */
async function target(ip: string, targetGroupArn: string, serve: Serve) {
  const seen: http2.IncomingHttpHeaders[] = [];
  const server = http2.createServer();
  server.on('session', (session) => {
    session.on('error', () => {});
    cleanup.push(() => session.destroy());
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    let body = '';
    stream.setEncoding('latin1');
    stream.on('data', (chunk: string) => (body += chunk));
    stream.on('end', () => {
      if (headers['user-agent'] !== 'ELB-HealthChecker/2.0') seen.push(headers);
      serve(stream, headers, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => server.close());
  world.addresses.set(ip, 8080, (server.address() as AddressInfo).port);
  world.elbv2.register(targetGroupArn, { ip, port: 8080 });
  return { ip, seen, server };
}

const grpc = (stream: http2.ServerHttp2Stream, body: string, code: number): void => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(code) }));
  stream.end(body);
};

const ends = (stream: http2.ServerHttp2Stream, code: number): void =>
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': String(code) },
    { endStream: true },
  );

interface Answer {
  status: number;
  headers: http2.IncomingHttpHeaders;
  trailers: http2.IncomingHttpHeaders;
  text: string;
}

/** One call over HTTP/2 with prior knowledge. */
function call(listenerArn: string, headers: http2.OutgoingHttpHeaders = {}, body = 'a question'): Promise<Answer> {
  const session = http2.connect(world.url(listenerArn));
  cleanup.push(() => session.destroy());
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/shop.Orders/Get',
      ':authority': 'orders.example.com',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const answer: Answer = { status: 0, headers: {}, trailers: {}, text: '' };
    stream.setEncoding('latin1');
    stream.on('response', (given) => Object.assign(answer, { status: given[':status'], headers: given }));
    stream.on('trailers', (given) => Object.assign(answer, { trailers: given }));
    stream.on('data', (chunk: string) => (answer.text += chunk));
    stream.on('error', reject);
    stream.on('close', () => resolve(answer));
    stream.end(body);
  });
}

const group = (name: string, settings: object = {}) => world.group(name, { ProtocolVersion: 'GRPC', ...settings });

const https = (groupArn: string) => world.listener(weights({ [groupArn]: 1 }), 443, 'HTTPS');

describe('L35: gRPC behind an HTTPS listener', () => {
  test('goes to its target with its body, and comes back with its trailers', async () => {
    const arn = group('orders');
    const orders = await target('10.0.0.1', arn, (stream, _headers, body) => grpc(stream, `${body}, answered`, 5));
    const listener = await https(arn);
    const answer = await call(listener, { 'x-tenant': 'a' });
    expect(answer).toMatchObject({ status: 200, text: 'a question, answered', trailers: { 'grpc-status': '5' } });
    expect(orders.seen).toEqual([
      expect.objectContaining({
        ':path': '/shop.Orders/Get',
        ':authority': 'orders.example.com',
        te: 'trailers',
        'x-tenant': 'a',
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '443',
      }),
    ]);
    expect(world.sum('RequestCount', 'LoadBalancer', 'TargetGroup')).toBe(1);
    expect(world.sum('HTTPCode_Target_2XX_Count', 'LoadBalancer', 'TargetGroup')).toBe(1);
  });

  test('an answer that ends in its headers ends there', async () => {
    const arn = group('orders');
    await target('10.0.0.1', arn, (stream) => ends(stream, 12));
    expect(await call(await https(arn))).toMatchObject({ status: 200, headers: { 'grpc-status': '12' }, text: '' });
  });

  test('follows rules and weights as any request', async () => {
    const [blue, green] = [group('blue'), group('green')];
    await target('10.0.0.1', blue, (stream) => grpc(stream, 'blue', 0));
    await target('10.0.1.1', green, (stream) => grpc(stream, 'green', 0));
    const listener = await https(blue);
    world.call('CreateRule', {
      ListenerArn: listener,
      Priority: 1,
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/shop.Orders/*'] } },
        { Field: 'host-header', HostHeaderConfig: { Values: ['orders.example.com'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Way', Values: ['green'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: green }],
    });
    expect((await call(listener, { 'x-way': 'green' })).text).toBe('green');
    expect((await call(listener, { 'x-way': 'other' })).text).toBe('blue');
    expect((await call(listener, { 'x-way': 'green', ':path': '/shop.Carts/Get' })).text).toBe('blue');
    world.shift(listener, weights({ [blue]: 0, [green]: 1 }));
    expect((await call(listener)).text).toBe('green');
  });

  test('is answered by the load balancer where no target speaks it', async () => {
    const arn = group('orders');
    const listener = await https(arn);
    expect((await call(listener)).status).toBe(503);
    const http1 = net.createServer((socket) => void socket.on('error', () => {}).end('HTTP/1.1 400 Bad\r\n\r\n'));
    await new Promise<void>((resolve) => http1.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => http1.close());
    world.addresses.set('10.0.0.1', 8080, (http1.address() as AddressInfo).port);
    world.elbv2.register(arn, { ip: '10.0.0.1', port: 8080 });
    expect(await call(listener)).toMatchObject({ status: 502, headers: { server: 'awselb/2.0' } });
    world.addresses.delete('10.0.0.1');
    expect((await call(listener)).status).toBe(502);
    expect(world.sum('TargetConnectionErrorCount', 'LoadBalancer')).toBe(1);
  });

  test('is 464 to a group that wants something else, and something else to a group that wants it', async () => {
    const arn = group('orders');
    await target('10.0.0.1', arn, (stream) => grpc(stream, '', 0));
    const listener = await https(arn);
    expect((await call(listener, { 'content-type': 'application/json' })).status).toBe(464);
    expect((await world.get(listener)).status).toBe(464);
    const web = world.group('web');
    await world.target('10.0.2.1', web);
    world.shift(listener, weights({ [web]: 1 }));
    expect((await call(listener)).status).toBe(464);
  });

  test('shares the port with HTTP/1.1', async () => {
    const [arn, web] = [group('orders'), world.group('web')];
    await target('10.0.0.1', arn, (stream) => grpc(stream, 'orders', 0));
    const page = await world.target('10.0.2.1', web);
    page.handler = (request, response) => void request.pipe(response);
    const listener = await https(web);
    world.call('CreateRule', {
      ListenerArn: listener,
      Priority: 1,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/shop.Orders/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: arn }],
    });
    const { request, answer } = world.begin(listener, { method: 'POST', path: '/page' });
    request.end('x'.repeat(300_000));
    expect((await call(listener)).text).toBe('orders');
    expect((await answer).text).toHaveLength(300_000);
    // The second request of a kept connection.
    expect((await world.get(listener, '/page')).status).toBe(200);
  });

  test('a listener that goes takes its connections with it', async () => {
    const arn = group('orders');
    await target('10.0.0.1', arn, (stream) => grpc(stream, '', 0));
    const listener = await https(arn);
    const url = world.url(listener);
    await call(listener);
    world.call('DeleteListener', { ListenerArn: listener });
    await world.plane.settled();
    const session = http2.connect(url);
    cleanup.push(() => session.destroy());
    await new Promise((resolve) => session.on('error', resolve));
  });
});

const checked = async (settings: object, serve: Serve) => {
  const arn = group('orders', { HealthCheckPath: '/AWS.ALB/healthcheck', ...settings });
  const orders = await target('10.0.0.1', arn, serve);
  await https(arn);
  return { arn, orders };
};

describe('L35: health checks of a gRPC target group', () => {
  test('pass by default where the method is not known, which shows that the target speaks gRPC', async () => {
    const { arn, orders } = await checked({}, (stream) => ends(stream, 12));
    await until(() => expect(world.health(arn, orders)).toBe('healthy'));
  });

  test('compare the code that ends the call with the matcher', async () => {
    const matcher = { Matcher: { GrpcCode: '0' }, HealthCheckPath: '/grpc.health.v1.Health/Check' };
    const codes = { now: 0 };
    const { arn, orders } = await checked(matcher, (stream) => grpc(stream, '', codes.now));
    await until(() => expect(world.health(arn, orders)).toBe('healthy'));
    codes.now = 14;
    await until(() => expect(world.health(arn, orders)).toBe('unhealthy'));
    const { TargetHealthDescriptions } = world.call('DescribeTargetHealth', { TargetGroupArn: arn });
    expect(TargetHealthDescriptions[0].TargetHealth).toMatchObject({
      Reason: 'Target.ResponseCodeMismatch',
      Description: 'Health checks failed with these codes: [14]',
    });
  });

  test('fail where the target speaks HTTP/1.1', async () => {
    const arn = group('orders', { HealthCheckPath: '/health' });
    const page = await world.target('10.0.0.1', arn);
    await https(arn);
    await until(() => expect(world.health(arn, page)).toBe('unhealthy'));
  });

  test('take codes from 0 to 99', () => {
    expect(() => group('a', { Matcher: { GrpcCode: '0-99' } })).not.toThrow();
    expect(() => group('b', { Matcher: { GrpcCode: '100' } })).toThrow(/'0-99'/);
  });
});
