import type {
  CreateServiceRequest,
  CreateServiceResponse,
  DeleteServiceRequest,
  DnsRecord,
  GetServiceRequest,
  GetServiceResponse,
  ListServicesRequest,
  ListServicesResponse,
  Service as ServiceShape,
  UpdateServiceRequest,
} from '@aws-sdk/client-servicediscovery';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation } from '../service.ts';
import type { StoredNamespace, StoredService } from './model.ts';
import type { OperationLog } from './operationLog.ts';
import { matcherOf, pageOf } from './paging.ts';
import { type Registry, tagMap } from './registry.ts';

const RECORD_TYPES: readonly string[] = ['A', 'AAAA', 'CNAME', 'SRV'];

interface Parts {
  clock: Clock;
  random: Random;
  account: Account;
  registry: Registry;
  log: OperationLog;
}

/** What a new service is made of. */
export interface NewService {
  name: string;
  namespace: StoredNamespace;
  type: StoredService['type'];
  dns: StoredService['dns'];
  description?: string | undefined;
  creatorRequestId?: string | undefined;
  hasCustomHealthCheck?: boolean;
  tags?: Map<string, string>;
}

/** Adds a service. Throws `ServiceAlreadyExists` with the other's id and ARN (row C3). */
export function addService(
  { clock, random, account, registry }: Omit<Parts, 'log'>,
  service: NewService,
): StoredService {
  const { namespace, name } = service;
  // Services with DNS records must differ by more than case, since DNS does not see case.
  const existing = registry
    .servicesOf(namespace.id)
    .find(
      (other) =>
        other.name === name ||
        (service.type !== 'HTTP' && other.type !== 'HTTP' && other.name.toLowerCase() === name.toLowerCase()),
    );
  if (existing !== undefined) {
    throw new AwsError('ServiceAlreadyExists', `The service ${name} already exists in the namespace ${namespace.id}.`, {
      members: { CreatorRequestId: existing.creatorRequestId, ServiceId: existing.id, ServiceArn: existing.arn },
    });
  }
  const id = `srv-${random.id(16)}`;
  const stored: StoredService = {
    id,
    arn: `arn:aws:servicediscovery:${account.region}:${account.id}:service/${id}`,
    sequence: registry.nextSequence(),
    name,
    namespaceId: namespace.id,
    type: service.type,
    dns: service.dns,
    hasCustomHealthCheck: service.hasCustomHealthCheck ?? false,
    description: service.description,
    creatorRequestId: service.creatorRequestId,
    createdMs: clock.now(),
    tags: service.tags ?? new Map(),
    instances: new Map(),
    revision: 1,
  };
  registry.services.set(id, stored);
  return stored;
}

/** The operations on services. Creating and deleting is synchronous (row C1). */
export function serviceOperations(parts: Parts): Record<string, Operation> {
  const { registry, log, account } = parts;
  return {
    CreateService: (input: CreateServiceRequest): CreateServiceResponse => ({
      Service: describe(createService(parts, input), account),
    }),
    DeleteService: (input: DeleteServiceRequest) => {
      const service = registry.service(input.Id);
      if (service.instances.size > 0) {
        throw new AwsError(
          'ResourceInUse',
          `The service ${service.id} still has registered instances; deregister them first.`,
        );
      }
      registry.services.delete(service.id);
      return {};
    },
    GetService: (input: GetServiceRequest): GetServiceResponse => ({
      Service: describe(registry.service(input.Id), account),
    }),
    ListServices: (input: ListServicesRequest): ListServicesResponse => {
      const matches = matcherOf<StoredService>(input.Filters, {
        NAMESPACE_ID: { value: ({ namespaceId }) => namespaceId, conditions: ['EQ', 'IN'] },
        RESOURCE_OWNER: { value: () => 'SELF', conditions: ['EQ'] },
      });
      const { items, nextToken } = pageOf(registry.services.values(), input, matches);
      const Services = items.map((service) => {
        const { NamespaceId: _, CreatorRequestId: __, ...summary } = describe(service, account);
        return summary;
      });
      return { Services, ...nextToken };
    },
    UpdateService: (input: UpdateServiceRequest) => {
      const service = registry.service(input.Id);
      const { Description, DnsConfig, HealthCheckConfig } = structuredClone(input.Service ?? {});
      if (HealthCheckConfig !== undefined)
        throw notPlayed('servicediscovery', 'HealthCheckConfig, which is for public DNS namespaces');
      if (DnsConfig !== undefined && service.dns === undefined) {
        throw new AwsError('InvalidInput', `The service ${service.id} has no DNS records to change.`);
      }
      const records = DnsConfig === undefined ? undefined : requireRecords(DnsConfig.DnsRecords);
      const OperationId = log.start('UPDATE_SERVICE', { SERVICE: service.id }, () => {
        if (Description !== undefined) service.description = Description;
        if (records !== undefined && service.dns !== undefined) service.dns = { ...service.dns, records };
      });
      return { OperationId };
    },
  };
}

function createService(parts: Parts, input: CreateServiceRequest): StoredService {
  const { registry } = parts;
  const name = input.Name ?? '';
  if (!/^[!-~]{1,127}$/.test(name))
    throw new AwsError('InvalidInput', `The service name ${JSON.stringify(input.Name)} is not valid.`);
  const namespace = registry.namespace(input.NamespaceId ?? input.DnsConfig?.NamespaceId);
  const { CreatorRequestId: creatorRequestId, DnsConfig } = structuredClone(input);
  const same = registry
    .servicesOf(namespace.id)
    .find(
      (other) => other.name === name && creatorRequestId !== undefined && other.creatorRequestId === creatorRequestId,
    );
  if (same !== undefined) return same;
  if (input.HealthCheckConfig !== undefined)
    throw notPlayed('servicediscovery', 'HealthCheckConfig, which is for public DNS namespaces');
  const isApiOnly = namespace.type === 'HTTP' || input.Type === 'HTTP';
  if (isApiOnly && DnsConfig !== undefined) {
    throw new AwsError(
      'InvalidInput',
      `The service ${name} is API-only and cannot have a DnsConfig; it was not created.`,
    );
  }
  if (!isApiOnly && DnsConfig === undefined) {
    throw new AwsError(
      'InvalidInput',
      `The service ${name} in a DNS namespace needs a DnsConfig, or Type HTTP; it was not created.`,
    );
  }
  return addService(parts, {
    name,
    namespace,
    type: isApiOnly ? 'HTTP' : 'DNS_HTTP',
    dns:
      DnsConfig === undefined
        ? undefined
        : { routingPolicy: DnsConfig.RoutingPolicy ?? 'MULTIVALUE', records: requireRecords(DnsConfig.DnsRecords) },
    description: input.Description,
    creatorRequestId,
    hasCustomHealthCheck: input.HealthCheckCustomConfig !== undefined,
    tags: tagMap(input.Tags),
  });
}

function requireRecords(records: DnsRecord[] | undefined): DnsRecord[] {
  const given = records ?? [];
  const types = given.map(({ Type }) => Type ?? '');
  const isKnown =
    types.every((type) => RECORD_TYPES.includes(type)) && given.every(({ TTL }) => TTL !== undefined && TTL >= 0);
  if (
    given.length === 0 ||
    !isKnown ||
    new Set(types).size < types.length ||
    (types.includes('CNAME') && types.length > 1)
  ) {
    throw new AwsError(
      'InvalidInput',
      'DnsRecords needs one or more of A, AAAA and SRV, each once and with a TTL, or CNAME alone.',
    );
  }
  return given;
}

function describe(service: StoredService, account: Account): ServiceShape {
  const { dns, description, creatorRequestId } = service;
  return {
    Id: service.id,
    Arn: service.arn,
    ResourceOwner: account.id,
    Name: service.name,
    NamespaceId: service.namespaceId,
    ...(description === undefined ? {} : { Description: description }),
    InstanceCount: service.instances.size,
    ...(dns === undefined
      ? {}
      : {
          DnsConfig: {
            NamespaceId: service.namespaceId,
            RoutingPolicy: dns.routingPolicy,
            DnsRecords: structuredClone(dns.records),
          },
        }),
    Type: service.type,
    ...(service.hasCustomHealthCheck ? { HealthCheckCustomConfig: { FailureThreshold: 1 } } : {}),
    CreateDate: new Date(service.createdMs),
    ...(creatorRequestId === undefined ? {} : { CreatorRequestId: creatorRequestId }),
    CreatedByAccount: account.id,
  };
}
