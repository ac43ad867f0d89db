import type {
  GatewayRouteSpec,
  PortMapping,
  RouteSpec,
  VirtualServiceSpec,
  WeightedTarget,
} from '@aws-sdk/client-app-mesh';
import { AwsError } from '../../errors.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { MeshStore, Resource, Specs } from './meshStore.ts';

const PROTOCOLS: readonly string[] = ['http', 'http2', 'grpc', 'tcp'];

function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

/** `NotFoundException` for a name that another resource refers to. */
function missing(kind: Kind, name: string | undefined): AwsError {
  return new AwsError('NotFoundException', `${KINDS[kind].title} with name ${name} is missing`, { status: 404 });
}

/** The targets of a route, whatever its protocol. */
export function targetsOf(spec: RouteSpec): WeightedTarget[] {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute ?? spec.tcpRoute;
  return route?.action?.weightedTargets ?? [];
}

/** The virtual service that a gateway route leads to. */
export function gatewayTargetOf(spec: GatewayRouteSpec): string | undefined {
  const route = spec.httpRoute ?? spec.http2Route ?? spec.grpcRoute;
  return route?.action?.target?.virtualService?.virtualServiceName;
}

/**
 * Checks a spec and what it refers to (row A8). Backends are not looked up: App Mesh takes any name there. Throws
 * `BadRequestException` and `NotFoundException`.
 */
export function checkSpec<K extends Kind>(kind: K, meshName: string, spec: Specs[K], store: MeshStore): void {
  const checks: { [Each in Kind]: (spec: Specs[Each]) => void } = {
    mesh: () => undefined,
    virtualNode: (node) => {
      const listeners = node.listeners ?? [];
      listeners.forEach(({ portMapping }, index) => requirePort(portMapping, `spec.listeners[${index}]`));
      if (listeners.length > 0 && node.serviceDiscovery === undefined) {
        throw badRequest('spec.serviceDiscovery must be set if spec.listeners is.');
      }
      for (const [index, backend] of (node.backends ?? []).entries()) {
        if (!backend.virtualService?.virtualServiceName) {
          throw badRequest(`spec.backends[${index}].virtualService.virtualServiceName is required.`);
        }
      }
      const cloudMap = node.serviceDiscovery?.awsCloudMap;
      if (cloudMap !== undefined && !(cloudMap.namespaceName && cloudMap.serviceName)) {
        throw badRequest('spec.serviceDiscovery.awsCloudMap needs namespaceName and serviceName.');
      }
      if (node.serviceDiscovery?.dns !== undefined && !node.serviceDiscovery.dns.hostname) {
        throw badRequest('spec.serviceDiscovery.dns.hostname is required.');
      }
    },
    virtualService: (service) => checkProvider(service, meshName, store),
    virtualRouter: (router) =>
      (router.listeners ?? []).forEach(({ portMapping }, index) =>
        requirePort(portMapping, `spec.listeners[${index}]`),
      ),
    route: (route) => checkRoute(route, meshName, store),
    virtualGateway: (gateway) => {
      if ((gateway.listeners ?? []).length === 0) throw badRequest('spec.listeners needs at least one listener.');
      gateway.listeners?.forEach(({ portMapping }, index) => requirePort(portMapping, `spec.listeners[${index}]`));
    },
    gatewayRoute: (route) => {
      requireOne(route, ['httpRoute', 'http2Route', 'grpcRoute']);
      requirePriority(route.priority);
      const name = gatewayTargetOf(route);
      if (!name) throw badRequest('The action of a gateway route needs target.virtualService.virtualServiceName.');
      if (store.find('virtualService', meshName, name) === undefined) throw missing('virtualService', name);
    },
  };
  checks[kind](spec);
}

/**
 * What keeps a resource from being deleted (row A6), `undefined` when nothing does. That a node's backends would dangle does not count
 * (row A7). The texts about a mesh, a provider, a route's target and a gateway route are AWS's; those about a router's and a gateway's
 * own routes are made after them.
 */
export function hindrance({ kind, meshName, name }: Resource, store: MeshStore, accountId: string): string | undefined {
  const title = KINDS[kind].title;
  const providedBy = (member: 'virtualNode' | 'virtualRouter'): boolean =>
    store.list('virtualService', meshName).some(({ spec }) => providerOf(spec)?.[member] === name);
  const hasActive = (children: Kind): string => {
    const { plural } = KINDS[children];
    const subject = kind === 'mesh' ? `Mesh ${name} for account ${accountId}` : `${title} with name ${name}`;
    const owner = kind === 'mesh' ? 'Mesh' : title;
    return `${subject} has active ${plural}, please delete ${plural} before deleting the ${owner}`;
  };
  switch (kind) {
    case 'mesh': {
      const kinds: Kind[] = ['virtualGateway', 'virtualService', 'virtualRouter', 'virtualNode'];
      const child = kinds.find((each) => store.list(each, meshName).length > 0);
      return child === undefined ? undefined : hasActive(child);
    }
    case 'virtualNode':
      if (
        store
          .list('route', meshName)
          .some(({ spec }) => targetsOf(spec).some(({ virtualNode }) => virtualNode === name))
      ) {
        return `${title} with name ${name} cannot be deleted because it is the target of one or more routes.`;
      }
      return providedBy('virtualNode')
        ? `${title} with name ${name} cannot be deleted because it is a VirtualService provider`
        : undefined;
    case 'virtualRouter':
      if (providedBy('virtualRouter')) {
        return `${title} with name ${name} cannot be deleted because it is a VirtualService provider`;
      }
      return store.list('route', meshName, name).length > 0 ? hasActive('route') : undefined;
    case 'virtualService': {
      const routes = store.list('gatewayRoute', meshName).filter(({ spec }) => gatewayTargetOf(spec) === name);
      const names = routes.map((route) => route.name).join(', ');
      return routes.length > 0
        ? `${title} ${name} is being referenced in the following: GATEWAY_ROUTE: [${names}]`
        : undefined;
    }
    case 'virtualGateway':
      return store.list('gatewayRoute', meshName, name).length > 0 ? hasActive('gatewayRoute') : undefined;
    case 'route':
    case 'gatewayRoute':
      return undefined;
  }
}

/** The names of a virtual service's provider; one of them is set, or there is no provider. */
export function providerOf(spec: VirtualServiceSpec): { virtualNode?: string; virtualRouter?: string } | undefined {
  const node = spec.provider?.virtualNode?.virtualNodeName;
  if (node !== undefined) return { virtualNode: node };
  const router = spec.provider?.virtualRouter?.virtualRouterName;
  return router === undefined ? undefined : { virtualRouter: router };
}

function checkProvider(spec: VirtualServiceSpec, meshName: string, store: MeshStore): void {
  if (spec.provider === undefined) return;
  const provider = providerOf(spec);
  if (provider === undefined) {
    throw badRequest('spec.provider needs virtualNode.virtualNodeName or virtualRouter.virtualRouterName.');
  }
  for (const kind of ['virtualNode', 'virtualRouter'] as const) {
    const name = provider[kind];
    if (name !== undefined && store.find(kind, meshName, name) === undefined) throw missing(kind, name);
  }
}

function checkRoute(spec: RouteSpec, meshName: string, store: MeshStore): void {
  requireOne(spec, ['httpRoute', 'http2Route', 'grpcRoute', 'tcpRoute']);
  requirePriority(spec.priority);
  const http = spec.httpRoute ?? spec.http2Route;
  if (http !== undefined) {
    const { prefix, path } = http.match ?? {};
    if ((prefix === undefined) === (path === undefined)) {
      throw badRequest('The match of an HTTP route needs exactly one of prefix and path.');
    }
    if (prefix !== undefined && !prefix.startsWith('/')) throw badRequest('The match prefix must begin with /.');
  }
  const targets = targetsOf(spec);
  if (targets.length < 1 || targets.length > 10) throw badRequest('action.weightedTargets needs 1 to 10 targets.');
  let sum = 0;
  for (const { virtualNode, weight } of targets) {
    if (weight === undefined || weight < 0 || weight > 100) throw badRequest('A weight must be between 0 and 100.');
    sum += weight;
    if (!virtualNode || store.find('virtualNode', meshName, virtualNode) === undefined) {
      throw missing('virtualNode', virtualNode);
    }
  }
  if (sum > 100) throw badRequest(`The weights of a route must not add up to more than 100; these are ${sum}.`);
}

function requireOne<T extends object>(spec: T, members: (keyof T & string)[]): void {
  const given = members.filter((member) => spec[member] !== undefined);
  if (given.length !== 1) {
    throw badRequest(`spec needs exactly one of ${members.join(', ')}; it has ${given.join(' and ') || 'none'}.`);
  }
}

function requirePriority(priority: number | undefined): void {
  if (priority !== undefined && !(priority >= 0 && priority <= 1000)) {
    throw badRequest('spec.priority must be between 0 and 1000.');
  }
}

function requirePort(
  mapping: (Pick<PortMapping, 'port'> & { protocol: string | undefined }) | undefined,
  place: string,
): void {
  const { port, protocol } = mapping ?? {};
  if (port === undefined || port < 1 || port > 65_535) {
    throw badRequest(`${place}.portMapping.port must be between 1 and 65535.`);
  }
  if (protocol === undefined || !PROTOCOLS.includes(protocol)) {
    throw badRequest(`${place}.portMapping.protocol must be one of ${PROTOCOLS.join(', ')}.`);
  }
}
