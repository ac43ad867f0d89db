import {
  DescribeAlarmsCommand,
  ListTagsForResourceCommand as ListAlarmTagsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeScalableTargetsCommand,
  ListTagsForResourceCommand as ListScalingTagsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateHttpNamespaceCommand,
  ListNamespacesCommand,
  ListTagsForResourceCommand as ListNamespaceTagsCommand,
} from '@aws-sdk/client-servicediscovery';
import { afterEach, describe, expect, test } from 'vitest';
import { AWS_LIKE_DELAYS, type Delays } from '../../../lab/delays.ts';
import type { StackResource } from '../../assess/model.ts';
import type { Resolved, ResourceActor } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { RESOURCE_ACTIONS } from './index.ts';
import { PLAN_TAG, UID_TAG } from '../../assess/maker.ts';
import { raiseFloor } from './scalingFloor.ts';
import {
  actorOver,
  createShop,
  type Cut,
  dismantle,
  greenOf,
  known,
  leftovers,
  operatorClients,
  OWNER,
  provision,
  type Shop,
  stackOf,
  NETWORK,
} from '../simulatedShop.ts';
import { DEFAULT_NETWORK } from '../../../lab/services/ec2/defaultNetwork.ts';

const ALARM = 'alarm/meshlift/shop/frontend-sc/errors';

const open: Shop[] = [];
const shopWith = async (delays?: Delays): Promise<Shop> => {
  const shop = await createShop(delays);
  open.push(shop);
  return shop;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((shop) => shop.close()));
});

interface Operator {
  actor: ResourceActor;
  clients: AwsClients;
  mutations: () => number;
}

function operatorOf(shop: Shop, options: Parameters<typeof operatorClients>[1] = {}): Operator {
  const { clients, mutations } = operatorClients(shop.simulated, options);
  return { actor: actorOver(clients, shop.clock), clients, mutations };
}

/** What there is of green, counted; nothing twice. */
async function inventory(shop: Shop) {
  const { ecs, serviceDiscovery } = shop.person;
  const services = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['frontend-sc'] }));
  const revisions = await ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'frontend-sc' }));
  const namespaces = await serviceDiscovery.send(new ListNamespacesCommand({}));
  return {
    running: services.services?.[0]?.runningCount,
    deployments: services.services?.[0]?.deployments?.length,
    revisions: revisions.taskDefinitionArns?.length,
    namespaces: namespaces.Namespaces?.length,
  };
}

const ONE_OF_EACH = { running: 2, deployments: 1, revisions: 1, namespaces: 1 };

/** Everything before `id` provisioned. */
async function provisionedUpTo(shop: Shop, id: string): Promise<{ operator: Operator; resolved: Map<string, string> }> {
  const operator = operatorOf(shop);
  const resolved = new Map<string, string>();
  const stack = stackOf(shop);
  await provision(
    shop,
    operator.actor,
    stack.slice(
      0,
      stack.findIndex((one) => one.id === id),
    ),
    resolved,
  );
  return { operator, resolved };
}

async function cleanedUp(shop: Shop, resolved: Map<string, string>): Promise<void> {
  await dismantle(shop, operatorOf(shop).actor, stackOf(shop), resolved);
  expect(await leftovers(shop)).toEqual([]);
}

describe('the whole of green', () => {
  test.each([
    ['at once', undefined],
    ['with AWS’s delays', AWS_LIKE_DELAYS],
  ])('is provisioned, stays as it is, and goes without a trace (%s)', async (_name, delays) => {
    const shop = await shopWith(delays);
    const { actor, clients, mutations } = operatorOf(shop);
    const resolved = new Map<string, string>();
    await provision(shop, actor, stackOf(shop), resolved);
    expect(await inventory(shop)).toEqual(ONE_OF_EACH);

    const made = mutations();
    for (const resource of stackOf(shop)) {
      expect(await actor.ensure(resource, OWNER, resolved)).toMatchObject({ outcome: 'unchanged' });
    }
    expect(mutations()).toBe(made);

    await dismantle(shop, actor, stackOf(shop), resolved);
    const removed = mutations();
    for (const resource of stackOf(shop)) {
      expect(await actor.remove(resource, OWNER, resolved)).toEqual({ outcome: 'gone' });
    }
    expect(mutations()).toBe(removed);
    expect(await leftovers(shop)).toEqual([]);
    for (const api of Object.keys(clients.calls)) expect(RESOURCE_ACTIONS).toContain(api);
  });

  test('provisioning that is cut at any call, before or after its effect, ends the same when it is taken up again', async () => {
    const rehearsal = await shopWith();
    const { actor, mutations } = operatorOf(rehearsal);
    await provision(rehearsal, actor, stackOf(rehearsal), new Map());
    expect(mutations()).toBeGreaterThan(7);

    for (const cut of cutsUpTo(mutations())) {
      const shop = await shopWith();
      const dying = provision(shop, operatorOf(shop, { cut }).actor, stackOf(shop), new Map());
      await expect(dying, `cut ${cut.when} call ${cut.call}`).rejects.toMatchObject({ kind: 'unknown' });
      const resolved = new Map<string, string>();
      await provision(shop, operatorOf(shop).actor, stackOf(shop), resolved);
      expect(await inventory(shop), `cut ${cut.when} call ${cut.call}`).toEqual(ONE_OF_EACH);
      await cleanedUp(shop, resolved);
    }
  }, 180_000);

  test('dismantling that is cut at any call, before or after its effect, leaves nothing when it is taken up again', async () => {
    const rehearsal = await shopWith();
    const resolvedThere = new Map<string, string>();
    await provision(rehearsal, operatorOf(rehearsal).actor, stackOf(rehearsal), resolvedThere);
    const { actor, mutations } = operatorOf(rehearsal);
    await dismantle(rehearsal, actor, stackOf(rehearsal), resolvedThere);
    expect(mutations()).toBeGreaterThan(7);

    for (const cut of cutsUpTo(mutations())) {
      const shop = await shopWith();
      await provision(shop, operatorOf(shop).actor, stackOf(shop), new Map());
      const dying = dismantle(shop, operatorOf(shop, { cut }).actor, stackOf(shop), new Map());
      await expect(dying, `cut ${cut.when} call ${cut.call}`).rejects.toMatchObject({ kind: 'unknown' });
      await cleanedUp(shop, new Map());
    }
  }, 180_000);

  test('an answer that is lost, and the SDK’s second call, make nothing twice', async () => {
    const rehearsal = await shopWith();
    const { actor, mutations } = operatorOf(rehearsal);
    await provision(rehearsal, actor, stackOf(rehearsal), new Map());
    for (let call = 1; call <= mutations(); call += 1) {
      const shop = await shopWith();
      const resolved = new Map<string, string>();
      const losing = operatorOf(shop, { cut: { call, when: 'lost' }, attemptsMax: 3 });
      // Registering has no token (row E30): its answer is lost for good, and what is there is read when it is taken up again.
      await provision(shop, losing.actor, stackOf(shop), resolved).catch((error: unknown) => {
        expect(error, `call ${call}`).toMatchObject({ call: 'ecs:RegisterTaskDefinition', kind: 'unknown' });
      });
      await provision(shop, losing.actor, stackOf(shop), resolved);
      expect(await inventory(shop), `call ${call}`).toEqual(ONE_OF_EACH);
      await cleanedUp(shop, resolved);
    }
  }, 180_000);

  test('provisioning that is given up half-way leaves nothing', async () => {
    const shop = await shopWith(AWS_LIKE_DELAYS);
    const { resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    await operatorOf(shop).actor.ensure(greenOf(shop).service, OWNER, resolved);
    await cleanedUp(shop, resolved);
  });
});

function cutsUpTo(calls: number): Cut[] {
  const cuts: Cut[] = [];
  for (let call = 1; call <= calls; call += 1) cuts.push({ call, when: 'before' }, { call, when: 'after' });
  return cuts;
}

describe('what is not ours', () => {
  /** A thing of green's name that a person made. */
  const foreign: [string, (shop: Shop) => Promise<unknown>, (shop: Shop) => Promise<unknown>][] = [
    [
      'namespace/shop-sc',
      async ({ person, clock }) => {
        await person.serviceDiscovery.send(new CreateHttpNamespaceCommand({ Name: 'shop-sc' }));
        await clock.advanceAsync(10_000);
      },
      async ({ person }) => (await person.serviceDiscovery.send(new ListNamespacesCommand({}))).Namespaces,
    ],
    [
      'taskDefinition/frontend-sc',
      ({ person }) => person.ecs.send(new RegisterTaskDefinitionCommand(definitionOf('frontend-sc'))),
      async ({ person }) =>
        (await person.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'frontend-sc' }))).taskDefinitionArns,
    ],
    [
      'targetGroup/frontend-sc',
      ({ person }) =>
        person.elbv2.send(
          new CreateTargetGroupCommand({
            Name: 'frontend-sc',
            Protocol: 'HTTP',
            Port: 80,
            VpcId: DEFAULT_NETWORK.vpcId,
            TargetType: 'ip',
          }),
        ),
      async (shop) => (await leftovers(shop)).includes('frontend-sc'),
    ],
    [
      'service/frontend-sc',
      async ({ person, clock, clusterArn }) => {
        const definition = await person.ecs.send(new RegisterTaskDefinitionCommand(definitionOf('other')));
        await person.ecs.send(
          new CreateServiceCommand({
            cluster: clusterArn,
            serviceName: 'frontend-sc',
            taskDefinition: definition.taskDefinition?.taskDefinitionArn,
            desiredCount: 1,
            launchType: 'FARGATE',
            networkConfiguration: NETWORK,
          }),
        );
        await clock.advanceAsync(60_000);
      },
      async ({ person }) =>
        (
          await person.ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['frontend-sc'] }))
        ).services?.map((one) => [one.status, one.desiredCount, one.taskDefinition]),
    ],
    [
      'scaling/frontend-sc',
      async ({ person, clock, clusterArn }) => {
        const definition = await person.ecs.send(new RegisterTaskDefinitionCommand(definitionOf('other')));
        await person.ecs.send(
          new CreateServiceCommand({
            cluster: clusterArn,
            serviceName: 'frontend-sc',
            taskDefinition: definition.taskDefinition?.taskDefinitionArn,
            desiredCount: 1,
            launchType: 'FARGATE',
            networkConfiguration: NETWORK,
          }),
        );
        await clock.advanceAsync(60_000);
        await person.autoScaling.send(
          new RegisterScalableTargetCommand({
            ServiceNamespace: 'ecs',
            ResourceId: 'service/shop/frontend-sc',
            ScalableDimension: 'ecs:service:DesiredCount',
            MinCapacity: 1,
            MaxCapacity: 9,
          }),
        );
      },
      async ({ person }) =>
        (await person.autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })))
          .ScalableTargets,
    ],
    [
      ALARM,
      ({ person }) =>
        person.cloudWatch.send(
          new PutMetricAlarmCommand({
            AlarmName: 'meshlift/shop/frontend-sc/errors',
            Namespace: 'shop',
            MetricName: 'errors',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 1,
            ComparisonOperator: 'GreaterThanThreshold',
          }),
        ),
      async ({ person }) => (await person.cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms,
    ],
    [
      ALARM,
      async ({ person }) => {
        await person.cloudWatch.send(
          new PutMetricAlarmCommand({
            AlarmName: 'errors',
            Namespace: 'shop',
            MetricName: 'errors',
            Statistic: 'Sum',
            Period: 60,
            EvaluationPeriods: 1,
            Threshold: 1,
            ComparisonOperator: 'GreaterThanThreshold',
          }),
        );
        await person.cloudWatch.send(
          new PutCompositeAlarmCommand({ AlarmName: 'meshlift/shop/frontend-sc/errors', AlarmRule: 'ALARM(errors)' }),
        );
      },
      async ({ person }) =>
        (await person.cloudWatch.send(new DescribeAlarmsCommand({ AlarmTypes: ['CompositeAlarm'] }))).CompositeAlarms,
    ],
  ];

  test.each(foreign)('%s of a person’s is read as foreign, and neither changed nor removed', async (id, make, look) => {
    const shop = await shopWith();
    await make(shop);
    const before = await look(shop);
    const { actor, mutations } = operatorOf(shop);
    const resource = known(stackOf(shop).find((one) => one.id === id));
    const resolved = new Map(stackOf(shop).map((one) => [one.id, `arn:of:${one.id}`]));

    expect(await actor.read(resource, OWNER, resolved)).toMatchObject({ status: 'foreign' });
    await expect(actor.ensure(resource, OWNER, resolved)).rejects.toMatchObject({ kind: 'conflict' });
    expect(await actor.remove(resource, OWNER, resolved)).toEqual({ outcome: 'gone' });
    expect(mutations()).toBe(0);
    expect(await look(shop)).toEqual(before);
  });

  test('another plan’s green is foreign too', async () => {
    const shop = await shopWith();
    const resolved = new Map<string, string>();
    const { actor } = operatorOf(shop);
    await provision(shop, actor, stackOf(shop), resolved);
    const other = { plan: 'shop', uid: 'uid-2' };
    for (const kind of ['namespace', 'taskDefinition', 'targetGroup', 'alarm', 'service', 'scaling'] as const) {
      const resource: StackResource = greenOf(shop)[kind];
      expect(await actor.read(resource, other, resolved), kind).toMatchObject({ status: 'foreign' });
      expect(await actor.remove(resource, other, resolved), kind).toEqual({ outcome: 'gone' });
    }
    expect(await inventory(shop)).toEqual(ONE_OF_EACH);
    await cleanedUp(shop, resolved);
  });

  test('a rule that a person changed is neither written nor restored', async () => {
    const shop = await shopWith();
    const { operator, resolved } = await provisionedUpTo(shop, 'rule/frontend');
    const { rule } = greenOf(shop);
    const Actions = [{ Type: 'fixed-response' as const, FixedResponseConfig: { StatusCode: '503' } }];
    await shop.person.elbv2.send(new ModifyRuleCommand({ RuleArn: shop.ruleArn, Actions }));
    expect(await operator.actor.read(rule, OWNER, resolved)).toMatchObject({ status: 'foreign' });
    await expect(operator.actor.ensure(rule, OWNER, resolved)).rejects.toMatchObject({ code: 'RuleChanged' });
    expect(await operator.actor.remove(rule, OWNER, resolved)).toEqual({ outcome: 'gone' });
    expect(await actionsOf(shop)).toMatchObject(Actions);
  });
});

const definitionOf = (family: string) => ({
  family,
  networkMode: 'awsvpc' as const,
  cpu: '256',
  memory: '512',
  requiresCompatibilities: ['FARGATE' as const],
  containerDefinitions: [{ name: 'app', image: 'other:1', essential: true }],
});

async function actionsOf(shop: Shop) {
  const { Rules } = await shop.person.elbv2.send(new DescribeRulesCommand({ RuleArns: [shop.ruleArn] }));
  return Rules?.[0]?.Actions;
}

/** How the world looks to one resource by itself. */
async function settle(shop: Shop, actor: ResourceActor, resource: StackResource, resolved: Resolved): Promise<string> {
  for (let round = 0; round < 50; round += 1) {
    const observed = await actor.read(resource, OWNER, resolved);
    if (observed.status !== 'waiting') return observed.status;
    await shop.pass(5_000);
  }
  return 'waiting';
}

describe('a task definition', () => {
  test('E30: is registered once, however often it is ensured, and again when it is another', async () => {
    const shop = await shopWith();
    const { actor } = operatorOf(shop);
    const { taskDefinition } = greenOf(shop);
    const first = await actor.ensure(taskDefinition, OWNER, new Map());
    expect(first).toMatchObject({ outcome: 'created' });
    expect(await actor.ensure(taskDefinition, OWNER, new Map())).toEqual({ ...first, outcome: 'unchanged' });

    const bigger = { ...taskDefinition, input: { ...taskDefinition.input, memory: '1024' } };
    expect(await actor.read(bigger, OWNER, new Map())).toMatchObject({ status: 'differs' });
    expect(await actor.ensure(bigger, OWNER, new Map())).toMatchObject({ outcome: 'updated' });
    expect(await actor.remove(bigger, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(await leftovers(shop)).toEqual([]);
  });

  test('E35: one that was deregistered and not deleted is still there, and goes', async () => {
    const shop = await shopWith();
    const { taskDefinition } = greenOf(shop);
    await operatorOf(shop).actor.ensure(taskDefinition, OWNER, new Map());
    const dying = operatorOf(shop, { cut: { call: 2, when: 'before' } });
    await expect(dying.actor.remove(taskDefinition, OWNER, new Map())).rejects.toMatchObject({ kind: 'unknown' });
    const { actor } = operatorOf(shop);
    expect(await actor.read(taskDefinition, OWNER, new Map())).toMatchObject({ status: 'differs' });
    expect(await actor.remove(taskDefinition, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(await actor.read(taskDefinition, OWNER, new Map())).toEqual({ status: 'absent' });
    expect(await leftovers(shop)).toEqual([]);
  });
});

describe('a target group', () => {
  test('drift of its health check and its attributes is seen and mended', async () => {
    const shop = await shopWith();
    const { actor } = operatorOf(shop);
    const { targetGroup } = greenOf(shop);
    const made = await actor.ensure(targetGroup, OWNER, new Map());
    const TargetGroupArn = 'arn' in made ? made.arn : '';
    const { elbv2 } = shop.person;
    await elbv2.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/other' }));
    expect(await actor.read(targetGroup, OWNER, new Map())).toMatchObject({
      status: 'differs',
      why: expect.stringMatching(/HealthCheckPath/),
    });
    expect(await actor.ensure(targetGroup, OWNER, new Map())).toMatchObject({ outcome: 'updated' });

    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '300' }];
    await elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
    expect(await actor.ensure(targetGroup, OWNER, new Map())).toMatchObject({ outcome: 'updated' });
    const read = await elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    expect(read.Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '30' });
    expect(await actor.remove(targetGroup, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(await leftovers(shop)).toEqual([]);
  });

  test('L19: one that a rule still names waits, and is not forced', async () => {
    const shop = await shopWith(AWS_LIKE_DELAYS);
    const { operator, resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    const { targetGroup } = greenOf(shop);
    expect(await operator.actor.remove(targetGroup, OWNER, resolved)).toMatchObject({
      outcome: 'waiting',
      why: expect.stringMatching(/in use/),
    });
    await cleanedUp(shop, resolved);
  });
});

describe('the rule', () => {
  test('green hangs in it at weight 0, and a weight that stands is left alone', async () => {
    const shop = await shopWith();
    const { operator, resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    const { rule } = greenOf(shop);
    const [action] = known(await actionsOf(shop));
    expect(action?.ForwardConfig?.TargetGroups?.map((group) => group.Weight).sort()).toEqual([0, 100]);

    const TargetGroups = known(action?.ForwardConfig?.TargetGroups).map((group) => ({
      ...group,
      Weight: group.TargetGroupArn === shop.blueTargetGroupArn ? 75 : 25,
    }));
    const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
    await shop.person.elbv2.send(new ModifyRuleCommand({ RuleArn: shop.ruleArn, Actions }));
    expect(await operator.actor.ensure(rule, OWNER, resolved)).toMatchObject({ outcome: 'unchanged' });
    expect((await actionsOf(shop))?.[0]?.ForwardConfig?.TargetGroups).toEqual(expect.arrayContaining(TargetGroups));
    await cleanedUp(shop, resolved);
  });
});

describe('the service', () => {
  test('E60: waits while its target group hangs on no load balancer', async () => {
    const shop = await shopWith();
    const { operator, resolved } = await provisionedUpTo(shop, 'rule/frontend');
    const { service } = greenOf(shop);
    const ensured = await operator.actor.ensure(service, OWNER, resolved);
    expect(ensured).toMatchObject({
      outcome: 'waiting',
      why: expect.stringMatching(/does not have an associated load balancer/),
    });
    await cleanedUp(shop, resolved);
  });

  test('E11: is not taken for absent while ECS does not show it yet', async () => {
    const shop = await shopWith(AWS_LIKE_DELAYS);
    const { operator, resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    const { service } = greenOf(shop);
    expect(await operator.actor.ensure(service, OWNER, resolved)).toMatchObject({ outcome: 'created' });
    expect(await operator.actor.read(service, OWNER, resolved)).toMatchObject({ status: 'waiting' });
    // Another process knows nothing of it, and its second CreateService makes no second service.
    const other = operatorOf(shop);
    await other.actor.ensure(service, OWNER, resolved);
    expect(await settle(shop, other.actor, service, resolved)).toBe('ready');
    expect(await inventory(shop)).toEqual(ONE_OF_EACH);
    await cleanedUp(shop, resolved);
  });

  test('K6: is ready only when its targets are healthy', async () => {
    const shop = await shopWith(AWS_LIKE_DELAYS);
    const { operator, resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    const { service } = greenOf(shop);
    shop.simulated.tasks.behave(() => ({ start: 'run', health: { kind: 'response', status: 503 } }));
    await operator.actor.ensure(service, OWNER, resolved);
    for (let round = 0; round < 20; round += 1) {
      await shop.pass(5_000);
      expect((await operator.actor.read(service, OWNER, resolved)).status).not.toBe('ready');
    }
    await cleanedUp(shop, resolved);
  });

  test('E43: whose tasks never come up has failed, with ECS’s reason', async () => {
    const shop = await shopWith();
    const { operator, resolved } = await provisionedUpTo(shop, 'service/frontend-sc');
    const { service } = greenOf(shop);
    shop.simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'frontend-sc' ? 'crash' : 'run' }));
    await operator.actor.ensure(service, OWNER, resolved);
    let status = 'waiting';
    for (let round = 0; round < 200 && status !== 'failed'; round += 1) {
      await shop.pass(15_000);
      ({ status } = await operator.actor.read(service, OWNER, resolved));
    }
    expect(await operator.actor.read(service, OWNER, resolved)).toMatchObject({
      status: 'failed',
      why: expect.stringMatching(/circuit|failed/i),
    });
    await cleanedUp(shop, resolved);
  }, 20_000);

  test('that runs another task definition is put right', async () => {
    const shop = await shopWith();
    const { operator, resolved } = await provisionedUpTo(shop, 'scaling/frontend-sc');
    const { service } = greenOf(shop);
    const containerDefinitions = [
      {
        ...definitionOf('other').containerDefinitions[0],
        portMappings: [{ name: 'http', containerPort: 8080, appProtocol: 'http' as const }],
      },
    ];
    const { taskDefinition: other } = await shop.person.ecs.send(
      new RegisterTaskDefinitionCommand({ ...definitionOf('other'), containerDefinitions }),
    );
    await shop.person.ecs.send(
      new UpdateServiceCommand({ cluster: 'shop', service: 'frontend-sc', taskDefinition: other?.taskDefinitionArn }),
    );
    expect(await operator.actor.read(service, OWNER, resolved)).toMatchObject({ status: 'differs' });
    expect(await operator.actor.ensure(service, OWNER, resolved)).toMatchObject({ outcome: 'updated' });
    expect(await settle(shop, operator.actor, service, resolved)).toBe('ready');
    await cleanedUp(shop, resolved);
  });
});

const targetsOf = async (shop: Shop) => {
  const { ScalableTargets = [] } = await shop.person.autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  );
  return new Map(ScalableTargets.map((target) => [target.ResourceId, target]));
};

describe('scaling', () => {
  test('is suspended on both sides from provision on', async () => {
    const shop = await shopWith();
    const resolved = new Map<string, string>();
    await provision(shop, operatorOf(shop).actor, stackOf(shop), resolved);
    const targets = await targetsOf(shop);
    for (const name of ['frontend', 'frontend-sc']) {
      expect(targets.get(`service/shop/${name}`), name).toMatchObject({
        MinCapacity: 1,
        MaxCapacity: 6,
        SuspendedState: { DynamicScalingInSuspended: true },
      });
    }
    await cleanedUp(shop, resolved);
  });

  test('P2: blue is not frozen by a call that would change its desired count', async () => {
    const shop = await shopWith();
    await shop.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'frontend', desiredCount: 0 }));
    await shop.pass(60_000);
    const { actor, mutations } = operatorOf(shop);
    const { scalingFreeze } = greenOf(shop);
    await expect(actor.ensure(scalingFreeze, OWNER, new Map())).rejects.toMatchObject({
      code: 'DesiredCountOutOfRange',
      message: expect.stringContaining("desired count of 0, outside of its scaling's 1 to 6"),
    });
    expect(mutations()).toBe(0);
    expect(await leftovers(shop)).toEqual([]);
  });
});

async function blueServiceOf({ person }: Shop) {
  const { services } = await person.ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: ['frontend'] }));
  return services?.[0];
}

describe('rebalancing across Availability Zones', () => {
  test('E40, E79: blue’s is off while there is a way back, which deploys nothing, and on again afterwards', async () => {
    const shop = await shopWith();
    const before = await blueServiceOf(shop);
    expect(before?.availabilityZoneRebalancing).toBe('ENABLED');
    const resolved = new Map<string, string>();
    await provision(shop, operatorOf(shop).actor, stackOf(shop), resolved);
    const frozen = await blueServiceOf(shop);
    expect(frozen?.availabilityZoneRebalancing).toBe('DISABLED');
    expect(frozen?.deployments?.map(({ id }) => id)).toEqual(before?.deployments?.map(({ id }) => id));
    await cleanedUp(shop, resolved);
    expect((await blueServiceOf(shop))?.availabilityZoneRebalancing).toBe('ENABLED');
  });

  test('of a blue that is gone is not switched, and nothing is left to give back', async () => {
    const shop = await shopWith();
    const { actor, mutations } = operatorOf(shop);
    const { rebalancingFreeze } = greenOf(shop);
    await shop.person.ecs.send(new DeleteServiceCommand({ cluster: 'shop', service: 'frontend', force: true }));
    await shop.pass(600_000);
    await expect(actor.ensure(rebalancingFreeze, OWNER, new Map())).rejects.toMatchObject({
      code: 'ServiceNotFoundException',
      message: expect.stringContaining('Nothing was changed'),
    });
    expect(await actor.remove(rebalancingFreeze, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(mutations()).toBe(0);
  });
});

const setCount = async (shop: Shop, desiredCount: number) => {
  await shop.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'frontend', desiredCount }));
  await shop.pass(60_000);
};
const setBounds = (shop: Shop, bounds: { MinCapacity?: number; MaxCapacity?: number }) =>
  shop.person.autoScaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: 'ecs',
      ResourceId: 'service/shop/frontend',
      ScalableDimension: 'ecs:service:DesiredCount',
      ...bounds,
    }),
  );
const blueOf = async (shop: Shop) => {
  const target = (await targetsOf(shop)).get('service/shop/frontend');
  const { services } = await shop.person.ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['frontend'] }),
  );
  const { MinCapacity: min, MaxCapacity: max, SuspendedState } = target ?? {};
  return { min, max, desired: services?.[0]?.desiredCount, frozen: SuspendedState?.DynamicScalingInSuspended };
};

describe('blue’s floor', () => {
  test('P2: the count follows the minimum, up to the maximum, and the freeze gives the recorded one back', async () => {
    const shop = await shopWith();
    const { actor, clients, mutations } = operatorOf(shop);
    const { scalingFreeze } = greenOf(shop);
    await actor.ensure(scalingFreeze, OWNER, new Map());
    expect(await raiseFloor(clients, scalingFreeze, 4)).toEqual({ from: 1, to: 4 });
    expect(await blueOf(shop)).toEqual({ min: 4, max: 6, desired: 4, frozen: true });
    expect(await raiseFloor(clients, scalingFreeze, 9)).toEqual({ from: 4, to: 6 });
    expect(await blueOf(shop)).toEqual({ min: 6, max: 6, desired: 6, frozen: true });
    const before = mutations();
    expect(await raiseFloor(clients, scalingFreeze, 9), 'it is where it can come to').toBeUndefined();
    expect(mutations()).toBe(before);
    const floored = { ...scalingFreeze, floor: 9 };
    expect(await actor.remove(floored, OWNER, new Map())).toMatchObject({ outcome: 'waiting' });
    expect(await actor.remove(floored, OWNER, new Map())).toEqual({ outcome: 'gone' });
    expect(await blueOf(shop), 'and stops no task by itself').toEqual({ min: 1, max: 6, desired: 6, frozen: false });
  });

  test('a count that is high enough, or was lowered below the minimum by a person, asks for no call', async () => {
    const shop = await shopWith();
    const { clients, mutations } = operatorOf(shop);
    const { scalingFreeze } = greenOf(shop);
    await setCount(shop, 4);
    expect(await raiseFloor(clients, scalingFreeze, 3)).toBeUndefined();
    await setBounds(shop, { MinCapacity: 4 });
    await setCount(shop, 2);
    expect(await raiseFloor(clients, scalingFreeze, 4)).toBeUndefined();
    expect(mutations()).toBe(0);
    expect(await blueOf(shop)).toMatchObject({ min: 4, desired: 2 });
  });

  test('scale-in that somebody has let go again under a raised floor is still to be put back, and the floor with it', async () => {
    const shop = await shopWith();
    const { actor, clients } = operatorOf(shop);
    const { scalingFreeze } = greenOf(shop);
    const floored = { ...scalingFreeze, floor: 4 };
    await raiseFloor(clients, scalingFreeze, 4);
    expect(await actor.read(floored, OWNER, new Map())).toMatchObject({ status: 'differs' });
    await actor.remove(floored, OWNER, new Map());
    expect(await blueOf(shop)).toMatchObject({ min: 1, desired: 4, frozen: false });
    expect(await actor.read(floored, OWNER, new Map())).toEqual({ status: 'absent' });
  });

  test.each([2, 5])('a minimum of %i that a person has set meanwhile is not taken for ours', async (min) => {
    const shop = await shopWith();
    const { actor, clients } = operatorOf(shop);
    const { scalingFreeze } = greenOf(shop);
    await actor.ensure(scalingFreeze, OWNER, new Map());
    const recorded = { ...scalingFreeze.blue.target, MinCapacity: 3 };
    const freeze = { ...scalingFreeze, blue: { ...scalingFreeze.blue, target: recorded }, floor: 4 };
    await raiseFloor(clients, freeze, 4);
    await setBounds(shop, { MinCapacity: min });
    await actor.remove(freeze, OWNER, new Map());
    expect(await blueOf(shop)).toMatchObject({ min, frozen: false });
  });
});

test('everything that is made carries the plan and the uid', async () => {
  const shop = await shopWith();
  const resolved = new Map<string, string>();
  await provision(shop, operatorOf(shop).actor, stackOf(shop), resolved);
  const tags = await tagsOfMade(shop, resolved);
  for (const [kind, carried] of Object.entries(tags)) {
    expect(carried, kind).toMatchObject({ [PLAN_TAG]: OWNER.plan, [UID_TAG]: OWNER.uid });
  }
  expect(tags.service, 'and blue’s own').toMatchObject({ team: 'web' });
  await cleanedUp(shop, resolved);
});

/** The tags of what was made, as AWS tells them; what is not here takes none. */
async function tagsOfMade(shop: Shop, resolved: Resolved) {
  const { ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch } = shop.person;
  const green = greenOf(shop);
  const arnOf = ({ id }: StackResource): string => known(resolved.get(id));
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['frontend-sc'], include: ['TAGS'] }),
  );
  const definition = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: arnOf(green.taskDefinition), include: ['TAGS'] }),
  );
  const { TagDescriptions } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [arnOf(green.targetGroup)] }));
  const namespace = await serviceDiscovery.send(new ListNamespaceTagsCommand({ ResourceARN: arnOf(green.namespace) }));
  const scaling = await autoScaling.send(new ListScalingTagsCommand({ ResourceARN: arnOf(green.scaling) }));
  const alarm = await cloudWatch.send(new ListAlarmTagsCommand({ ResourceARN: arnOf(green.alarm) }));
  return {
    service: record(services?.[0]?.tags),
    taskDefinition: record(definition.tags),
    targetGroup: record(TagDescriptions?.[0]?.Tags),
    namespace: record(namespace.Tags),
    scaling: scaling.Tags ?? {},
    alarm: record(alarm.Tags),
  };
}

type AnyTag = Partial<Record<'key' | 'value' | 'Key' | 'Value', string | undefined>>;
const record = (tags: readonly AnyTag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map((tag) => [tag.key ?? tag.Key ?? '', tag.value ?? tag.Value ?? '']));
