import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AlbTestWorld, weights } from './albTestWorld.ts';

let world: AlbTestWorld;
beforeEach(() => {
  world = new AlbTestWorld();
});
afterEach(() => world.close());

const until = <T>(check: () => T) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

async function twoGroups(action: (blue: string, green: string) => Record<string, number>, stickySeconds?: number) {
  const [blue, green] = [world.group('blue'), world.group('green')];
  await world.target('10.0.0.1', blue);
  await world.target('10.0.1.1', green);
  const listener = await world.listener(weights(action(blue, green), stickySeconds));
  return { blue, green, listener };
}

describe('weights and stickiness', () => {
  test('requests follow the weights as they shift', async () => {
    const { blue, green, listener } = await twoGroups((blue, green) => ({ [blue]: 100, [green]: 0 }));
    expect(await world.share(listener, 50)).toEqual({ '10.0.0.1': 50 });
    world.shift(listener, weights({ [blue]: 50, [green]: 50 }));
    const shares = await world.share(listener, 200);
    expect(shares['10.0.1.1']).toBeGreaterThan(60);
    expect(shares['10.0.1.1']).toBeLessThan(140);
    world.shift(listener, weights({ [blue]: 0, [green]: 100 }));
    expect(await world.share(listener, 50)).toEqual({ '10.0.1.1': 50 });
    expect(world.sum('RequestCount', 'LoadBalancer')).toBe(300);
    expect(world.sum('HTTPCode_Target_2XX_Count', 'LoadBalancer', 'TargetGroup')).toBe(300);
  });

  test('L12: a client that sends the cookie back stays with its group at weight 0', async () => {
    const { blue, green, listener } = await twoGroups((blue, green) => ({ [blue]: 0, [green]: 1 }), 3600);
    const first = await world.get(listener);
    const cookies = first.headers['set-cookie'] ?? [];
    expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(['AWSALBTG', 'AWSALBTGCORS']);
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
    world.shift(listener, weights({ [blue]: 1, [green]: 0 }, 3600));
    expect((await world.get(listener, '/', { cookie })).text).toBe('10.0.1.1');
    expect((await world.get(listener)).text).toBe('10.0.0.1');
    world.shift(listener, weights({ [blue]: 1 }, 3600));
    expect((await world.get(listener, '/', { cookie })).text).toBe('10.0.0.1');
  });
});

describe('what the load balancer answers itself', () => {
  test('L10: 503 for an empty group, counted as its own', async () => {
    const listener = await world.listener(weights({ [world.group('empty')]: 1 }));
    const answer = await world.get(listener);
    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.text).toContain('<h1>503 Service Temporarily Unavailable</h1>');
    expect(world.sum('HTTPCode_ELB_503_Count', 'LoadBalancer')).toBe(1);
    expect(world.sum('HTTPCode_ELB_5XX_Count', 'LoadBalancer')).toBe(1);
    expect(world.sum('RequestCount', 'LoadBalancer')).toBe(0);
    expect(world.samples.some((sample) => sample.name.startsWith('HTTPCode_Target'))).toBe(false);
  });

  test('502 where nobody listens, at the address or behind it', async () => {
    const blue = world.group('blue');
    const gone = await world.target('10.0.0.1', blue);
    const listener = await world.listener(weights({ [blue]: 1 }));
    gone.server.close();
    gone.server.closeAllConnections();
    expect((await world.get(listener)).status).toBe(502);
    world.addresses.delete('10.0.0.1');
    expect((await world.get(listener)).status).toBe(502);
    expect(world.sum('HTTPCode_ELB_502_Count', 'LoadBalancer')).toBe(2);
    expect(world.sum('TargetConnectionErrorCount', 'LoadBalancer', 'TargetGroup')).toBe(2);
  });

  test('502 for a target that breaks off before it answers; another target is not tried', async () => {
    const blue = world.group('blue');
    const broken = await world.target('10.0.0.1', blue);
    const listener = await world.listener(weights({ [blue]: 1 }));
    broken.handler = (request) => request.socket.destroy();
    expect((await world.get(listener)).status).toBe(502);
    expect(broken.seen).toHaveLength(1);
    expect(world.sum('TargetConnectionErrorCount', 'LoadBalancer')).toBe(0);
  });

  test('504 for a target that is silent for the idle timeout', async () => {
    const blue = world.group('blue');
    const silent = await world.target('10.0.0.1', blue);
    const listener = await world.listener(weights({ [blue]: 1 }));
    silent.handler = () => {};
    world.idleTimeout(1);
    const answer = await world.get(listener);
    expect(answer.status).toBe(504);
    expect(answer.text).toContain('504 Gateway Time-out');
    expect(world.sum('HTTPCode_ELB_504_Count', 'LoadBalancer')).toBe(1);
  });

  test('464 for a group that wants gRPC', async () => {
    const grpc = world.group('grpc', { ProtocolVersion: 'GRPC', HealthCheckPath: '/x' });
    await world.target('10.0.0.1', grpc);
    const listener = await world.listener(weights({ [grpc]: 1 }));
    expect((await world.get(listener)).status).toBe(464);
  });

  test('fixed responses and redirects', async () => {
    const fixed = await world.listener({
      Type: 'fixed-response',
      FixedResponseConfig: { StatusCode: '418', ContentType: 'text/plain', MessageBody: 'tea' },
    });
    expect(await world.get(fixed)).toMatchObject({
      status: 418,
      text: 'tea',
      headers: { 'content-type': 'text/plain', server: 'awselb/2.0' },
    });
    const redirect = await world.listener(
      { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_302', Path: '/new/#{path}' } },
      81,
    );
    expect(await world.get(redirect, '/a?b=c', { host: 'shop.example.com' })).toMatchObject({
      status: 302,
      headers: { location: 'http://shop.example.com:81/new/a?b=c' },
    });
    expect(world.sum('HTTP_Fixed_Response_Count', 'LoadBalancer')).toBe(1);
    expect(world.sum('HTTP_Redirect_Count', 'LoadBalancer')).toBe(1);
  });
});

describe('targets', () => {
  test('L9: with every target unhealthy all are tried', async () => {
    const blue = world.group('blue');
    const targets = [await world.target('10.0.0.1', blue), await world.target('10.0.0.2', blue)];
    const listener = await world.listener(weights({ [blue]: 1 }));
    await until(() => expect(targets.map((target) => world.health(blue, target))).toEqual(['healthy', 'healthy']));
    for (const target of targets) target.health = 500;
    await until(() => expect(targets.map((target) => world.health(blue, target))).toEqual(['unhealthy', 'unhealthy']));
    expect(await world.share(listener, 40)).toMatchObject({
      '10.0.0.1': expect.any(Number),
      '10.0.0.2': expect.any(Number),
    });
  });

  test('an unhealthy target gets nothing while another is healthy', async () => {
    const blue = world.group('blue');
    const [well, ill] = [await world.target('10.0.0.1', blue), await world.target('10.0.0.2', blue)];
    ill.health = 500;
    const listener = await world.listener(weights({ [blue]: 1 }));
    await until(() => expect([well, ill].map((each) => world.health(blue, each))).toEqual(['healthy', 'unhealthy']));
    expect(await world.share(listener, 20)).toEqual({ '10.0.0.1': 20 });
  });

  test('L23: a draining target finishes what is in flight and gets nothing new', async () => {
    const blue = world.group('blue');
    const old = await world.target('10.0.0.1', blue);
    const listener = await world.listener(weights({ [blue]: 1 }));
    let finish: (() => void) | undefined;
    old.handler = (_request, response) => {
      response.write('first ');
      finish = () => response.end('last');
    };
    const inFlight = world.get(listener);
    await until(() => expect(finish).toBeDefined());
    await world.target('10.0.0.2', blue);
    world.elbv2.deregister(blue, { ip: '10.0.0.1', port: 8080 }, () => {});
    expect(await world.share(listener, 20)).toEqual({ '10.0.0.2': 20 });
    expect(world.health(blue, old)).toBe('draining');
    finish?.();
    expect(await inFlight).toMatchObject({ status: 200, text: 'first last' });
    expect(old.seen).toHaveLength(1);
  });

  test('L7: a request in flight is completed by the group that it was sent to', async () => {
    const { blue, green, listener } = await twoGroups((blue, green) => ({ [blue]: 1, [green]: 0 }));
    const slow = await world.target('10.0.0.9');
    world.elbv2.deregister(blue, { ip: '10.0.0.1', port: 8080 }, () => {});
    world.elbv2.register(blue, { ip: '10.0.0.9', port: 8080 });
    let finish: (() => void) | undefined;
    slow.handler = (_request, response) => {
      finish = () => response.end('done');
    };
    const inFlight = world.get(listener);
    await until(() => expect(finish).toBeDefined());
    world.shift(listener, weights({ [green]: 1 }));
    expect((await world.get(listener)).text).toBe('10.0.1.1');
    finish?.();
    expect(await inFlight).toMatchObject({ status: 200, text: 'done' });
  });
});

describe('forwarding', () => {
  test('adds the forwarded headers and keeps the rest', async () => {
    const { target, listener } = await oneTarget();
    await world.get(listener, '/a?b=c', { host: 'shop.example.com', 'X-Forwarded-For': '1.2.3.4', 'X-Own': 'kept' });
    expect(target.seen[0]?.url).toBe('/a?b=c');
    expect(target.seen[0]?.headers).toMatchObject({
      host: 'shop.example.com',
      'x-own': 'kept',
      'x-forwarded-for': '1.2.3.4, 127.0.0.1',
      'x-forwarded-port': '8080',
      'x-forwarded-proto': 'http',
      'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    });
  });

  test('streams both ways: the answer begins before the request has ended', async () => {
    const { target, listener } = await oneTarget();
    target.handler = (request, response) => void request.pipe(response);
    const { request, answer } = world.begin(listener, { method: 'POST' });
    request.write('one ');
    const response = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
    expect(response.statusCode).toBe(200);
    request.end('two');
    expect((await answer).text).toBe('one two');
  });

  test('passes status, repeated headers and a large body unchanged', async () => {
    const { target, listener } = await oneTarget();
    const body = 'x'.repeat(3_000_000);
    target.handler = (_request, response) => {
      response.writeHead(404, ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Content-Type', 'text/plain']);
      response.end(body);
    };
    const answer = await world.get(listener);
    expect(answer.status).toBe(404);
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.text.length).toBe(body.length);
    expect(world.sum('HTTPCode_Target_4XX_Count', 'LoadBalancer', 'TargetGroup')).toBe(1);
  });

  test('a client that goes away takes its request to the target along', async () => {
    const { target, listener } = await oneTarget();
    let gone = false;
    world.idleTimeout(4000);
    target.handler = (_request, response) => {
      response.on('close', () => {
        gone = true;
      });
    };
    const { request, answer } = world.begin(listener);
    answer.catch(() => {});
    request.end();
    await until(() => expect(target.seen).toHaveLength(1));
    request.destroy();
    await until(() => expect(gone).toBe(true));
    expect(world.sum('HTTPCode_ELB_4XX_Count', 'LoadBalancer')).toBe(1);
    expect(world.sum('HTTPCode_ELB_5XX_Count', 'LoadBalancer')).toBe(0);
  });

  test('an answer that breaks off at the target breaks off at the client', async () => {
    const { target, listener } = await oneTarget();
    target.handler = (request, response) => {
      response.write('half');
      setImmediate(() => request.socket.destroy());
    };
    await expect(world.get(listener)).rejects.toThrow();
  });

  test('a kept-alive connection that the target closed is no error for the client', async () => {
    const { target, listener } = await oneTarget();
    // The target hangs up on the second request of each connection, as if its idle timeout had just struck.
    const used = new WeakSet<object>();
    target.handler = (request, response) => {
      if (used.has(request.socket)) request.socket.destroy();
      else response.end(target.ip);
      used.add(request.socket);
    };
    expect(await world.share(listener, 10)).toEqual({ '10.0.0.1': 10 });
    expect(target.seen.length).toBeGreaterThan(10);
    expect(world.sum('HTTPCode_ELB_502_Count', 'LoadBalancer')).toBe(0);
  });

  test('a request with a body is never sent twice', async () => {
    const { target, listener } = await oneTarget();
    await world.get(listener);
    target.handler = (request) => request.socket.destroy();
    const { request, answer } = world.begin(listener, { method: 'POST' });
    request.end('pay');
    expect((await answer).status).toBe(502);
    expect(target.seen.filter((each) => each.method === 'POST')).toHaveLength(1);
  });
});

describe('listeners', () => {
  test('come and go with the service, and move with their port', async () => {
    const free = await freePort();
    const listener = await world.listener(
      { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'here' } },
      free,
    );
    expect(world.plane.urls()).toEqual([
      { listenerArn: listener, loadBalancerName: 'shop', port: free, url: `http://127.0.0.1:${free}` },
    ]);
    const next = await freePort();
    world.call('ModifyListener', { ListenerArn: listener, Port: next });
    await world.plane.settled();
    expect(world.plane.urls()).toMatchObject([{ port: next, url: `http://127.0.0.1:${next}` }]);
    expect(world.listening.map(({ url }) => url)).toEqual([`http://127.0.0.1:${free}`, `http://127.0.0.1:${next}`]);
    expect((await world.get(listener)).text).toBe('here');
    world.call('DeleteListener', { ListenerArn: listener });
    await world.plane.settled();
    expect(world.plane.urls()).toEqual([]);
    await expect(fetch(`http://127.0.0.1:${next}`)).rejects.toThrow('fetch failed');
  });

  test('whose port is taken or privileged get another', async () => {
    const squatter = http.createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const action = { Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '200' } };
    const taken = await world.listener(action, port);
    const privileged = await world.listener(action, 80);
    expect((await world.get(taken)).status).toBe(200);
    expect((await world.get(privileged)).status).toBe(200);
    expect(world.plane.urls().map((each) => each.port)).toEqual([port, 80]);
    squatter.close();
  });
});

async function oneTarget() {
  const blue = world.group('blue');
  const target = await world.target('10.0.0.1', blue);
  return { blue, target, listener: await world.listener(weights({ [blue]: 1 }), 8080) };
}

async function freePort(): Promise<number> {
  const server = http.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
