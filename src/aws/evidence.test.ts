import { PutCompositeAlarmCommand, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlueService } from '../estate/model.ts';
import { targetGroupDimension, loadBalancerDimension } from './arns.ts';
import { readReceivedBytes } from './callers.ts';
import { readEdgeTraffic } from './edgeTraffic.ts';
import { readAlarms } from './gates/alarms.ts';
import { readHealth } from './health.ts';
import { readServiceConnectAnswers, readServiceConnectCalls } from './serviceConnectMetrics.ts';
import { createShop, greenOf, operatorClients, type Shop } from './simulatedShop.ts';
import type { AwsClients } from './clients.ts';

const MINUTE_MS = 60_000;
const greenArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/frontend-sc/0123456789abcdef';

let shop: Shop;
let clients: AwsClients;
beforeEach(async () => {
  shop = await createShop();
  ({ clients } = operatorClients(shop.simulated));
  // To the full minute, so that what is published in a test falls where it says.
  await shop.pass(MINUTE_MS - (shop.clock.now() % MINUTE_MS));
});
afterEach(() => shop.close());

/** AWS's own services publish it, once, now. */
function publish(namespace: string, name: string, dimensions: Record<string, string>, value: number): void {
  shop.simulated.aws.services.cloudwatch.record({ namespace, name, dimensions, value, atMs: shop.clock.now() });
}

describe('alarms', () => {
  const metric = {
    Namespace: 'shop',
    MetricName: 'errors',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
  } as const;

  test('W1, W2: metric and composite alarms are read with what they are; one that does not exist is missing', async () => {
    const { cloudWatch } = shop.person;
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'shop-5xx',
        ...metric,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: 'shop-any', AlarmRule: 'ALARM("shop-5xx")' }));
    const changedAt = shop.clock.now();
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'a drill' }),
    );
    const [any, gone, errors] = await readAlarms(clients, ['shop-any', 'shop-p99', 'shop-5xx']);
    expect(any).toMatchObject({ name: 'shop-any', basis: { kind: 'composite', children: ['shop-5xx'] } });
    expect(any?.state).not.toBe('missing');
    expect(gone).toMatchObject({ name: 'shop-p99', state: 'missing', transitionedAt: null });
    expect(errors).toMatchObject({
      name: 'shop-5xx',
      state: 'ALARM',
      stateReason: 'a drill',
      transitionedAt: changedAt,
    });
  });
});

describe('health', () => {
  test('E9: a service that ECS does not know does not exist; one that runs is told by its tasks and its targets', async () => {
    const [frontend, nobody] = await readHealth(clients, shop.clusterArn, ['frontend', 'nobody']);
    expect(frontend).toMatchObject({ exists: true, desired: 2, running: 2, healthy: 2, steady: true });
    expect(nobody).toMatchObject({ exists: false, healthy: 0, steady: false });
  });

  test('a task that runs and is not healthy in its target group is not counted', async () => {
    const [task] = shop.simulated.tasks.of('frontend');
    shop.simulated.tasks.setHealth(task?.spec.taskArn ?? '', { kind: 'response', status: 503 });
    for (let round = 0; round < 30; round += 1) {
      const [frontend] = await readHealth(clients, shop.clusterArn, ['frontend']);
      if (frontend?.healthy === 1 || frontend?.steady === false) return;
      await shop.pass(2_000);
    }
    throw new Error('the sick task was counted to the end');
  });

  test('L8: a service whose group has left the rule is read as not checked', async () => {
    await shop.person.elbv2.send(
      new ModifyRuleCommand({
        RuleArn: shop.ruleArn,
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
      }),
    );
    expect(await readHealth(clients, shop.clusterArn, ['frontend'])).toMatchObject([
      { running: 2, healthy: 0, checked: false },
    ]);
  });

  test('a service that is being scaled is not steady', async () => {
    await shop.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'frontend', desiredCount: 4 }));
    expect(await readHealth(clients, shop.clusterArn, ['frontend'])).toMatchObject([{ desired: 4, steady: false }]);
  });
});

const readEdge = (windowMs: number) => {
  const { rule, targetGroup } = greenOf(shop);
  return readEdgeTraffic(clients, shop.clock.now(), rule, new Map([[targetGroup.id, greenArn]]), windowMs);
};

const edge = () => ({ LoadBalancer: loadBalancerDimension(shop.loadBalancerArn) });
const side = (arn: string) => ({ ...edge(), TargetGroup: targetGroupDimension(arn) });

describe('edge traffic', () => {
  test('§8.3: without any data of the load balancer, zeros mean nothing', async () => {
    expect(await readEdge(MINUTE_MS)).toEqual({ blue: 0, green: 0, blue5xx: 0, green5xx: 0, hasData: false });
  });

  test('§8.3: a side that published nothing while the load balancer did served nothing', async () => {
    publish('AWS/ApplicationELB', 'RequestCount', edge(), 5);
    publish('AWS/ApplicationELB', 'RequestCount', side(greenArn), 5);
    publish('AWS/ApplicationELB', 'HTTPCode_Target_5XX_Count', side(greenArn), 2);
    await shop.pass(MINUTE_MS);
    expect(await readEdge(MINUTE_MS)).toEqual({ blue: 0, green: 5, blue5xx: 0, green5xx: 2, hasData: true });
  });

  test('a minute that is not published yet is not taken for a quiet one', async () => {
    publish('AWS/ApplicationELB', 'RequestCount', edge(), 7);
    publish('AWS/ApplicationELB', 'RequestCount', side(shop.blueTargetGroupArn), 7);
    await shop.pass(3 * MINUTE_MS);
    expect(await readEdge(MINUTE_MS)).toMatchObject({ blue: 7, hasData: true });
  });

  test('what is older than the window is not in it', async () => {
    publish('AWS/ApplicationELB', 'RequestCount', edge(), 7);
    publish('AWS/ApplicationELB', 'RequestCount', side(shop.blueTargetGroupArn), 7);
    await shop.pass(2 * MINUTE_MS);
    publish('AWS/ApplicationELB', 'RequestCount', edge(), 1);
    publish('AWS/ApplicationELB', 'RequestCount', side(greenArn), 1);
    await shop.pass(MINUTE_MS);
    expect(await readEdge(2 * MINUTE_MS)).toMatchObject({ blue: 0, green: 1 });
    expect(await readEdge(3 * MINUTE_MS)).toMatchObject({ blue: 7, green: 1 });
  });
});

test('§8.3: calls over Service Connect are counted by the calling service, and only its own', async () => {
  const dimensions = { TargetDiscoveryName: 'stock', ClusterName: 'shop' };
  publish('AWS/ECS', 'HTTPCode_Target_2XX_Count', { ...dimensions, ServiceName: 'frontend-sc' }, 30);
  publish('AWS/ECS', 'HTTPCode_Target_5XX_Count', { ...dimensions, ServiceName: 'frontend-sc' }, 2);
  publish('AWS/ECS', 'HTTPCode_Target_2XX_Count', { ...dimensions, ServiceName: 'other-sc' }, 9);
  await shop.pass(MINUTE_MS);
  const call = { cluster: shop.clusterArn, callingService: 'frontend-sc', discoveryName: 'stock', windowMs: MINUTE_MS };
  expect(await readServiceConnectCalls(clients, shop.clock.now(), call)).toBe(32);
  expect(await readServiceConnectCalls(clients, shop.clock.now(), { ...call, callingService: 'user-sc' })).toBe(0);
});

test('§8.3: a service’s answers are those that the listed callers counted, 5xx among them', async () => {
  const dimensions = { TargetDiscoveryName: 'stock', ClusterName: 'shop' };
  publish('AWS/ECS', 'HTTPCode_Target_2XX_Count', { ...dimensions, ServiceName: 'frontend-sc' }, 30);
  publish('AWS/ECS', 'HTTPCode_Target_5XX_Count', { ...dimensions, ServiceName: 'frontend-sc' }, 2);
  publish('AWS/ECS', 'HTTPCode_Target_4XX_Count', { ...dimensions, ServiceName: 'user-sc' }, 5);
  publish('AWS/ECS', 'HTTPCode_Target_5XX_Count', { ...dimensions, ServiceName: 'user-sc' }, 1);
  publish('AWS/ECS', 'HTTPCode_Target_5XX_Count', { ...dimensions, ServiceName: 'other-sc' }, 9);
  await shop.pass(MINUTE_MS);
  const callsOf = (...callers: string[]) =>
    callers.map((callingService) => ({ cluster: shop.clusterArn, callingService, discoveryName: 'stock' }));
  const answers = (...callers: string[]) =>
    readServiceConnectAnswers(clients, shop.clock.now(), callsOf(...callers), MINUTE_MS);
  expect(await answers('frontend-sc', 'user-sc')).toEqual({ requests: 38, errors: 3 });
  expect(await answers('nobody-sc')).toEqual({ requests: 0, errors: 0 });
});

const blue = (name: string): BlueService => ({
  name,
  arn: `arn:${name}`,
  service: {},
  taskDefinition: {},
  taskDefinitionTags: [],
  virtualNode: undefined,
  listeners: [],
  targetGroups: [],
  scaling: undefined,
  registries: [],
});

const insights = (value: number) =>
  publish('ECS/ContainerInsights', 'NetworkRxBytes', { ClusterName: 'shop', ServiceName: 'stock' }, value);

const readBytes = (sinceMs = 0) =>
  readReceivedBytes(clients, shop.clock.now(), shop.clusterArn, [blue('stock'), blue('user')], sinceMs);

describe('callers inside the mesh', () => {
  test('nothing published is nothing known', async () => {
    expect(await readBytes()).toEqual(
      ['stock', 'user'].map((service) => ({ service, minutes: 0, mean: null, meanBefore: null })),
    );
  });

  test('W10: a service’s bytes are told of the last minutes, and of those before the plan', async () => {
    for (let minute = 0; minute < 5; minute += 1) {
      insights(4000);
      await shop.pass(MINUTE_MS);
    }
    const sinceMs = shop.clock.now();
    for (let minute = 0; minute < 15; minute += 1) {
      insights(minute === 14 ? 30 : 0);
      await shop.pass(MINUTE_MS);
    }
    const [stock, user] = await readBytes(sinceMs);
    expect(stock).toEqual({ service: 'stock', minutes: 15, mean: 2, meanBefore: 4000 });
    expect(user).toMatchObject({ minutes: 0, mean: null });
  });
});
