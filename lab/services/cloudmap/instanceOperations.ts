import type {
  DeregisterInstanceRequest,
  DiscoverInstancesRequest,
  DiscoverInstancesResponse,
  DiscoverInstancesRevisionRequest,
  DiscoverInstancesRevisionResponse,
  GetInstanceRequest,
  GetInstanceResponse,
  GetInstancesHealthStatusRequest,
  GetInstancesHealthStatusResponse,
  HealthStatus,
  ListInstancesRequest,
  ListInstancesResponse,
  RegisterInstanceRequest,
  UpdateInstanceCustomHealthStatusRequest,
} from '@aws-sdk/client-servicediscovery';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import type { Account, Operation } from '../service.ts';
import type { StoredInstance, StoredService } from './model.ts';
import type { OperationLog } from './operationLog.ts';
import { pageOf } from './paging.ts';
import { healthyOrElseAll, isHealthy, type Registry } from './registry.ts';

const ATTRIBUTES_MAX = 30;

interface Parts {
  random: Random;
  account: Account;
  registry: Registry;
  log: OperationLog;
}

/** The operations on instances, discovery included. */
export function instanceOperations(parts: Parts): Record<string, Operation> {
  const { registry, account } = parts;
  return {
    RegisterInstance: (input: RegisterInstanceRequest) => register(parts, input),
    DeregisterInstance: (input: DeregisterInstanceRequest) => deregister(parts, input),
    GetInstance: (input: GetInstanceRequest): GetInstanceResponse => {
      const { id, attributes, creatorRequestId } = instanceOf(registry.service(input.ServiceId), input.InstanceId);
      return {
        ResourceOwner: account.id,
        Instance: {
          Id: id,
          ...(creatorRequestId === undefined ? {} : { CreatorRequestId: creatorRequestId }),
          Attributes: { ...attributes },
          CreatedByAccount: account.id,
        },
      };
    },
    ListInstances: (input: ListInstancesRequest): ListInstancesResponse => {
      const { items, nextToken } = pageOf(registry.service(input.ServiceId).instances.values(), input);
      const Instances = items.map(({ id, attributes }) => ({
        Id: id,
        Attributes: { ...attributes },
        CreatedByAccount: account.id,
      }));
      return { ResourceOwner: account.id, Instances, ...nextToken };
    },
    GetInstancesHealthStatus: (input: GetInstancesHealthStatusRequest): GetInstancesHealthStatusResponse => {
      const service = registry.service(input.ServiceId);
      const wanted = input.Instances?.map((id) => instanceOf(service, id)) ?? [...service.instances.values()];
      wanted.sort((a, b) => a.sequence - b.sequence);
      const { items, nextToken } = pageOf(wanted, input);
      return {
        Status: Object.fromEntries(items.map((instance) => [instance.id, healthOf(service, instance)])),
        ...nextToken,
      };
    },
    UpdateInstanceCustomHealthStatus: (input: UpdateInstanceCustomHealthStatusRequest) => {
      const service = registry.service(input.ServiceId);
      const instance = instanceOf(service, input.InstanceId);
      if (!service.hasCustomHealthCheck) {
        throw new AwsError(
          'CustomHealthNotFound',
          `The service ${service.id} has no custom health check; nothing was changed.`,
        );
      }
      if (input.Status !== 'HEALTHY' && input.Status !== 'UNHEALTHY') {
        throw new AwsError('InvalidInput', 'Status must be HEALTHY or UNHEALTHY.');
      }
      if (instance.customHealth !== input.Status) service.revision += 1;
      instance.customHealth = input.Status;
      return {};
    },
    DiscoverInstances: (input: DiscoverInstancesRequest) => discover(parts, input),
    DiscoverInstancesRevision: (input: DiscoverInstancesRevisionRequest): DiscoverInstancesRevisionResponse => ({
      InstancesRevision: discoveredService(registry, input).revision,
    }),
  };
}

function register({ registry, log }: Parts, input: RegisterInstanceRequest): { OperationId: string } {
  const service = registry.service(input.ServiceId);
  const id = input.InstanceId ?? '';
  if (!/^[0-9a-zA-Z_/:.@-]{1,64}$/.test(id)) {
    throw new AwsError('InvalidInput', `The instance id ${JSON.stringify(input.InstanceId)} is not valid.`);
  }
  const attributes = { ...input.Attributes };
  requireAttributes(service, attributes);
  refuseDuplicate(log, service, id);
  const creatorRequestId = input.CreatorRequestId;
  const OperationId = log.start('REGISTER_INSTANCE', { SERVICE: service.id, INSTANCE: id }, () =>
    registry.putInstance(registry.service(service.id), { id, attributes, creatorRequestId }),
  );
  return { OperationId };
}

function deregister({ registry, log }: Parts, input: DeregisterInstanceRequest): { OperationId: string } {
  const service = registry.service(input.ServiceId);
  const { id } = instanceOf(service, input.InstanceId);
  refuseDuplicate(log, service, id);
  const OperationId = log.start('DEREGISTER_INSTANCE', { SERVICE: service.id, INSTANCE: id }, () =>
    registry.removeInstance(service, id),
  );
  return { OperationId };
}

function refuseDuplicate(log: OperationLog, service: StoredService, instanceId: string): void {
  const targets = { SERVICE: service.id, INSTANCE: instanceId };
  const other = log.inProgress(['REGISTER_INSTANCE', 'DEREGISTER_INSTANCE'], targets);
  if (other === undefined) return;
  throw new AwsError('DuplicateRequest', `Another operation on the instance ${instanceId} is in progress.`, {
    members: { DuplicateOperationId: other },
  });
}

/** What a service's DNS records need to know of each instance. */
function requireAttributes(service: StoredService, attributes: Record<string, string>): void {
  if (Object.keys(attributes).length > ATTRIBUTES_MAX) {
    throw new AwsError('InvalidInput', `An instance can have at most ${ATTRIBUTES_MAX} attributes.`);
  }
  const needed: Record<string, string> = {
    A: 'AWS_INSTANCE_IPV4',
    AAAA: 'AWS_INSTANCE_IPV6',
    CNAME: 'AWS_INSTANCE_CNAME',
    SRV: 'AWS_INSTANCE_PORT',
  };
  for (const { Type } of service.dns?.records ?? []) {
    const attribute = needed[Type ?? ''];
    if (attribute !== undefined && attributes[attribute] === undefined) {
      throw new AwsError(
        'InvalidInput',
        `The service ${service.id} has ${Type} records, so each instance needs ${attribute}.`,
      );
    }
  }
}

/** Row C8: by the namespace's HttpName, in random order, and without a page to go on to. */
function discover({ registry, random }: Parts, input: DiscoverInstancesRequest): DiscoverInstancesResponse {
  const service = discoveredService(registry, input);
  const limit = input.MaxResults ?? 100;
  if (limit < 1 || limit > 1000) throw new AwsError('InvalidInput', 'MaxResults must be between 1 and 1000.');
  const found = ofHealth(service, input.HealthStatus ?? 'HEALTHY_OR_ELSE_ALL').filter((instance) =>
    hasAll(instance, input.QueryParameters),
  );
  const preferred = found.filter((instance) => hasAll(instance, input.OptionalParameters));
  return {
    Instances: shuffled(preferred.length > 0 ? preferred : found, random)
      .slice(0, limit)
      .map((instance) => ({
        InstanceId: instance.id,
        NamespaceName: input.NamespaceName,
        ServiceName: service.name,
        HealthStatus: healthOf(service, instance),
        Attributes: { ...instance.attributes },
      })),
    InstancesRevision: service.revision,
  };
}

function hasAll(instance: StoredInstance, wanted: Record<string, string> | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => instance.attributes[key] === value);
}

function ofHealth(service: StoredService, status: string): StoredInstance[] {
  const all = [...service.instances.values()];
  if (!service.hasCustomHealthCheck || status === 'ALL') return all;
  if (status === 'HEALTHY_OR_ELSE_ALL') return healthyOrElseAll(service);
  return all.filter((instance) => isHealthy(service, instance) === (status === 'HEALTHY'));
}

function discoveredService(
  registry: Registry,
  { NamespaceName, ServiceName }: { NamespaceName: string | undefined; ServiceName: string | undefined },
): StoredService {
  const namespace = registry.namespaceByHttpName(NamespaceName ?? '');
  if (namespace === undefined)
    throw new AwsError('NamespaceNotFound', `No namespace was found with the name ${NamespaceName}.`);
  const service = registry.servicesOf(namespace.id).find(({ name }) => name === ServiceName);
  if (service === undefined) {
    throw new AwsError(
      'ServiceNotFound',
      `No service was found with the name ${ServiceName} in the namespace ${NamespaceName}.`,
    );
  }
  return service;
}

function instanceOf(service: StoredService, id: string | undefined): StoredInstance {
  const instance = service.instances.get(id ?? '');
  if (instance === undefined) {
    throw new AwsError('InstanceNotFound', `No instance was found with the id ${id} in the service ${service.id}.`);
  }
  return instance;
}

function healthOf(service: StoredService, instance: StoredInstance): HealthStatus {
  return service.hasCustomHealthCheck ? instance.customHealth : 'UNKNOWN';
}

/** The items in random order. */
export function shuffled<T>(items: T[], random: Random): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
