import { DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateServiceCommand, DescribeServicesCommand, TagResourceCommand } from '@aws-sdk/client-ecs';
import { CreateTargetGroupCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateHttpNamespaceCommand, ListNamespacesCommand } from '@aws-sdk/client-servicediscovery';
import { expect, test, vi } from 'vitest';
import { VPC } from '../../../lab/estates/shop/edge.ts';
import { PLAN_TAG, UID_TAG } from '../../../src/assess/maker.ts';
import { tagged } from './lookAround.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Other people's, which somebody gives the very tags that the plan gives its own. Blue's own service among them. */
async function forge({ person, clusterArn }: OperatorWorld, uid: string): Promise<void> {
  const tags = [
    { key: PLAN_TAG, value: 'shop' },
    { key: UID_TAG, value: uid },
  ];
  const Tags = tags.map(({ key, value }) => ({ Key: key, Value: value }));
  const { ecs, elbv2, serviceDiscovery, cloudWatch } = person;
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: clusterArn, services: ['frontend'] }),
  );
  const { serviceArn, taskDefinition, networkConfiguration } = services[0] ?? {};
  await ecs.send(new TagResourceCommand({ resourceArn: serviceArn, tags }));
  await ecs.send(
    new CreateServiceCommand({
      cluster: clusterArn,
      serviceName: 'billing-sc',
      taskDefinition,
      desiredCount: 0,
      launchType: 'FARGATE',
      networkConfiguration,
      tags,
    }),
  );
  await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'billing-sc',
      Port: 80,
      Protocol: 'HTTP',
      VpcId: VPC,
      TargetType: 'ip',
      Tags,
    }),
  );
  await serviceDiscovery.send(new CreateHttpNamespaceCommand({ Name: 'billing-sc', Tags }));
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'billing',
      Namespace: 'Billing',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Tags,
    }),
  );
}

/** What there is of theirs, by name. */
async function theirs({ person, clusterArn }: OperatorWorld): Promise<string[]> {
  const { ecs, elbv2, serviceDiscovery, cloudWatch } = person;
  const [services, groups, namespaces, alarms] = await Promise.all([
    ecs.send(new DescribeServicesCommand({ cluster: clusterArn, services: ['billing-sc', 'frontend'] })),
    elbv2.send(new DescribeTargetGroupsCommand({})),
    serviceDiscovery.send(new ListNamespacesCommand({})),
    cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ['billing'] })),
  ]);
  return [
    ...(services.services ?? []).filter(({ status }) => status === 'ACTIVE').map((one) => `service ${one.serviceName}`),
    ...(groups.TargetGroups ?? []).map((one) => `target group ${one.TargetGroupName}`),
    ...(namespaces.Namespaces ?? []).map((one) => `namespace ${one.Name}`),
    ...(alarms.MetricAlarms ?? []).map((one) => `alarm ${one.AlarmName}`),
  ].filter((name) => /billing|service frontend$/.test(name));
}

const THEIRS = [
  'service billing-sc',
  'service frontend',
  'target group billing-sc',
  'namespace billing-sc',
  'alarm billing',
];

test('a way back deletes nothing that only carries the plan’s tags, forged to the letter', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply();
  await world.untilState('ramp.bake');
  await forge(world, (await world.status()).uid);
  expect((await theirs(world)).toSorted()).toEqual(THEIRS.toSorted());
  expect(await tagged(world)).toContain('service frontend-sc');

  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState('rolledBack');
  expect((await theirs(world)).toSorted()).toEqual(THEIRS.toSorted());
  expect((await tagged(world)).filter((name) => name.endsWith('frontend-sc'))).toEqual([]);
});

test('nor does a whole migration', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply();
  await world.untilState('soak');
  await forge(world, (await world.status()).uid);
  await world.untilState('succeeded');
  // Blue's own service is the plan's to retire, tags or none.
  expect((await theirs(world)).toSorted()).toEqual(THEIRS.filter((name) => name !== 'service frontend').toSorted());
});
