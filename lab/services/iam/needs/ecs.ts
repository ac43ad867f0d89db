import type { Account } from '../../service.ts';
import { creating, nameIn, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

const arn = ({ region, id }: Account, kind: string, rest: string) => `arn:aws:ecs:${region}:${id}:${kind}/${rest}`;

/** Long ARNs name their cluster. */
function clusterNameOf(cluster = 'default', of = ''): string {
  const parts = of.startsWith('arn:') ? of.split('/') : [];
  return parts.length > 2 ? (parts[1] ?? '') : nameIn(cluster);
}

function inCluster(account: Account, kind: string, cluster: string | undefined, reference = ''): Need['resource'] {
  return reference.startsWith('arn:') ? reference : arn(account, kind, `${clusterNameOf(cluster)}/${reference}`);
}

/** What is said of a cluster's parts: the cluster stands in the condition key `ecs:cluster`. */
function parts(action: string, kind: string, references: (input: never) => readonly string[] | undefined) {
  return (input: { cluster?: string }, { account }: Surroundings): Need[] =>
    (references(input as never) ?? []).map((reference) => ({
      action,
      resource: inCluster(account, kind, input.cluster, reference),
      context: { 'ecs:cluster': arn(account, 'cluster', clusterNameOf(input.cluster, reference)) },
    }));
}

/** What lists things of a cluster has the cluster in the condition alone. */
const listing =
  (action: string) =>
  (input: { cluster?: string }, { account }: Surroundings) => [
    { action, resource: '*', context: { 'ecs:cluster': arn(account, 'cluster', clusterNameOf(input.cluster)) } },
  ];

const onClusters =
  (action: string) =>
  (input: { cluster?: string; clusters?: string[] }, { account }: Surroundings): Need[] =>
    (input.clusters ?? [input.cluster ?? 'default']).map((cluster) => ({
      action,
      resource: arn(account, 'cluster', nameIn(cluster)),
    }));

/** Whoever hands a role to ECS must be allowed to pass it to tasks. */
const passing = (roles: readonly (string | undefined)[], account: Account): Need[] =>
  [...new Set(roles)].flatMap((role) =>
    role === undefined
      ? []
      : {
          action: 'iam:PassRole',
          resource: role.startsWith('arn:') ? role : `arn:aws:iam::${account.id}:role/${role}`,
          context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' },
        },
  );

/** The roles of the definition that a service is to run. */
function passedBy(taskDefinition: string | undefined, around: Surroundings): Need[] {
  if (taskDefinition === undefined) return [];
  const found = around.look('ecs', 'DescribeTaskDefinition', { taskDefinition })?.taskDefinition;
  return passing([found?.taskRoleArn, found?.executionRoleArn], around.account);
}

interface ServiceInput {
  cluster?: string;
  service?: string;
  serviceName?: string;
  taskDefinition?: string;
  tags?: { key?: string; value?: string }[];
  serviceConnectConfiguration?: { enabled?: boolean; namespace?: string };
}

function serviceNeed(action: string, input: ServiceInput, account: Account): Need {
  const reference = input.service ?? input.serviceName;
  const connect = input.serviceConnectConfiguration;
  return {
    action,
    resource: inCluster(account, 'service', input.cluster, reference),
    context: {
      'ecs:cluster': arn(account, 'cluster', clusterNameOf(input.cluster, reference)),
      'ecs:task-definition': input.taskDefinition,
      'ecs:namespace': connect?.namespace,
      'ecs:enable-service-connect': connect === undefined ? undefined : String(connect.enabled),
    },
    requestTags: tagsIn(input.tags),
  };
}

const tagging = (operation: string) => ({
  action: 'ecs:TagResource',
  createActionKey: 'ecs:CreateAction',
  operation,
});

const onArns = (action: string, member: string) => (input: Record<string, string[] | undefined>) =>
  (input[member] ?? []).map((resource) => ({ action, resource }));

/** A deployment's or a revision's service, beside itself. */
const withService = (action: string, member: string) => (input: Record<string, string[] | undefined>) =>
  (input[member] ?? []).flatMap((resource) => [
    { action, resource: resource.replace(/:service-[a-z]+\/([^/]+\/[^/]+).*$/, ':service/$1') },
    { action, resource },
  ]);

export const ECS_NEEDS: NeedTable = {
  CreateCluster: (input, { account }) =>
    creating(
      {
        action: 'ecs:CreateCluster',
        resource: arn(account, 'cluster', input.clusterName ?? 'default'),
        requestTags: tagsIn(input.tags),
      },
      tagging('CreateCluster'),
    ),
  DescribeClusters: onClusters('ecs:DescribeClusters'),
  ListClusters: onAnything('ecs:ListClusters'),
  UpdateCluster: onClusters('ecs:UpdateCluster'),
  PutClusterCapacityProviders: onClusters('ecs:PutClusterCapacityProviders'),
  DeleteCluster: onClusters('ecs:DeleteCluster'),
  RegisterTaskDefinition: (input, { account }) => [
    ...creating(
      {
        action: 'ecs:RegisterTaskDefinition',
        resource: arn(account, 'task-definition', `${input.family}:*`),
        requestTags: tagsIn(input.tags),
      },
      tagging('RegisterTaskDefinition'),
    ),
    ...passing([input.taskRoleArn, input.executionRoleArn], account),
  ],
  DescribeTaskDefinition: onAnything('ecs:DescribeTaskDefinition'),
  ListTaskDefinitions: onAnything('ecs:ListTaskDefinitions'),
  ListTaskDefinitionFamilies: onAnything('ecs:ListTaskDefinitionFamilies'),
  DeregisterTaskDefinition: onAnything('ecs:DeregisterTaskDefinition'),
  DeleteTaskDefinitions: ({ taskDefinitions = [] }: { taskDefinitions?: string[] }, { account }) =>
    taskDefinitions.map((reference) => ({
      action: 'ecs:DeleteTaskDefinitions',
      resource: reference.startsWith('arn:') ? reference : arn(account, 'task-definition', reference),
    })),
  CreateService: (input: ServiceInput, around) => [
    ...creating(serviceNeed('ecs:CreateService', input, around.account), tagging('CreateService')),
    ...passedBy(input.taskDefinition, around),
  ],
  UpdateService: (input: ServiceInput, around) => [
    serviceNeed('ecs:UpdateService', input, around.account),
    ...passedBy(input.taskDefinition, around),
  ],
  DeleteService: (input: ServiceInput, { account }) => [serviceNeed('ecs:DeleteService', input, account)],
  DescribeServices: parts('ecs:DescribeServices', 'service', ({ services }: { services?: string[] }) => services),
  ListServices: listing('ecs:ListServices'),
  ListServicesByNamespace: ({ namespace }: { namespace?: string }) => [
    { action: 'ecs:ListServicesByNamespace', resource: '*', context: { 'ecs:namespace': namespace } },
  ],
  ListServiceDeployments: parts('ecs:ListServiceDeployments', 'service', ({ service }: { service?: string }) =>
    service === undefined ? [] : [service],
  ),
  DescribeServiceDeployments: withService('ecs:DescribeServiceDeployments', 'serviceDeploymentArns'),
  DescribeServiceRevisions: withService('ecs:DescribeServiceRevisions', 'serviceRevisionArns'),
  ListTasks: (input: { cluster?: string }, { account }) => {
    const cluster = clusterNameOf(input.cluster);
    return [
      {
        action: 'ecs:ListTasks',
        resource: arn(account, 'container-instance', `${cluster}/*`),
        context: { 'ecs:cluster': arn(account, 'cluster', cluster) },
      },
    ];
  },
  DescribeTasks: parts('ecs:DescribeTasks', 'task', ({ tasks }: { tasks?: string[] }) => tasks),
  StopTask: parts('ecs:StopTask', 'task', ({ task }: { task?: string }) => (task === undefined ? [] : [task])),
  ListContainerInstances: onClusters('ecs:ListContainerInstances'),
  DescribeContainerInstances: parts(
    'ecs:DescribeContainerInstances',
    'container-instance',
    ({ containerInstances }: { containerInstances?: string[] }) => containerInstances,
  ),
  TagResource: ({ resourceArn, tags }) => [
    { action: 'ecs:TagResource', resource: resourceArn, requestTags: tagsIn(tags) },
  ],
  UntagResource: ({ resourceArn, tagKeys }) => [{ action: 'ecs:UntagResource', resource: resourceArn, tagKeys }],
  ListTagsForResource: ({ resourceArn }) => onArns('ecs:ListTagsForResource', 'arns')({ arns: [resourceArn] }),
};
