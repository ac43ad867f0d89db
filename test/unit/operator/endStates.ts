import {
  DescribeScalableTargetsCommand,
  ListTagsForResourceCommand as ListScalingTagsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmsCommand, ListTagsForResourceCommand as ListAlarmTagsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTagsCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListNamespacesCommand,
  ListServicesCommand as ListCloudMapServicesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-servicediscovery';
import { ListMeshesCommand } from '@aws-sdk/client-app-mesh';
import { expect } from 'vitest';
import { UID_TAG } from '../../../src/assess/maker.ts';
import { ruleClaim, serviceClaim } from '../../../src/reconciler/ports.ts';
import type { OperatorWorld } from './operatorWorld.ts';

type AnyTag = { key?: string | undefined; Key?: string | undefined };
const carriesUid = (tags: readonly AnyTag[] | undefined) =>
  tags?.some((tag) => (tag.key ?? tag.Key) === UID_TAG) === true;
const nameOf = (arn = '') => arn.slice(arn.lastIndexOf('/') + 1);

/** Every AWS object that carries our uid tag, by kind and name, in order; a task definition by family and revision. */
export async function tagged({ person, clusterArn }: OperatorWorld): Promise<string[]> {
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

/** Names of Cloud Map services that ECS made for Service Connect. */
async function endpoints({ person }: OperatorWorld): Promise<string[]> {
  const { Services = [] } = await person.serviceDiscovery.send(new ListCloudMapServicesCommand({}));
  return Services.filter((one) => one.Type === 'HTTP')
    .map((one) => one.Name ?? '')
    .toSorted();
}

async function meshes({ person }: OperatorWorld): Promise<string[]> {
  const { meshes = [] } = await (await person.appMesh()).send(new ListMeshesCommand({}));
  return meshes.map((one) => one.meshName ?? '');
}

/** Who holds the shop's rule and services. */
async function claimants(world: OperatorWorld): Promise<string[]> {
  const targets = [
    ruleClaim({ service: 'frontend', alb: { listenerRule: world.edge.listenerRuleArn } }),
    ...['frontend', 'stock-api', 'user-api'].map((service) => serviceClaim(world.clusterArn, service)),
  ];
  const conflicts = await world.store.claim('a-look', 'uid', targets);
  await world.store.releaseClaims('a-look', 'uid');
  return conflicts.map((conflict) => conflict.heldBy);
}

export interface EndOptions {
  /** Green's names end in it; default `-sc`. */
  suffix?: string;
  /** Default `deleted`; `kept` where App Mesh did not answer, so that its deletion was skipped. */
  mesh?: 'deleted' | 'unreachable';
  /** How many revisions green's stock-api has come through; default 1. */
  stockRevisions?: number;
}

/** Green serves everything, blue and its mesh are gone, and nothing else has changed. */
export async function expectMigrated(world: OperatorWorld, options: EndOptions = {}): Promise<void> {
  const suffix = options.suffix ?? '-sc';
  const status = await world.status();
  expect(status.machine.value).toBe('succeeded');
  expect(status.conditions.find(({ type }) => type === 'Succeeded')).toMatchObject({ status: 'True' });

  const { serviceArns = [] } = await world.person.ecs.send(new ListServicesCommand({ cluster: world.clusterArn }));
  expect(serviceArns.map(nameOf).toSorted()).toEqual([
    'bystander',
    `frontend${suffix}`,
    `stock-api${suffix}`,
    `user-api${suffix}`,
  ]);
  const { services = [] } = await world.person.ecs.send(
    new DescribeServicesCommand({ cluster: world.clusterArn, services: serviceArns }),
  );
  expect(
    services.map((one) => `${one.serviceName} ${one.status} ${one.runningCount}/${one.desiredCount}`).toSorted(),
  ).toEqual([
    'bystander ACTIVE 1/1',
    `frontend${suffix} ACTIVE 2/2`,
    `stock-api${suffix} ACTIVE 2/2`,
    `user-api${suffix} ACTIVE 2/2`,
  ]);
  expect(await tagged(world)).toEqual([
    `namespace shop${suffix}`,
    `scaling service/shop/frontend${suffix}`,
    `service frontend${suffix}`,
    `service stock-api${suffix}`,
    `service user-api${suffix}`,
    `target group frontend${suffix}`,
    `task definition ACTIVE frontend${suffix}:1`,
    ...Array.from(
      { length: options.stockRevisions ?? 1 },
      (_, index) => `task definition ACTIVE stock-api${suffix}:${index + 1}`,
    ),
    `task definition ACTIVE user-api${suffix}:1`,
  ]);
  expect(await endpoints(world)).toEqual(['stock-shop-local', 'user-shop-local']);
  if (options.mesh !== 'unreachable') expect(await meshes(world)).toEqual([]);

  const { TargetGroups = [] } = await world.person.elbv2.send(
    new DescribeTargetGroupsCommand({ Names: [`frontend${suffix}`] }),
  );
  const greenArn = TargetGroups[0]?.TargetGroupArn ?? '';
  const now = await world.lookAtBlue();
  const replaced = JSON.stringify(world.blue.rule).replaceAll(world.edge.targetGroupArn, greenArn);
  expect(now.rule, 'the rule with green in blue’s place').toEqual(JSON.parse(replaced));
  expect(now.scaling, 'blue’s scalable target').toEqual([]);
  await expectQuietEnd(world);
}

/** Everything is as it was before the plan, field by field, and nothing of green is left. */
export async function expectRolledBack(world: OperatorWorld, reason?: string): Promise<void> {
  const status = await world.status();
  expect(status.machine.value).toBe('rolledBack');
  expect(status.conditions.find(({ type }) => type === 'RolledBack')).toMatchObject({
    status: 'True',
    ...(reason === undefined ? {} : { reason }),
  });
  await expectUntouched(world);
  await expectQuietEnd(world);
}

/** Blue is as it was and nothing of ours exists. */
export async function expectUntouched(world: OperatorWorld): Promise<void> {
  expect(await world.lookAtBlue()).toEqual(world.blue);
  expect(await tagged(world)).toEqual([]);
  expect(world.inside.things(), 'nothing untagged is left either').toEqual(world.things);
  expect(await endpoints(world)).toEqual([]);
  expect(await meshes(world)).toEqual(['shop']);
}

/** What every end has in common: nothing is held, no invariant was broken, no request failed. */
async function expectQuietEnd(world: OperatorWorld): Promise<void> {
  expect(await claimants(world)).toEqual([]);
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);
}
