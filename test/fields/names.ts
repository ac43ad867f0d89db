import { type FieldCase, type Setup, one, SAMPLE } from './cases.ts';
import { routeOf, VS, ROUTER, secondTarget } from './routes.ts';
import { type Kind, resourceOf, setField } from './world.ts';

export const kindCases = (kind: Kind): FieldCase[] => {
  const record = ['arn', 'uid', 'createdAt', 'lastUpdatedAt'].map((member) =>
    one(`${kind}.metadata.${member}`, SAMPLE, 'nothing'),
  );
  const names: Readonly<Record<Kind, string>> = {
    mesh: 'shop',
    virtualNode: 'user-vn',
    virtualService: 'user.local',
    virtualRouter: 'user-vr',
    route: 'user-vr/all',
    virtualGateway: 'edge-vgw',
    gatewayRoute: 'edge-vgw/all',
  };
  return [
    ...record,
    one(`${kind}.metadata.version`, 77, 'nothing'),
    one(`${kind}.meshName`, 'other', 'something'),
    ...(kind === 'mesh' ? [] : [one(`${kind}.metadata.meshOwner`, '999988887777', 'nothing')]),
    one(`${kind}.metadata.resourceOwner`, '999988887777', {
      code: 'MESH_SHARED',
      at: 'mesh/shop',
      says: '999988887777',
    }),
    one(`${kind}.status.status`, 'DELETED', {
      code: 'RESOURCE_NOT_ACTIVE',
      at: `${kind}/${names[kind]}`,
      says: 'DELETED',
    }),
  ];
};

const callsUser =
  (name: string): Setup =>
  (exported) => {
    setField(exported, 'virtualNode.spec.backends[].virtualService.virtualServiceName', name, 'frontend-vn');
  };

export const meshCases: FieldCase[] = [
  one('mesh.metadata.meshOwner', '999988887777', { code: 'MESH_SHARED', at: 'mesh/shop', says: '999988887777' }),
  one('mesh.spec.egressFilter.type', 'DROP_ALL', { code: 'MESH_EGRESS_DROP_ALL', at: 'mesh/shop', says: '' }),
  one('mesh.spec.egressFilter.type', 'DROP_ALL', { code: 'BACKEND_ACL_LOST', at: 'mesh/shop', says: '' }),
  one(
    'mesh.spec.egressFilter.type',
    'ALLOW_ALL',
    { code: 'MESH_EGRESS_ALLOW_ALL', at: 'mesh/shop', says: '' },
    (exported) => Reflect.deleteProperty(resourceOf(exported, 'mesh')['spec'] as object, 'egressFilter'),
  ),
  one('mesh.spec.serviceDiscovery.ipPreference', 'IPv6_PREFERRED', {
    code: 'MESH_IP_PREFERENCE_IPV6',
    at: 'mesh/shop',
    says: 'IPv6_PREFERRED',
  }),
  one('mesh.spec.serviceDiscovery.ipPreference', 'IPv4_ONLY', 'nothing'),
];

/** The same router has another name, and the frontend calls it by a third. */
const alsoCalled =
  (name: string): Setup =>
  (exported) => {
    const { virtualServices } = exported.appMesh;
    virtualServices.push({ ...resourceOf(exported, 'virtualService'), virtualServiceName: 'another.local' } as never);
    const backends = ['user.local', name].map((virtualServiceName) => ({ virtualService: { virtualServiceName } }));
    setField(exported, 'virtualNode.spec.backends', backends, 'frontend-vn');
  };

const otherNames = (
  [
    ['third.local', 'VS_MULTIPLE_NAMES', 'service/user-api', 'third.local'],
    ['USER.local', 'ALIAS_COLLISION', 'virtualService/user.local', 'user.local:80'],
    ['user-local', 'DISCOVERY_NAME_COLLISION', 'virtualService/user.local', 'user-local is taken'],
  ] as const
).map(([name, code, at, says]) =>
  one('virtualService.virtualServiceName', name, { code, at, says }, alsoCalled(name), 'another.local'),
);

export const nameCases: FieldCase[] = [
  ...otherNames,
  one('route.routeName', SAMPLE, 'nothing'),
  one('virtualService.virtualServiceName', 'User.Local', { stack: '"dnsName":"user.local"' }, callsUser('User.Local')),
  one(
    'virtualService.virtualServiceName',
    'User.Local',
    { code: 'VS_NAME_UPPERCASE', at: 'virtualService/User.Local', says: '' },
    callsUser('User.Local'),
  ),
  one(
    'virtualService.virtualServiceName',
    'user local',
    { code: 'VS_NAME_INVALID', at: 'virtualService/user local', says: '' },
    callsUser('user local'),
  ),
  one('virtualService.virtualServiceName', SAMPLE, {
    code: 'VS_UNREFERENCED',
    at: `virtualService/${SAMPLE}`,
    says: '',
  }),
  one(
    'virtualService.spec.provider.virtualNode.virtualNodeName',
    'user-vn',
    { stack: '"port":8080,"dnsName":"user.local"' },
    (exported) => setField(exported, 'virtualService.spec', {}),
  ),
  one(
    'virtualService.spec.provider.virtualRouter.virtualRouterName',
    'user-vr',
    { gone: 'VS_NO_PROVIDER', at: VS },
    (exported) => setField(exported, 'virtualService.spec', {}),
  ),
  one(
    'virtualService.spec.provider.virtualRouter.virtualRouterName',
    'user-vr',
    { stack: '"user.local"' },
    (exported) => setField(exported, 'virtualService.spec', {}),
  ),
  one(
    'virtualService.spec.provider.virtualNode.virtualNodeName',
    'user-vn',
    { gone: 'VS_NO_PROVIDER', at: VS },
    (exported) => setField(exported, 'virtualService.spec', {}),
  ),
  one('virtualRouter.virtualRouterName', SAMPLE, { code: 'ROUTER_NO_LISTENER', at: ROUTER, says: '' }),
  one('virtualRouter.spec.listeners[].portMapping.port', 77, { stack: '"port":77' }),
  one('virtualRouter.spec.listeners[].portMapping.port', 77, { gone: 'ROUTER_NO_LISTENER', at: ROUTER }, (exported) =>
    setField(exported, 'virtualRouter.spec', { listeners: [{ portMapping: { protocol: 'http' } }] }),
  ),
  one('virtualRouter.spec.listeners[].portMapping.protocol', 'http2', {
    code: 'ROUTER_PROTOCOL_MISMATCH',
    at: ROUTER,
    says: 'http2',
  }),
  one('route.virtualRouterName', SAMPLE, { code: 'ROUTER_NO_ROUTES', at: ROUTER, says: '' }),
  one(
    'route.routeName',
    SAMPLE,
    { code: 'RETRY_POLICY_LOST', at: `route/user-vr/${SAMPLE}`, says: '' },
    routeOf('httpRoute', { retryPolicy: { maxRetries: 5 } }),
  ),
  one('route.spec.priority', 77, { code: 'ROUTE_CONTENT_SPLIT', at: ROUTER, says: 'priority 77' }, secondTarget),
];
