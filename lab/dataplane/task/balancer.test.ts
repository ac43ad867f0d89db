import { expect, test } from 'vitest';
import { Balancer, key } from './balancer.ts';
import type { Route } from './protocol.ts';

const route = (...targets: [weight: number, ...ips: string[]][]): Route => ({
  host: 'user.shop.local',
  port: 8080,
  protocol: 'http',
  perRequestTimeoutMs: 0,
  targets: targets.map(([weight, ...ips]) => ({ weight, endpoints: ips.map((ip) => ({ ip, port: 8080 })) })),
});

function picks(balancer: Balancer, from: Route, count: number): Record<string, number> {
  const seen: Record<string, number> = {};
  for (let i = 0; i < count; i += 1) {
    const ip = balancer.next(from)?.ip ?? 'none';
    seen[ip] = (seen[ip] ?? 0) + 1;
  }
  return seen;
}

test('targets share by weight, endpoints of a target in turn; weight 0 gets nothing', () => {
  const balancer = new Balancer({ now: () => 0, ejects: false, offset: 0 });
  expect(picks(balancer, route([3, 'a', 'b'], [1, 'c'], [0, 'd']), 16)).toEqual({ a: 6, b: 6, c: 4 });
  expect(picks(balancer, route([0, 'a'], [0, 'b']), 4)).toEqual({ none: 4 });
});

test('a retry goes to another endpoint while there is one', () => {
  const balancer = new Balancer({ now: () => 0, ejects: false, offset: 0 });
  const from = route([1, 'a', 'b']);
  const first = balancer.next(from);
  const second = balancer.next(from, new Set([key(first ?? { ip: '', port: 0 })]));
  expect(new Set([first?.ip, second?.ip])).toEqual(new Set(['a', 'b']));
  expect(balancer.next(route([1, 'a']), new Set(['a:8080']))?.ip).toBe('a');
});

test('Service Connect: five failed connections within 30 s put an endpoint out for 30 s, then for longer (mesh-mapping 0.9)', () => {
  let now = 0;
  const balancer = new Balancer({ now: () => now, ejects: true, offset: 0 });
  const from = route([1, 'a', 'b']);
  const failFive = () => {
    for (let i = 0; i < 5; i += 1) balancer.failed({ ip: 'a', port: 8080 });
  };
  failFive();
  expect(picks(balancer, from, 4)).toEqual({ b: 4 });
  now = 30_000;
  expect(picks(balancer, from, 4)).toEqual({ a: 2, b: 2 });
  failFive();
  now = 60_000;
  expect(picks(balancer, from, 4)).toEqual({ b: 4 });
  now = 90_000;
  expect(picks(balancer, from, 4)).toEqual({ a: 2, b: 2 });
});

test('where every endpoint is out, all are tried', () => {
  const balancer = new Balancer({ now: () => 0, ejects: true, offset: 0 });
  for (let i = 0; i < 5; i += 1) balancer.failed({ ip: 'a', port: 8080 });
  expect(picks(balancer, route([1, 'a']), 2)).toEqual({ a: 2 });
});
