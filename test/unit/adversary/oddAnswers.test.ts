import type { DescribeAlarmsCommandOutput, EvaluationState } from '@aws-sdk/client-cloudwatch';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { CreateRuleCommand, DeleteRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import { createTargetGroup } from '../../../lab/estates/shop/edge.ts';
import { PORT } from '../../../lab/estates/shop/names.ts';
import { expectMigrated } from '../operator/endStates.ts';
import { tagged } from '../operator/lookAround.ts';
import { CLUSTER, PLAN } from '../operator/manifest.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { greenWeight, intervene } from './mishaps.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What AWS may answer, and seldom does. */

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

describe('an alarm that is OK and that CloudWatch does not evaluate in full', () => {
  test.each<EvaluationState>(['EVALUATION_ERROR', 'EVALUATION_FAILURE', 'PARTIAL_DATA'])(
    '(%s) is not known to be OK, and holds the step until it is evaluated again',
    async (evaluation) => {
      const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
      await world.apply({ steps: STEPS });
      await world.untilState('ramp.bake', 0);
      const end = intervene(world.operator, 'cloudWatch', 'DescribeAlarms', async (proceed) => {
        const page = (await proceed()) as DescribeAlarmsCommandOutput;
        return { ...page, MetricAlarms: page.MetricAlarms?.map((one) => ({ ...one, EvaluationState: evaluation })) };
      });
      await world.rest(15);
      expect(await greenWeight(world)).toBe(10);
      expect((await world.status()).report.waitingFor).toContain(evaluation);
      end();
      await world.untilState('succeeded');
      await expectMigrated(world);
    },
  );
});

/** The frontend is behind a second rule, and both are in the plan. */
async function worldOfTwoRules(): Promise<{ world: OperatorWorld; secondRuleArn: string }> {
  // The referee knows of one rule.
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 }, referee: false });
  const { elbv2, ecs } = world.person;
  const second = await createTargetGroup(elbv2, 'second');
  const { Rules = [] } = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: world.edge.listenerArn,
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/second'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: second }],
    }),
  );
  await ecs.send(
    new UpdateServiceCommand({
      cluster: CLUSTER,
      service: 'frontend',
      loadBalancers: [world.edge.targetGroupArn, second].map((targetGroupArn) => ({
        targetGroupArn,
        containerName: 'app',
        containerPort: PORT,
      })),
    }),
  );
  await world.clock.advanceAsync(600_000);
  const secondRuleArn = Rules[0]?.RuleArn ?? '';
  await world.apply({
    steps: STEPS,
    traffic: [world.edge.listenerRuleArn, secondRuleArn].map((listenerRule) => ({
      service: 'frontend',
      alb: { listenerRule },
    })),
  });
  await world.untilState('ramp.bake', 0);
  return { world, secondRuleArn };
}

describe('a service behind two rules with a target group each', () => {
  test('I9: goes back by the one when somebody has deleted the other', async () => {
    const { world, secondRuleArn } = await worldOfTwoRules();
    await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: secondRuleArn }));
    await world.untilState('halted');
    await world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: 'a drill' });
    const askedAt = world.clock.now();
    await world.untilState('backward.dismantle');
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    expect(world.clock.now() - askedAt).toBeLessThan(60_000);
    await world.untilState('rolledBack');
    expect(await tagged(world)).toEqual([]);
  });

  test('I9: the same with an operator that was not there before', async () => {
    const { world, secondRuleArn } = await worldOfTwoRules();
    await world.person.elbv2.send(new DeleteRuleCommand({ RuleArn: secondRuleArn }));
    await world.fireAlarm();
    await world.pass();
    world.startOperator();
    await world.untilState('backward.dismantle');
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    expect(await tagged(world)).toEqual([]);
  });
});
