import type { Json } from './export.ts';
import type { TimeoutPair } from './timeouts.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type RouteSpec = Json<AppMesh.RouteSpec> | undefined;

/** What a route asks of a request, whatever its protocol. */
export interface RouteMatch {
  port?: number | undefined;
  prefix?: string | undefined;
  path?: Json<AppMesh.HttpPathMatch> | undefined;
  method?: string | undefined;
  scheme?: string | undefined;
  headers?: readonly Json<AppMesh.HttpRouteHeader>[] | undefined;
  queryParameters?: readonly Json<AppMesh.HttpQueryParameter>[] | undefined;
  serviceName?: string | undefined;
  methodName?: string | undefined;
  metadata?: readonly Json<AppMesh.GrpcRouteMetadata>[] | undefined;
}

export const routeMatch = (spec: RouteSpec): RouteMatch =>
  spec?.httpRoute?.match ?? spec?.http2Route?.match ?? spec?.grpcRoute?.match ?? spec?.tcpRoute?.match ?? {};

/** The weighted targets; a weight that is missing counts as 0, as the API demands one. */
export function targetsOf(spec: RouteSpec): { virtualNode: string; weight: number; port: number | undefined }[] {
  const action = (spec?.httpRoute ?? spec?.http2Route ?? spec?.grpcRoute ?? spec?.tcpRoute)?.action;
  return (action?.weightedTargets ?? []).map((target) => ({
    virtualNode: target.virtualNode ?? '',
    weight: target.weight ?? 0,
    port: target.port,
  }));
}

export const timeoutOf = (spec: RouteSpec): TimeoutPair['route'] =>
  spec?.httpRoute?.timeout ?? spec?.http2Route?.timeout ?? spec?.grpcRoute?.timeout ?? spec?.tcpRoute?.timeout;

/** `undefined` for a TCP route, which has none. */
export const retryPolicyOf = (
  spec: RouteSpec,
): Json<AppMesh.HttpRetryPolicy> | Json<AppMesh.GrpcRetryPolicy> | undefined =>
  spec?.httpRoute?.retryPolicy ?? spec?.http2Route?.retryPolicy ?? spec?.grpcRoute?.retryPolicy;

/** Whether every request of its port takes this route. */
export function isCatchAll(spec: RouteSpec): boolean {
  const match = routeMatch(spec);
  const everyPath = match.path === undefined && (match.prefix === undefined || match.prefix === '/');
  return (
    everyPath &&
    match.method === undefined &&
    match.scheme === undefined &&
    (match.headers?.length ?? 0) === 0 &&
    (match.queryParameters?.length ?? 0) === 0 &&
    match.serviceName === undefined &&
    match.methodName === undefined &&
    (match.metadata?.length ?? 0) === 0
  );
}
