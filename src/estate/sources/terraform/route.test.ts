import { describe, expect, test } from 'vitest';
import { meshObject } from '../../../../test/fixtures/terraformResources.ts';

const header = (match: object[], invert = false) => ({ header: [{ name: 'x-v', invert, match }] });
const matchOf = (match: object) => ({ exact: '', prefix: '', regex: '', suffix: '', range: [], ...match });

describe('a route', () => {
  const routes = { grpc_route: [], http_route: [], http2_route: [], tcp_route: [], priority: 0 };
  const target = { virtual_node: 'user-vn', weight: 100, port: 0 };
  const action = [{ weighted_target: [target, { virtual_node: 'old-vn', weight: 0, port: 8080 }] }];
  const targets = [
    { virtualNode: 'user-vn', weight: 100 },
    { virtualNode: 'old-vn', weight: 0, port: 8080 },
  ];
  const routeOf = (spec: object) =>
    meshObject('routes', 'aws_appmesh_route', { virtual_router_name: 'user-vr', spec: [{ ...routes, ...spec }] });

  test('knows its router, and no priority where 0 is stored: the provider sends none', () => {
    const found = routeOf({ tcp_route: [{ action, match: [], timeout: [] }] });
    expect(found).toMatchObject({ meshName: 'shop', virtualRouterName: 'user-vr', routeName: 'x' });
    expect(found.spec).toEqual({ tcpRoute: { action: { weightedTargets: targets } } });
    expect(routeOf({ priority: 3 }).spec).toEqual({ priority: 3 });
  });

  const unmatched = { header: [], method: '', path: [], port: 0, prefix: '', query_parameter: [], scheme: '' };
  test.each([
    [{ prefix: '/' }, { prefix: '/' }],
    [{ path: [{ exact: '/a', regex: '' }] }, { path: { exact: '/a' } }],
    [{ path: [{ exact: '', regex: '.*' }] }, { path: { regex: '.*' } }],
    [
      { method: 'POST', scheme: 'https', port: 8080 },
      { method: 'POST', scheme: 'https', port: 8080 },
    ],
    [{ query_parameter: [{ name: 'q', match: [] }] }, { queryParameters: [{ name: 'q' }] }],
    [
      { query_parameter: [{ name: 'q', match: [{ exact: '1' }] }] },
      { queryParameters: [{ name: 'q', match: { exact: '1' } }] },
    ],
    [header([]), { headers: [{ name: 'x-v' }] }],
    [header([matchOf({ exact: '2' })], true), { headers: [{ name: 'x-v', invert: true, match: { exact: '2' } }] }],
    [header([matchOf({ prefix: '2' })]), { headers: [{ name: 'x-v', match: { prefix: '2' } }] }],
    [header([matchOf({ suffix: '2' })]), { headers: [{ name: 'x-v', match: { suffix: '2' } }] }],
    [header([matchOf({ regex: '2' })]), { headers: [{ name: 'x-v', match: { regex: '2' } }] }],
    [
      header([matchOf({ range: [{ start: 0, end: 5 }] })]),
      { headers: [{ name: 'x-v', match: { range: { start: 0, end: 5 } } }] },
    ],
  ])('of http and http2 matches %j', (match, expected) => {
    const route = [{ action, match: [{ ...unmatched, ...match }], retry_policy: [], timeout: [] }];
    const there = { action: { weightedTargets: targets }, match: expected };
    expect(routeOf({ http_route: route }).spec).toEqual({ httpRoute: there });
    expect(routeOf({ http2_route: route }).spec).toEqual({ http2Route: there });
  });

  test('of gRPC matches service, method and metadata', () => {
    const metadata = [{ name: 'v', invert: true, match: [matchOf({ prefix: '2' })] }];
    const match = [{ service_name: 'shop.User', method_name: 'Get', prefix: '', port: 50051, metadata }];
    expect(routeOf({ grpc_route: [{ action, match, retry_policy: [], timeout: [] }] }).spec).toEqual({
      grpcRoute: {
        action: { weightedTargets: targets },
        match: {
          serviceName: 'shop.User',
          methodName: 'Get',
          port: 50051,
          metadata: [{ name: 'v', invert: true, match: { prefix: '2' } }],
        },
      },
    });
  });

  test('retries, or says that it does not', () => {
    const policy = {
      max_retries: 0,
      per_retry_timeout: [{ unit: 'ms', value: 250 }],
      http_retry_events: ['server-error'],
      tcp_retry_events: null,
      grpc_retry_events: ['cancelled'],
    };
    const retried = { maxRetries: 0, perRetryTimeout: { unit: 'ms', value: 250 }, httpRetryEvents: ['server-error'] };
    const { grpc_retry_events: _, ...ofHttp } = policy;
    expect(routeOf({ http_route: [{ retry_policy: [ofHttp] }] }).spec).toEqual({ httpRoute: { retryPolicy: retried } });
    expect(routeOf({ grpc_route: [{ retry_policy: [policy] }] }).spec).toEqual({
      grpcRoute: { retryPolicy: { ...retried, grpcRetryEvents: ['cancelled'] } },
    });
  });
});

test('a gateway route rewrites, and says what it does not', () => {
  const rewrite = [
    {
      hostname: [{ default_target_hostname: 'DISABLED' }],
      path: [],
      prefix: [{ default_prefix: '', value: '/v2/' }],
    },
  ];
  const target = [{ port: 8080, virtual_service: [{ virtual_service_name: 'user.local' }] }];
  const match = [
    {
      header: [],
      hostname: [{ exact: '', suffix: '.shop.example' }],
      path: [],
      port: 0,
      prefix: '/v1/',
      query_parameter: [],
    },
  ];
  const spec = [
    { priority: 1, grpc_route: [], http2_route: [], http_route: [{ action: [{ rewrite, target }], match }] },
  ];
  const found = meshObject('gatewayRoutes', 'aws_appmesh_gateway_route', { virtual_gateway_name: 'edge', spec });
  expect(found).toMatchObject({ virtualGatewayName: 'edge', gatewayRouteName: 'x' });
  expect(found.spec).toEqual({
    priority: 1,
    httpRoute: {
      action: {
        rewrite: { hostname: { defaultTargetHostname: 'DISABLED' }, prefix: { value: '/v2/' } },
        target: { port: 8080, virtualService: { virtualServiceName: 'user.local' } },
      },
      match: { hostname: { suffix: '.shop.example' }, prefix: '/v1/' },
    },
  });
});
