import type { Tag } from '@aws-sdk/client-servicediscovery';
import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Faults } from '../../faults.ts';
import type { Random } from '../../random.ts';
import type { Address, CloudMap } from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { instanceOperations, shuffled } from './instanceOperations.ts';
import { namespaceOperations } from './namespaceOperations.ts';
import type { StoredNamespace, StoredService } from './model.ts';
import { OperationLog } from './operationLog.ts';
import { healthyOrElseAll, Registry, tagMap } from './registry.ts';
import { addService, serviceOperations } from './serviceOperations.ts';

/** Route 53 answers at most this many records of a MULTIVALUE name. */
const DNS_ANSWERS_MAX = 8;

/** Cloud Map (§7): namespaces, services, instances, discovery by API, and by DNS for what runs in the lab. */
export class CloudMapService implements Service, CloudMap {
  readonly id = 'servicediscovery';
  readonly operations: Readonly<Record<string, Operation>>;
  readonly #registry = new Registry();
  readonly #parts: { clock: Clock; random: Random; account: Account; registry: Registry };
  readonly #faults: Faults;

  constructor(options: { clock: Clock; random: Random; account: Account; delays: Delays; faults: Faults }) {
    const { clock, random, account, delays } = options;
    const log = new OperationLog(clock, random, account.id, delays.cloudMapOperationMs);
    const registry = this.#registry;
    const parts = { clock, random, account, registry, log };
    this.#parts = parts;
    this.#faults = options.faults;
    this.operations = {
      ...namespaceOperations(parts),
      ...serviceOperations(parts),
      ...instanceOperations(parts),
      GetOperation: (input) => log.get(input),
      ListOperations: (input) => log.list(input),
      TagResource: (input: { ResourceARN?: string; Tags?: Tag[] }) => {
        const tags = registry.tags(input.ResourceARN);
        for (const [key, value] of tagMap(input.Tags, tags)) tags.set(key, value);
        return {};
      },
      UntagResource: (input: { ResourceARN?: string; TagKeys?: string[] }) => {
        const tags = registry.tags(input.ResourceARN);
        for (const key of input.TagKeys ?? []) tags.delete(key);
        return {};
      },
      ListTagsForResource: (input: { ResourceARN?: string }) => ({
        Tags: [...registry.tags(input.ResourceARN)].map(([Key, Value]) => ({ Key, Value })),
      }),
    };
  }

  findNamespace(reference: string): { id: string; arn: string; name: string } | undefined {
    const found = [...this.#registry.namespaces.values()].find(
      ({ id, arn, httpName }) => id === reference || arn === reference || httpName === reference,
    );
    return found === undefined ? undefined : { id: found.id, arn: found.arn, name: found.name };
  }

  findService(reference: string): { id: string; arn: string; name: string; namespaceName: string } | undefined {
    const found = [...this.#registry.services.values()].find(({ id, arn }) => id === reference || arn === reference);
    if (found === undefined) return undefined;
    const namespaceName = this.#registry.namespaces.get(found.namespaceId)?.name ?? '';
    return { id: found.id, arn: found.arn, name: found.name, namespaceName };
  }

  /** A service of any type takes its name in the namespace, so any is found. */
  findServiceByName(namespaceId: string, name: string): { id: string; arn: string } | undefined {
    const found = this.#registry.servicesOf(namespaceId).find((service) => service.name === name);
    return found === undefined ? undefined : { id: found.id, arn: found.arn };
  }

  /** Rows S16 and C10: type HTTP in any namespace, without DNS. Throws `NamespaceNotFound`, `ServiceAlreadyExists`. */
  createServiceConnectService(namespaceId: string, name: string): { id: string; arn: string } {
    const namespace = this.#registry.namespace(namespaceId);
    const tags = new Map([['AmazonECSManaged', 'true']]);
    const { id, arn } = addService(this.#parts, { name, namespace, type: 'HTTP', dns: undefined, tags });
    return { id, arn };
  }

  removeServiceConnectService(serviceId: string): void {
    this.#registry.services.delete(serviceId);
  }

  /** Takes effect at once: ECS registers tasks by itself, without an operation that an engineer could see. */
  register(
    serviceId: string,
    instanceId: string,
    attributes: Readonly<Record<string, string>>,
    task: 'meshed' | 'other' = 'meshed',
  ): void {
    const service = this.#registry.service(serviceId);
    if (this.#isFrozen(service, task)) return;
    this.#registry.putInstance(service, { id: instanceId, attributes });
  }

  /** An unknown service or instance is ignored: the end is the same. */
  deregister(serviceId: string, instanceId: string, task: 'meshed' | 'other' = 'meshed'): void {
    const service = this.#registry.services.get(serviceId);
    if (service === undefined || this.#isFrozen(service, task)) return;
    this.#registry.removeInstance(service, instanceId);
  }

  instances(serviceId: string): { instanceId: string; attributes: Readonly<Record<string, string>> }[] {
    const service = this.#registry.services.get(serviceId);
    if (service === undefined) return [];
    return healthyOrElseAll(service).map(({ id, attributes }) => ({ instanceId: id, attributes: { ...attributes } }));
  }

  /**
   * `<service>.<namespace>`, in any case and with or without the last dot, in private DNS namespaces: up to eight instances in random
   * order. An A record tells no port, so `port` is 0, which means the port that the caller meant to call; a service with SRV records only
   * answers `AWS_INSTANCE_PORT`.
   */
  resolveDns(hostName: string): Address[] {
    const service = this.#serviceOfHost(hostName.toLowerCase().replace(/\.$/, ''));
    if (service === undefined) return [];
    const types = (service.dns?.records ?? []).map(({ Type }) => Type);
    if (!types.includes('A') && !types.includes('SRV')) return [];
    const addresses = healthyOrElseAll(service).flatMap(({ attributes }) => {
      const ip = attributes['AWS_INSTANCE_IPV4'];
      return ip === undefined ? [] : [{ ip, port: types.includes('A') ? 0 : Number(attributes['AWS_INSTANCE_PORT']) }];
    });
    return shuffled(addresses, this.#parts.random).slice(0, DNS_ANSWERS_MAX);
  }

  #serviceOfHost(host: string): StoredService | undefined {
    const isAbove = (namespace: StoredNamespace): boolean =>
      namespace.type === 'DNS_PRIVATE' && host.endsWith(`.${namespace.name.toLowerCase()}`);
    for (const namespace of [...this.#registry.namespaces.values()].filter(isAbove)) {
      const label = host.slice(0, -namespace.name.length - 1);
      const found = this.#registry
        .servicesOf(namespace.id)
        .find(({ name, type }) => type !== 'HTTP' && name.toLowerCase() === label);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /**
   * With App Mesh gone, what ECS registers for meshed tasks no longer changes; what it registers for others under the same name does, and
   * so do the API-only services, which are Service Connect's. People can still register and deregister by the API.
   */
  #isFrozen(service: StoredService, task: 'meshed' | 'other'): boolean {
    return task === 'meshed' && this.#faults.has('app-mesh-gone') && service.type !== 'HTTP';
  }
}
