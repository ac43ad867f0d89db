import {
  GATEWAY_ROUTE_SPEC,
  MESH_SPEC,
  ROUTE_SPEC,
  VIRTUAL_GATEWAY_SPEC,
  VIRTUAL_NODE_SPEC,
  VIRTUAL_ROUTER_SPEC,
  VIRTUAL_SERVICE_SPEC,
} from '../estate/sources/shapes/appMesh.ts';
import type { Shape, ShapeOf } from '../estate/sources/shapes/shape.ts';
import type { FindingCode } from './catalogue.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

const metadata = {
  arn: 'text',
  version: 'number',
  uid: 'text',
  createdAt: 'text',
  lastUpdatedAt: 'text',
  meshOwner: 'text',
  resourceOwner: 'text',
} as const satisfies ShapeOf<AppMesh.ResourceMetadata>;
const status = { status: 'text' } as const;
const common = { meshName: 'text', metadata, status } as const;

/** What App Mesh's `Describe…` calls answer, by kind. The compiler holds it against the SDK: no member of it can be missing. */
export const APP_MESH_MODEL = {
  mesh: { ...common, spec: MESH_SPEC } satisfies ShapeOf<AppMesh.MeshData>,
  virtualNode: {
    ...common,
    virtualNodeName: 'text',
    spec: VIRTUAL_NODE_SPEC,
  } satisfies ShapeOf<AppMesh.VirtualNodeData>,
  virtualService: {
    ...common,
    virtualServiceName: 'text',
    spec: VIRTUAL_SERVICE_SPEC,
  } satisfies ShapeOf<AppMesh.VirtualServiceData>,
  virtualRouter: {
    ...common,
    virtualRouterName: 'text',
    spec: VIRTUAL_ROUTER_SPEC,
  } satisfies ShapeOf<AppMesh.VirtualRouterData>,
  route: {
    ...common,
    virtualRouterName: 'text',
    routeName: 'text',
    spec: ROUTE_SPEC,
  } satisfies ShapeOf<AppMesh.RouteData>,
  virtualGateway: {
    ...common,
    virtualGatewayName: 'text',
    spec: VIRTUAL_GATEWAY_SPEC,
  } satisfies ShapeOf<AppMesh.VirtualGatewayData>,
  gatewayRoute: {
    ...common,
    virtualGatewayName: 'text',
    gatewayRouteName: 'text',
    spec: GATEWAY_ROUTE_SPEC,
  } satisfies ShapeOf<AppMesh.GatewayRouteData>,
} as const satisfies Record<string, Shape>;

/** Every member of the model that holds a value: `virtualNode.spec.listeners[].portMapping.port`. */
export const appMeshFields = (): string[] =>
  Object.entries(APP_MESH_MODEL).flatMap(([kind, shape]) => leavesOf(shape, kind));

function leavesOf(shape: Shape, path: string): string[] {
  if (typeof shape === 'string') return [path];
  if (isList(shape)) return leavesOf(shape[0], `${path}[]`);
  return Object.entries(shape).flatMap(([member, inner]) => leavesOf(inner, `${path}.${member}`));
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

/** What becomes of a field. Both may be: a field that carries over, and whose loss in some case is a finding. */
export interface Fate {
  /** The member, and every member below it. */
  field: string;
  /** What stands for it in Service Connect, ECS or Cloud Map; absent where nothing does. */
  becomes?: string;
  /** The findings that it may raise. */
  findings: readonly FindingCode[];
}

const fate = (field: string, findings: readonly FindingCode[], becomes?: string): Fate => ({
  field,
  findings,
  ...(becomes === undefined ? {} : { becomes }),
});

const HEALTH_CHECKS = ['HEALTHCHECK_COVERED', 'HEALTHCHECK_MISSING', 'HEALTHCHECK_GRPC'] as const;
const TIMEOUTS = ['TIMEOUT_MAPPED', 'TIMEOUT_ROUNDED', 'TIMEOUT_CONFLICT', 'TIMEOUT_IDLE_DEFAULT'] as const;
const RETRIES = ['RETRY_POLICY_APPROXIMATED', 'RETRY_POLICY_LOST', 'RETRY_DISABLED_LOST'] as const;
const MATCHES = ['ROUTE_MATCH_FILTER_LOST', 'ROUTE_CONTENT_SPLIT', 'ROUTE_MATCH_NOT_IN_LATTICE'] as const;
const SERVICE_TIMEOUT = 'serviceConnectConfiguration.services[].timeout of the called service';

const clientPolicy = (field: string): Fate[] => [
  fate(`${field}.tls.enforce`, ['TLS_CLIENT_NOT_ENFORCED']),
  fate(`${field}.tls.ports`, ['TLS_CLIENT_POLICY_PORTS']),
  fate(`${field}.tls.certificate`, ['MTLS_CLIENT_CERT_LOST']),
  fate(`${field}.tls.validation.trust.acm`, ['TLS_CLIENT_POLICY_ABSORBED']),
  fate(`${field}.tls.validation.trust.file`, ['TLS_CLIENT_TRUST_FILE']),
  fate(`${field}.tls.validation.trust.sds`, ['TLS_CLIENT_TRUST_FILE']),
  fate(`${field}.tls.validation.subjectAlternativeNames`, ['TLS_SAN_LOST']),
];

const routeOf = (kind: 'httpRoute' | 'http2Route' | 'grpcRoute' | 'tcpRoute'): Fate[] => [
  ...(kind === 'tcpRoute' ? [] : [fate(`route.spec.${kind}.match`, MATCHES)]),
  fate(`route.spec.${kind}.match.port`, [], "the port of the router's listener, and so of the client alias"),
  fate(
    `route.spec.${kind}.action.weightedTargets[].virtualNode`,
    ['ROUTE_WEIGHTED_SPLIT', 'ROUTE_CONTENT_SPLIT', 'ROUTE_TARGETS_SAME_SERVICE'],
    'the ECS service that owns the client alias',
  ),
  fate(`route.spec.${kind}.action.weightedTargets[].weight`, ['ROUTE_WEIGHTED_SPLIT', 'ROUTE_ZERO_WEIGHT_TARGET']),
  fate(`route.spec.${kind}.action.weightedTargets[].port`, [], 'the container port of the named port mapping'),
  ...(kind === 'tcpRoute' ? [] : [fate(`route.spec.${kind}.retryPolicy`, RETRIES)]),
  fate(
    `route.spec.${kind}.timeout`,
    TIMEOUTS.filter((code) => kind !== 'tcpRoute' || code !== 'TIMEOUT_CONFLICT'),
    SERVICE_TIMEOUT,
  ),
];

const gatewayRouteOf = (kind: 'httpRoute' | 'http2Route' | 'grpcRoute'): Fate[] => [
  fate(`gatewayRoute.spec.${kind}.match`, [
    'VGW_REPLACE',
    'GWR_MATCH_UNSUPPORTED',
    ...(kind === 'grpcRoute' ? (['GWR_GRPC'] as const) : []),
  ]),
  fate(`gatewayRoute.spec.${kind}.action.target`, ['VGW_REPLACE']),
  ...(kind === 'grpcRoute'
    ? []
    : [
        fate(`gatewayRoute.spec.${kind}.action.rewrite.prefix`, ['GWR_PREFIX_REWRITE']),
        fate(`gatewayRoute.spec.${kind}.action.rewrite.path`, ['GWR_PREFIX_REWRITE']),
      ]),
  fate(`gatewayRoute.spec.${kind}.action.rewrite.hostname`, ['GWR_HOST_REWRITE']),
];

const KINDS = Object.keys(APP_MESH_MODEL);
const RECORD = 'nothing: it is of the record in App Mesh, and says nothing of traffic';
const TIES = 'nothing: it says which mesh, and which resource, the others mean';

/** What becomes of every field of App Mesh (`docs/mesh-mapping.md` 1). A test sets each field and sees that it is so. */
export const FATES: readonly Fate[] = [
  ...KINDS.flatMap((kind) => [
    fate(`${kind}.meshName`, [], TIES),
    fate(`${kind}.status`, ['RESOURCE_NOT_ACTIVE']),
    fate(`${kind}.metadata`, [], RECORD),
    fate(`${kind}.metadata.resourceOwner`, ['MESH_SHARED']),
  ]),
  fate('mesh.metadata.meshOwner', ['MESH_SHARED']),
  fate('mesh.spec.egressFilter', ['MESH_EGRESS_ALLOW_ALL', 'MESH_EGRESS_DROP_ALL', 'BACKEND_ACL_LOST']),
  fate(
    'mesh.spec.serviceDiscovery.ipPreference',
    ['MESH_IP_PREFERENCE_IPV6'],
    'nothing for IPv4, which is the default',
  ),

  fate('virtualNode.virtualNodeName', ['NODE_DANGLING'], 'the ECS service whose tasks run as it'),
  fate(
    'virtualNode.spec.listeners[].portMapping.port',
    ['NODE_MULTI_LISTENER'],
    'portMappings[].containerPort of the port that gets a name',
  ),
  fate('virtualNode.spec.listeners[].portMapping.protocol', [], 'portMappings[].appProtocol; none for tcp'),
  fate('virtualNode.spec.listeners[].healthCheck', HEALTH_CHECKS),
  fate('virtualNode.spec.listeners[].timeout', TIMEOUTS, SERVICE_TIMEOUT),
  fate('virtualNode.spec.listeners[].outlierDetection', ['OUTLIER_LOST']),
  fate('virtualNode.spec.listeners[].connectionPool', ['CONNECTION_POOL_LOST']),
  fate('virtualNode.spec.listeners[].tls.mode', ['TLS_PERMISSIVE'], 'nothing for DISABLED'),
  fate('virtualNode.spec.listeners[].tls.certificate.acm', ['TLS_ACM_TO_PCA', 'TLS_TARGET_GROUP_HTTPS']),
  fate('virtualNode.spec.listeners[].tls.certificate.file', ['TLS_FILE_CERT', 'TLS_TARGET_GROUP_HTTPS']),
  fate('virtualNode.spec.listeners[].tls.certificate.sds', ['TLS_SDS_CERT']),
  fate('virtualNode.spec.listeners[].tls.validation', ['MTLS_LISTENER_VALIDATION']),
  fate('virtualNode.spec.listeners[].tls.validation.trust.sds', ['TLS_SDS_CERT', 'MTLS_LISTENER_VALIDATION']),
  fate(
    'virtualNode.spec.backends[].virtualService.virtualServiceName',
    ['BACKEND_UNKNOWN_VS', 'BACKEND_ACL_LOST'],
    'a call: the called service is deployed before its client, and the name becomes an alias',
  ),
  ...clientPolicy('virtualNode.spec.backends[].virtualService.clientPolicy'),
  ...clientPolicy('virtualNode.spec.backendDefaults.clientPolicy'),
  fate(
    'virtualNode.spec.serviceDiscovery.awsCloudMap',
    [],
    'the ECS service that registers there, matched to the node',
  ),
  fate('virtualNode.spec.serviceDiscovery.awsCloudMap.attributes', ['CLOUDMAP_ATTRIBUTES']),
  fate('virtualNode.spec.serviceDiscovery.awsCloudMap.ipPreference', ['MESH_IP_PREFERENCE_IPV6']),
  fate('virtualNode.spec.serviceDiscovery.dns.hostname', ['NODE_EXTERNAL_PASSTHROUGH', 'NODE_NOT_ECS']),
  fate('virtualNode.spec.serviceDiscovery.dns.responseType', [], 'nothing: Service Connect always sees every task'),
  fate('virtualNode.spec.serviceDiscovery.dns.ipPreference', ['MESH_IP_PREFERENCE_IPV6']),
  fate(
    'virtualNode.spec.logging.accessLog.file.path',
    ['LOG_STDOUT', 'LOG_FILE_PATH_LOST'],
    'serviceConnectConfiguration.accessLogConfiguration',
  ),
  fate(
    'virtualNode.spec.logging.accessLog.file.format',
    ['LOG_FORMAT_LOST'],
    'serviceConnectConfiguration.accessLogConfiguration.format, JSON or TEXT',
  ),

  fate(
    'virtualService.virtualServiceName',
    [
      'VS_NAME_UPPERCASE',
      'VS_NAME_INVALID',
      'VS_UNREFERENCED',
      'VS_MULTIPLE_NAMES',
      'ALIAS_COLLISION',
      'DISCOVERY_NAME_COLLISION',
    ],
    'services[].clientAliases[].dnsName, in lower case',
  ),
  fate('virtualService.spec.provider.virtualNode', ['VS_NO_PROVIDER'], 'one alias for each listener of the node'),
  fate('virtualService.spec.provider.virtualRouter', ['VS_NO_PROVIDER'], 'one alias for each listener of the router'),

  fate('virtualRouter.virtualRouterName', ['ROUTER_NO_LISTENER']),
  fate('virtualRouter.spec.listeners[].portMapping.port', ['ROUTER_NO_LISTENER'], 'services[].clientAliases[].port'),
  fate('virtualRouter.spec.listeners[].portMapping.protocol', ['ROUTER_PROTOCOL_MISMATCH']),

  fate('route.virtualRouterName', ['ROUTER_NO_ROUTES']),
  fate('route.routeName', [], "nothing: it is the place of the route's findings"),
  fate('route.spec.priority', ['ROUTE_CONTENT_SPLIT']),
  ...routeOf('httpRoute'),
  ...routeOf('http2Route'),
  ...routeOf('grpcRoute'),
  ...routeOf('tcpRoute'),

  fate('virtualGateway.virtualGatewayName', ['VGW_REPLACE']),
  fate('virtualGateway.spec.listeners[].portMapping', ['VGW_REPLACE']),
  fate('virtualGateway.spec.listeners[].healthCheck', ['VGW_HEALTHCHECK']),
  fate('virtualGateway.spec.listeners[].connectionPool', ['VGW_LISTENER_OPTIONS_LOST']),
  fate('virtualGateway.spec.listeners[].tls.mode', ['VGW_TLS_PERMISSIVE']),
  fate('virtualGateway.spec.listeners[].tls.certificate.acm', ['VGW_TLS_ACM']),
  fate('virtualGateway.spec.listeners[].tls.certificate.file', ['VGW_TLS_FILE']),
  fate('virtualGateway.spec.listeners[].tls.certificate.sds', ['VGW_TLS_FILE']),
  fate('virtualGateway.spec.listeners[].tls.validation', ['VGW_MTLS']),
  ...clientPolicy('virtualGateway.spec.backendDefaults.clientPolicy'),
  fate('virtualGateway.spec.logging', ['VGW_LOGGING']),

  fate('gatewayRoute.virtualGatewayName', ['VGW_REPLACE']),
  fate('gatewayRoute.gatewayRouteName', ['VGW_REPLACE']),
  fate('gatewayRoute.spec.priority', ['VGW_REPLACE']),
  ...gatewayRouteOf('httpRoute'),
  ...gatewayRouteOf('http2Route'),
  ...gatewayRouteOf('grpcRoute'),
];

const covers = (fated: string, field: string): boolean =>
  field === fated || field.startsWith(`${fated}.`) || field.startsWith(`${fated}[]`);

/** The fate that is told most closely; `undefined` for a field that no rule covers. */
export const fateOf = (field: string): Fate | undefined =>
  FATES.filter((one) => covers(one.field, field)).toSorted((left, right) => right.field.length - left.field.length)[0];
