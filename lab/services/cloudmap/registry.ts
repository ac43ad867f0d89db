import { AwsError } from '../../errors.ts';
import type { StoredInstance, StoredNamespace, StoredService } from './model.ts';

/** Instances of one service (row C9). */
const INSTANCES_MAX = 1_000;
const TAGS_MAX = 50;

/** Everything that Cloud Map knows: namespaces, their services, and the services' instances. */
export class Registry {
  readonly namespaces = new Map<string, StoredNamespace>();
  readonly services = new Map<string, StoredService>();
  #sequence = 0;

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  /** By id or ARN. Throws `NamespaceNotFound`. */
  namespace(reference: string | undefined): StoredNamespace {
    const namespace = this.namespaces.get(idOf(reference));
    if (namespace === undefined) {
      throw new AwsError('NamespaceNotFound', `No namespace was found with the id ${reference}.`);
    }
    return namespace;
  }

  /** By id or ARN. Throws `ServiceNotFound`. */
  service(reference: string | undefined): StoredService {
    const service = this.services.get(idOf(reference));
    if (service === undefined) throw new AwsError('ServiceNotFound', `No service was found with the id ${reference}.`);
    return service;
  }

  namespaceByHttpName(httpName: string): StoredNamespace | undefined {
    return [...this.namespaces.values()].find((namespace) => namespace.httpName === httpName);
  }

  servicesOf(namespaceId: string): StoredService[] {
    return [...this.services.values()].filter((service) => service.namespaceId === namespaceId);
  }

  /** Adds an instance, or replaces the attributes of one that exists. Throws `ResourceLimitExceeded`. */
  putInstance(
    service: StoredService,
    instance: { id: string; attributes: Readonly<Record<string, string>>; creatorRequestId?: string | undefined },
  ): void {
    const old = service.instances.get(instance.id);
    if (old === undefined && service.instances.size >= INSTANCES_MAX) {
      throw new AwsError(
        'ResourceLimitExceeded',
        `The service ${service.id} has ${INSTANCES_MAX} instances, which is the limit; ${instance.id} was not registered.`,
      );
    }
    const customHealth = instance.attributes['AWS_INIT_HEALTH_STATUS'] === 'UNHEALTHY' ? 'UNHEALTHY' : 'HEALTHY';
    service.instances.set(instance.id, {
      id: instance.id,
      sequence: old?.sequence ?? this.nextSequence(),
      attributes: { ...instance.attributes },
      creatorRequestId: instance.creatorRequestId,
      customHealth: old?.customHealth ?? customHealth,
    });
    service.revision += 1;
  }

  removeInstance(service: StoredService, instanceId: string): void {
    if (service.instances.delete(instanceId)) service.revision += 1;
  }

  /** The tags of a namespace or a service by its ARN. Throws `ResourceNotFoundException`. */
  tags(arn: string | undefined): Map<string, string> {
    for (const resource of [...this.namespaces.values(), ...this.services.values()]) {
      if (resource.arn === arn) return resource.tags;
    }
    throw new AwsError('ResourceNotFoundException', `The resource ${arn} does not exist.`);
  }
}

/** The instances that are healthy, or all where none is; a service without a health check has no unhealthy ones (row C8). */
export function healthyOrElseAll(service: StoredService): StoredInstance[] {
  const all = [...service.instances.values()];
  const healthy = all.filter((instance) => isHealthy(service, instance));
  return healthy.length > 0 ? healthy : all;
}

export function isHealthy(service: StoredService, instance: StoredInstance): boolean {
  return !service.hasCustomHealthCheck || instance.customHealth === 'HEALTHY';
}

/** Tags as the API gives them. Throws `TooManyTagsException`. */
export function tagMap(
  tags: { Key?: string | undefined; Value?: string | undefined }[] | undefined,
  old: ReadonlyMap<string, string> = new Map(),
): Map<string, string> {
  const all = new Map([...old, ...(tags ?? []).map(({ Key, Value }): [string, string] => [Key ?? '', Value ?? ''])]);
  if (all.size > TAGS_MAX) throw new AwsError('TooManyTagsException', `A resource can have at most ${TAGS_MAX} tags.`);
  return all;
}

/** The id in an ARN, or the text itself. */
function idOf(reference: string | undefined): string {
  return /^arn:[^:]*:servicediscovery:[^/]*\/([^/]+)$/.exec(reference ?? '')?.[1] ?? reference ?? '';
}
