import { alikeHosts } from './alikeHosts.ts';
import { registryHost, type Registry } from './cloudMap.ts';
import { appPorts, keptContainers } from './envoy.ts';
import { environmentHosts } from './environment.ts';
import type { Json } from './export.ts';
import { asProtocol } from './fromMesh.ts';
import type { BlueService, Edge, OutsideCall, VirtualService } from './model.ts';
import { by, byNameAndPort, inOrder, unique } from './order.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** What can be known of names and calls when App Mesh does not answer. */
export interface TaskReading {
  virtualServices: VirtualService[];
  edges: Edge[];
  outsideCalls: (OutsideCall & { from: string })[];
}

/**
 * The ports that a task's Envoy takes traffic for: `AppPorts`, else the TCP ports of its application containers. The protocol
 * is what the port mapping says; where it says nothing it is taken for `http`, as a guess.
 */
export function listenersFromTask(taskDefinition: Json<Ecs.TaskDefinition>): BlueService['listeners'] {
  const mappings = keptContainers(taskDefinition)
    .flatMap((container) => container.portMappings ?? [])
    .filter((mapping) => mapping.protocol !== 'udp');
  const declared = appPorts(taskDefinition);
  const ports = declared.length > 0 ? declared : mappings.flatMap((mapping) => mapping.containerPort ?? []);
  return [...new Set(ports)]
    .sort((left, right) => left - right)
    .map((port) => {
      const told = asProtocol(mappings.find((mapping) => mapping.containerPort === port)?.appProtocol);
      return { port, protocol: told ?? 'http', source: 'taskDefinition', certainty: told ? 'certain' : 'guess' };
    });
}

const portsOf = (owners: readonly BlueService[]): number[] => [
  ...new Set(owners.flatMap((owner) => owner.listeners.map((listener) => listener.port))),
];

/**
 * Names and calls without App Mesh: a meshed service answers to the names that it registers in Cloud Map, and is called by
 * whoever has such a name in its environment. All of it is a guess. A URL's port may be a router's, which nobody knows any more;
 * it is taken to lead to the service's listener of that port, else to its only listener. Where nothing of Cloud Map is known, a
 * URL's host is taken for the service that is called like it.
 */
export function readTasks(
  services: readonly BlueService[],
  registries: readonly Registry[],
  meshName: string,
): TaskReading {
  const meshed = services.filter(
    (service) => service.virtualNode?.meshName === meshName || service.virtualGateway?.meshName === meshName,
  );
  // Versions that share one registry were told apart by the mesh alone: the larger is taken for the primary one.
  const ownersOf = new Map<string, BlueService[]>();
  for (const service of [...meshed].sort(by((one) => -(one.service.desiredCount ?? 0)))) {
    for (const host of service.registries.map(registryHost))
      ownersOf.set(host, [...(ownersOf.get(host) ?? []), service]);
  }
  const alike = registries.length === 0 ? alikeHosts(meshed) : new Map<string, BlueService>();
  const known = new Set([...registries.map(registryHost), ...alike.keys()]);

  const virtualServices: VirtualService[] = [];
  const edges: Edge[] = [];
  const outsideCalls: TaskReading['outsideCalls'] = [];

  function answers(
    owners: readonly BlueService[],
    name: string,
    port: number,
    source: 'cloudMap' | 'environment',
  ): void {
    const found = owners.flatMap((owner) => {
      const listener = owner.listeners.find((one) => one.port === port) ?? owner.listeners[0];
      return listener === undefined ? [] : [{ owner, listener }];
    });
    const first = found[0];
    if (first === undefined) return;
    virtualServices.push({
      name,
      port,
      protocol: first.listener.protocol,
      targets: found.map(({ owner, listener }) => ({ service: owner.name, containerPort: listener.port })),
      timeout: {},
      source,
      certainty: 'guess',
    });
  }

  for (const [host, owners] of ownersOf) for (const port of portsOf(owners)) answers(owners, host, port, 'cloudMap');
  for (const [host, owner] of alike) ownersOf.set(host, [owner]);

  const guess = { source: 'environment', certainty: 'guess' } as const;
  for (const service of meshed) {
    for (const { host, port } of environmentHosts(service.taskDefinition, known)) {
      const owners = ownersOf.get(host);
      if (owners === undefined) {
        outsideCalls.push({
          from: service.name,
          virtualService: host,
          port,
          virtualNode: undefined,
          hostname: host,
          leadsTo: 'leftOut',
          ...guess,
        });
        continue;
      }
      if (owners.includes(service)) continue;
      for (const called of port === undefined ? portsOf(owners) : [port]) {
        answers(owners, host, called, 'environment');
        for (const { name: to } of owners) {
          edges.push({ from: service.name, to, virtualService: host, port: called, ...guess });
        }
      }
    }
  }

  return {
    virtualServices: unique(virtualServices, (one) => `${one.name} ${one.port}`).sort(byNameAndPort),
    edges: inOrder(edges),
    outsideCalls: unique(outsideCalls, (one) => `${one.from} ${one.virtualService} ${one.port}`).sort(
      by(
        (one) => one.from,
        (one) => one.virtualService,
      ),
    ),
  };
}
