import { cloudMapServices, registryHost } from './cloudMap.ts';
import type { EstateExport, Json } from './export.ts';
import type {
  BlueService,
  Edge,
  EstateMesh,
  MeshRoute,
  OutsideCall,
  Protocol,
  UnmatchedNode,
  VirtualService,
} from './model.ts';
import { by, byNameAndPort, inOrder, lastPart, unique } from './order.ts';
import { routeMatch, timeoutOf, targetsOf } from './routes.ts';
import { effectiveTimeout, type TimeoutPair } from './timeouts.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';

type Node = Json<AppMesh.VirtualNodeData>;
type NodeListener = Json<AppMesh.Listener>;

/** What the mesh says about names and calls, where App Mesh answered. */
export interface MeshReading {
  virtualServices: VirtualService[];
  edges: Edge[];
  outsideCalls: (OutsideCall & { from: string })[];
  unmatchedNodes: UnmatchedNode[];
  silentVirtualServices: NonNullable<EstateMesh['silentVirtualServices']>;
}

/** A virtual service's name and port, resolved to the virtual nodes that its provider leads to. */
interface Endpoint {
  name: string;
  port: number;
  router: VirtualService['router'];
  /** The first takes most of the unconditional traffic. Nodes of weight 0 alone are not among them. */
  nodes: { node: Node; port: number; route: Json<AppMesh.RouteSpec> | undefined }[];
}

interface MeshItem {
  meshName: string | undefined;
  status: { status: string | undefined } | undefined;
}

/** What is not ACTIVE serves no traffic. */
const isActive = (resource: MeshItem): boolean => (resource.status?.status ?? 'ACTIVE') === 'ACTIVE';

const listenerOf = (node: Node, port: number): NodeListener | undefined =>
  node.spec?.listeners?.find((listener) => listener.portMapping?.port === port);

const hostOf = (node: Node): string | undefined => node.spec?.serviceDiscovery?.dns?.hostname;

export const asProtocol = (text: string | undefined): Protocol | undefined =>
  text === 'http' || text === 'http2' || text === 'grpc' || text === 'tcp' ? text : undefined;

/** The ports that a node of this specification listens on. */
export const listenersOf = (spec: Node['spec']): BlueService['listeners'] =>
  (spec?.listeners ?? []).flatMap(({ portMapping }): BlueService['listeners'] => {
    const protocol = asProtocol(portMapping?.protocol);
    if (portMapping?.port === undefined || protocol === undefined) return [];
    return [{ port: portMapping.port, protocol, source: 'appMesh', certainty: 'certain' }];
  });

/** The port that a weighted target means: its own, else the node's only listener, else the one like the router's. */
function targetPort(node: Node, named: number | undefined, routerPort: number): number {
  const ports = (node.spec?.listeners ?? []).flatMap((listener) => listener.portMapping?.port ?? []);
  if (named !== undefined) return named;
  return ports.includes(routerPort) ? routerPort : (ports[0] ?? routerPort);
}

/** Reads virtual services and edges of one mesh. `services` are those of the cluster, matched to their nodes already. */
export function readMesh(exported: EstateExport, meshName: string, services: readonly BlueService[]): MeshReading {
  const { appMesh } = exported;
  const ours = <Item extends MeshItem>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.meshName === meshName && isActive(item));
  const nodes = new Map(ours(appMesh.virtualNodes).map((node) => [node.virtualNodeName ?? '', node]));
  const routers = new Map(ours(appMesh.virtualRouters).map((router) => [router.virtualRouterName ?? '', router]));
  const routes = ours(appMesh.routes);
  const serviceOfNode = new Map<string, string[]>();
  for (const service of services) {
    if (service.virtualNode?.meshName !== meshName) continue;
    const { name } = service.virtualNode;
    serviceOfNode.set(name, [...(serviceOfNode.get(name) ?? []), service.name]);
  }
  const silent: MeshReading['silentVirtualServices'] = [];
  /** Virtual services whose provider leads to no node that is there and listens. */
  const broken = new Set<string>();
  const endpoints: Endpoint[] = [];

  for (const virtualService of ours(appMesh.virtualServices)) {
    const name = virtualService.virtualServiceName ?? '';
    const provider = virtualService.spec?.provider;
    if (provider?.virtualNode !== undefined) {
      const node = nodes.get(provider.virtualNode.virtualNodeName ?? '');
      for (const listener of node?.spec?.listeners ?? []) {
        const port = listener.portMapping?.port;
        if (node === undefined || port === undefined) continue;
        endpoints.push({ name, port, router: undefined, nodes: [{ node, port, route: undefined }] });
      }
      if ((node?.spec?.listeners ?? []).length === 0) broken.add(name);
    } else if (provider?.virtualRouter !== undefined) {
      const routerName = provider.virtualRouter.virtualRouterName ?? '';
      const own = routes.filter((route) => route.virtualRouterName === routerName);
      if (own.length === 0) silent.push({ name, reason: 'noRoutes', virtualRouter: routerName });
      else endpoints.push(...routed(name, routerName, own));
      const targets = own.flatMap((route) => targetsOf(route.spec)).filter((target) => target.weight > 0);
      if (targets.length > 0 && !targets.some((target) => nodes.has(target.virtualNode))) broken.add(name);
    } else silent.push({ name, reason: 'noProvider' });
  }

  function routed(name: string, routerName: string, own: Json<AppMesh.RouteData>[]): Endpoint[] {
    const listeners = (routers.get(routerName)?.spec?.listeners ?? []).flatMap((listener) =>
      listener.portMapping?.port === undefined ? [] : [listener.portMapping],
    );
    const firstNode = own.flatMap((route) => targetsOf(route.spec)).map((target) => nodes.get(target.virtualNode))[0];
    const ports: { port: number; protocol: Protocol | undefined }[] =
      listeners.length > 0
        ? listeners.map((mapping) => ({ port: mapping.port ?? 0, protocol: asProtocol(mapping.protocol) }))
        : (firstNode?.spec?.listeners ?? []).map((one) => ({ port: one.portMapping?.port ?? 0, protocol: undefined }));
    return ports.map(({ port, protocol }) => {
      // A route without a priority comes last; the last catch-all is what unconditional traffic takes.
      const here = own
        .filter((route) => (routeMatch(route.spec).port ?? port) === port)
        .sort(
          by(
            (route) => route.spec?.priority ?? 1001,
            (route) => route.routeName ?? '',
          ),
        );
      const meshRoutes: MeshRoute[] = here.map((route) => ({
        name: route.routeName ?? '',
        spec: route.spec ?? {},
        targets: targetsOf(route.spec).map((target) => ({
          virtualNode: target.virtualNode,
          service: serviceOfNode.get(target.virtualNode)?.[0],
          weight: target.weight,
        })),
      }));
      const found = here.flatMap((route, index) =>
        targetsOf(route.spec).flatMap((target) => {
          const node = nodes.get(target.virtualNode);
          if (node === undefined || target.weight === 0) return [];
          return [{ node, port: targetPort(node, target.port, port), route: route.spec, index, weight: target.weight }];
        }),
      );
      return {
        name,
        port,
        router: { name: routerName, listenerProtocol: protocol, routes: meshRoutes },
        nodes: found.sort(
          by(
            (one) => -one.index,
            (one) => -one.weight,
          ),
        ),
      };
    });
  }

  const virtualServices = endpoints.flatMap((endpoint): VirtualService[] => {
    const targets = unique(
      endpoint.nodes.flatMap(({ node, port }) =>
        (serviceOfNode.get(node.virtualNodeName ?? '') ?? []).map((service) => ({ service, containerPort: port })),
      ),
      (target) => target.service,
    );
    const first = endpoint.nodes[0];
    if (targets.length === 0 || first === undefined) return [];
    const protocol =
      asProtocol(listenerOf(first.node, first.port)?.portMapping?.protocol) ??
      endpoint.router?.listenerProtocol ??
      'http';
    const pairs = endpoint.nodes.map(
      ({ node, port, route }): TimeoutPair => ({
        route: timeoutOf(route),
        listener: listenerTimeout(listenerOf(node, port)),
      }),
    );
    const effective = effectiveTimeout(protocol, pairs);
    return [
      {
        name: endpoint.name,
        port: endpoint.port,
        protocol,
        targets,
        timeout: effective.timeout,
        ...(effective.conflictSeconds === undefined ? {} : { timeoutConflictSeconds: effective.conflictSeconds }),
        ...(effective.rounded ? { timeoutRounded: true as const } : {}),
        ...(endpoint.router === undefined ? {} : { router: endpoint.router }),
        source: 'appMesh',
        certainty: 'certain',
      },
    ];
  });

  const cloudMapHosts = new Set([...cloudMapServices(exported).values()].map(registryHost));
  const kindOf = (node: Node): UnmatchedNode['kind'] => {
    const hostname = hostOf(node)?.toLowerCase();
    return hostname === undefined || cloudMapHosts.has(hostname) ? 'registered' : 'host';
  };
  const declared = new Set(ours(appMesh.virtualServices).map((one) => one.virtualServiceName ?? ''));
  const edges: Edge[] = [];
  const outsideCalls: MeshReading['outsideCalls'] = [];
  const fact = { source: 'appMesh', certainty: 'certain' } as const;

  function call(from: string, virtualService: string, onlyPort: number | undefined): void {
    if (!declared.has(virtualService) || broken.has(virtualService)) {
      outsideCalls.push({
        from,
        virtualService,
        port: onlyPort,
        virtualNode: undefined,
        hostname: undefined,
        leadsTo: 'unknownName',
        ...fact,
      });
    }
    for (const endpoint of endpoints) {
      if (endpoint.name !== virtualService || (onlyPort ?? endpoint.port) !== endpoint.port) continue;
      for (const { node } of endpoint.nodes) {
        const name = node.virtualNodeName ?? '';
        const targets = serviceOfNode.get(name) ?? [];
        for (const to of targets) {
          if (to !== from) edges.push({ from, to, virtualService, port: endpoint.port, ...fact });
        }
        if (targets.length > 0) continue;
        const hostname = hostOf(node);
        const same = hostname?.toLowerCase() === virtualService.toLowerCase();
        const leadsTo = kindOf(node) === 'registered' ? 'leftOut' : same ? 'host' : 'otherName';
        outsideCalls.push({ from, virtualService, port: endpoint.port, virtualNode: name, hostname, leadsTo, ...fact });
      }
    }
  }

  for (const service of services) {
    if (service.virtualNode?.meshName === meshName) {
      for (const backend of nodes.get(service.virtualNode.name)?.spec?.backends ?? []) {
        // A backend may be given as an ARN; the name is its last part.
        const name = lastPart(backend.virtualService?.virtualServiceName ?? '');
        if (name !== '') call(service.name, name, undefined);
      }
    }
    if (service.virtualGateway?.meshName === meshName) {
      for (const route of ours(appMesh.gatewayRoutes)) {
        if (route.virtualGatewayName !== service.virtualGateway.name) continue;
        const action = (route.spec?.httpRoute ?? route.spec?.http2Route ?? route.spec?.grpcRoute)?.action;
        const name = lastPart(action?.target?.virtualService?.virtualServiceName ?? '');
        if (name !== '') call(service.name, name, action?.target?.port);
      }
    }
  }

  return {
    virtualServices: virtualServices.sort(byNameAndPort),
    edges: inOrder(edges),
    outsideCalls: unique(
      outsideCalls,
      (one) => `${one.from} ${one.virtualService} ${one.port} ${one.virtualNode}`,
    ).sort(
      by(
        (one) => one.from,
        (one) => one.virtualService,
        (one) => one.port ?? 0,
      ),
    ),
    unmatchedNodes: [...nodes.values()]
      .filter((node) => !serviceOfNode.has(node.virtualNodeName ?? ''))
      .map((node) => ({ name: node.virtualNodeName ?? '', kind: kindOf(node), hostname: hostOf(node) }))
      .sort(by((node) => node.name)),
    silentVirtualServices: silent.sort(by((one) => one.name)),
  };
}

/** A listener's timeout is a union of one key, unlike a route's. */
function listenerTimeout(listener: NodeListener | undefined): TimeoutPair['listener'] {
  const timeout = listener?.timeout;
  return timeout?.http ?? timeout?.http2 ?? timeout?.grpc ?? timeout?.tcp;
}
