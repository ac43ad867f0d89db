import type {
  CreateHttpNamespaceRequest,
  CreatePrivateDnsNamespaceRequest,
  DeleteNamespaceRequest,
  GetNamespaceRequest,
  GetNamespaceResponse,
  ListNamespacesRequest,
  ListNamespacesResponse,
  NamespaceSummary,
} from '@aws-sdk/client-servicediscovery';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { Random } from '../../random.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Account, Operation } from '../service.ts';
import type { StoredNamespace } from './model.ts';
import type { OperationLog } from './operationLog.ts';
import { matcherOf, pageOf } from './paging.ts';
import { type Registry, tagMap } from './registry.ts';

/** Namespaces of an account in a region (row C9). */
const NAMESPACES_MAX = 50;
const SOA_TTL_SECONDS = 15;

/** Who asked for a namespace first, and which operation makes it. */
interface Creation {
  /** The CreatorRequestId; empty where there was none. */
  token: string;
  operationId: string;
}

interface Parts {
  clock: Clock;
  random: Random;
  account: Account;
  registry: Registry;
  log: OperationLog;
}

/** The operations on namespaces. Those that create and delete answer an operation only (row C1). */
export function namespaceOperations(parts: Parts): Record<string, Operation> {
  const { registry, log, account } = parts;
  const creations = new Map<string, Creation>();
  const create = (input: CreateHttpNamespaceRequest | CreatePrivateDnsNamespaceRequest, vpc: string | undefined) =>
    createNamespace(parts, creations, input, vpc);
  return {
    CreateHttpNamespace: (input: CreateHttpNamespaceRequest) => create(input, undefined),
    CreatePrivateDnsNamespace: (input: CreatePrivateDnsNamespaceRequest) => {
      if (!input.Vpc) throw new AwsError('InvalidInput', 'Vpc is required.');
      return create(input, input.Vpc);
    },
    CreatePublicDnsNamespace: () => {
      throw notPlayed('servicediscovery', 'public DNS namespaces');
    },
    DeleteNamespace: (input: DeleteNamespaceRequest) => {
      const namespace = registry.namespace(input.Id);
      const requireEmpty = () => {
        if (registry.servicesOf(namespace.id).length > 0) {
          throw new AwsError('ResourceInUse', `The namespace ${namespace.id} still has services; delete them first.`);
        }
      };
      requireEmpty();
      const OperationId = log.start('DELETE_NAMESPACE', { NAMESPACE: namespace.id }, () => {
        requireEmpty();
        registry.namespaces.delete(namespace.id);
      });
      return { OperationId };
    },
    GetNamespace: (input: GetNamespaceRequest): GetNamespaceResponse => {
      const namespace = registry.namespace(input.Id);
      const { creatorRequestId } = namespace;
      return {
        Namespace: {
          ...summary(namespace, registry, account),
          ...(creatorRequestId === undefined ? {} : { CreatorRequestId: creatorRequestId }),
        },
      };
    },
    ListNamespaces: (input: ListNamespacesRequest): ListNamespacesResponse => {
      const matches = matcherOf<StoredNamespace>(input.Filters, {
        TYPE: { value: ({ type }) => type, conditions: ['EQ', 'IN'] },
        NAME: { value: ({ name }) => name, conditions: ['EQ', 'BEGINS_WITH'] },
        HTTP_NAME: { value: ({ httpName }) => httpName, conditions: ['EQ', 'BEGINS_WITH'] },
        RESOURCE_OWNER: { value: () => 'SELF', conditions: ['EQ'] },
      });
      const { items, nextToken } = pageOf(registry.namespaces.values(), input, matches);
      return { Namespaces: items.map((namespace) => summary(namespace, registry, account)), ...nextToken };
    },
  };
}

/**
 * Rows C3 and C4: the same CreatorRequestId answers the same operation; another one meets `DuplicateRequest` while the first is under
 * way, and `NamespaceAlreadyExists` after. The namespace can be read once its operation has succeeded.
 */
function createNamespace(
  { clock, random, account, registry, log }: Parts,
  creations: Map<string, Creation>,
  input: CreateHttpNamespaceRequest | CreatePrivateDnsNamespaceRequest,
  vpc: string | undefined,
): { OperationId: string } {
  const name = requireName(input.Name, vpc !== undefined);
  const type = vpc === undefined ? 'HTTP' : 'DNS_PRIVATE';
  const key = [type, name, vpc].join(' ');
  const token = input.CreatorRequestId ?? '';
  const before = creations.get(key);
  const existing = [...registry.namespaces.values()].find(
    (namespace) => namespace.type === type && namespace.name === name && namespace.vpc === vpc,
  );
  if (before !== undefined && token !== '' && before.token === token && isLive(before.operationId, existing, log)) {
    return { OperationId: before.operationId };
  }
  if (existing !== undefined) {
    throw new AwsError('NamespaceAlreadyExists', `The namespace ${name} already exists.`, {
      members: { NamespaceId: existing.id, CreatorRequestId: existing.creatorRequestId },
    });
  }
  if (before !== undefined && isLive(before.operationId, undefined, log)) {
    throw new AwsError('DuplicateRequest', `Another operation is already creating the namespace ${name}.`, {
      members: { DuplicateOperationId: before.operationId },
    });
  }
  const { namespacesMax = NAMESPACES_MAX } = account;
  if (registry.namespaces.size >= namespacesMax) {
    throw new AwsError(
      'ResourceLimitExceeded',
      `There are ${namespacesMax} namespaces, which is the limit; ${name} was not created.`,
    );
  }
  const id = `ns-${random.id(16)}`;
  const tags = tagMap(input.Tags);
  const properties = 'Properties' in input ? input.Properties : undefined;
  const { Description: description, CreatorRequestId: creatorRequestId } = input;
  const OperationId = log.start('CREATE_NAMESPACE', { NAMESPACE: id }, () => {
    registry.namespaces.set(id, {
      id,
      arn: `arn:aws:servicediscovery:${account.region}:${account.id}:namespace/${id}`,
      sequence: registry.nextSequence(),
      name,
      type,
      httpName: registry.namespaceByHttpName(name) === undefined ? name : `${name}-${random.id(16)}`,
      description,
      creatorRequestId,
      createdMs: clock.now(),
      tags,
      vpc,
      hostedZoneId: vpc === undefined ? undefined : `Z${random.id(20).toUpperCase()}`,
      soaTtlSeconds: properties?.DnsProperties?.SOA?.TTL ?? SOA_TTL_SECONDS,
    });
  });
  creations.set(key, { token, operationId: OperationId });
  return { OperationId };
}

/** Whether a creation is under way, or has led to the namespace that exists. */
function isLive(operationId: string, existing: StoredNamespace | undefined, log: OperationLog): boolean {
  const { Status, Targets } = log.get({ OperationId: operationId }).Operation ?? {};
  if (Status === 'SUBMITTED' || Status === 'PENDING') return true;
  return existing !== undefined && Status === 'SUCCESS' && Targets?.NAMESPACE === existing.id;
}

function requireName(name: string | undefined, isDns: boolean): string {
  const pattern = isDns ? /^[!-~]{1,253}$/ : /^(?!arn:)[!-~]{1,1024}$/;
  if (name === undefined || !pattern.test(name)) {
    throw new AwsError(
      'InvalidInput',
      `The namespace name ${JSON.stringify(name)} is not valid: visible characters, no spaces, not an ARN.`,
    );
  }
  return name;
}

function summary(namespace: StoredNamespace, registry: Registry, account: Account): NamespaceSummary {
  const { hostedZoneId, soaTtlSeconds, description } = namespace;
  return {
    Id: namespace.id,
    Arn: namespace.arn,
    ResourceOwner: account.id,
    Name: namespace.name,
    Type: namespace.type,
    ...(description === undefined ? {} : { Description: description }),
    ServiceCount: registry.servicesOf(namespace.id).length,
    Properties: {
      ...(hostedZoneId === undefined
        ? {}
        : { DnsProperties: { HostedZoneId: hostedZoneId, SOA: { TTL: soaTtlSeconds } } }),
      HttpProperties: { HttpName: namespace.httpName },
    },
    CreateDate: new Date(namespace.createdMs),
  };
}
