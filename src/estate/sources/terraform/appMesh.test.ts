import { describe, expect, test } from 'vitest';
import { terraformStateOf } from '../../../../test/fixtures/terraformState.ts';
import type { EstateExport } from '../../export.ts';
import { emptyExport } from '../draft.ts';
import {
  GATEWAY_ROUTE_SPEC,
  MESH_SPEC,
  ROUTE_SPEC,
  VIRTUAL_GATEWAY_SPEC,
  VIRTUAL_NODE_SPEC,
  VIRTUAL_ROUTER_SPEC,
  VIRTUAL_SERVICE_SPEC,
} from '../shapes/appMesh.ts';
import type { Shape } from '../shapes/shape.ts';
import { readTerraformState } from './readTerraform.ts';

const MESH = 'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop';

type Lists = Omit<EstateExport['appMesh'], 'tags'>;

/** Reads one object of a mesh from the attributes that Terraform has of it. */
function read<List extends keyof Lists>(list: List, type: string, attributes: object): Lists[List][number] {
  const instances = [{ attributes: { arn: `${MESH}/x`, name: 'x', mesh_name: 'shop', ...attributes } }];
  const text = JSON.stringify({ version: 4, resources: [{ mode: 'managed', type, name: 'x', instances }] });
  const { exported, unresolved } = readTerraformState(text, 'x.tfstate');
  expect(unresolved).toEqual([]);
  const [found, ...more] = exported.appMesh[list];
  if (found === undefined || more.length > 0) throw new Error(`${more.length} objects too many`);
  return found;
}

/** A value with every member of a shape. Unions have all of their members at once, which no mesh has. */
function everyMember(shape: Shape, name = ''): unknown {
  if (shape === 'text') return `some ${name}`;
  if (shape === 'number') return 7;
  if (shape === 'flag') return true;
  if (typeof shape === 'string') return { some: name };
  if (Array.isArray(shape)) return [everyMember(shape[0] as Shape, name)];
  return Object.fromEntries(Object.entries(shape).map(([member, inner]) => [member, everyMember(inner, member)]));
}

describe('every member that App Mesh has comes back from the state that the provider would store', () => {
  const cases: [keyof Lists, Shape][] = [
    ['meshes', MESH_SPEC],
    ['virtualNodes', VIRTUAL_NODE_SPEC],
    ['virtualServices', VIRTUAL_SERVICE_SPEC],
    ['virtualRouters', VIRTUAL_ROUTER_SPEC],
    ['routes', ROUTE_SPEC],
    ['virtualGateways', VIRTUAL_GATEWAY_SPEC],
    ['gatewayRoutes', GATEWAY_ROUTE_SPEC],
  ];
  test.each(cases)('%s', (list, shape) => {
    const exported = emptyExport({ account: '', region: '' });
    const spec = everyMember(shape);
    exported.appMesh[list] = [{ meshName: 'shop', metadata: { arn: `${MESH}/x` }, spec }] as never;
    const reading = readTerraformState(JSON.stringify(terraformStateOf(exported)), 'x.tfstate');
    expect(reading.unresolved).toEqual([]);
    expect(reading.exported.appMesh[list].map((one) => one.spec)).toEqual([spec]);
  });
});

describe('a virtual node', () => {
  const nodeOf = (spec: object) => read('virtualNodes', 'aws_appmesh_virtual_node', { spec: [spec] }).spec;
  const listenerOf = (listener: object) => nodeOf({ listener: [listener] })?.listeners?.[0];
  const trust = (kind: object) => [{ trust: [{ acm: [], file: [], sds: [], ...kind }], subject_alternative_names: [] }];
  const duration = (value: number, unit = 's') => [{ unit, value }];

  test.each([
    ['http', { idle: duration(0), per_request: duration(250, 'ms') }],
    ['http2', { idle: [], per_request: duration(5) }],
    ['grpc', { idle: duration(300), per_request: duration(0) }],
    ['tcp', { idle: duration(60) }],
  ])('its timeout of %s, where 0 says something', (protocol, timeout) => {
    const unset = { grpc: [], http: [], http2: [], tcp: [] };
    const values = Object.entries(timeout).flatMap(([name, found]) =>
      found.map((one) => [name === 'per_request' ? 'perRequest' : name, one]),
    );
    expect(listenerOf({ timeout: [{ ...unset, [protocol]: [timeout] }] })?.timeout).toEqual({
      [protocol]: Object.fromEntries(values),
    });
  });

  test.each([
    ['http', { max_connections: 10, max_pending_requests: 0 }, { maxConnections: 10 }],
    ['http', { max_connections: 10, max_pending_requests: 5 }, { maxConnections: 10, maxPendingRequests: 5 }],
    ['http2', { max_requests: 100 }, { maxRequests: 100 }],
    ['grpc', { max_requests: 100 }, { maxRequests: 100 }],
    ['tcp', { max_connections: 10 }, { maxConnections: 10 }],
  ])('its connection pool of %s', (protocol, pool, expected) => {
    const unset = { grpc: [], http: [], http2: [], tcp: [] };
    expect(listenerOf({ connection_pool: [{ ...unset, [protocol]: [pool] }] })?.connectionPool).toEqual({
      [protocol]: expected,
    });
  });

  test('its outlier detection and its health check', () => {
    const outlier = {
      base_ejection_duration: duration(30),
      interval: duration(10),
      max_ejection_percent: 0,
      max_server_errors: 5,
    };
    const check = {
      healthy_threshold: 2,
      interval_millis: 5000,
      path: '',
      port: 0,
      protocol: 'tcp',
      timeout_millis: 2000,
      unhealthy_threshold: 3,
    };
    expect(listenerOf({ outlier_detection: [outlier], health_check: [check] })).toEqual({
      outlierDetection: {
        baseEjectionDuration: { unit: 's', value: 30 },
        interval: { unit: 's', value: 10 },
        maxEjectionPercent: 0,
        maxServerErrors: 5,
      },
      healthCheck: {
        healthyThreshold: 2,
        intervalMillis: 5000,
        protocol: 'tcp',
        timeoutMillis: 2000,
        unhealthyThreshold: 3,
      },
    });
  });

  test.each([
    [{ acm: [{ certificate_arn: 'arn:a' }] }, { acm: { certificateArn: 'arn:a' } }],
    [
      { file: [{ certificate_chain: '/c', private_key: '/k' }] },
      { file: { certificateChain: '/c', privateKey: '/k' } },
    ],
    [{ sds: [{ secret_name: 's' }] }, { sds: { secretName: 's' } }],
  ])('its listener with the certificate %j, and whom it trusts', (certificate, expected) => {
    const names = [{ match: [{ exact: ['a', 'b'] }] }];
    const [validation] = trust({ sds: [{ secret_name: 'ca' }] });
    const tls = {
      mode: 'STRICT',
      certificate: [{ acm: [], file: [], sds: [], ...certificate }],
      validation: [{ ...validation, subject_alternative_names: names }],
    };
    expect(listenerOf({ tls: [tls] })?.tls).toEqual({
      mode: 'STRICT',
      certificate: expected,
      validation: {
        trust: { sds: { secretName: 'ca' } },
        subjectAlternativeNames: { match: { exact: ['a', 'b'] } },
      },
    });
  });

  test.each([
    [{ acm: [{ certificate_authority_arns: ['arn:ca'] }] }, { acm: { certificateAuthorityArns: ['arn:ca'] } }],
    [{ file: [{ certificate_chain: '/c' }] }, { file: { certificateChain: '/c' } }],
    [{ sds: [{ secret_name: 's' }] }, { sds: { secretName: 's' } }],
  ])('its policy as a client that trusts %j, of one backend and of all', (kind, expected) => {
    const tls = { certificate: [], enforce: false, ports: [8443], validation: trust(kind) };
    const policy = { tls: { enforce: false, ports: [8443], validation: { trust: expected } } };
    expect(
      nodeOf({
        backend: [{ virtual_service: [{ virtual_service_name: 'user.local', client_policy: [{ tls: [tls] }] }] }],
        backend_defaults: [{ client_policy: [{ tls: [{ ...tls, enforce: true, ports: null }] }] }],
      }),
    ).toEqual({
      backends: [{ virtualService: { virtualServiceName: 'user.local', clientPolicy: policy } }],
      backendDefaults: { clientPolicy: { tls: { enforce: true, validation: { trust: expected } } } },
    });
  });

  test.each([
    [{ text: '', json: [] }, {}],
    [{ text: '%START_TIME%', json: [] }, { text: '%START_TIME%' }],
    [{ text: '', json: [{ key: 'at', value: '%START_TIME%' }] }, { json: [{ key: 'at', value: '%START_TIME%' }] }],
  ])('its access log in the format %j', (format, expected) => {
    const logging = [{ access_log: [{ file: [{ path: '/dev/stdout', format: [format] }] }] }];
    expect(nodeOf({ logging })?.logging).toEqual({ accessLog: { file: { path: '/dev/stdout', format: expected } } });
  });

  test.each([
    [
      { aws_cloud_map: [{ namespace_name: 'local', service_name: 'user', attributes: { stack: 'blue', a: 'b' } }] },
      {
        awsCloudMap: {
          namespaceName: 'local',
          serviceName: 'user',
          attributes: [
            { key: 'stack', value: 'blue' },
            { key: 'a', value: 'b' },
          ],
        },
      },
    ],
    [
      { aws_cloud_map: [{ namespace_name: 'local', service_name: 'user', attributes: {} }] },
      { awsCloudMap: { namespaceName: 'local', serviceName: 'user' } },
    ],
    [
      { dns: [{ hostname: 'user.local', ip_preference: 'IPv6_ONLY', response_type: 'ENDPOINTS' }] },
      { dns: { hostname: 'user.local', ipPreference: 'IPv6_ONLY', responseType: 'ENDPOINTS' } },
    ],
    [{ dns: [{ hostname: 'user.local', ip_preference: '', response_type: '' }] }, { dns: { hostname: 'user.local' } }],
  ])('its service discovery %j', (discovery, expected) => {
    expect(nodeOf({ service_discovery: [{ aws_cloud_map: [], dns: [], ...discovery }] })?.serviceDiscovery).toEqual(
      expected,
    );
  });
});

describe('a route', () => {
  const routes = { grpc_route: [], http_route: [], http2_route: [], tcp_route: [], priority: 0 };
  const target = { virtual_node: 'user-vn', weight: 100, port: 0 };
  const action = [{ weighted_target: [target, { virtual_node: 'old-vn', weight: 0, port: 8080 }] }];
  const targets = [
    { virtualNode: 'user-vn', weight: 100 },
    { virtualNode: 'old-vn', weight: 0, port: 8080 },
  ];
  const routeOf = (spec: object) =>
    read('routes', 'aws_appmesh_route', { virtual_router_name: 'user-vr', spec: [{ ...routes, ...spec }] });

  test('knows its router, and no priority where 0 is stored: the provider sends none', () => {
    const found = routeOf({ tcp_route: [{ action, match: [], timeout: [] }] });
    expect(found).toMatchObject({ meshName: 'shop', virtualRouterName: 'user-vr', routeName: 'x' });
    expect(found.spec).toEqual({ tcpRoute: { action: { weightedTargets: targets } } });
    expect(routeOf({ priority: 3 }).spec).toEqual({ priority: 3 });
  });

  const unmatched = { header: [], method: '', path: [], port: 0, prefix: '', query_parameter: [], scheme: '' };
  const header = (match: object[], invert = false) => ({ header: [{ name: 'x-v', invert, match }] });
  const matchOf = (match: object) => ({ exact: '', prefix: '', regex: '', suffix: '', range: [], ...match });
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
  const found = read('gatewayRoutes', 'aws_appmesh_gateway_route', { virtual_gateway_name: 'edge', spec });
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

test('a mesh without a filter has an empty specification, and whose it is', () => {
  const spec = [{ egress_filter: null, service_discovery: null }];
  const owned = { mesh_owner: '111122223333', resource_owner: '444455556666', id: 'shop', mesh_name: undefined };
  expect(read('meshes', 'aws_appmesh_mesh', { name: 'shop', spec, ...owned })).toEqual({
    meshName: 'shop',
    metadata: { arn: `${MESH}/x`, meshOwner: '111122223333', resourceOwner: '444455556666' },
    spec: {},
  });
});

test('tags are those of the resource and the defaults of the provider', () => {
  const attributes = {
    arn: `${MESH}/virtualNode/x`,
    name: 'x',
    mesh_name: 'shop',
    tags: { team: 'identity' },
    tags_all: { team: 'identity', 'managed-by': 'terraform' },
  };
  const resource = { mode: 'managed', type: 'aws_appmesh_virtual_node', name: 'x', instances: [{ attributes }] };
  const { exported } = readTerraformState(JSON.stringify({ version: 4, resources: [resource] }), 'x');
  expect(exported.appMesh.tags).toEqual({
    [`${MESH}/virtualNode/x`]: [
      { key: 'managed-by', value: 'terraform' },
      { key: 'team', value: 'identity' },
    ],
  });
});
