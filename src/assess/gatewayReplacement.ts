import type { Json } from '../estate/export.ts';
import type { Estate, MeshGateway, Protocol } from '../estate/model.ts';
import { lastPart } from '../estate/order.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** The rule of an Application Load Balancer that does what one gateway route did (`mesh-mapping.md` 1.7). Meshlift makes none. */
export interface GatewayRule {
  gatewayRoute: string;
  /** The gateway's port that the route is of. */
  listenerPort: number | undefined;
  /** From 1, in the order in which the gateway tries its routes. */
  order: number;
  /** `weight` where routes behind the gateway split between several. */
  targets: { ecsService: string; port: number; protocolVersion: 'HTTP1' | 'HTTP2' | 'GRPC'; weight?: number }[];
  conditions: Json<Elb.RuleCondition>[];
  transforms: Json<Elb.RuleTransform>[];
  /** False where a match has no condition that says the same: those in `unsupported`. */
  complete: boolean;
  /** Names of the headers and the metadata that cannot be matched. */
  unsupported: string[];
}

const VERSIONS: Readonly<Record<Protocol, 'HTTP1' | 'HTTP2' | 'GRPC'>> = {
  http: 'HTTP1',
  http2: 'HTTP2',
  grpc: 'GRPC',
  tcp: 'HTTP1',
};

/** What would stand in for a virtual gateway at an Application Load Balancer. Pure. */
export const gatewayReplacement = (estate: Estate, gateway: MeshGateway): GatewayRule[] =>
  gateway.routes.map(({ name, spec }, index) => {
    const http = spec.httpRoute ?? spec.http2Route;
    const headers = http?.match?.headers ?? spec.grpcRoute?.match?.metadata ?? [];
    const target = (http ?? spec.grpcRoute)?.action?.target;
    const port = (http ?? spec.grpcRoute)?.match?.port;
    const unsupported = headers.filter((header) => headerCondition(header) === undefined);
    return {
      gatewayRoute: name,
      listenerPort: port ?? gateway.spec.listeners?.[0]?.portMapping?.port,
      order: index + 1,
      targets: targetsOf(estate, lastPart(target?.virtualService?.virtualServiceName ?? ''), target?.port),
      conditions: [
        ...pathCondition(spec),
        ...hostCondition((http ?? spec.grpcRoute)?.match?.hostname),
        ...(http?.match?.method === undefined
          ? []
          : [{ Field: 'http-request-method', HttpRequestMethodConfig: { Values: [http.match.method] } }]),
        ...queryConditions(http?.match?.queryParameters ?? []),
        ...headers.flatMap((header) => headerCondition(header) ?? []),
      ],
      transforms: [...pathTransform(http), ...hostTransform(spec)],
      complete: unsupported.length === 0,
      unsupported: unsupported.map((header) => header.name ?? ''),
    };
  });

function targetsOf(estate: Estate, name: string, port: number | undefined): GatewayRule['targets'] {
  const behind = estate.virtualServices.find((one) => one.name === name && (port === undefined || one.port === port));
  if (behind === undefined) return [];
  const routes = behind.router?.routes ?? [];
  const weightOf = (service: string): number | undefined =>
    routes.at(-1)?.targets.find((target) => target.service === service)?.weight;
  return behind.targets.map(({ service, containerPort }) => {
    const weight = behind.targets.length > 1 ? weightOf(service) : undefined;
    return {
      ecsService: service,
      port: containerPort,
      protocolVersion: VERSIONS[behind.protocol],
      ...(weight === undefined ? {} : { weight }),
    };
  });
}

const pathPattern = (...Values: string[]): Json<Elb.RuleCondition> => ({
  Field: 'path-pattern',
  PathPatternConfig: { Values },
});

function pathCondition(spec: Json<AppMesh.GatewayRouteSpec>): Json<Elb.RuleCondition>[] {
  const match = (spec.httpRoute ?? spec.http2Route)?.match;
  if (match?.path?.regex !== undefined) {
    return [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: [anchored(match.path.regex)] } }];
  }
  if (match?.path?.exact !== undefined) return [pathPattern(match.path.exact)];
  if (spec.grpcRoute?.match?.serviceName !== undefined) return [pathPattern(`/${spec.grpcRoute.match.serviceName}/*`)];
  // A rule has one condition at least.
  return [pathPattern(`${match?.prefix ?? '/'}*`)];
}

function hostCondition(hostname: Json<AppMesh.GatewayRouteHostnameMatch> | undefined): Json<Elb.RuleCondition>[] {
  const value = hostname?.exact ?? (hostname?.suffix === undefined ? undefined : `*${hostname.suffix}`);
  return value === undefined ? [] : [{ Field: 'host-header', HostHeaderConfig: { Values: [value] } }];
}

/** A parameter without an exact value has to be there, whatever it is. */
const queryConditions = (parameters: readonly Json<AppMesh.HttpQueryParameter>[]): Json<Elb.RuleCondition>[] =>
  parameters.map(({ name, match }) => ({
    Field: 'query-string',
    QueryStringConfig: { Values: [{ Key: name, Value: match?.exact ?? '*' }] },
  }));

type HeaderMatch = Pick<Json<AppMesh.HttpGatewayRouteHeader>, 'name' | 'invert' | 'match'>;

/** `undefined` where no condition says it: the opposite of a match, and a range of numbers. */
function headerCondition({ name, invert, match }: HeaderMatch): Json<Elb.RuleCondition> | undefined {
  if (invert === true || match?.range !== undefined) return undefined;
  const HttpHeaderName = name;
  if (match?.regex !== undefined) {
    return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, RegexValues: [anchored(match.regex)] } };
  }
  const value =
    match?.exact ??
    (match?.prefix === undefined ? (match?.suffix === undefined ? '*' : `*${match.suffix}`) : `${match.prefix}*`);
  return { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName, Values: [value] } };
}

const anchored = (regex: string): string => `^${regex}$`;
const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** App Mesh turns a matched prefix into `/` unless it is told not to. */
function pathTransform(route: Json<AppMesh.HttpGatewayRoute> | undefined): Json<Elb.RuleTransform>[] {
  const { prefix, path } = route?.match ?? {};
  const rewrite = route?.action?.rewrite;
  if (rewrite?.path?.exact !== undefined) {
    const from = path?.exact === undefined ? (path?.regex ?? '.*') : literal(path.exact);
    return [urlRewrite(anchored(from), rewrite.path.exact)];
  }
  if (prefix === undefined || rewrite?.prefix?.defaultPrefix === 'DISABLED') return [];
  const to = rewrite?.prefix?.value ?? '/';
  return to === prefix ? [] : [urlRewrite(`^${literal(prefix)}(.*)$`, `${to}$1`)];
}

const urlRewrite = (Regex: string, Replace: string): Json<Elb.RuleTransform> => ({
  Type: 'url-rewrite',
  UrlRewriteConfig: { Rewrites: [{ Regex, Replace }] },
});

/** App Mesh turns the host into the virtual service's name unless it is told not to. */
function hostTransform(spec: Json<AppMesh.GatewayRouteSpec>): Json<Elb.RuleTransform>[] {
  const action = (spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute)?.action;
  if (action === undefined || action.rewrite?.hostname?.defaultTargetHostname === 'DISABLED') return [];
  const Replace = lastPart(action.target?.virtualService?.virtualServiceName ?? '');
  return [{ Type: 'host-header-rewrite', HostHeaderRewriteConfig: { Rewrites: [{ Regex: '^.*$', Replace }] } }];
}
