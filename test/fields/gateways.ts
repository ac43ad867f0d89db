import { type FieldCase, type Setup, one, SAMPLE, told, clientPolicy, both, serverTls } from './cases.ts';
import { resourceOf, setField, targetOf } from './world.ts';

const GATEWAY_CODES = {
  acm: 'VGW_TLS_ACM',
  file: 'VGW_TLS_FILE',
  sds: 'VGW_TLS_FILE',
  validation: 'VGW_MTLS',
  permissive: 'VGW_TLS_PERMISSIVE',
} as const;

/** Nothing but Cloud Map tells what user-api runs as. */
const GATEWAY = 'virtualGateway/edge-vgw';
const GATEWAY_ROUTE = 'gatewayRoute/edge-vgw/all';
type GatewayKind = 'httpRoute' | 'http2Route' | 'grpcRoute';

const gatewayRouteOf =
  (kind: GatewayKind, match: object = kind === 'grpcRoute' ? {} : { prefix: '/old' }): Setup =>
  (exported) => {
    resourceOf(exported, 'gatewayRoute')['spec'] = { [kind]: { match, action: { target: targetOf('user.local') } } };
  };

const gatewayRouteCases = (kind: GatewayKind): FieldCase[] => {
  const field = `gatewayRoute.spec.${kind}`;
  const setup = gatewayRouteOf(kind, {});
  const header = kind === 'grpcRoute' ? 'metadata' : 'headers';
  const lost = new RegExp(String.raw`\.(invert|range\.start|range\.end)$`);
  const matched = told(`${field}.match`, 'VGW_REPLACE', GATEWAY, setup).map(
    (found): FieldCase =>
      lost.test(found.field)
        ? {
            ...found,
            sees: { code: 'GWR_MATCH_UNSUPPORTED', at: GATEWAY_ROUTE, says: (found.sees as { says: string }).says },
          }
        : found,
  );
  const rewrite = `${field}.action.rewrite`;
  const prefix = gatewayRouteOf(kind);
  return [
    ...matched,
    ...(kind === 'grpcRoute'
      ? [one(`${field}.match.serviceName`, 'shop.User', { code: 'GWR_GRPC', at: GATEWAY_ROUTE, says: '' })]
      : []),
    one(`${field}.match.${header}[].name`, SAMPLE, { code: 'VGW_REPLACE', at: GATEWAY, says: SAMPLE }, setup),
    one(
      `${field}.action.target.virtualService.virtualServiceName`,
      'stock.local',
      { code: 'VGW_REPLACE', at: GATEWAY, says: 'stock-api:8081' },
      setup,
    ),
    one(
      `${field}.action.target.port`,
      9000,
      { code: 'VGW_REPLACE', at: GATEWAY, says: 'stock-api:9000' },
      both(setup, (exported) => {
        setField(exported, `${field}.action.target`, targetOf('stock.local'));
        const spec = resourceOf(exported, 'virtualNode', 'stock-vn')['spec'] as { listeners: object[] };
        spec.listeners.push({ portMapping: { port: 9000, protocol: 'http' } });
      }),
    ),
    one(
      `${rewrite}.hostname.defaultTargetHostname`,
      'DISABLED',
      { gone: 'GWR_HOST_REWRITE', at: GATEWAY_ROUTE },
      prefix,
    ),
    ...(kind === 'grpcRoute'
      ? []
      : [
          one(`${rewrite}.prefix.defaultPrefix`, 'DISABLED', { gone: 'GWR_PREFIX_REWRITE', at: GATEWAY_ROUTE }, prefix),
          one(
            `${rewrite}.prefix.value`,
            '/new',
            { code: 'GWR_PREFIX_REWRITE', at: GATEWAY_ROUTE, says: '/new' },
            prefix,
          ),
          one(
            `${rewrite}.path.exact`,
            '/new',
            { code: 'GWR_PREFIX_REWRITE', at: GATEWAY_ROUTE, says: '/new' },
            gatewayRouteOf(kind, { path: { exact: '/old' } }),
          ),
        ]),
  ];
};

const gatewayListener = 'virtualGateway.spec.listeners[]';
export const gatewayCases: FieldCase[] = [
  one('virtualGateway.virtualGatewayName', SAMPLE, { code: 'VGW_REPLACE', at: `virtualGateway/${SAMPLE}`, says: '' }),
  ...told(`${gatewayListener}.portMapping`, 'VGW_REPLACE', GATEWAY),
  ...told(`${gatewayListener}.healthCheck`, 'VGW_HEALTHCHECK', GATEWAY),
  ...told(`${gatewayListener}.connectionPool`, 'VGW_LISTENER_OPTIONS_LOST', GATEWAY),
  ...serverTls(`${gatewayListener}.tls`, GATEWAY, GATEWAY_CODES),
  ...clientPolicy('virtualGateway.spec.backendDefaults.clientPolicy', GATEWAY),
  ...told('virtualGateway.spec.logging', 'VGW_LOGGING', GATEWAY),
  one(
    'gatewayRoute.virtualGatewayName',
    'edge-vgw',
    { code: 'VGW_REPLACE', at: GATEWAY, says: 'second: rule' },
    (exported) => {
      exported.appMesh.gatewayRoutes.push({
        ...resourceOf(exported, 'gatewayRoute'),
        gatewayRouteName: 'second',
        virtualGatewayName: 'other',
      } as never);
    },
    'second',
  ),
  one('gatewayRoute.gatewayRouteName', SAMPLE, { code: 'VGW_REPLACE', at: GATEWAY, says: SAMPLE }),
  one('gatewayRoute.spec.priority', 77, { code: 'VGW_REPLACE', at: GATEWAY, says: 'all: rule 2' }, (exported) => {
    exported.appMesh.gatewayRoutes.push({
      ...resourceOf(exported, 'gatewayRoute'),
      gatewayRouteName: 'second',
      spec: { ...(resourceOf(exported, 'gatewayRoute')['spec'] as object), priority: 50 },
    } as never);
    setField(exported, 'gatewayRoute.spec.priority', 10);
  }),
  ...(['httpRoute', 'http2Route', 'grpcRoute'] as const).flatMap(gatewayRouteCases),
];
