import {
  type FieldCase,
  type Setup,
  asItIs,
  one,
  SAMPLE,
  told,
  clientPolicy,
  NODE,
  listener,
  inNode,
  both,
  serverTls,
} from './cases.ts';
import { PROTOCOLS, ROUTE_KINDS, routeOf, timeouts } from './routes.ts';
import { resourceOf, setField } from './world.ts';

const withoutContainerChecks: Setup = (exported) => {
  for (const { taskDefinition } of exported.ecs.taskDefinitions) {
    for (const container of taskDefinition.containerDefinitions ?? []) Reflect.deleteProperty(container, 'healthCheck');
  }
};

/** A load balancer that talks to the same port as the mesh. */
const behindLoadBalancer: Setup = (exported) => {
  const service = exported.ecs.services.find((found) => found.serviceName === 'user-api');
  if (service !== undefined) service.loadBalancers = [{ containerName: 'user', containerPort: 8080 }] as never;
};

const NODE_CODES = {
  acm: 'TLS_ACM_TO_PCA',
  file: 'TLS_FILE_CERT',
  sds: 'TLS_SDS_CERT',
  validation: 'MTLS_LISTENER_VALIDATION',
  permissive: 'TLS_PERMISSIVE',
} as const;
/** Nothing but Cloud Map tells what user-api runs as. */
const matchedByRegistry: Setup = (exported) => {
  for (const { taskDefinition } of exported.ecs.taskDefinitions) {
    if (taskDefinition.family !== 'user-api') continue;
    for (const container of taskDefinition.containerDefinitions ?? []) container.environment = [];
  }
};

const external: Setup = (exported) => {
  setField(exported, 'virtualNode.spec.backends[].virtualService.virtualServiceName', 'db.example.com', 'frontend-vn');
  const { virtualNodes, virtualServices } = exported.appMesh;
  virtualNodes.push({
    ...resourceOf(exported, 'virtualNode'),
    virtualNodeName: 'db-vn',
    spec: {
      listeners: [{ portMapping: { port: 5432, protocol: 'tcp' } }],
      serviceDiscovery: { dns: { hostname: 'elsewhere.example.com' } },
    },
  } as never);
  virtualServices.push({
    ...resourceOf(exported, 'virtualService'),
    virtualServiceName: 'db.example.com',
    spec: { provider: { virtualNode: { virtualNodeName: 'db-vn' } } },
  } as never);
};

/** Nobody calls anybody, and nothing else is allowed out. */
const silent: Setup = (exported) => {
  setField(exported, 'mesh.spec', {});
  for (const { spec } of exported.appMesh.virtualNodes)
    if (spec !== undefined) Reflect.deleteProperty(spec, 'backends');
};

export const nodeCases: FieldCase[] = [
  one(`${listener}.tls.mode`, 'DISABLED', 'nothing'),
  one('virtualNode.virtualNodeName', SAMPLE, { stackLoses: '"user-api-sc"' }),
  one(
    'virtualNode.spec.backends[].virtualService.virtualServiceName',
    'user.local',
    { code: 'BACKEND_ACL_LOST', at: 'mesh/shop', says: '' },
    silent,
    'frontend-vn',
  ),
  one('virtualNode.virtualNodeName', SAMPLE, { code: 'NODE_DANGLING', at: NODE, says: 'user-api' }),
  one(`${listener}.portMapping.port`, 7777, { stack: '"containerPort":7777' }, asItIs, 'stock-vn'),
  one(
    `${listener}.portMapping.port`,
    7777,
    { code: 'NODE_MULTI_LISTENER', at: NODE, says: '7777' },
    inNode(
      'listeners',
      [5000, 8080].map((port) => ({ portMapping: { port, protocol: 'http' } })),
    ),
  ),
  ...(['http2', 'grpc'] as const).map((protocol) =>
    one(`${listener}.portMapping.protocol`, protocol, { stack: `"appProtocol":"${protocol}"` }),
  ),
  one(`${listener}.portMapping.protocol`, 'tcp', { stackLoses: '"perRequestTimeoutSeconds":10' }),
  ...told(
    `${listener}.healthCheck`,
    'HEALTHCHECK_COVERED',
    NODE,
    inNode('listeners', [{ portMapping: { port: 8080, protocol: 'http' } }]),
  ),
  one(
    `${listener}.healthCheck.path`,
    SAMPLE,
    { code: 'HEALTHCHECK_MISSING', at: NODE, says: SAMPLE },
    withoutContainerChecks,
  ),
  one(
    `${listener}.healthCheck.port`,
    77,
    { code: 'HEALTHCHECK_GRPC', at: NODE, says: '77' },
    both(withoutContainerChecks, routeOf('grpcRoute')),
  ),
  ...told(`${listener}.outlierDetection`, 'OUTLIER_LOST', NODE),
  ...told(`${listener}.connectionPool`, 'CONNECTION_POOL_LOST', NODE),
  ...ROUTE_KINDS.flatMap((kind) =>
    timeouts(`${listener}.timeout.${PROTOCOLS[kind]}`, routeOf(kind), kind !== 'tcpRoute'),
  ),
  ...serverTls(`${listener}.tls`, NODE, NODE_CODES),
  ...told(`${listener}.tls.validation.trust.sds`, 'TLS_SDS_CERT', NODE),
  ...(['acm.certificateArn', 'file.privateKey'] as const).map((certificate) =>
    one(
      `${listener}.tls.certificate.${certificate}`,
      SAMPLE,
      { code: 'TLS_TARGET_GROUP_HTTPS', at: NODE, says: '8080' },
      behindLoadBalancer,
    ),
  ),
  one(
    'virtualNode.spec.backends[].virtualService.virtualServiceName',
    'frontend.local',
    { stack: '"frontend.local"' },
    asItIs,
    'stock-vn',
  ),
  one(
    'virtualNode.spec.backends[].virtualService.virtualServiceName',
    'nobody.local',
    { code: 'BACKEND_UNKNOWN_VS', at: 'service/stock-api', says: 'nobody.local' },
    asItIs,
    'stock-vn',
  ),
  ...clientPolicy('virtualNode.spec.backends[].virtualService.clientPolicy', 'virtualNode/frontend-vn', 'frontend-vn'),
  ...clientPolicy('virtualNode.spec.backendDefaults.clientPolicy', NODE),
  ...(['namespaceName', 'serviceName'] as const).map((member) =>
    one(
      `virtualNode.spec.serviceDiscovery.awsCloudMap.${member}`,
      SAMPLE,
      { stackLoses: '"user-api-sc"' },
      matchedByRegistry,
    ),
  ),
  ...(['key', 'value'] as const).map((member) =>
    one(`virtualNode.spec.serviceDiscovery.awsCloudMap.attributes[].${member}`, SAMPLE, {
      code: 'CLOUDMAP_ATTRIBUTES',
      at: NODE,
      says: SAMPLE,
    }),
  ),
  ...(['awsCloudMap', 'dns'] as const).map((discovery) =>
    one(
      `virtualNode.spec.serviceDiscovery.${discovery}.ipPreference`,
      'IPv6_ONLY',
      {
        code: 'MESH_IP_PREFERENCE_IPV6',
        at: discovery === 'dns' ? 'virtualNode/frontend-vn' : NODE,
        says: 'IPv6_ONLY',
      },
      asItIs,
      discovery === 'dns' ? 'frontend-vn' : 'user-vn',
    ),
  ),
  one(
    'virtualNode.spec.serviceDiscovery.dns.hostname',
    'other.example.com',
    { code: 'NODE_NOT_ECS', at: 'virtualNode/db-vn', says: 'other.example.com' },
    external,
    'db-vn',
  ),
  one(
    'virtualNode.spec.serviceDiscovery.dns.hostname',
    'db.example.com',
    { code: 'NODE_EXTERNAL_PASSTHROUGH', at: 'virtualNode/db-vn', says: '' },
    external,
    'db-vn',
  ),
  ...(['LOADBALANCER', 'ENDPOINTS'] as const).map((type) =>
    one('virtualNode.spec.serviceDiscovery.dns.responseType', type, 'nothing', asItIs, 'frontend-vn'),
  ),
  one('virtualNode.spec.logging.accessLog.file.path', '/dev/stdout', { code: 'LOG_STDOUT', at: NODE, says: '' }),
  one(
    'virtualNode.spec.logging.accessLog.file.path',
    '/dev/stdout',
    { stack: '"accessLogConfiguration":{"format":"TEXT"}' },
    (exported) =>
      Reflect.deleteProperty(resourceOf(exported, 'virtualNode', 'frontend-vn')['spec'] as object, 'logging'),
  ),
  one('virtualNode.spec.logging.accessLog.file.path', '/var/log/x', {
    code: 'LOG_FILE_PATH_LOST',
    at: NODE,
    says: '/var/log/x',
  }),
  ...told('virtualNode.spec.logging.accessLog.file.format', 'LOG_FORMAT_LOST', NODE),
  one('virtualNode.spec.logging.accessLog.file.format.json[].key', SAMPLE, { stack: '"format":"JSON"' }),
];
