import type { Draft } from '../../draft.ts';
import { CLUSTER, DEPLOYMENT, ECS_TAGS, SERVICE, TASK_DEFINITION, TASK_SET } from '../../shapes/ecs.ts';
import { attributeOf, clusterNameOf, referenceTo } from '../identities.ts';
import { camelCase } from '../spelling.ts';
import type { Resource } from '../resource.ts';
import { added, type Reader } from './reader.ts';

/** The ARN of what a property names by its name or by its ARN. */
const asArn = (resource: Resource, text: string | undefined, kind: string): string | undefined =>
  text === undefined || text.startsWith('arn:')
    ? text
    : resource.told(resource.arn('ecs', kind, text), kind === 'cluster/' ? 'Cluster' : 'TaskDefinition');

const clusterArnOf = (resource: Resource): string | undefined =>
  resource.property('Cluster') === undefined
    ? asArn(resource, 'default', 'cluster/')
    : asArn(resource, resource.text('Cluster'), 'cluster/');

/** Service Connect, volumes and lattice: a template has them on the service, the API on its deployments. */
function onDeployment(declared: Record<string, unknown>): { service: Record<string, unknown>; deployment: object } {
  const part = (wanted: boolean): Record<string, unknown> =>
    Object.fromEntries(Object.entries(declared).filter(([name]) => Object.hasOwn(DEPLOYMENT, name) === wanted));
  return { service: part(false), deployment: part(true) };
}

function service(resource: Resource, draft: Draft): object {
  const declared = onDeployment(resource.fitAll(SERVICE, camelCase('Cluster', 'ServiceName', 'ForceNewDeployment')));
  const serviceName = resource.told(resource.named('ServiceName'), 'ServiceName');
  const clusterArn = clusterArnOf(resource);
  const serviceArn = resource.told(referenceTo(resource), 'ServiceName');
  const taskDefinition = asArn(resource, declared.service['taskDefinition'] as string | undefined, 'task-definition/');
  const deployed = Object.keys(declared.deployment).length > 0;
  return added(draft.ecs.services, {
    ...declared.service,
    ...(serviceArn === undefined ? {} : { serviceArn }),
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(clusterArn === undefined ? {} : { clusterArn }),
    ...(taskDefinition === undefined ? {} : { taskDefinition }),
    ...(deployed ? { deployments: [{ status: 'PRIMARY', ...declared.deployment }] } : {}),
  });
}

function taskDefinition(resource: Resource, draft: Draft): object {
  const arn = resource.told(referenceTo(resource), 'Family');
  const family = resource.told(resource.named('Family'), 'Family');
  const declared = resource.fitAll(TASK_DEFINITION, camelCase('Family', 'Tags'));
  const tags = resource.fit('Tags', ECS_TAGS, camelCase()) ?? [];
  return added(draft.ecs.taskDefinitions, {
    taskDefinition: {
      ...(arn === undefined ? {} : { taskDefinitionArn: arn }),
      ...(family === undefined ? {} : { family }),
      ...declared,
    },
    tags,
  });
}

function cluster(resource: Resource, draft: Draft): object {
  const clusterArn = resource.told(attributeOf(resource, 'Arn'), 'ClusterName');
  const clusterName = resource.told(resource.named('ClusterName'), 'ClusterName');
  const declared = resource.fitAll(CLUSTER, camelCase('ClusterName', 'Configuration', 'ServiceConnectDefaults'));
  return added(draft.ecs.clusters, {
    ...(clusterArn === undefined ? {} : { clusterArn }),
    ...(clusterName === undefined ? {} : { clusterName }),
    ...declared,
  });
}

/** Of an `AWS::ECS::ClusterCapacityProviderAssociations`, which says for a cluster what the cluster could say itself. */
function associations(resource: Resource, draft: Draft): void {
  const name = resource.told(clusterNameOf(resource), 'Cluster');
  const found = draft.ecs.clusters.find((one) => one.clusterName === name);
  const shape = {
    capacityProviders: CLUSTER.capacityProviders,
    defaultCapacityProviderStrategy: CLUSTER.defaultCapacityProviderStrategy,
  };
  if (found !== undefined) Object.assign(found, resource.fitAll(shape, camelCase('Cluster')));
}

/** Of a service with the EXTERNAL controller. */
function taskSet(resource: Resource, draft: Draft): void {
  const text = resource.text('Service');
  const clusterArn = clusterArnOf(resource);
  const owner = draft.ecs.services.find(
    (one) => one.serviceArn === text || (one.serviceName === text && one.clusterArn === clusterArn),
  );
  if (owner === undefined) return;
  const declared = resource.fitAll(TASK_SET, camelCase('Cluster', 'Service'));
  const arn = asArn(resource, declared['taskDefinition'] as string | undefined, 'task-definition/');
  const set = { id: resource.made(), ...declared, ...(arn === undefined ? {} : { taskDefinition: arn }) };
  owner.taskSets = [...(owner.taskSets ?? []), set];
}

function primaryTaskSet(resource: Resource, draft: Draft): void {
  const id = resource.text('TaskSetId');
  for (const set of draft.ecs.services.flatMap((one) => one.taskSets ?? [])) if (set.id === id) set.status = 'PRIMARY';
}

/** In this order: a later kind looks at what an earlier one left. */
export const ECS: Readonly<Record<string, Reader>> = {
  'AWS::ECS::Cluster': cluster,
  'AWS::ECS::ClusterCapacityProviderAssociations': associations,
  'AWS::ECS::TaskDefinition': taskDefinition,
  'AWS::ECS::Service': service,
  'AWS::ECS::TaskSet': taskSet,
  'AWS::ECS::PrimaryTaskSet': primaryTaskSet,
};

const lastOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** A service may name the family alone; where a template declares that family, its definition is meant. */
export function joinFamilies(draft: Draft): void {
  const byFamily = new Map(
    draft.ecs.taskDefinitions.map(({ taskDefinition: one }) => [one.family, one.taskDefinitionArn] as const),
  );
  for (const one of [...draft.ecs.services, ...draft.ecs.services.flatMap((service) => service.taskSets ?? [])]) {
    const arn = one.taskDefinition === undefined ? undefined : byFamily.get(lastOf(one.taskDefinition));
    if (arn !== undefined) one.taskDefinition = arn;
  }
}
