import { keptContainers } from '../estate/envoy.ts';
import type { BlueService, Edge, Estate, Protocol, VirtualService } from '../estate/model.ts';
import { by } from '../estate/order.ts';
import { discoveryName, portName, shortHash } from './names.ts';

/** A name and port that green's clients call, and the green service that answers: one entry of its `services`. */
export interface Alias {
  /** As App Mesh writes it. */
  virtualService: string;
  /** Lower case. */
  dnsName: string;
  port: number;
  /** Name of the blue service. */
  service: string;
  containerPort: number;
  portName: string;
  protocol: Protocol;
  discoveryName: string;
  /** The discovery name that it would have, and that another name took first. Absent where it has it. */
  discoveryNameTaken?: string;
  timeout: VirtualService['timeout'];
}

/** A port of a green task that Service Connect needs to know by name. */
export interface NamedPort {
  containerPort: number;
  name: string;
  protocol: Protocol;
}

/**
 * The aliases that let application code and configuration stay as they are: every virtual service's own name and port that a
 * service of `edges` calls. Where a name leads to several services the first, the primary one, owns it.
 */
export function aliasesOf(estate: Estate, edges: readonly Edge[]): Alias[] {
  const called = new Set(edges.map((edge) => `${edge.virtualService} ${edge.port}`));
  const needed = estate.virtualServices.filter((one) => called.has(`${one.name} ${one.port}`));
  const services = new Map(estate.services.map((service) => [service.name, service]));
  const taken = new Set<string>();
  return needed
    .flatMap((one): Alias[] => {
      const target = one.targets[0];
      if (target === undefined) return [];
      const several = needed.filter((other) => other.name === one.name).length > 1;
      const plain = discoveryName(one.name, one.port, several);
      // `a.b` and `a-b` would share a discovery name, which one service alone may own (row S3).
      const name = taken.has(plain) ? `${plain.slice(0, 57)}-${shortHash(`${one.name}:${one.port}`)}` : plain;
      taken.add(name);
      return [
        {
          virtualService: one.name,
          dnsName: one.name.toLowerCase(),
          port: one.port,
          service: target.service,
          containerPort: target.containerPort,
          portName: nameOfPort(services.get(target.service), target.containerPort, one.protocol),
          protocol: one.protocol,
          discoveryName: name,
          ...(name === plain ? {} : { discoveryNameTaken: plain }),
          timeout: one.timeout,
        },
      ];
    })
    .sort(
      by(
        (alias) => alias.service,
        (alias) => alias.dnsName,
        (alias) => alias.port,
      ),
    );
}

/** The ports of one service that its aliases use, each once. */
export function namedPorts(aliases: readonly Alias[], service: string): NamedPort[] {
  const ports = new Map<number, NamedPort>();
  for (const alias of aliases) {
    if (alias.service !== service) continue;
    const { containerPort, portName: name, protocol } = alias;
    ports.set(containerPort, { containerPort, name, protocol });
  }
  return [...ports.values()].sort(by((port) => port.containerPort));
}

/** A mapping's own name is kept; a new one differs from every other name in the task. */
function nameOfPort(service: BlueService | undefined, containerPort: number, protocol: Protocol): string {
  const mappings = keptContainers(service?.taskDefinition ?? {})
    .flatMap((container) => container.portMappings ?? [])
    .filter((mapping) => mapping.protocol !== 'udp');
  const own = mappings.find((mapping) => mapping.containerPort === containerPort)?.name;
  if (own !== undefined) return own;
  const wanted = portName(protocol, containerPort);
  return mappings.some((mapping) => mapping.name === wanted) ? `${wanted}-mesh` : wanted;
}
