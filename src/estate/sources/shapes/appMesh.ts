import type * as AppMesh from '@aws-sdk/client-app-mesh';
import type { ShapeOf } from './shape.ts';

/*
 * App Mesh's specifications, member by member. The compiler holds them against the SDK's types: a member that is missing here,
 * or is none there, does not compile.
 */

const duration = { unit: 'text', value: 'number' } as const;
const timeout = { idle: duration, perRequest: duration } as const;
const tcpTimeout = { idle: duration } as const;

const names = { match: { exact: ['text'] } } as const;
const fileCertificate = { certificateChain: 'text', privateKey: 'text' } as const;
const secret = { secretName: 'text' } as const;
const fileTrust = { certificateChain: 'text' } as const;

const clientPolicy = {
  tls: {
    enforce: 'flag',
    ports: ['number'],
    certificate: { file: fileCertificate, sds: secret },
    validation: {
      trust: { acm: { certificateAuthorityArns: ['text'] }, file: fileTrust, sds: secret },
      subjectAlternativeNames: names,
    },
  },
} as const satisfies ShapeOf<AppMesh.ClientPolicy>;

const listenerTls = {
  mode: 'text',
  certificate: { acm: { certificateArn: 'text' }, file: fileCertificate, sds: secret },
  validation: { trust: { file: fileTrust, sds: secret }, subjectAlternativeNames: names },
} as const satisfies ShapeOf<AppMesh.ListenerTls>;

const healthCheck = {
  protocol: 'text',
  port: 'number',
  path: 'text',
  healthyThreshold: 'number',
  unhealthyThreshold: 'number',
  timeoutMillis: 'number',
  intervalMillis: 'number',
} as const satisfies ShapeOf<AppMesh.HealthCheckPolicy>;

const portMapping = { port: 'number', protocol: 'text' } as const;
const logging = {
  accessLog: { file: { path: 'text', format: { text: 'text', json: [{ key: 'text', value: 'text' }] } } },
} as const satisfies ShapeOf<AppMesh.Logging>;
const http = { maxConnections: 'number', maxPendingRequests: 'number' } as const;
const requests = { maxRequests: 'number' } as const;

export const MESH_SPEC = {
  egressFilter: { type: 'text' },
  serviceDiscovery: { ipPreference: 'text' },
} as const satisfies ShapeOf<AppMesh.MeshSpec>;

export const VIRTUAL_NODE_SPEC = {
  serviceDiscovery: {
    dns: { hostname: 'text', responseType: 'text', ipPreference: 'text' },
    awsCloudMap: {
      namespaceName: 'text',
      serviceName: 'text',
      ipPreference: 'text',
      attributes: [{ key: 'text', value: 'text' }],
    },
  },
  listeners: [
    {
      portMapping,
      tls: listenerTls,
      healthCheck,
      timeout: { tcp: tcpTimeout, http: timeout, http2: timeout, grpc: timeout },
      outlierDetection: {
        maxServerErrors: 'number',
        interval: duration,
        baseEjectionDuration: duration,
        maxEjectionPercent: 'number',
      },
      connectionPool: { tcp: { maxConnections: 'number' }, http, http2: requests, grpc: requests },
    },
  ],
  backends: [{ virtualService: { virtualServiceName: 'text', clientPolicy } }],
  backendDefaults: { clientPolicy },
  logging,
} as const satisfies ShapeOf<AppMesh.VirtualNodeSpec>;

export const VIRTUAL_SERVICE_SPEC = {
  provider: { virtualNode: { virtualNodeName: 'text' }, virtualRouter: { virtualRouterName: 'text' } },
} as const satisfies ShapeOf<AppMesh.VirtualServiceSpec>;

export const VIRTUAL_ROUTER_SPEC = {
  listeners: [{ portMapping }],
} as const satisfies ShapeOf<AppMesh.VirtualRouterSpec>;

const range = { start: 'number', end: 'number' } as const;
const match = { exact: 'text', regex: 'text', range, prefix: 'text', suffix: 'text' } as const;
const headers = [{ name: 'text', invert: 'flag', match }] as const;
const path = { exact: 'text', regex: 'text' } as const;
const queryParameters = [{ name: 'text', match: { exact: 'text' } }] as const;
const action = { weightedTargets: [{ virtualNode: 'text', weight: 'number', port: 'number' }] } as const;
const retryPolicy = {
  perRetryTimeout: duration,
  maxRetries: 'number',
  httpRetryEvents: ['text'],
  tcpRetryEvents: ['text'],
} as const;

const httpRoute = {
  match: {
    prefix: 'text',
    path,
    queryParameters,
    method: 'text',
    scheme: 'text',
    headers,
    port: 'number',
  },
  action,
  retryPolicy,
  timeout,
} as const satisfies ShapeOf<AppMesh.HttpRoute>;

export const ROUTE_SPEC = {
  priority: 'number',
  httpRoute,
  http2Route: httpRoute,
  tcpRoute: { match: { port: 'number' }, action, timeout: tcpTimeout },
  grpcRoute: {
    match: { serviceName: 'text', methodName: 'text', metadata: headers, port: 'number' },
    action,
    retryPolicy: { ...retryPolicy, grpcRetryEvents: ['text'] },
    timeout,
  },
} as const satisfies ShapeOf<AppMesh.RouteSpec>;

export const VIRTUAL_GATEWAY_SPEC = {
  listeners: [
    {
      portMapping,
      healthCheck,
      tls: listenerTls,
      connectionPool: { http, http2: requests, grpc: requests },
    },
  ],
  backendDefaults: { clientPolicy },
  logging,
} as const satisfies ShapeOf<AppMesh.VirtualGatewaySpec>;

const hostname = { exact: 'text', suffix: 'text' } as const;
const target = { virtualService: { virtualServiceName: 'text' }, port: 'number' } as const;
const hostnameRewrite = { defaultTargetHostname: 'text' } as const;
const httpGatewayRoute = {
  match: { prefix: 'text', path, queryParameters, method: 'text', hostname, headers, port: 'number' },
  action: {
    target,
    rewrite: {
      prefix: { defaultPrefix: 'text', value: 'text' },
      path: { exact: 'text' },
      hostname: hostnameRewrite,
    },
  },
} as const satisfies ShapeOf<AppMesh.HttpGatewayRoute>;

export const GATEWAY_ROUTE_SPEC = {
  priority: 'number',
  httpRoute: httpGatewayRoute,
  http2Route: httpGatewayRoute,
  grpcRoute: {
    match: { serviceName: 'text', hostname, metadata: headers, port: 'number' },
    action: { target, rewrite: { hostname: hostnameRewrite } },
  },
} as const satisfies ShapeOf<AppMesh.GatewayRouteSpec>;
