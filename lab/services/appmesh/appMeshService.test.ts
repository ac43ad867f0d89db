import type {
  MeshData,
  RouteSpec,
  TagRef,
  VirtualNodeData,
  VirtualNodeRef,
  VirtualNodeSpec,
  VirtualServiceData,
} from '@aws-sdk/client-app-mesh';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { Faults } from '../../faults.ts';
import { Random } from '../../random.ts';
import { AppMeshService } from './appMeshService.ts';

interface Output {
  mesh?: MeshData;
  virtualNode?: VirtualNodeData;
  virtualService?: VirtualServiceData;
  virtualNodes?: VirtualNodeRef[];
  routes?: object[];
  tags?: TagRef[];
  nextToken?: string;
}

const CALL = { requestId: 'r', accessKeyId: 'a' };
const OWNER = '123456789012';

/** A node behind Cloud Map, listening to HTTP. */
function node(serviceName: string, over: VirtualNodeSpec = {}): VirtualNodeSpec {
  return {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName } },
    ...over,
  };
}

function toNodes(weights: Record<string, number>, over: object = {}): RouteSpec {
  const weightedTargets = Object.entries(weights).map(([virtualNode, weight]) => ({ virtualNode, weight }));
  return { httpRoute: { match: { prefix: '/' }, action: { weightedTargets }, ...over } };
}

/** How a node of {@link node} is found. */
function discovery(serviceName: string) {
  return { kind: 'cloudMap', namespaceName: 'shop.local', serviceName, attributes: {} };
}

function lab() {
  const clock = new SimulatedClock();
  const faults = new Faults();
  const account = { id: OWNER, region: 'eu-west-1' };
  const service = new AppMeshService({ clock, random: new Random(1), account, faults });
  const call = (operation: string, input: object = {}): Output =>
    service.operations[operation]?.({ meshName: 'shop', ...input }, CALL) as Output;
  const refusal = (operation: string, input: object = {}): { code: string; status: number; message: string } => {
    try {
      call(operation, input);
    } catch (error) {
      if (error instanceof AwsError) return { code: error.code, status: error.status, message: error.message };
      throw error;
    }
    throw new Error(`${operation} was not refused`);
  };
  const putNode = (virtualNodeName: string, over: VirtualNodeSpec = {}) =>
    call('CreateVirtualNode', { virtualNodeName, spec: node(virtualNodeName, over) });
  const putService = (virtualServiceName: string, provider: object) =>
    call('CreateVirtualService', { virtualServiceName, spec: { provider } });
  const putRouter = (virtualRouterName: string, port = 80) =>
    call('CreateVirtualRouter', {
      virtualRouterName,
      spec: { listeners: [{ portMapping: { port, protocol: 'http' } }] },
    });
  const putRoute = (virtualRouterName: string, routeName: string, spec: RouteSpec) =>
    call('CreateRoute', { virtualRouterName, routeName, spec });
  return { clock, faults, service, call, refusal, putNode, putService, putRouter, putRoute };
}

/** A mesh where `web` calls `user.shop.local`, whose router sends everything to `user`. */
function shop() {
  const world = lab();
  world.call('CreateMesh');
  world.putNode('user');
  world.putNode('web', { backends: [{ virtualService: { virtualServiceName: 'user.shop.local' } }] });
  world.putRouter('user-router');
  world.putRoute('user-router', 'all', toNodes({ user: 100 }));
  world.putService('user.shop.local', { virtualRouter: { virtualRouterName: 'user-router' } });
  return world;
}

describe('resources', () => {
  test('A9, A10: metadata counts versions and dates; the last writer wins', () => {
    const { clock, call, putNode } = lab();
    call('CreateMesh');
    const created = putNode('web').virtualNode?.metadata;
    expect(created).toMatchObject({
      arn: 'arn:aws:appmesh:eu-west-1:123456789012:mesh/shop/virtualNode/web',
      version: 1,
      meshOwner: OWNER,
      resourceOwner: OWNER,
      createdAt: new Date(clock.now()),
    });
    clock.advance(60_000);
    const updated = call('UpdateVirtualNode', { virtualNodeName: 'web', spec: node('other') }).virtualNode;
    expect(updated?.metadata).toMatchObject({ version: 2, uid: created?.uid, lastUpdatedAt: new Date(clock.now()) });
    expect(updated?.metadata?.createdAt).toEqual(created?.createdAt);
    expect(call('DescribeVirtualNode', { virtualNodeName: 'web' }).virtualNode).toEqual(updated);
  });

  test('A3: lists give references without spec, by limit and nextToken', () => {
    const { call, putNode, refusal } = lab();
    call('CreateMesh');
    for (const name of ['a', 'b', 'c']) putNode(name);
    const first = call('ListVirtualNodes', { limit: 2 });
    const second = call('ListVirtualNodes', { limit: 2, nextToken: first.nextToken });
    const all = [...(first.virtualNodes ?? []), ...(second.virtualNodes ?? [])];
    expect(all.map(({ virtualNodeName }) => virtualNodeName)).toEqual(['a', 'b', 'c']);
    expect(second.nextToken).toBeUndefined();
    expect(all[0]).not.toHaveProperty('spec');
    expect(all[0]).toMatchObject({ meshName: 'shop', version: 1, meshOwner: OWNER });
    expect(refusal('ListVirtualNodes', { limit: 101 }).code).toBe('BadRequestException');
  });

  test('A4: meshOwner is this account or Forbidden', () => {
    const { call, refusal } = shop();
    expect(call('DescribeVirtualNode', { virtualNodeName: 'web', meshOwner: OWNER }).virtualNode).toBeDefined();
    expect(refusal('ListVirtualNodes', { meshOwner: '999999999999' })).toMatchObject({
      code: 'ForbiddenException',
      status: 403,
    });
  });

  test('A5: a deleted resource is answered as DELETED, then it is not found', () => {
    const { call, putNode, refusal } = lab();
    call('CreateMesh');
    expect(putNode('web').virtualNode?.status?.status).toBe('ACTIVE');
    expect(call('DeleteVirtualNode', { virtualNodeName: 'web' }).virtualNode?.status?.status).toBe('DELETED');
    expect(refusal('DescribeVirtualNode', { virtualNodeName: 'web' })).toEqual({
      code: 'NotFoundException',
      status: 404,
      message: 'VirtualNode with name web is not present under mesh shop for account 123456789012',
    });
  });

  test('A6: the order of deletion, each step refused with 409 until its turn', () => {
    const { call, refusal } = shop();
    call('CreateVirtualGateway', {
      virtualGatewayName: 'edge',
      spec: { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] },
    });
    call('CreateGatewayRoute', {
      virtualGatewayName: 'edge',
      gatewayRouteName: 'to-user',
      spec: {
        httpRoute: {
          match: { prefix: '/' },
          action: { target: { virtualService: { virtualServiceName: 'user.shop.local' } } },
        },
      },
    });
    const steps: [string, object, string | undefined][] = [
      [
        'DeleteVirtualNode',
        { virtualNodeName: 'user' },
        'VirtualNode with name user cannot be deleted because it is the target of one or more routes.',
      ],
      [
        'DeleteVirtualRouter',
        { virtualRouterName: 'user-router' },
        'VirtualRouter with name user-router cannot be deleted because it is a VirtualService provider',
      ],
      [
        'DeleteVirtualService',
        { virtualServiceName: 'user.shop.local' },
        'VirtualService user.shop.local is being referenced in the following: GATEWAY_ROUTE: [to-user]',
      ],
      [
        'DeleteVirtualGateway',
        { virtualGatewayName: 'edge' },
        'VirtualGateway with name edge has active GatewayRoutes, please delete GatewayRoutes before deleting the VirtualGateway',
      ],
      [
        'DeleteMesh',
        {},
        'Mesh shop for account 123456789012 has active VirtualGateways, please delete VirtualGateways before deleting the Mesh',
      ],
      ['DeleteGatewayRoute', { virtualGatewayName: 'edge', gatewayRouteName: 'to-user' }, undefined],
      ['DeleteVirtualGateway', { virtualGatewayName: 'edge' }, undefined],
      ['DeleteVirtualService', { virtualServiceName: 'user.shop.local' }, undefined],
      [
        'DeleteVirtualRouter',
        { virtualRouterName: 'user-router' },
        'VirtualRouter with name user-router has active Routes, please delete Routes before deleting the VirtualRouter',
      ],
      ['DeleteRoute', { virtualRouterName: 'user-router', routeName: 'all' }, undefined],
      ['DeleteVirtualRouter', { virtualRouterName: 'user-router' }, undefined],
      ['DeleteVirtualNode', { virtualNodeName: 'user' }, undefined],
      [
        'DeleteMesh',
        {},
        'Mesh shop for account 123456789012 has active VirtualNodes, please delete VirtualNodes before deleting the Mesh',
      ],
      ['DeleteVirtualNode', { virtualNodeName: 'web' }, undefined],
      ['DeleteMesh', {}, undefined],
    ];
    for (const [operation, input, message] of steps) {
      if (message === undefined) call(operation, input);
      else expect(refusal(operation, input)).toEqual({ code: 'ResourceInUseException', status: 409, message });
    }
    expect(call('ListMeshes')).toEqual({ meshes: [] });
  });

  test('A6: a node that provides a virtual service cannot be deleted; A7: the backends of others do not count', () => {
    const { call, refusal, putNode, putService } = lab();
    call('CreateMesh');
    putNode('user');
    putNode('web', { backends: [{ virtualService: { virtualServiceName: 'user.shop.local' } }] });
    putService('user.shop.local', { virtualNode: { virtualNodeName: 'user' } });
    expect(refusal('DeleteVirtualNode', { virtualNodeName: 'user' }).message).toBe(
      'VirtualNode with name user cannot be deleted because it is a VirtualService provider',
    );
    call('DeleteVirtualService', { virtualServiceName: 'user.shop.local' });
    call('DeleteVirtualNode', { virtualNodeName: 'user' });
    expect(call('DescribeVirtualNode', { virtualNodeName: 'web' }).virtualNode?.spec?.backends).toHaveLength(1);
  });

  test('A8: the same name with the same spec is the same resource, with another spec a conflict', () => {
    const { call, refusal, putNode } = lab();
    call('CreateMesh');
    const first = putNode('web');
    expect(putNode('web')).toEqual(first);
    expect(refusal('CreateVirtualNode', { virtualNodeName: 'web', spec: node('other') })).toMatchObject({
      code: 'ConflictException',
      status: 409,
    });
  });

  test.each([
    [
      'CreateVirtualNode',
      { meshName: 'nowhere', virtualNodeName: 'x', spec: {} },
      'NotFoundException',
      'Mesh with name nowhere is not present',
    ],
    [
      'CreateRoute',
      { virtualRouterName: 'none', routeName: 'x', spec: toNodes({ user: 1 }) },
      'NotFoundException',
      'VirtualRouter with name none',
    ],
    [
      'CreateRoute',
      { virtualRouterName: 'user-router', routeName: 'x', spec: toNodes({ nobody: 1 }) },
      'NotFoundException',
      'VirtualNode with name nobody is missing',
    ],
    [
      'CreateVirtualService',
      { virtualServiceName: 'x', spec: { provider: { virtualRouter: { virtualRouterName: 'none' } } } },
      'NotFoundException',
      'VirtualRouter with name none is missing',
    ],
    [
      'CreateRoute',
      { virtualRouterName: 'user-router', routeName: 'x', spec: toNodes({ user: 60, web: 60 }) },
      'BadRequestException',
      'add up to',
    ],
    [
      'CreateRoute',
      { virtualRouterName: 'user-router', routeName: 'x', spec: {} },
      'BadRequestException',
      'exactly one of httpRoute',
    ],
    [
      'CreateVirtualNode',
      { virtualNodeName: 'x', spec: { listeners: [{ portMapping: { port: 80, protocol: 'http' } }] } },
      'BadRequestException',
      'serviceDiscovery must be set',
    ],
    [
      'CreateVirtualNode',
      { virtualNodeName: 'x', spec: node('x', { listeners: [{ portMapping: { port: 0, protocol: 'http' } }] }) },
      'BadRequestException',
      'spec.listeners[0].portMapping.port',
    ],
    ['CreateVirtualNode', { virtualNodeName: 'x' }, 'BadRequestException', 'spec is required'],
    [
      'UpdateVirtualService',
      { virtualServiceName: 'user.shop.local', spec: { provider: { virtualNode: { virtualNodeName: 'none' } } } },
      'NotFoundException',
      'VirtualNode with name none is missing',
    ],
  ])('A8: %s with a wrong reference or spec (case %#)', (operation, input, code, message) => {
    const { refusal } = shop();
    const refused = refusal(operation, input);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(message);
  });

  test('tags, by ARN', () => {
    const { call, refusal } = lab();
    const resourceArn = call('CreateMesh', { tags: [{ key: 'team', value: 'shop' }] }).mesh?.metadata?.arn;
    call('TagResource', { resourceArn, tags: [{ key: 'env', value: 'prod' }] });
    expect(call('ListTagsForResource', { resourceArn, limit: 1 })).toEqual({
      tags: [{ key: 'team', value: 'shop' }],
      nextToken: '1',
    });
    call('UntagResource', { resourceArn, tagKeys: ['team'] });
    expect(call('ListTagsForResource', { resourceArn })).toEqual({ tags: [{ key: 'env', value: 'prod' }] });
    expect(refusal('ListTagsForResource', { resourceArn: 'arn:x' }).code).toBe('NotFoundException');
  });

  test('what goes in and out is copied', () => {
    const { call } = lab();
    call('CreateMesh');
    const spec = node('web');
    call('CreateVirtualNode', { virtualNodeName: 'web', spec });
    spec.listeners?.pop();
    call('DescribeVirtualNode', { virtualNodeName: 'web' }).virtualNode?.spec?.listeners?.pop();
    expect(call('DescribeVirtualNode', { virtualNodeName: 'web' }).virtualNode?.spec?.listeners).toHaveLength(1);
  });
});

describe('what Envoys get', () => {
  test('a backend behind a router: the router’s port, the weighted nodes, their own port', () => {
    const { service, call, putNode } = shop();
    putNode('user-v2', { listeners: [{ portMapping: { port: 9090, protocol: 'http' } }] });
    call('UpdateRoute', {
      virtualRouterName: 'user-router',
      routeName: 'all',
      spec: toNodes({ user: 90, 'user-v2': 10 }),
    });
    expect(service.routes('shop', 'web')).toEqual([
      {
        virtualServiceName: 'user.shop.local',
        port: 80,
        protocol: 'http',
        perRequestTimeoutMs: 15_000,
        targets: [
          { weight: 90, port: 8080, discovery: discovery('user') },
          { weight: 10, port: 9090, discovery: discovery('user-v2') },
        ],
      },
    ]);
    expect(service.routes('shop', 'user')).toEqual([]);
  });

  test('a backend behind a node, found by DNS, and one whose virtual service does not exist', () => {
    const { service, call, putNode, putService } = lab();
    call('CreateMesh');
    putNode('stock', {
      serviceDiscovery: { dns: { hostname: 'stock.shop.local' } },
      listeners: [{ portMapping: { port: 5000, protocol: 'tcp' } }],
    });
    putService('stock.shop.local', { virtualNode: { virtualNodeName: 'stock' } });
    const backends = ['stock.shop.local', 'nobody.shop.local'].map((virtualServiceName) => ({
      virtualService: { virtualServiceName },
    }));
    putNode('web', { backends });
    expect(service.routes('shop@123456789012', 'web')).toEqual([
      {
        virtualServiceName: 'stock.shop.local',
        port: 5000,
        protocol: 'tcp',
        perRequestTimeoutMs: 0,
        targets: [{ weight: 100, port: 5000, discovery: { kind: 'dns', hostName: 'stock.shop.local' } }],
      },
    ]);
  });

  test.each([
    ['both default', undefined, undefined, 15_000],
    ['only the route raised', { value: 60, unit: 's' }, undefined, 15_000],
    ['both raised', { value: 60, unit: 's' }, { value: 40, unit: 's' }, 40_000],
    ['the route lowered', { value: 500, unit: 'ms' }, undefined, 500],
    ['the route off, the node raised', { value: 0, unit: 's' }, { value: 90, unit: 's' }, 90_000],
    ['both off', { value: 0, unit: 's' }, { value: 0, unit: 's' }, 0],
  ] as const)('the effective timeout: %s', (_, route, listener, expectedMs) => {
    const { service, call } = shop();
    call('UpdateRoute', {
      virtualRouterName: 'user-router',
      routeName: 'all',
      spec: toNodes({ user: 100 }, route === undefined ? {} : { timeout: { perRequest: route } }),
    });
    if (listener !== undefined) {
      const listeners = [
        { portMapping: { port: 8080, protocol: 'http' as const }, timeout: { http: { perRequest: listener } } },
      ];
      call('UpdateVirtualNode', { virtualNodeName: 'user', spec: node('user', { listeners }) });
    }
    expect(service.routes('shop', 'web')[0]?.perRequestTimeoutMs).toBe(expectedMs);
  });

  test('a node as provider is stuck at 15 s, whatever its listener says', () => {
    const { service, call } = shop();
    const timeoutOf = (value: number): number | undefined => {
      const timeout = { http: { perRequest: { value, unit: 's' as const } } };
      const listeners = [{ portMapping: { port: 8080, protocol: 'http' as const }, timeout }];
      call('UpdateVirtualNode', { virtualNodeName: 'user', spec: node('user', { listeners }) });
      return service.routes('shop', 'web')[0]?.perRequestTimeoutMs;
    };
    call('UpdateVirtualService', {
      virtualServiceName: 'user.shop.local',
      spec: { provider: { virtualNode: { virtualNodeName: 'user' } } },
    });
    expect([timeoutOf(60), timeoutOf(0), timeoutOf(3)]).toEqual([15_000, 15_000, 3_000]);
  });

  test('of a router’s routes the first that takes everything decides; without one all count by weight', () => {
    const { service, call, putNode, putRoute } = shop();
    putNode('beta');
    const onHeader = {
      priority: 1,
      ...toNodes({ beta: 100 }, { match: { prefix: '/', headers: [{ name: 'x-beta' }] } }),
    };
    putRoute('user-router', 'beta', onHeader);
    const weights = () =>
      service
        .routes('shop', 'web')[0]
        ?.targets.map(({ weight, discovery: { ...found } }) => [
          'serviceName' in found ? found.serviceName : '',
          weight,
        ]);
    expect(weights()).toEqual([['user', 100]]);
    call('UpdateRoute', {
      virtualRouterName: 'user-router',
      routeName: 'all',
      spec: toNodes({ user: 50, beta: 50 }, { match: { prefix: '/api' } }),
    });
    expect(weights()).toEqual([
      ['beta', 150],
      ['user', 50],
    ]);
  });

  test('A0: with App Mesh gone a new Envoy gets nothing, running ones keep what they have', () => {
    const { service, faults } = shop();
    expect(service.serves('shop', 'web')).toBe(true);
    expect(service.serves('shop', 'nobody')).toBe(false);
    const before = service.routes('shop', 'web');
    faults.set('app-mesh-gone', true);
    expect(service.serves('shop', 'web')).toBe(false);
    expect(service.routes('shop', 'web')).toEqual(before);
    expect(before).toHaveLength(1);
  });
});
