import type { Json } from '../../estate/export.ts';
import type { BlueService, Estate, MeshGateway } from '../../estate/model.ts';
import { gatewayReplacement, type GatewayRule } from '../gatewayReplacement.ts';
import type { FindingSet, Scope } from './scope.ts';
import { clientTlsFindings } from './tls.ts';
import { inWords } from './words.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

const gatewayPlace = (name: string): string => `virtualGateway/${name}`;

/** What a virtual gateway is replaced by, and what that loses (`mesh-mapping.md` 1.7). */
export function gatewayFindings({ estate, services, extent }: Scope, found: FindingSet): void {
  const ofEcs = services.filter((service) => service.kubernetes === undefined);
  for (const service of ofEcs) {
    if (service.virtualGateway !== undefined) serviceFindings(service, service.virtualGateway.name, found);
  }
  const running = new Set(ofEcs.flatMap((service) => service.virtualGateway?.name ?? []));
  for (const gateway of estate.mesh.gateways ?? []) {
    if (!running.has(gateway.name)) {
      if (extent === 'plan') continue;
      found.add('VGW_REPLACE', gatewayPlace(gateway.name), 'No ECS service runs as it.');
    }
    specFindings(gateway, found);
    routeFindings(estate, gateway, found);
  }
}

function serviceFindings(service: BlueService, gateway: string, found: FindingSet): void {
  const place = gatewayPlace(gateway);
  found.add('VGW_REPLACE', place, `It runs as the service ${service.name}.`);
  const network = service.targetGroups
    .filter(({ targetGroup }) => ['TCP', 'TLS', 'UDP', 'TCP_UDP'].includes(targetGroup.Protocol ?? ''))
    .map(({ targetGroup }) => targetGroup.TargetGroupName ?? '');
  if (network.length > 0) found.add('VGW_NLB_TO_ALB', place, `Target groups ${network.join(', ')}.`);
}

function specFindings({ name, spec }: MeshGateway, found: FindingSet): void {
  const place = gatewayPlace(name);
  for (const listener of spec.listeners ?? []) {
    const { portMapping, connectionPool, healthCheck, tls } = listener;
    const where = `Port ${portMapping?.port ?? '?'}`;
    found.add('VGW_REPLACE', place, `${where} talks ${portMapping?.protocol ?? 'http'}.`);
    if (connectionPool !== undefined) {
      found.add('VGW_LISTENER_OPTIONS_LOST', place, `${where}: ${inWords(connectionPool)}.`);
    }
    if (healthCheck !== undefined) found.add('VGW_HEALTHCHECK', place, `${where}: ${inWords(healthCheck)}.`);
    if (tls !== undefined && tls.mode !== 'DISABLED') tlsFindings(place, where, tls, found);
  }
  if (spec.logging !== undefined) found.add('VGW_LOGGING', place, `It was ${inWords(spec.logging)}.`);
  const policy = spec.backendDefaults?.clientPolicy?.tls;
  if (policy !== undefined) clientTlsFindings(place, policy, found);
}

function tlsFindings(
  place: string,
  where: string,
  tls: Json<AppMesh.VirtualGatewayListenerTls>,
  found: FindingSet,
): void {
  const { certificate, validation } = tls;
  if (tls.mode === 'PERMISSIVE') found.add('VGW_TLS_PERMISSIVE', place, `${where}.`);
  if (certificate?.acm !== undefined) {
    found.add('VGW_TLS_ACM', place, `${where}: ${certificate.acm.certificateArn ?? 'unknown'}.`);
  }
  for (const own of [certificate?.file, certificate?.sds]) {
    if (own !== undefined) found.add('VGW_TLS_FILE', place, `${where}: ${inWords(own)}.`);
  }
  if (validation !== undefined) found.add('VGW_MTLS', place, `${where}: ${inWords(validation)}.`);
}

function routeFindings(estate: Estate, gateway: MeshGateway, found: FindingSet): void {
  for (const rule of gatewayReplacement(estate, gateway)) {
    const place = `gatewayRoute/${gateway.name}/${rule.gatewayRoute}`;
    found.add('VGW_REPLACE', gatewayPlace(gateway.name), `${rule.gatewayRoute}: ${ruleInWords(rule)}.`);
    for (const transform of rule.transforms) {
      const rewrite = transform.UrlRewriteConfig ?? transform.HostHeaderRewriteConfig;
      const shown = (rewrite?.Rewrites ?? []).map((one) => `${one.Regex ?? ''} to ${one.Replace ?? ''}`).join(', ');
      found.add(transform.Type === 'url-rewrite' ? 'GWR_PREFIX_REWRITE' : 'GWR_HOST_REWRITE', place, `${shown}.`);
    }
    const spec = gateway.routes.find((route) => route.name === rule.gatewayRoute)?.spec;
    if (!rule.complete) {
      const headers = (spec?.httpRoute ?? spec?.http2Route)?.match?.headers ?? spec?.grpcRoute?.match?.metadata ?? [];
      const lost = headers.filter((header) => rule.unsupported.includes(header.name ?? ''));
      found.add('GWR_MATCH_UNSUPPORTED', place, `${lost.map(inWords).join('; ')}.`);
    }
    if (spec?.grpcRoute !== undefined) found.add('GWR_GRPC', place);
  }
}

/** `1. on 8443 path-pattern /api*, host-header *.shop.example.com to catalog:8080 (HTTP2)`. */
function ruleInWords(rule: GatewayRule): string {
  const conditions = rule.conditions.map((condition) => {
    const query = condition.QueryStringConfig?.Values?.map((one) => `${one.Key ?? ''}=${one.Value ?? ''}`);
    const values = [
      ...(condition.PathPatternConfig?.Values ?? []),
      ...(condition.PathPatternConfig?.RegexValues ?? []),
      ...(condition.HostHeaderConfig?.Values ?? []),
      ...(condition.HttpRequestMethodConfig?.Values ?? []),
      ...(condition.HttpHeaderConfig?.Values ?? []),
      ...(condition.HttpHeaderConfig?.RegexValues ?? []),
    ];
    const header = condition.HttpHeaderConfig?.HttpHeaderName;
    return `${condition.Field ?? ''} ${header === undefined ? '' : `${header} `}${[...values, ...(query ?? [])].join(', ')}`;
  });
  const targets = rule.targets.map(
    (one) =>
      `${one.ecsService}:${one.port} (${one.protocolVersion}${one.weight === undefined ? '' : `, weight ${one.weight}`})`,
  );
  return `rule ${rule.order} on ${rule.listenerPort ?? '?'}, ${conditions.join(' and ')}, to ${targets.join(', ') || 'nothing'}`;
}
