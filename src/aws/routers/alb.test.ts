import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { RuleResource } from '../../assess/model.ts';
import { withCallContext } from '../callContext.ts';
import { createShop, greenOf, known, operatorClients, type Shop } from '../simulatedShop.ts';
import { createAlbRouter } from './alb.ts';
import { routerContract, type RouterWorld } from './contract.ts';
import { targetCounts } from './targetHealth.ts';

const FIXED: Action[] = [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }];

interface AlbWorld extends RouterWorld {
  shop: Shop;
  setActions(actions: Action[]): Promise<void>;
  /** As a plan does it that looks: what is asked may have been told to another. */
  inLook<T>(action: () => Promise<T>): Promise<T>;
}

/** The shop's rule, or its listener's default action, with stickiness; green's targets are tasks that answer. */
async function worldOf(entry: 'rule' | 'listener'): Promise<AlbWorld> {
  const shop = await createShop(AWS_LIKE_DELAYS);
  const { elbv2 } = shop.person;
  const carried = async () => {
    if (entry === 'rule') {
      return known((await elbv2.send(new DescribeRulesCommand({ RuleArns: [shop.ruleArn] }))).Rules?.[0]?.Actions);
    }
    const { Listeners } = await elbv2.send(new DescribeListenersCommand({ ListenerArns: [shop.listenerArn] }));
    return known(Listeners?.[0]?.DefaultActions);
  };
  const setActions = async (actions: Action[]) => {
    if (entry === 'rule') await elbv2.send(new ModifyRuleCommand({ RuleArn: shop.ruleArn, Actions: actions }));
    else await elbv2.send(new ModifyListenerCommand({ ListenerArn: shop.listenerArn, DefaultActions: actions }));
  };
  if (entry === 'listener') await elbv2.send(new DeleteRuleCommand({ RuleArn: shop.ruleArn }));
  await setActions([
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: shop.blueTargetGroupArn, Weight: 1 }],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 600 },
      },
    },
  ]);

  const green = greenOf(shop);
  const created = await elbv2.send(new CreateTargetGroupCommand(green.targetGroup.input));
  const greenArn = known(created.TargetGroups?.[0]?.TargetGroupArn);
  const tasks = shop.simulated.tasks.of('frontend');
  const Targets = tasks.map(({ spec }) => ({ Id: spec.ip, Port: 8080 }));
  await elbv2.send(new RegisterTargetsCommand({ TargetGroupArn: greenArn, Targets }));

  let looks = 0;
  const { clients, mutations } = operatorClients(shop.simulated);
  const alb = entry === 'rule' ? { listenerRule: shop.ruleArn } : { listener: shop.listenerArn };
  const rule: RuleResource = {
    ...green.rule,
    entry: { service: 'frontend', alb },
    originalActions: await carried(),
  };
  return {
    shop,
    router: createAlbRouter({ clients, realPause: () => Promise.resolve() }),
    rule,
    resolved: new Map([[green.targetGroup.id, greenArn]]),
    mutations,
    carried,
    setActions,
    inLook: (action) =>
      withCallContext({ plan: 'shop', look: { plan: 'shop', id: `look-${(looks += 1)}`, epoch: 1 } }, action),
    async greenIs(state) {
      for (const { spec } of tasks) {
        shop.simulated.tasks.setHealth(spec.taskArn, { kind: 'response', status: state === 'healthy' ? 200 : 503 });
      }
      for (let round = 0; round < 60; round += 1) {
        const { healthy } = await targetCounts(shop.person, greenArn);
        if (healthy === (state === 'healthy' ? tasks.length : 0)) return;
        await shop.pass(5_000);
      }
      throw new Error(`green’s targets never became ${state}`);
    },
    tamper: () => setActions(FIXED),
    async forwardToBlueElsewhere() {
      await elbv2.send(
        new CreateListenerCommand({
          LoadBalancerArn: shop.loadBalancerArn,
          Protocol: 'HTTP',
          Port: 8081,
          DefaultActions: [{ Type: 'forward', TargetGroupArn: shop.blueTargetGroupArn }],
        }),
      );
    },
    silence: () => void shop.close(),
    close: () => shop.close(),
  };
}

routerContract('a listener rule of an Application Load Balancer', () => worldOf('rule'));
routerContract('a listener’s default action of an Application Load Balancer', () => worldOf('listener'));

describe('the ALB router', () => {
  test('L7: what is verified is what is configured; the sentence says what carries it', async () => {
    const world = await worldOf('rule');
    expect(await world.router.verify(world.rule, { kind: 'blueOnly' }, world.resolved)).toEqual({
      verdict: 'pass',
      why: 'rule 10 of listener HTTP:80 carries its original actions (2 agreeing reads)',
    });
    await world.close();
  });

  test('our own route that is not the wanted one waits; it does not fail', async () => {
    const world = await worldOf('rule');
    await world.router.write(world.rule, { kind: 'split', greenWeight: 0 }, world.resolved);
    expect(await world.router.verify(world.rule, { kind: 'blueOnly' }, world.resolved)).toMatchObject({
      verdict: 'wait',
      why: expect.stringContaining('frontend-sc 0'),
    });
    await world.close();
  });

  test('a rule that is gone fails the verification, and cannot be read', async () => {
    const world = await worldOf('rule');
    await world.shop.person.elbv2.send(new DeleteRuleCommand({ RuleArn: world.shop.ruleArn }));
    expect(await world.router.verify(world.rule, { kind: 'blueOnly' }, world.resolved)).toMatchObject({
      verdict: 'fail',
    });
    await expect(world.router.read(world.rule, world.resolved)).rejects.toMatchObject({ kind: 'notFound' });
    expect(await world.router.proveWayBack(world.rule)).toMatchObject({ verdict: 'fail' });
    await world.close();
  });

  test.each(['rule', 'listener'] as const)(
    'an entry (%s) whose own listener is gone fails the verification, cannot be read, and has no way back to prove',
    async (entry) => {
      const world = await worldOf(entry);
      const { elbv2 } = world.shop.person;
      await elbv2.send(new DeleteListenerCommand({ ListenerArn: world.shop.listenerArn }));
      const expectGone = async () => {
        for (const route of [{ kind: 'blueOnly' }, { kind: 'greenOnly' }] as const)
          expect(await world.router.verify(world.rule, route, world.resolved)).toMatchObject({
            verdict: 'fail',
            why: expect.stringContaining('does not exist any more'),
          });
        await expect(world.router.read(world.rule, world.resolved)).rejects.toMatchObject({ kind: 'notFound' });
      };
      await expectGone();
      await world.inLook(expectGone);
      expect(await world.router.proveWayBack(world.rule)).toMatchObject({ verdict: 'fail' });
      expect(world.mutations()).toBe(0);
      await world.close();
    },
  );

  test.each(['rule', 'listener'] as const)(
    'of an entry (%s) whose listener is gone, blue is free unless another place names it',
    async (entry) => {
      const world = await worldOf(entry);
      const { elbv2 } = world.shop.person;
      const free = () => world.router.verifyGone(world.rule);
      expect(await free(), 'it is there').toMatchObject({ verdict: 'wait' });
      await world.forwardToBlueElsewhere();
      await elbv2.send(new DeleteListenerCommand({ ListenerArn: world.shop.listenerArn }));
      const named = { verdict: 'fail', why: expect.stringMatching(/the default action of listener HTTP:8081 does /) };
      expect(await free()).toMatchObject(named);
      expect(await world.inLook(free)).toMatchObject(named);
      const { Listeners = [] } = await elbv2.send(
        new DescribeListenersCommand({ LoadBalancerArn: world.shop.loadBalancerArn }),
      );
      for (const { ListenerArn } of Listeners) await elbv2.send(new DeleteListenerCommand({ ListenerArn }));
      expect(await free()).toEqual({
        verdict: 'pass',
        why: 'nothing else of its load balancer names blue’s target group',
      });
      await world.close();
    },
  );

  test('of an entry whose listener is gone, blue is not free while another load balancer names it', async () => {
    const world = await worldOf('rule');
    const { person, loadBalancerArn } = world.shop;
    const { elbv2 } = person;
    const hangInAnother = await another(world.shop);
    const { Listeners = [] } = await elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: loadBalancerArn }));
    for (const { ListenerArn } of Listeners) await elbv2.send(new DeleteListenerCommand({ ListenerArn }));
    expect(await world.router.verifyGone(world.rule)).toMatchObject({ verdict: 'pass' });
    const other = await hangInAnother();
    expect(await world.router.verifyGone(world.rule)).toEqual({
      verdict: 'fail',
      why: `${other} names blue’s target group`,
    });
    await world.close();
  });

  test('of a load balancer that is gone, blue is free unless it was hung in another', async () => {
    const world = await worldOf('rule');
    const { person, loadBalancerArn } = world.shop;
    const { elbv2 } = person;
    const hangInAnother = await another(world.shop);
    await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: loadBalancerArn }));
    expect(await world.router.verifyGone(world.rule)).toMatchObject({ verdict: 'pass' });
    const other = await hangInAnother();
    expect(await world.router.verifyGone(world.rule)).toEqual({
      verdict: 'fail',
      why: `${other} names blue’s target group`,
    });
    await world.close();
    expect(await world.router.verifyGone(world.rule)).toMatchObject({ verdict: 'unknown' });
  });
});

/** Knows where the entry's load balancer is, while there is one; makes another there, which sends to blue, and answers its ARN. */
async function another({
  person: { elbv2 },
  loadBalancerArn,
  blueTargetGroupArn,
}: Shop): Promise<() => Promise<string>> {
  const { LoadBalancers } = await elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [loadBalancerArn] }));
  const Subnets = (LoadBalancers?.[0]?.AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []);
  return async () => {
    const made = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'another', Subnets }));
    const other = known(made.LoadBalancers?.[0]?.LoadBalancerArn);
    await elbv2.send(
      new CreateListenerCommand({
        LoadBalancerArn: other,
        Protocol: 'HTTP',
        Port: 80,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: blueTargetGroupArn }],
      }),
    );
    return other;
  };
}
