import { describe, expect, test } from 'vitest';
import type { GrpcProbe, HttpProbe } from '../../plan/probes.ts';
import { isLikePattern } from '../../plan/pattern.ts';
import { conditionsForProbes, meets, type ProbeDoor, probeRequest, sendable } from './request.ts';

const probe = (path: string, host: string | null = null): HttpProbe => ({
  service: 'frontend',
  path,
  host,
  expect: { status: 200, headers: {}, json: {} },
  parity: null,
});

const hosts = (...Values: string[]) => ({ Field: 'host-header', Values, HostHeaderConfig: { Values } });
const paths = (...Values: string[]) => ({ Field: 'path-pattern', Values, PathPatternConfig: { Values } });
const header = (HttpHeaderName: string, ...Values: string[]) => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName, Values },
});

const door = (conditions: ProbeDoor['conditions'], changes: Partial<ProbeDoor> = {}): ProbeDoor => ({
  conditions,
  protocolVersion: 'HTTP1',
  protocol: 'HTTP',
  ...changes,
});

describe('the request of a probe', () => {
  test('takes host and headers from the rule that it is to come through', () => {
    expect(
      probeRequest(probe('/api/x?y=1'), door([hosts('*.example.com', 'shop.example.com'), paths('/api/*')])),
    ).toMatchObject({
      can: true,
      request: { host: 'shop.example.com', path: '/api/x?y=1' },
    });
    expect(
      probeRequest(probe('/', 'eu.example.com'), door([hosts('*.EXAMPLE.com'), header('X-Tenant', 'a*', 'b')])),
    ).toMatchObject({ can: true, request: { host: 'eu.example.com', headers: { 'x-tenant': 'b' } } });
    expect(probeRequest(probe('/'), door([]))).toMatchObject({ can: true, request: { host: undefined } });
  });

  test.each([
    ['a path', probe('/health'), [paths('/api/*')], 'takes the paths /api/*, and /health'],
    ['a path that differs in its case', probe('/API/x'), [paths('/api/*')], 'takes the paths'],
    ['no host', probe('/'), [hosts('*.example.com')], 'give the probe a host'],
    ['a host', probe('/', 'example.org'), [hosts('*.example.com')], 'example.org is not known'],
    [
      'a regular expression',
      probe('/'),
      [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/'] } }],
      'takes the paths ^/',
    ],
    [
      'a method',
      probe('/'),
      [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } }],
      'takes no GET',
    ],
    [
      'an address',
      probe('/'),
      [{ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }],
      'a condition on source-ip',
    ],
    [
      'a query',
      probe('/?a=1'),
      [{ Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a', Value: '1' }] } }],
      'a condition on query-string',
    ],
    ['a header that has no exact value', probe('/'), [header('x-tenant', 'a*')], 'a condition on http-header'],
    ['L17: room for no further value', probe('/1'), [paths('/1', '/2', '/3', '/4', '/5')], '5 condition values'],
  ])('is refused for %s', (_what, wanted, conditions, words) => {
    const addressed = probeRequest(wanted, door(conditions));
    expect(addressed.can ? '' : addressed.why).toContain(words);
  });

  test('L34: conditions are sent in one spelling', () => {
    expect(sendable([hosts('a'), { Field: 'path-pattern', Values: ['/a'] }, header('x', 'y')])).toEqual([
      { Field: 'host-header', HostHeaderConfig: { Values: ['a'] } },
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/a'] } },
      header('x', 'y'),
    ]);
  });

  test('what only the load balancer can tell of another rule is not known', () => {
    const request = { host: 'a', path: '/', headers: {} };
    expect(meets({ Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } }, request)).toBe('unknown');
    expect(meets(header('x-other', '*'), request)).toBe('no');
    expect(meets(hosts('*'), { ...request, host: undefined })).toBe('unknown');
  });
});

const health = (changes: Partial<GrpcProbe> = {}): GrpcProbe => ({
  service: 'orders',
  host: null,
  grpc: { service: 'shop.Orders' },
  parity: false,
  ...changes,
});

const whyNot = (...[probe, door]: Parameters<typeof probeRequest>): string => {
  const addressed = probeRequest(probe, door);
  return addressed.can ? '' : addressed.why;
};

const methods = (...Values: string[]) => [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values } }];

describe('the question for gRPC health', () => {
  const GRPC = { protocolVersion: 'GRPC', protocol: 'HTTPS' };
  const PATH = '/grpc.health.v1.Health/Check';

  test('is asked at the path of health, whatever paths the entry’s rule takes', () => {
    const conditions = [hosts('orders.example.com'), paths('/shop.Orders/*', '/shop.Carts/*')];
    expect(probeRequest(health(), door(conditions, GRPC))).toMatchObject({
      can: true,
      request: { host: 'orders.example.com', path: PATH, grpcService: 'shop.Orders' },
    });
    expect(conditionsForProbes(door(conditions, GRPC))).toEqual([
      hosts('orders.example.com'),
      { Field: 'path-pattern', PathPatternConfig: { Values: [PATH] } },
    ]);
    expect(conditionsForProbes(door(conditions))).toEqual(conditions);
  });

  test('is a POST', () => {
    expect(probeRequest(health(), door(methods('POST'), GRPC)).can).toBe(true);
    expect(whyNot(health(), door(methods('GET'), GRPC))).toContain('takes no POST');
  });

  test('comes to blue only where the entry’s own rule takes it', () => {
    const both = health({ parity: true });
    expect(probeRequest(both, door([paths('/*')], GRPC)).can).toBe(true);
    expect(whyNot(both, door([paths('/shop.Orders/*')], GRPC))).toMatch(
      /blue is asked through the entry's own rule, and the rule takes the paths .*: leave parity out$/,
    );
  });

  test('goes to a gRPC target group by an HTTPS listener alone, and a GET to none of these', () => {
    expect(whyNot(health(), door([], { protocol: 'HTTPS' }))).toContain('speaks HTTP1 and no gRPC: write path');
    expect(whyNot(health(), door([], { protocolVersion: undefined }))).toContain('speaks HTTP1');
    expect(whyNot(health(), door([], { ...GRPC, protocol: 'HTTP' }))).toContain('HTTPS listener alone');
    expect(whyNot(probe('/'), door([], GRPC))).toContain('write grpc: {} instead of path');
    expect(whyNot(probe('/'), door([], { protocolVersion: 'HTTP2' }))).toContain('HTTP/2 alone');
  });
});

test.each([
  ['/a', '/a', true],
  ['/a', '/ab', false],
  ['/a*', '/', false],
  ['/a*', '/a', true],
  ['*', '', true],
  ['*b*', 'abc', true],
  ['*.b', 'a.b.b', true],
  ['/a*a', '/a', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['*a*b', 'xaxbxb', true],
  ['*ab*b', 'xab', false],
  ['A', 'a', false],
  [String.raw`\*`, '*', false],
])('the pattern %s is of the text %s: %s', (pattern, text, is) => {
  expect(isLikePattern(text, pattern, { ignoreCase: false })).toBe(is);
});
