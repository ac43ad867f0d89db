import {
  DescribeScalableTargetsCommand,
  ListTagsForResourceCommand as ListScalingTagsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { ListMeshesCommand } from '@aws-sdk/client-app-mesh';
import { DescribeAlarmsCommand, ListTagsForResourceCommand as ListAlarmTagsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListNamespacesCommand,
  ListServicesCommand as ListCloudMapServicesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-servicediscovery';
import { UID_TAG } from '../../../src/assess/maker.ts';
import { ruleClaim, serviceClaim } from '../../../src/reconciler/ports.ts';
import type { OperatorWorld } from './operatorWorld.ts';

/** What an AWS and a table hold, as somebody who looks around after a plan finds it. */

type AnyTag = { key?: string | undefined; Key?: string | undefined };
const carriesUid = (tags: readonly AnyTag[] | undefined) =>
  tags?.some((tag) => (tag.key ?? tag.Key) === UID_TAG) === true;
export const nameOf = (arn = '') => arn.slice(arn.lastIndexOf('/') + 1);

/** Every AWS object that carries our uid tag, by kind and name, in order; a task definition by family and revision. */
export async function tagged(world: OperatorWorld): Promise<string[]> {
  const { person, clusterArn } = world;
  const { ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch } = person;
  const found: string[] = [];

  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: clusterArn }));
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: clusterArn, services: serviceArns, include: ['TAGS'] }),
  );
  found.push(...services.filter((one) => carriesUid(one.tags)).map((one) => `service ${one.serviceName}`));

  for (const status of ['ACTIVE', 'INACTIVE'] as const) {
    const { taskDefinitionArns = [] } = await ecs.send(new ListTaskDefinitionsCommand({ status }));
    for (const taskDefinition of taskDefinitionArns) {
      const { tags } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
      if (carriesUid(tags)) found.push(`task definition ${status} ${nameOf(taskDefinition)}`);
    }
  }

  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  const { TagDescriptions = [] } = await elbv2.send(
    new DescribeTagsCommand({ ResourceArns: TargetGroups.map((one) => one.TargetGroupArn ?? '') }),
  );
  const ours = new Set(TagDescriptions.filter((one) => carriesUid(one.Tags)).map((one) => one.ResourceArn));
  found.push(
    ...TargetGroups.filter((one) => ours.has(one.TargetGroupArn)).map((one) => `target group ${one.TargetGroupName}`),
  );

  for (const rule of await rulesOf(world)) {
    const { TagDescriptions: told = [] } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [rule] }));
    if (told.some((one) => carriesUid(one.Tags))) found.push(`rule ${nameOf(rule)}`);
  }

  const { Namespaces = [] } = await serviceDiscovery.send(new ListNamespacesCommand({}));
  for (const namespace of Namespaces) {
    const { Tags } = await serviceDiscovery.send(new ListTagsForResourceCommand({ ResourceARN: namespace.Arn }));
    if (carriesUid(Tags)) found.push(`namespace ${namespace.Name}`);
  }

  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  );
  for (const target of ScalableTargets) {
    const { Tags = {} } = await autoScaling.send(new ListScalingTagsCommand({ ResourceARN: target.ScalableTargetARN }));
    if (UID_TAG in Tags) found.push(`scaling ${target.ResourceId}`);
  }

  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['MetricAlarm'] }));
  for (const { AlarmArn, AlarmName } of MetricAlarms) {
    const { Tags } = await cloudWatch.send(new ListAlarmTagsCommand({ ResourceARN: AlarmArn }));
    if (carriesUid(Tags)) found.push(`alarm ${AlarmName}`);
  }
  return found.toSorted();
}

/** ARNs of every listener's rules. */
async function rulesOf({ person: { elbv2 } }: OperatorWorld): Promise<string[]> {
  const arns: string[] = [];
  const { LoadBalancers = [] } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  for (const { LoadBalancerArn } of LoadBalancers) {
    const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn }));
    for (const { ListenerArn } of Listeners) {
      const { Rules = [] } = await elbv2.send(new DescribeRulesCommand({ ListenerArn }));
      arns.push(...Rules.flatMap(({ RuleArn }) => RuleArn ?? []));
    }
  }
  return arns;
}

/** Names of Cloud Map services that ECS made for Service Connect. */
export async function endpoints({ person }: OperatorWorld): Promise<string[]> {
  const { Services = [] } = await person.serviceDiscovery.send(new ListCloudMapServicesCommand({}));
  return Services.filter((one) => one.Type === 'HTTP')
    .map((one) => one.Name ?? '')
    .toSorted();
}

export async function meshes({ person }: OperatorWorld): Promise<string[]> {
  const { meshes = [] } = await (await person.appMesh()).send(new ListMeshesCommand({}));
  return meshes.map((one) => one.meshName ?? '');
}

/** Who holds the shop's rule and services. */
export async function claimants(world: OperatorWorld): Promise<string[]> {
  const targets = [
    ruleClaim({ service: 'frontend', alb: { listenerRule: world.edge.listenerRuleArn } }),
    ...['frontend', 'stock-api', 'user-api'].map((service) => serviceClaim(world.clusterArn, service)),
  ];
  const conflicts = await world.store.claim('a-look', 'uid', targets);
  await world.store.releaseClaims('a-look', 'uid');
  return conflicts.map((conflict) => conflict.heldBy);
}
