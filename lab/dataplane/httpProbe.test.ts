import net from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AlbTestWorld } from './albTestWorld.ts';

let world: AlbTestWorld;
beforeEach(() => {
  world = new AlbTestWorld();
});
afterEach(() => world.close());

const AT = { ip: '10.0.0.1', port: 8080 };

test('answers the status of the path', async () => {
  const target = await world.target(AT.ip);
  target.health = 503;
  expect(await world.probe.probe(AT, '/health', 5_000)).toEqual({ kind: 'response', status: 503 });
  expect(await world.probe.probe(AT, '/other', 5_000)).toEqual({ kind: 'response', status: 200 });
  expect(target.seen[0]?.headers).toMatchObject({ 'user-agent': 'ELB-HealthChecker/2.0', host: '10.0.0.1:8080' });
});

test('does not wait for the body', async () => {
  const target = await world.target(AT.ip);
  target.handler = (_request, response) => void response.writeHead(200).write('and then');
  expect(await world.probe.probe(AT, '/', 5_000)).toEqual({ kind: 'response', status: 200 });
});

test('times out on silence, and is refused where nobody listens or nobody speaks HTTP', async () => {
  const target = await world.target(AT.ip);
  target.handler = () => {};
  expect(await world.probe.probe(AT, '/', 2_000)).toEqual({ kind: 'timeout' });
  target.server.close();
  target.server.closeAllConnections();
  expect(await world.probe.probe(AT, '/', 2_000)).toEqual({ kind: 'refused' });
  world.addresses.delete(AT.ip);
  expect(await world.probe.probe(AT, '/', 2_000)).toEqual({ kind: 'refused' });

  const babbler = net.createServer((socket) => void socket.end('not HTTP at all\r\n\r\n'));
  await new Promise<void>((resolve) => babbler.listen(0, '127.0.0.1', resolve));
  world.addresses.set(AT.ip, AT.port, (babbler.address() as net.AddressInfo).port);
  expect(await world.probe.probe(AT, '/', 2_000)).toEqual({ kind: 'refused' });
  babbler.close();
});

test('no timeout is shorter than 250 ms of real time, however short it is in the lab', async () => {
  const target = await world.target(AT.ip);
  target.handler = (_request, response) => void setTimeout(() => response.end(), 100);
  expect(await world.probe.probe(AT, '/', 1)).toEqual({ kind: 'response', status: 200 });
});
