import type { CloudMap, MeshConfiguration, MeshRoute, TaskMesh } from '../services/ports.ts';
import type { Addresses } from './addresses.ts';
import type { Endpoint, Intercept, Route } from './task/protocol.ts';

/** Service Connect's default for a request (row S12). */
const SERVICE_CONNECT_TIMEOUT_MS = 15_000;

/** What a task's proxy knows of the names that it forwards, without where on loopback the addresses are. */
export function routesOf(mesh: TaskMesh, cloudMap: CloudMap, meshConfiguration: MeshConfiguration): Route[] {
  switch (mesh.kind) {
    case 'none':
      return [];
    case 'appMesh':
      return meshConfiguration.routes(mesh.meshName, mesh.virtualNodeName).map((route) => ({
        host: route.virtualServiceName.toLowerCase(),
        port: route.port,
        protocol: route.protocol,
        perRequestTimeoutMs: route.perRequestTimeoutMs,
        targets: route.targets.map((target) => ({
          weight: target.weight,
          endpoints: meshEndpoints(target, cloudMap),
        })),
      }));
    case 'serviceConnect':
      return mesh.endpoints.map((endpoint) => ({
        host: endpoint.dnsName.toLowerCase(),
        port: endpoint.port,
        protocol: endpoint.appProtocol,
        perRequestTimeoutMs: endpoint.perRequestTimeoutMs ?? SERVICE_CONNECT_TIMEOUT_MS,
        discoveryName: endpoint.discoveryName,
        targets: [{ weight: 1, endpoints: instanceEndpoints(cloudMap, endpoint.cloudMapServiceId, {}, endpoint.port) }],
      }));
  }
}

/** The same routes with the loopback ports of now. */
export function placed(routes: Route[], addresses: Addresses): Route[] {
  return routes.map((route) => ({
    ...route,
    targets: route.targets.map((target) => ({
      ...target,
      endpoints: target.endpoints.map((endpoint) => place(endpoint, addresses)),
    })),
  }));
}

/** What private DNS and the VPC answer for a name or an address that is called at `port`. */
export function resolved(host: string, port: number, cloudMap: CloudMap, addresses: Addresses): Endpoint[] {
  const ips = /^[\d.]+$/.test(host) ? [host] : cloudMap.resolveDns(host).map((address) => address.ip);
  return ips.map((ip) => place({ ip, port }, addresses));
}

/** The container ports that the task's proxy takes on the way in (mesh-mapping 0.6). */
export function interceptsOf(mesh: TaskMesh, containerPorts: readonly number[]): Intercept[] {
  switch (mesh.kind) {
    case 'none':
      return [];
    case 'appMesh':
      // The listener's own timeout is already in the caller's effective one (`mesh-mapping.md` 0.10).
      return containerPorts.map((containerPort) => ({ containerPort, perRequestTimeoutMs: 0 }));
    case 'serviceConnect':
      return mesh.serves
        .filter((served) => served.appProtocol === 'http')
        .map((served) => ({
          containerPort: served.containerPort,
          discoveryName: served.discoveryName,
          perRequestTimeoutMs: served.perRequestTimeoutMs ?? SERVICE_CONNECT_TIMEOUT_MS,
        }));
  }
}

function meshEndpoints(target: MeshRoute['targets'][number], cloudMap: CloudMap): Endpoint[] {
  const { discovery, port } = target;
  if (discovery.kind === 'dns') return cloudMap.resolveDns(discovery.hostName).map(({ ip }) => ({ ip, port }));
  const namespace = cloudMap.findNamespace(discovery.namespaceName);
  const service = namespace && cloudMap.findServiceByName(namespace.id, discovery.serviceName);
  if (service === undefined) return [];
  return instanceEndpoints(cloudMap, service.id, discovery.attributes, port).map(({ ip }) => ({ ip, port }));
}

function instanceEndpoints(
  cloudMap: CloudMap,
  serviceId: string,
  wanted: Readonly<Record<string, string>>,
  defaultPort: number,
): Endpoint[] {
  const endpoints: Endpoint[] = [];
  for (const { attributes } of cloudMap.instances(serviceId)) {
    const ip = attributes['AWS_INSTANCE_IPV4'];
    const fits = Object.entries(wanted).every(([name, value]) => attributes[name] === value);
    if (ip !== undefined && fits) endpoints.push({ ip, port: Number(attributes['AWS_INSTANCE_PORT'] ?? defaultPort) });
  }
  return endpoints;
}

function place({ ip, port }: Endpoint, addresses: Addresses): Endpoint {
  const loopbackPort = addresses.find(ip, port);
  return loopbackPort === undefined ? { ip, port } : { ip, port, loopbackPort };
}
