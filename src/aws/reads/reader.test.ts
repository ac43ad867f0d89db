import {
  CreateTargetGroupCommand,
  DescribeAccountLimitsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_NETWORK } from '../../../lab/services/ec2/defaultNetwork.ts';
import { Budget } from '../budget.ts';
import { type CallPriority, withCallContext } from '../callContext.ts';
import { createClients } from '../clients.ts';
import { createShop, greenOf, operatorClients, OWNER, provision, type Shop, stackOf } from '../simulatedShop.ts';
import { createWorld } from '../world.ts';

const TICK_MS = 10_000;
const PLANS = 20;
const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

let shop: Shop;
beforeEach(async () => {
  shop = await createShop();
});
afterEach(() => shop.close());

/** One process of an operator, on the shop's clock. Its budget never runs short, or has never plenty. */
function operator({ hasPlenty = true, isHeldBack = false } = {}) {
  let nowMs = 0;
  let sleeping = 0;
  const budget = new Budget({
    monotonicMs: () => (nowMs += hasPlenty && !isHeldBack ? 1_000 : 0),
    sleep: (ms) => {
      sleeping += 1;
      nowMs += ms;
      return isHeldBack ? new Promise(() => {}) : Promise.resolve();
    },
  });
  const clients = createClients({
    ...shop.simulated.clientConfig,
    log: SILENT,
    budget,
    attemptsMax: 1,
    reads: { monotonicMs: () => shop.clock.now(), nowMs: () => shop.clock.now(), tickMs: TICK_MS, gatherMs: 0 },
  });
  const world = createWorld({
    clients,
    clock: { now: () => shop.clock.now(), realMs: (ms) => ms },
    realPause: () => Promise.resolve(),
  });
  let looks = 0;
  const look = <T>(
    plan: string,
    action: () => Promise<T>,
    { epoch = 1, priority }: { epoch?: number; priority?: CallPriority } = {},
  ) =>
    withCallContext(
      { plan, look: { plan, id: `look-${(looks += 1)}`, epoch }, ...(priority === undefined ? {} : { priority }) },
      action,
    );
  const madeIn = async (action: () => Promise<unknown>): Promise<Record<string, number>> => {
    const before = { ...clients.calls };
    await action();
    const made = Object.entries(clients.calls).map(([api, count]) => [api, count - (before[api] ?? 0)] as const);
    return Object.fromEntries(made.filter(([, count]) => count > 0));
  };
  /** Until something waits for the budget. */
  const waiting = () => expect.poll(() => sleeping).toBeGreaterThan(0);
  return { budget, clients, world, look, madeIn, waiting };
}

const BLUE_ONLY = { kind: 'blueOnly' } as const;

/** What a plan looks at while it bakes. */
async function lookAtAll({ world }: ReturnType<typeof operator>): Promise<void> {
  const { rule } = greenOf(shop);
  await world.alarms(['one', 'other']);
  await world.health(shop.clusterArn, ['frontend', 'frontend-sc']);
  await world.router.read(rule, new Map());
  await world.router.verify(rule, BLUE_ONLY, new Map());
  await world.edgeTraffic(rule, new Map(), 120_000);
}

describe('plans that look at one load balancer and one cluster', () => {
  test('make no more calls together than one by itself', async () => {
    const one = operator();
    const plans = Array.from({ length: PLANS }, (_, index) => `plan-${index}`);
    for (const plan of plans) await one.look(plan, () => lookAtAll(one));
    shop.clock.advance(TICK_MS);
    const alone = await one.madeIn(() => one.look('plan-0', () => lookAtAll(one)));
    shop.clock.advance(TICK_MS);
    const together = await one.madeIn(() => Promise.all(plans.map((plan) => one.look(plan, () => lookAtAll(one)))));
    expect(alone).toMatchObject({ 'cloudwatch:DescribeAlarms': 1, 'ecs:DescribeServices': 1 });
    const targets = 'elasticloadbalancing:DescribeTargetHealth';
    expect({ ...together, [targets]: 0 }).toEqual({ ...alone, [targets]: 0 });
  });

  test('and none besides where they are spread over a tick: a second look is never given the first one’s answer', async () => {
    const one = operator();
    const plans = Array.from({ length: PLANS }, (_, index) => `plan-${index}`);
    const round = async (): Promise<void> => {
      for (const plan of plans) {
        await one.look(plan, () => lookAtAll(one));
        shop.clock.advance(TICK_MS / PLANS);
      }
    };
    await round();
    await round();
    const made = await one.madeIn(round);
    expect(made['elasticloadbalancing:DescribeRules']).toBeLessThanOrEqual(4);
    expect(made['cloudwatch:DescribeAlarms']).toBeLessThanOrEqual(2);
    expect(made['ecs:DescribeServices']).toBeLessThanOrEqual(2);
  });
});

const actionsSeen = async (one: ReturnType<typeof operator>): Promise<string> =>
  (await one.world.router.read(greenOf(shop).rule, new Map())).route.kind;

describe('a plan reads', () => {
  test('what it has written itself, however little time has passed', async () => {
    const one = operator();
    const { rule } = greenOf(shop);
    await one.look('a', () => actionsSeen(one));
    await one.look('b', () => actionsSeen(one));
    const seen = await one.look('a', async () => {
      const before = await actionsSeen(one);
      await one.clients.elbv2.send(
        new ModifyRuleCommand({
          RuleArn: shop.ruleArn,
          Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
        }),
      );
      return [before, await actionsSeen(one)];
    });
    expect(seen).toEqual(['blueOnly', 'foreign']);
    expect(rule.originalActions).toEqual(shop.originalActions);
  });

  test('what others changed, a tick later at most', async () => {
    const one = operator();
    await one.look('a', () => actionsSeen(one));
    await one.look('b', () => actionsSeen(one));
    const { clients: person } = operatorClients(shop.simulated);
    await person.elbv2.send(
      new ModifyRuleCommand({
        RuleArn: shop.ruleArn,
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
      }),
    );
    shop.clock.advance(TICK_MS);
    expect(await one.look('b', () => actionsSeen(one))).toBe('foreign');
  });

  test('everything anew under another lease, on the way back, and outside of a look', async () => {
    const one = operator();
    for (const plan of ['a', 'b']) await one.look(plan, () => actionsSeen(one));
    const { clients: person } = operatorClients(shop.simulated);
    await person.elbv2.send(
      new ModifyRuleCommand({
        RuleArn: shop.ruleArn,
        Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }],
      }),
    );
    expect(await one.look('a', () => actionsSeen(one), { epoch: 2 })).toBe('foreign');
    expect(await one.look('b', () => actionsSeen(one), { priority: 'rollback' })).toBe('foreign');
    expect(await withCallContext({ plan: 'b' }, () => actionsSeen(one))).toBe('foreign');
  });
});

test('a look that waits for the budget waits no longer once its plan is to hurry, and hears that it is not known', async () => {
  const one = operator({ isHeldBack: true });
  for (let calls = 0; calls < 7; calls += 1) await one.budget.take('cloudwatch/alarms', 'normal');
  const looking = one.look('a', () => one.world.alarms(['one']));
  await one.waiting();
  one.clients.reader?.hurry('b');
  one.clients.reader?.hurry('a');
  await expect(looking).rejects.toMatchObject({ call: 'cloudwatch:DescribeAlarms', kind: 'unknown' });
  expect(one.clients.calls['cloudwatch:DescribeAlarms']).toBeUndefined();
});

test('two readings of a rule are 150 ms apart, whoever asked for either', async () => {
  const one = operator();
  const { rule } = greenOf(shop);
  await one.look('plan', () => one.world.router.read(rule, new Map()));
  shop.clock.advance(1_000);
  await one.look('first', () => one.world.router.read(rule, new Map()));
  shop.clock.advance(20);
  await one.look('second', () => one.world.router.read(rule, new Map()));
  shop.clock.advance(100);
  const verify = () => one.look('plan', () => one.world.router.verify(rule, BLUE_ONLY, new Map()));
  // Only what was asked since the last reading is apart from both.
  expect((await one.madeIn(verify))['elasticloadbalancing:DescribeRules']).toBe(1);
});

describe('targets, which AWS tells a group a call', () => {
  test('are counted in each look while there is plenty of budget', async () => {
    const one = operator();
    const health = () => one.look('a', () => one.world.health(shop.clusterArn, ['frontend']));
    await health();
    const made = await one.madeIn(async () => {
      shop.clock.advance(TICK_MS);
      await health();
    });
    expect(made['elasticloadbalancing:DescribeTargetHealth']).toBe(1);
  });

  test('are not counted anew where there is not, for as long as ECS and the load balancer’s own minutes say the same', async () => {
    const one = operator({ hasPlenty: false });
    const health = () => one.look('a', () => one.world.health(shop.clusterArn, ['frontend']));
    // The budget of what describes load balancers is spent.
    for (let calls = 0; calls < 20; calls += 1) await one.clients.elbv2.send(new DescribeAccountLimitsCommand({}));
    await health();
    await shop.pass(180_000);
    await health();
    const quiet = await one.madeIn(async () => {
      await shop.pass(TICK_MS);
      expect(await health()).toMatchObject([{ running: 2, healthy: 2 }]);
    });
    expect(quiet['elasticloadbalancing:DescribeTargetHealth']).toBeUndefined();
    const { clients: person } = operatorClients(shop.simulated);
    await person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'frontend', desiredCount: 0 }));
    await shop.pass(TICK_MS);
    const changed = await one.madeIn(async () => {
      expect(await health()).toMatchObject([{ running: 0, healthy: 0 }]);
    });
    expect(changed['elasticloadbalancing:DescribeTargetHealth']).toBe(1);
  });
});

test('what a look counts of green it counts once, for green’s health and for green as it was made', async () => {
  const one = operator();
  const resolved = new Map<string, string>();
  await provision(shop, one.world.resources, stackOf(shop), resolved);
  const { service } = greenOf(shop);
  const made = await one.madeIn(() =>
    one.look('a', async () => {
      expect(await one.world.health(shop.clusterArn, [service.name])).toMatchObject([{ running: 2 }]);
      expect(await one.world.resources.read(service, OWNER, resolved)).toMatchObject({ status: 'ready' });
    }),
  );
  expect(made['elasticloadbalancing:DescribeTargetHealth']).toBe(1);
});

/** The budget of what describes load balancers is spent. */
async function spent() {
  const one = operator({ hasPlenty: false });
  for (let calls = 0; calls < 20; calls += 1) await one.clients.elbv2.send(new DescribeAccountLimitsCommand({}));
  return one;
}

describe('listeners, which AWS tells a load balancer a call', () => {
  test('are not asked for in each look where the budget is spent; what they do by default is seen in each', async () => {
    const one = await spent();
    const { rule } = greenOf(shop);
    const { clients: person } = operatorClients(shop.simulated);
    const { TargetGroups: [green] = [] } = await person.elbv2.send(
      new CreateTargetGroupCommand({
        Name: 'green',
        Protocol: 'HTTP',
        Port: 80,
        VpcId: DEFAULT_NETWORK.vpcId,
        TargetType: 'ip',
      }),
    );
    const resolved = new Map([[rule.greenTargetGroup.ref, green?.TargetGroupArn ?? '']]);
    const verify = () => one.look('a', () => one.world.router.verify(rule, BLUE_ONLY, resolved));
    expect(await verify()).toMatchObject({ verdict: 'pass' });
    await person.elbv2.send(
      new ModifyListenerCommand({
        ListenerArn: shop.listenerArn,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: green?.TargetGroupArn }],
      }),
    );
    shop.clock.advance(TICK_MS);
    const made = await one.madeIn(async () => {
      expect(await verify()).toMatchObject({ verdict: 'fail', why: expect.stringContaining('the default action of') });
    });
    expect(made).toEqual({ 'elasticloadbalancing:DescribeRules': 1 });
  });

  test('are asked for anew once the plan has changed something', async () => {
    const one = await spent();
    const { rule } = greenOf(shop);
    const verify = () => one.look('a', () => one.world.router.verify(rule, BLUE_ONLY, new Map()));
    await verify();
    await withCallContext({ plan: 'a' }, () => one.world.router.proveWayBack(rule));
    const made = await one.madeIn(verify);
    expect(made['elasticloadbalancing:DescribeListeners']).toBe(1);
  });
});
