import type { Duration, HttpRouteMatch, Listener, RouteSpec, VirtualNodeSpec } from '@aws-sdk/client-app-mesh';
import type { MeshRoute } from '../ports.ts';
import type { MeshStore, Resource } from './meshStore.ts';
import { providerOf, targetsOf } from './rules.ts';

/** App Mesh's timeout where nobody says another (`mesh-mapping.md` 0.10). */
const DEFAULT_TIMEOUT_MS = 15_000;

type Target = MeshRoute['targets'][number];
type Protocol = MeshRoute['protocol'];

/**
 * The outbound routes of a virtual node: one for each backend's virtual service and port. A backend whose virtual service does not exist,
 * or has no provider, has no route.
 *
 * The lab's Envoys look at no content. Of a router's routes the first (by priority) that takes every request decides; where there is
 * none, all routes of the port decide together, each target with the sum of its weights.
 */
export function routesOf(store: MeshStore, meshName: string, node: Resource<'virtualNode'>): MeshRoute[] {
  return (node.spec.backends ?? []).flatMap((backend) => {
    const name = backend.virtualService?.virtualServiceName ?? '';
    const service = store.find('virtualService', meshName, name);
    const provider = service === undefined ? undefined : providerOf(service.spec);
    if (provider?.virtualNode !== undefined) return nodeRoutes(store, meshName, name, provider.virtualNode);
    if (provider?.virtualRouter !== undefined) return routerRoutes(store, meshName, name, provider.virtualRouter);
    return [];
  });
}

/** A node as provider: a route for each of its listeners. No route can raise the timeout above 15 s. */
function nodeRoutes(store: MeshStore, meshName: string, virtualServiceName: string, nodeName: string): MeshRoute[] {
  const spec = store.find('virtualNode', meshName, nodeName)?.spec;
  const discovery = spec === undefined ? undefined : discoveryOf(spec);
  if (spec === undefined || discovery === undefined) return [];
  return (spec.listeners ?? []).flatMap((listener) => {
    const { port, protocol } = listener.portMapping ?? {};
    if (port === undefined || protocol === undefined) return [];
    return {
      virtualServiceName,
      port,
      protocol,
      perRequestTimeoutMs: timeoutMs(protocol, [undefined, listenerTimeout(listener, protocol)]),
      targets: [{ weight: 100, port, discovery }],
    };
  });
}

function routerRoutes(store: MeshStore, meshName: string, virtualServiceName: string, routerName: string): MeshRoute[] {
  const router = store.find('virtualRouter', meshName, routerName);
  const routes = store.list('route', meshName, routerName).map(({ spec }) => spec);
  const listeners = (router?.spec.listeners ?? []).flatMap(({ portMapping }) => {
    const { port, protocol } = portMapping ?? {};
    return port === undefined || protocol === undefined ? [] : [{ port, protocol }];
  });
  const fallback = listeners.length === 0 ? firstTargetListener(store, meshName, routes) : undefined;
  return [...listeners, ...(fallback === undefined ? [] : [fallback])].flatMap(({ port, protocol }) => {
    const deciding = decidingRoutes(routes.filter((route) => [undefined, port].includes(matchOf(route)?.port)));
    const targets: Target[] = [];
    let perRequestTimeoutMs: number | undefined;
    for (const route of deciding) {
      for (const weighted of targetsOf(route)) {
        const spec = store.find('virtualNode', meshName, weighted.virtualNode ?? '')?.spec;
        const discovery = spec === undefined ? undefined : discoveryOf(spec);
        if (spec === undefined || discovery === undefined) continue;
        const listener = listenerFor(spec, weighted.port ?? port);
        addTarget(targets, {
          weight: weighted.weight ?? 0,
          port: weighted.port ?? listener?.portMapping?.port ?? port,
          discovery,
        });
        const ownMs = timeoutMs(protocol, [routeTimeout(route), listener && listenerTimeout(listener, protocol)]);
        if (weighted.weight !== 0) perRequestTimeoutMs = longer(perRequestTimeoutMs, ownMs);
      }
    }
    if (targets.length === 0) return [];
    const noTimeoutMs = protocol === 'tcp' ? 0 : DEFAULT_TIMEOUT_MS;
    return { virtualServiceName, port, protocol, perRequestTimeoutMs: perRequestTimeoutMs ?? noTimeoutMs, targets };
  });
}

function decidingRoutes(routes: RouteSpec[]): RouteSpec[] {
  const byPriority = [...routes].sort((a, b) => (a.priority ?? 1001) - (b.priority ?? 1001));
  const catchAll = byPriority.find(takesEverything);
  return catchAll === undefined ? byPriority : [catchAll];
}

function takesEverything(route: RouteSpec): boolean {
  if (route.tcpRoute !== undefined) return true;
  if (route.grpcRoute !== undefined) {
    const { serviceName, methodName, metadata } = route.grpcRoute.match ?? {};
    return serviceName === undefined && methodName === undefined && (metadata ?? []).length === 0;
  }
  const { prefix, method, scheme, headers, queryParameters }: Partial<HttpRouteMatch> =
    (route.httpRoute ?? route.http2Route)?.match ?? {};
  const isPlain = method === undefined && scheme === undefined;
  return prefix === '/' && isPlain && (headers ?? []).length === 0 && (queryParameters ?? []).length === 0;
}

/** Two routes may lead to one node; that is one target with both weights. */
function addTarget(targets: Target[], added: Target): void {
  const same = targets.find(
    ({ port, discovery }) => port === added.port && JSON.stringify(discovery) === JSON.stringify(added.discovery),
  );
  if (same === undefined) targets.push(added);
  else same.weight += added.weight;
}

function discoveryOf(spec: VirtualNodeSpec): Target['discovery'] | undefined {
  const { awsCloudMap, dns } = spec.serviceDiscovery ?? {};
  if (awsCloudMap?.namespaceName !== undefined && awsCloudMap.serviceName !== undefined) {
    const attributes = Object.fromEntries(
      (awsCloudMap.attributes ?? []).map(({ key, value }) => [key ?? '', value ?? '']),
    );
    const { namespaceName, serviceName } = awsCloudMap;
    return { kind: 'cloudMap', namespaceName, serviceName, attributes };
  }
  return dns?.hostname === undefined ? undefined : { kind: 'dns', hostName: dns.hostname };
}

/** A router without listeners takes the port of its first target. */
function firstTargetListener(
  store: MeshStore,
  meshName: string,
  routes: RouteSpec[],
): { port: number; protocol: Protocol } | undefined {
  for (const { virtualNode } of routes.flatMap(targetsOf)) {
    const mapping = store.find('virtualNode', meshName, virtualNode ?? '')?.spec.listeners?.[0]?.portMapping;
    if (mapping?.port !== undefined && mapping.protocol !== undefined) {
      return { port: mapping.port, protocol: mapping.protocol };
    }
  }
  return undefined;
}

/** The listener on the wanted port, or the only one. */
function listenerFor(spec: VirtualNodeSpec, port: number): Listener | undefined {
  return spec.listeners?.find(({ portMapping }) => portMapping?.port === port) ?? spec.listeners?.[0];
}

function matchOf(route: RouteSpec): { port?: number | undefined } | undefined {
  return (route.httpRoute ?? route.http2Route ?? route.grpcRoute ?? route.tcpRoute)?.match;
}

function routeTimeout(route: RouteSpec): Duration | undefined {
  return (route.httpRoute ?? route.http2Route ?? route.grpcRoute)?.timeout?.perRequest;
}

function listenerTimeout(listener: Listener, protocol: Protocol): Duration | undefined {
  return protocol === 'tcp' ? undefined : listener.timeout?.[protocol]?.perRequest;
}

/** The shortest of the timeouts, 15 s where one is not given, 0 when all are off; TCP has none. */
function timeoutMs(protocol: Protocol, timeouts: (Duration | undefined)[]): number {
  if (protocol === 'tcp') return 0;
  const finite = timeouts.map((timeout) => {
    if (timeout?.value === undefined) return DEFAULT_TIMEOUT_MS;
    const ms = timeout.unit === 's' ? timeout.value * 1000 : timeout.value;
    return ms === 0 ? Number.POSITIVE_INFINITY : ms;
  });
  const shortest = Math.min(...finite);
  return Number.isFinite(shortest) ? shortest : 0;
}

/** The longer of two timeouts, where 0 is none and so the longest. */
function longer(a: number | undefined, b: number): number {
  if (a === undefined) return b;
  return a === 0 || b === 0 ? 0 : Math.max(a, b);
}
