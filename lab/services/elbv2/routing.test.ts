import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import type { RoutedRequest } from './routingTable.ts';
import { cookiesOf, NOT_FOUND, path, TestWorld, weighted } from './testWorld.ts';

function worldWithTwo(weights: { blue: number; green: number }, delays = {}, stickySeconds?: number) {
  const world = new TestWorld(delays);
  const blue = world.group('blue');
  const green = world.group('green');
  const action = (next: { blue: number; green: number }) =>
    weighted({ [blue]: next.blue, [green]: next.green }, stickySeconds);
  const listener = world.listener(world.loadBalancer());
  const rule = world.rule(listener, [action(weights)]);
  world.register(blue, '10.0.0.1', '10.0.0.2');
  world.register(green, '10.0.1.1');
  const shift = (next: { blue: number; green: number }) =>
    world.call('ModifyRule', { RuleArn: rule, Actions: [action(next)] });
  return { world, blue, green, listener, rule, shift };
}

describe('weights', () => {
  test('divide the requests', async () => {
    const { world, blue, green, listener } = worldWithTwo({ blue: 3, green: 1 });
    await world.clock.advanceAsync(2_000);
    const shares = world.share(listener, 4000);
    expect(Object.keys(shares).sort()).toEqual([blue, green].sort());
    expect(shares[green]).toBeGreaterThan(850);
    expect(shares[green]).toBeLessThan(1150);
  });

  test('of 0 get nothing', async () => {
    const { world, blue, listener } = worldWithTwo({ blue: 100, green: 0 });
    await world.clock.advanceAsync(2_000);
    expect(world.share(listener)).toEqual({ [blue]: 1000 });
  });

  test('L11: all of 0 are accepted, and nothing is served', () => {
    const { world, listener } = worldWithTwo({ blue: 0, green: 0 });
    expect(world.share(listener)).toEqual({ unavailable: 1000 });
  });

  test('L7: a change reaches each node after a delay of its own, and no node goes back', () => {
    const { world, blue, green, listener, shift } = worldWithTwo(
      { blue: 1, green: 0 },
      { ruleApplyMs: { min: 1_000, max: 6_000 } },
    );
    world.clock.advance(10_000);
    shift({ blue: 0, green: 1 });
    world.clock.advance(999);
    expect([world.share(listener, 10, 0), world.share(listener, 10, 1)]).toEqual([{ [blue]: 10 }, { [blue]: 10 }]);
    const changedAtMs: (number | undefined)[] = [undefined, undefined];
    for (let ms = 1_000; ms <= 6_000; ms += 100) {
      world.clock.advance(100);
      for (const node of [0, 1]) {
        if (world.share(listener, 10, node)[green] === 10) changedAtMs[node] ??= ms;
        else expect(changedAtMs[node]).toBeUndefined();
      }
    }
    expect(changedAtMs).not.toContain(undefined);
    expect(changedAtMs[0]).not.toBe(changedAtMs[1]);
  });

  test('L7: of two quick changes the later one stays', () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { world, blue, listener, shift } = worldWithTwo(
        { blue: 1, green: 0 },
        { ruleApplyMs: { min: 0, max: 6_000 } },
      );
      shift({ blue: 0, green: 1 });
      world.clock.advance(attempt * 100);
      shift({ blue: 1, green: 0 });
      world.clock.advance(6_000);
      expect([world.share(listener, 10, 0), world.share(listener, 10, 1)]).toEqual([{ [blue]: 10 }, { [blue]: 10 }]);
    }
  });
});

describe('targets', () => {
  test('take turns, the healthy ones only', async () => {
    const { world, blue, listener } = worldWithTwo({ blue: 1, green: 0 });
    world.register(blue, '10.0.0.3');
    world.probe.results.set('10.0.0.3', { kind: 'refused' });
    await world.clock.advanceAsync(60_000);
    const ips = Array.from({ length: 4 }, () => {
      const decision = world.route(listener);
      return decision.kind === 'forward' ? decision.target.ip : decision.kind;
    });
    expect(ips.filter((ip) => ip === '10.0.0.1')).toHaveLength(2);
    expect(ips.filter((ip) => ip === '10.0.0.2')).toHaveLength(2);
  });

  test('L9: with none healthy all get requests, and the other group gets no more than its weight', async () => {
    const { world, blue, green, listener } = worldWithTwo({ blue: 1, green: 1 });
    world.probe.results.set('10.0.0.1', { kind: 'refused' });
    world.probe.results.set('10.0.0.2', { kind: 'timeout' });
    await world.clock.advanceAsync(120_000);
    expect(world.health(blue)).toMatchObject({
      '10.0.0.1': { State: 'unhealthy' },
      '10.0.0.2': { State: 'unhealthy' },
    });
    const ips = new Set<string>();
    let toGreen = 0;
    for (let request = 0; request < 1000; request += 1) {
      const decision = world.route(listener);
      if (decision.kind === 'forward' && decision.targetGroupArn === green) toGreen += 1;
      else if (decision.kind === 'forward') ips.add(decision.target.ip);
    }
    expect([...ips].sort()).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(toGreen).toBeGreaterThan(400);
    expect(toGreen).toBeLessThan(600);
  });

  test('L10: a group without targets answers nothing, whatever the other group has', () => {
    const world = new TestWorld();
    const blue = world.group('blue');
    const empty = world.group('empty');
    const listener = world.listener(world.loadBalancer(), [weighted({ [blue]: 1, [empty]: 1 })]);
    world.register(blue, '10.0.0.1');
    const shares = world.share(listener, 1000);
    expect(shares['unavailable']).toBeGreaterThan(400);
    expect(shares['unavailable']).toBeLessThan(600);
    world.elbv2.deregister(blue, { ip: '10.0.0.1', port: 8080 }, () => {});
    expect(world.share(listener, 10)).toEqual({ unavailable: 10 });
  });
});

describe('L12: stickiness', () => {
  test('holds a client to its group, at weight 0 too, until the group leaves the action', () => {
    const { world, blue, green, listener, rule, shift } = worldWithTwo({ blue: 0, green: 1 }, {}, 3600);
    const cookies = cookiesOf(world.route(listener));
    expect(Object.keys(cookies)).toEqual(['AWSALBTG', 'AWSALBTGCORS']);
    shift({ blue: 1, green: 0 });
    for (let request = 0; request < 20; request += 1) {
      expect(world.route(listener, { cookies })).toMatchObject({ targetGroupArn: green });
      expect(world.route(listener)).toMatchObject({ targetGroupArn: blue });
    }
    world.call('ModifyRule', { RuleArn: rule, Actions: [weighted({ [blue]: 1 }, 3600)] });
    expect(world.route(listener, { cookies })).toMatchObject({ targetGroupArn: blue });
  });

  test('ends with the duration, is renewed by each answer, and counts only while it is enabled', () => {
    const { world, blue, green, listener, rule, shift } = worldWithTwo({ blue: 0, green: 1 }, {}, 60);
    let cookies = cookiesOf(world.route(listener));
    shift({ blue: 1, green: 0 });
    world.clock.advance(59_000);
    const renewed = world.route(listener, { cookies });
    expect(renewed).toMatchObject({ targetGroupArn: green });
    world.clock.advance(2_000);
    expect(world.route(listener, { cookies })).toMatchObject({ targetGroupArn: blue });
    cookies = cookiesOf(renewed);
    expect(world.route(listener, { cookies })).toMatchObject({ targetGroupArn: green });
    world.call('ModifyRule', { RuleArn: rule, Actions: [weighted({ [blue]: 1, [green]: 0 })] });
    expect(world.route(listener, { cookies })).toMatchObject({ targetGroupArn: blue, setCookies: [] });
  });

  test('a cookie that the load balancer did not make is no cookie', () => {
    const { world, blue, listener } = worldWithTwo({ blue: 1, green: 0 }, {}, 60);
    for (const AWSALBTG of ['%', 'x', '', btoa('nonsense')]) {
      expect(world.route(listener, { cookies: { AWSALBTG } })).toMatchObject({ targetGroupArn: blue });
    }
  });

  test('within a group holds a client to its target while that takes requests', async () => {
    const { world, blue, listener } = worldWithTwo({ blue: 1, green: 0 });
    world.call('ModifyTargetGroupAttributes', {
      TargetGroupArn: blue,
      Attributes: [{ Key: 'stickiness.enabled', Value: 'true' }],
    });
    await world.clock.advanceAsync(2_000);
    const first = world.route(listener);
    if (first.kind !== 'forward') throw new Error(first.kind);
    const cookies = cookiesOf(first);
    expect(Object.keys(cookies)).toEqual(['AWSALB', 'AWSALBCORS']);
    for (let request = 0; request < 5; request += 1) {
      expect(world.route(listener, { cookies })).toMatchObject({ target: first.target });
    }
    world.elbv2.deregister(blue, first.target, () => {});
    expect(world.route(listener, { cookies })).not.toMatchObject({ target: first.target });
  });
});

describe('conditions', () => {
  test.each<[RuleCondition, Partial<RoutedRequest>, boolean]>([
    [path('/img/*'), { path: '/img/a/b' }, true],
    [path('/img/*'), { path: '/IMG/a' }, false],
    [path('/a?c', '/x'), { path: '/abc' }, true],
    [path('/a.c'), { path: '/abc' }, false],
    [{ Field: 'path-pattern', RegexValues: ['^/v[12]/'] }, { path: '/v2/items' }, true],
    [{ Field: 'host-header', Values: ['*.example.com'] }, { host: 'Shop.Example.com:8080' }, true],
    [{ Field: 'host-header', Values: ['*.example.com'] }, { host: 'example.com' }, false],
    [header('X-Green', ['yes*']), { headers: { 'x-green': 'YES please' } }, true],
    [header('X-Green', ['yes']), { headers: {} }, false],
    [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }, { method: 'POST' }, true],
    [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }, { method: 'GET' }, false],
    [query({ Key: 'version', Value: 'v1' }), { query: 'a=b&version=V1' }, true],
    [query({ Value: 'v\\*' }), { query: 'version=v1' }, false],
    [query({ Value: 'v*' }), { query: 'version=v1' }, true],
    [query({ Value: '*' }), { query: '' }, false],
    [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.1.0.0/16'] } }, { sourceIp: '10.1.255.3' }, true],
    [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.1.0.0/16'] } }, { sourceIp: '10.2.0.1' }, false],
  ])('%j with %j: %s', (condition, request, expected) => {
    expect(matches(condition, request)).toBe(expected);
  });

  test('the first rule by priority whose conditions all hold decides', () => {
    const world = new TestWorld();
    const listener = world.listener(world.loadBalancer());
    world.rule(listener, [fixed('202')], 20, [path('/a')]);
    world.rule(listener, [fixed('201')], 10, [path('/a'), { Field: 'host-header', Values: ['one.example.com'] }]);
    expect(world.route(listener, { path: '/a', host: 'one.example.com' })).toMatchObject({ status: 201 });
    expect(world.route(listener, { path: '/a', host: 'two.example.com' })).toMatchObject({ status: 202 });
    expect(world.route(listener, { path: '/b' })).toMatchObject({ status: 404 });
  });

  test('unknown fields, empty values, repeated fields and broken expressions are refused', () => {
    const world = new TestWorld();
    const listener = world.listener(world.loadBalancer());
    expect(() => world.rule(listener, [NOT_FOUND], 1, [{ Field: 'path-pattern', RegexValues: ['('] }])).toThrow(
      expect.objectContaining({ code: 'ValidationError' }),
    );
    expect(() => world.rule(listener, [NOT_FOUND], 1, [{ Field: 'colour', Values: ['red'] }])).toThrow(
      'must be one of',
    );
    expect(() => world.rule(listener, [NOT_FOUND], 1, [path()])).toThrow('A condition value must be specified');
    expect(() => world.rule(listener, [NOT_FOUND], 1, [path('/a'), path('/b')])).toThrow('only have one');
  });
});

test('a redirect keeps what it does not change', () => {
  const world = new TestWorld();
  const listener = world.listener(world.loadBalancer(), [
    { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Protocol: 'HTTPS', Port: '443' } },
  ]);
  expect(world.route(listener, { path: '/a/b', query: 'c=d', host: 'shop.example.com:80' })).toEqual({
    kind: 'redirect',
    status: 301,
    location: 'https://shop.example.com:443/a/b?c=d',
  });
});

function header(HttpHeaderName: string, Values: string[]): RuleCondition {
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values } };
}

function query(...Values: { Key?: string; Value: string }[]): RuleCondition {
  return { Field: 'query-string', QueryStringConfig: { Values } };
}

function fixed(StatusCode: string): Action {
  return { Type: 'fixed-response', FixedResponseConfig: { StatusCode } };
}

function matches(condition: RuleCondition, request: Partial<RoutedRequest>): boolean {
  const world = new TestWorld();
  const listener = world.listener(world.loadBalancer());
  world.rule(listener, [fixed('200')], 10, [condition]);
  const decision = world.route(listener, request);
  return decision.kind === 'fixedResponse' && decision.status === 200;
}
