import { readFileSync } from 'node:fs';
import {
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateServiceCommand, RegisterInstanceCommand } from '@aws-sdk/client-servicediscovery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RuleResource, StackResource } from '../../../src/assess/model.ts';
import { MIGRATION_ACTIONS } from '../../../src/aws/actions.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import { readAlarms } from '../../../src/aws/inventory/alarms.ts';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import { readRoom } from '../../../src/aws/inventory/room.ts';
import { ReadErrors } from '../../../src/aws/inventory/reading.ts';
import { WHOLE_INVENTORY_ACTIONS } from '../../../src/aws/inventory/whole.ts';
import { known, OWNER } from '../../../src/aws/simulatedShop.ts';
import type { BlueService } from '../../../src/estate/model.ts';
import type { World } from '../../../src/reconciler/ports.ts';
import { witness } from '../witnesses.ts';
import { createNetwork } from './albWorld.ts';
import { type MotoServer, startMoto } from './motoServer.ts';
import { clientsOf, createMotoShop, type MotoShop, motoGreenOf, rememberingTags, worldOver } from './shopWorld.ts';

const { title, skip } = witness('moto');

/** The services in which moto is a witness. */
const WITNESSED = /^(elasticloadbalancing|application-autoscaling|cloudwatch|servicediscovery):/;

/** What the operator may call of these and moto cannot show, each with why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  'application-autoscaling:ListTagsForResource': 'moto knows no tags of scalable targets (`scaling-tags`)',
  'application-autoscaling:TagResource': 'no call: for the tags that RegisterScalableTarget carries',
  'cloudwatch:TagResource': 'no call: for the tags that PutMetricAlarm carries',
  'elasticloadbalancing:AddTags': 'no call: for the tags that are given with what is made',
  'servicediscovery:CreateService': 'no call: ECS makes it with the caller’s rights',
  'servicediscovery:GetNamespace': 'no call: ECS reads it with the caller’s rights',
  'servicediscovery:TagResource': 'no call: for the tags that CreateHttpNamespace carries',
};

describe.skipIf(skip)(title, () => {
  let moto: MotoServer;
  let person: AwsClients;
  let clients: AwsClients;
  let world: World;
  let shop: MotoShop;
  const arns = new Map<string, string>();

  beforeAll(async () => {
    moto = await startMoto();
    person = clientsOf(moto.endpoint);
    shop = await createMotoShop(person, await createNetwork(moto.endpoint));
    clients = rememberingTags(clientsOf(moto.endpoint));
    world = worldOver(clients);
  });
  afterAll(async () => {
    clients?.destroy();
    person?.destroy();
    await moto?.close();
  });

  const mutations = () =>
    Object.entries(clients.calls).reduce(
      (sum, [api, calls]) => sum + (/:(Describe|List|Get)/.test(api) ? 0 : calls),
      0,
    );
  const read = async (resource: StackResource) => {
    const observed = await world.resources.read(resource, OWNER, arns);
    if ('arn' in observed && observed.arn !== undefined) arns.set(resource.id, observed.arn);
    return observed;
  };
  /** Until it is read as ready, and once more, which changes nothing. */
  const made = async (resource: StackResource) => {
    for (let round = 0; round < 5 && (await read(resource)).status !== 'ready'; round += 1) {
      await world.resources.ensure(resource, OWNER, arns);
    }
    expect(await read(resource)).toMatchObject({ status: 'ready' });
    const before = mutations();
    expect(await world.resources.ensure(resource, OWNER, arns)).toMatchObject({ outcome: 'unchanged' });
    expect(mutations()).toBe(before);
  };
  const removed = async (resource: StackResource) => {
    for (let round = 0; round < 5; round += 1) {
      await world.resources.remove(resource, OWNER, arns);
    }
    expect(await read(resource)).toMatchObject({ status: 'absent' });
    const before = mutations();
    expect(await world.resources.remove(resource, OWNER, arns)).toEqual({ outcome: 'gone' });
    expect(mutations()).toBe(before);
  };

  test('a target group is made once, mended, and read by another plan as foreign', async () => {
    const { targetGroup } = motoGreenOf(shop);
    await made(targetGroup);
    const TargetGroupArn = known(arns.get(targetGroup.id));
    await person.elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/other' }));
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }];
    await person.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    expect(await read(targetGroup)).toMatchObject({
      status: 'differs',
      why: 'HealthCheckPath /health → /other, deregistration_delay.timeout_seconds 30 → 300',
    });
    await made(targetGroup);
    const other = { plan: 'shop', uid: 'another' };
    expect(await world.resources.read(targetGroup, other, arns)).toMatchObject({ status: 'foreign' });
    expect(await world.resources.remove(targetGroup, other, arns)).toEqual({ outcome: 'gone' });
    expect(await read(targetGroup)).toMatchObject({ status: 'ready' });
  });

  test('green hangs in the rule, carries what it is given, and leaves the rule as it was', async () => {
    const { rule } = motoGreenOf(shop);
    const carried = async () =>
      (await person.elbv2.send(new DescribeRulesCommand({ RuleArns: [shop.ruleArn] }))).Rules?.[0]?.Actions;
    const original = await carried();
    expect(await world.router.proveWayBack(rule)).toMatchObject({ verdict: 'pass' });
    await made(rule);
    expect(await world.router.read(rule, arns)).toMatchObject({ route: { kind: 'split', greenWeight: 0 } });
    expect(await world.router.verify(rule, { kind: 'split', greenWeight: 0 }, arns)).toMatchObject({ verdict: 'pass' });
    await world.router.write(rule, { kind: 'blueOnly' }, arns);
    await made(rule);
    await removed(rule);
    expect(await carried()).toEqual(original);
  });

  test('the rule for probes is made before the entry’s own, found by its tags, and taken away', async () => {
    const { rule, probeRule } = motoGreenOf(shop);
    await made(rule);
    await made(probeRule);
    await removed(probeRule);
  });

  test('an alarm is made once, mended, and taken away', async () => {
    const { alarm } = motoGreenOf(shop);
    await made(alarm);
    const change = { AlarmName: alarm.name, Namespace: 'shop', MetricName: 'errors', Statistic: 'Sum' } as const;
    const { Period, EvaluationPeriods, Threshold } = { Period: 60, EvaluationPeriods: 1, Threshold: 1 };
    await person.cloudWatch.send(
      new PutMetricAlarmCommand({
        ...change,
        Period,
        EvaluationPeriods,
        Threshold,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    expect(await read(alarm)).toMatchObject({ status: 'differs' });
    await made(alarm);
    await removed(alarm);
  });

  test('a namespace is made under one token and taken away with what of green’s is left in it', async () => {
    const { namespace } = motoGreenOf(shop);
    await made(namespace);
    const NamespaceId = known(arns.get(namespace.id)).split('/').at(-1);
    await person.serviceDiscovery.send(new CreateServiceCommand({ Name: 'frontend', NamespaceId }));
    await removed(namespace);
  });

  test('green scales as blue does, and scales in only when it is let', async () => {
    const { scaling } = motoGreenOf(shop);
    await made(scaling);
    expect(await world.scalingReleased(scaling)).toMatchObject({ verdict: 'wait' });
    await world.releaseScaling(scaling);
    expect(await world.scalingReleased(scaling)).toMatchObject({ verdict: 'pass' });
    await made(scaling);
    await removed(scaling);
  });

  test('blue’s scale-in is frozen and given back, and its floor with it', async () => {
    const { scalingFreeze } = motoGreenOf(shop);
    const blue = async () => {
      const { ScalableTargets } = await person.autoScaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [scalingFreeze.resourceId] }),
      );
      const { CreationTime: _, ...target } = known(ScalableTargets?.[0]);
      return target;
    };
    const before = await blue();
    await made(scalingFreeze);
    expect(await world.raiseFloor(scalingFreeze, 4)).toEqual({ from: 1, to: 4 });
    expect(await blue()).toMatchObject({ MinCapacity: 4, SuspendedState: { DynamicScalingInSuspended: true } });
    await removed({ ...scalingFreeze, floor: 4 });
    const flags = {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    };
    expect({ ...(await blue()), SuspendedState: flags }).toEqual({ ...before, SuspendedState: flags });
  });

  test('the inventory of the load balancer, the scaling, Cloud Map and the alarms is whole', async () => {
    const { namespace } = motoGreenOf(shop);
    await made(namespace);
    const NamespaceId = known(arns.get(namespace.id)).split('/').at(-1);
    const { Service } = await person.serviceDiscovery.send(new CreateServiceCommand({ Name: 'user', NamespaceId }));
    const Attributes = { AWS_INSTANCE_IPV4: '10.0.0.1', ECS_SERVICE_NAME: 'frontend' };
    await person.serviceDiscovery.send(
      new RegisterInstanceCommand({ ServiceId: Service?.Id, InstanceId: 'one', Attributes }),
    );
    await person.cloudWatch.send(alarmOnBlue(shop));

    const absent = { state: 'absent', why: 'moto has half of App Mesh' } as const;
    const found = await takeInventory(clients, { cluster: 'shop', mesh: absent, clock: { now: () => Date.now() } });
    expect(found.errors).toEqual([]);
    const { elbv2, autoScaling, serviceDiscovery } = found;
    expect(elbv2.loadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn)).toEqual([shop.loadBalancerArn]);
    expect(elbv2.listeners.map(({ ListenerArn }) => ListenerArn)).toEqual([shop.listenerArn]);
    expect(elbv2.rules.map(({ RuleArn }) => RuleArn)).toContain(shop.ruleArn);
    expect(elbv2.targetGroups.map(({ TargetGroupArn }) => TargetGroupArn)).toEqual([shop.blueTargetGroupArn]);
    expect(autoScaling?.targets.map(({ ResourceId }) => ResourceId)).toEqual(['service/shop/frontend']);
    expect(autoScaling?.policies.map(({ PolicyName }) => PolicyName)).toEqual(['cpu']);
    expect(autoScaling?.scheduledActions.map((one) => one.ScheduledActionName)).toEqual(['morning']);
    expect(serviceDiscovery.namespaces.map(({ Name }) => Name)).toEqual(['shop-sc']);
    expect(serviceDiscovery.services.map(({ Name }) => Name)).toEqual(['user']);
    const instances = Object.values(serviceDiscovery.instances ?? {}).flat();
    expect(instances.map(({ Id }) => Id)).toEqual(['one']);
    const errors = new ReadErrors();
    const alarms = await readAlarms(clients, found, errors);
    expect(errors.errors).toEqual([]);
    expect(alarms?.metricAlarms.map(({ AlarmName }) => AlarmName)).toContain('shop-5xx');
    const room = await readRoom(clients, found, errors);
    expect(room.accountLimits?.map(({ Name }) => Name)).toContain('target-groups');
  });

  test('a listener’s default action is written back as it is', async () => {
    const { Listeners } = await person.elbv2.send(new DescribeListenersCommand({ ListenerArns: [shop.listenerArn] }));
    const inListener: RuleResource = {
      ...motoGreenOf(shop).rule,
      entry: { service: 'frontend', alb: { listener: shop.listenerArn } },
      originalActions: known(Listeners?.[0]?.DefaultActions),
    };
    expect(await world.router.proveWayBack(inListener)).toMatchObject({ verdict: 'pass' });
  });

  test('alarms are told with their state, and one that is not there as missing', async () => {
    expect(await world.alarms(['shop-5xx', 'nobody'])).toMatchObject([
      { name: 'shop-5xx', basis: { kind: 'metrics' } },
      { name: 'nobody', state: 'missing' },
    ]);
  });

  test('metrics are told by the minute, and where there are none nothing is made up', async () => {
    const { rule } = motoGreenOf(shop);
    const LoadBalancer = shop.loadBalancerArn.slice(shop.loadBalancerArn.indexOf('app/'));
    const TargetGroup = shop.blueTargetGroupArn.slice(shop.blueTargetGroupArn.lastIndexOf(':') + 1);
    const Timestamp = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 120_000);
    const point = (Dimensions: { Name: string; Value: string }[]) => ({
      MetricName: 'RequestCount',
      Dimensions,
      Timestamp,
      Value: 40,
    });
    await person.cloudWatch.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/ApplicationELB',
        MetricData: [
          point(dimensions(['LoadBalancer', LoadBalancer])),
          point(dimensions(['LoadBalancer', LoadBalancer], ['TargetGroup', TargetGroup])),
        ],
      }),
    );
    expect(await world.edgeTraffic(rule, arns, 300_000)).toEqual({
      blue: 40,
      green: 0,
      blue5xx: 0,
      green5xx: 0,
      hasData: true,
    });
    const minutes = await world.edgeMinutes(rule, arns, Date.now() - 600_000, []);
    expect(minutes.map(({ atMs, blue }) => [atMs, blue.requests])).toEqual([[Timestamp.getTime(), 40]]);
    expect(await world.serviceConnectCalls('shop', 'frontend-sc', 'user', 300_000)).toBe(0);
  });

  test('blue sleeps in one call, and its scalable target goes with it', async () => {
    const service = { clusterArn: shop.clusterArn, serviceName: 'frontend', desiredCount: 2 };
    const blue = { name: 'frontend', service, scaling: shop.blueScaling } as unknown as BlueService;
    await world.blue.scaleDown(blue);
    const { ScalableTargets } = await person.autoScaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: ['service/shop/frontend'] }),
    );
    expect(ScalableTargets).toMatchObject([
      {
        MinCapacity: 0,
        MaxCapacity: 6,
        SuspendedState: {
          DynamicScalingInSuspended: true,
          DynamicScalingOutSuspended: true,
          ScheduledScalingSuspended: true,
        },
      },
    ]);
    await world.blue.remove(blue);
    const left = await person.autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    expect(left.ScalableTargets).toEqual([]);
  });

  test('what green is made of goes without a trace', async () => {
    const { rule, targetGroup } = motoGreenOf(shop);
    await removed(rule);
    await removed(targetGroup);
  });

  test('§15.2: moto still tells the policies of a service whose name the asked one begins with, and answers what is gone so', async () => {
    const resource = { ServiceNamespace: 'ecs', ScalableDimension: 'ecs:service:DesiredCount' } as const;
    const asked = { ...resource, ResourceId: 'service/shop/frontend-sc' };
    const { ScalingPolicies } = await person.autoScaling.send(new DescribeScalingPoliciesCommand(asked));
    expect(ScalingPolicies?.map(({ ResourceId }) => ResourceId)).toEqual(['service/shop/frontend']);
    await expect(person.autoScaling.send(new DeregisterScalableTargetCommand(asked))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('§15.2: what moto does not show is told', () => {
    const page = readFileSync(new URL('../../../docs/aws-behaviour.md', import.meta.url), 'utf8');
    const section = /^### 15\.2 [^]*?(?=^##)/m.exec(page)?.[0] ?? '';
    const told = [...section.matchAll(/`([a-z-]+:[A-Z]\w+)`/g)].map((match) => match[1] ?? '');
    expect(told.toSorted()).toEqual(Object.keys(NOT_SHOWN).toSorted());
  });

  test('every call of these services that Meshlift may make was made here, or is named with why it is not', () => {
    const may = [...new Set([...MIGRATION_ACTIONS, ...WHOLE_INVENTORY_ACTIONS])].filter((api) => WITNESSED.test(api));
    const here = (api: string) => (clients.calls[api] ?? 0) > 0;
    expect(may.filter((api) => !here(api)).toSorted()).toEqual(Object.keys(NOT_SHOWN).toSorted());
    expect(Object.keys(clients.calls).filter((api) => WITNESSED.test(api) && !may.includes(api))).toEqual([]);
  });
});

const dimensions = (...names: [string, string][]) => names.map(([Name, Value]) => ({ Name, Value }));

const alarmOnBlue = ({ loadBalancerArn }: MotoShop) =>
  new PutMetricAlarmCommand({
    AlarmName: 'shop-5xx',
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_ELB_5XX_Count',
    Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancerArn.slice(loadBalancerArn.indexOf('app/')) }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
  });
