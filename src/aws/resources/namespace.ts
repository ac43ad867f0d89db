import type { NamespaceSummary, Tag } from '@aws-sdk/client-servicediscovery';
import {
  CreateHttpNamespaceCommand,
  DeleteNamespaceCommand,
  DeleteServiceCommand,
  GetOperationCommand,
  ListInstancesCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-servicediscovery';
import type { NamespaceResource } from '../../assess/model.ts';
import { AwsCallError, type Observed, type Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode } from '../errors.ts';
import { foreignWhy, isOwned, stableHash, upperCaseTags, withOwnerTags } from '../ownership.ts';
import { everyPage } from '../pages.ts';
import { refuseForeign, type ResourceKind } from './kind.ts';

/** The Cloud Map namespace that green's Service Connect lives in: API only, so no hosted zone (row C11). */
export const namespace: ResourceKind<NamespaceResource> = {
  kind: 'namespace',
  actions: [
    'servicediscovery:CreateHttpNamespace',
    'servicediscovery:DeleteNamespace',
    'servicediscovery:DeleteService',
    'servicediscovery:GetOperation',
    'servicediscovery:ListInstances',
    'servicediscovery:ListNamespaces',
    'servicediscovery:ListServices',
    'servicediscovery:ListTagsForResource',
    'servicediscovery:TagResource',
  ],

  async read({ clients }, resource, owner) {
    return (await find(clients, resource.name, (tags) => isOwned(tags, owner))).observed;
  },

  async ensure({ clients }, resource, owner) {
    const { observed } = await find(clients, resource.name, (tags) => isOwned(tags, owner));
    if (observed.status === 'foreign') refuseForeign('servicediscovery:CreateHttpNamespace', resource.id, observed.why);
    if (observed.status === 'ready') return { outcome: 'unchanged', arn: observed.arn };
    const operationId = await create(clients, resource, owner);
    if (operationId !== undefined) await throwIfFailed(clients, resource, operationId);
    return { outcome: 'waiting', why: `Cloud Map is making namespace ${resource.name}` };
  },

  async remove({ clients }, resource, owner) {
    const { summary } = await find(clients, resource.name, (tags) => isOwned(tags, owner));
    if (summary?.Id === undefined) return { outcome: 'gone' };
    const busy = await clearServices(clients, resource, summary.Id);
    if (busy !== undefined) return { outcome: 'waiting', why: busy };
    try {
      await clients.serviceDiscovery.send(new DeleteNamespaceCommand({ Id: summary.Id }));
    } catch (error) {
      if (hasCode(error, 'NamespaceNotFound')) return { outcome: 'gone' };
      // A deletion that is under way already, or services that Cloud Map has not let go of yet (row C5).
      if (!hasCode(error, 'DuplicateRequest', 'ResourceInUse')) throw error;
    }
    return { outcome: 'waiting', why: `Cloud Map is deleting namespace ${resource.name}` };
  },
};

/** The HTTP namespace of this name whose tags are as wanted; `foreign` where there is only another. */
export async function find(
  clients: AwsClients,
  name: string,
  isWanted: (tags: Tag[] | undefined) => boolean,
): Promise<{ observed: Observed; summary?: NamespaceSummary }> {
  const named = await everyPage(async (NextToken) => {
    const page = await clients.serviceDiscovery.send(
      new ListNamespacesCommand({
        Filters: [{ Name: 'NAME', Values: [name], Condition: 'EQ' }],
        NextToken,
      }),
    );
    return { items: page.Namespaces, next: page.NextToken };
  });
  let foreign: Observed | undefined;
  // Names are not unique across types (row C7): a private DNS namespace of the mesh's is none of our business.
  for (const summary of named.filter((one) => one.Name === name && one.Type === 'HTTP')) {
    const arn = summary.Arn ?? '';
    const { Tags } = await clients.serviceDiscovery.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    if (isWanted(Tags)) return { observed: { status: 'ready', arn, why: `namespace ${summary.Id ?? ''}` }, summary };
    foreign = { status: 'foreign', arn, why: foreignWhy(`namespace ${name}`, Tags) };
  }
  return { observed: foreign ?? { status: 'absent' } };
}

/** The operation that makes the namespace, ours of before included; `undefined` when it exists by now. */
async function create(clients: AwsClients, resource: NamespaceResource, owner: Owner): Promise<string | undefined> {
  try {
    const { OperationId } = await clients.serviceDiscovery.send(
      new CreateHttpNamespaceCommand({
        Name: resource.name,
        Description: `Service Connect namespace of plan ${owner.plan}, made by Meshlift`,
        // Survives a crash, as the token that the SDK would fill in does not (row K8).
        CreatorRequestId: stableHash(owner.uid, resource.id),
        Tags: upperCaseTags(withOwnerTags(owner)),
      }),
    );
    return OperationId;
  } catch (error) {
    if (hasCode(error, 'DuplicateRequest')) return (error as { DuplicateOperationId?: string }).DuplicateOperationId;
    // It became visible to the writers before the lists show it; the next reading says whose it is.
    if (hasCode(error, 'NamespaceAlreadyExists')) return undefined;
    throw error;
  }
}

async function throwIfFailed(clients: AwsClients, resource: NamespaceResource, operationId: string): Promise<void> {
  const { Operation } = await clients.serviceDiscovery.send(new GetOperationCommand({ OperationId: operationId }));
  if (Operation?.Status !== 'FAIL') return;
  throw new AwsCallError(
    'servicediscovery:CreateHttpNamespace',
    Operation.ErrorCode ?? 'OperationFailed',
    'invalid',
    `Cloud Map could not make namespace ${resource.name}: ${Operation.ErrorMessage ?? 'no reason given'}. Nothing was made; mend the cause and try again.`,
  );
}

/**
 * ECS takes its Cloud Map services away by itself, some time after the ECS service (row C5); one of green's that is left
 * without instances is taken away here. Answers what is in the way.
 */
async function clearServices(
  clients: AwsClients,
  { name, endpoints }: NamespaceResource,
  namespaceId: string,
): Promise<string | undefined> {
  const services = await everyPage(async (NextToken) => {
    const page = await clients.serviceDiscovery.send(
      new ListServicesCommand({
        Filters: [{ Name: 'NAMESPACE_ID', Values: [namespaceId], Condition: 'EQ' }],
        NextToken,
      }),
    );
    return { items: page.Services, next: page.NextToken };
  });
  for (const { Id, Name } of services) {
    if (Id === undefined) continue;
    if (!endpoints.includes(Name ?? '')) {
      return `namespace ${name} also holds ${Name ?? Id}, which Meshlift did not make; take that away, and the namespace goes too`;
    }
    const instances = await everyPage(async (NextToken) => {
      const page = await clients.serviceDiscovery.send(new ListInstancesCommand({ ServiceId: Id, NextToken }));
      return { items: page.Instances, next: page.NextToken };
    });
    if (instances.length > 0) return `${instances.length} instances of ${Name ?? Id} are still registered in Cloud Map`;
    try {
      await clients.serviceDiscovery.send(new DeleteServiceCommand({ Id }));
    } catch (error) {
      if (hasCode(error, 'ServiceNotFound')) continue;
      if (hasCode(error, 'ResourceInUse')) return `Cloud Map has not let go of ${Name ?? Id} yet`;
      throw error;
    }
  }
  return undefined;
}
