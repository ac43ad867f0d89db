import { describe, expect, test, vi } from 'vitest';
import { expectMigrated, expectRolledBack } from '../operator/endStates.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { greenWeight, intervene, lost } from './mishaps.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

async function worldIn(...where: Parameters<OperatorWorld['untilState']>): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState(...where);
  return world;
}

describe('a fault of our own while the world is observed', () => {
  test('I9: keeps no breach from being heard', async () => {
    const world = await worldIn('ramp.bake', 0);
    intervene(world.operator, 'cloudWatch', 'GetMetricData', () => {
      throw new TypeError('nobody foresaw this');
    });
    await world.pass();
    const { report, machine } = await world.status();
    expect(machine.value).toBe('ramp.bake');
    expect(report.waitingFor).toContain('nobody foresaw this');
    await world.fireAlarm();
    await world.pass();
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('opens nothing: the weight stays where it is', async () => {
    const world = await worldIn('ramp.bake', 0);
    const end = intervene(world.operator, 'cloudWatch', 'DescribeAlarms', () => {
      throw new TypeError('nobody foresaw this');
    });
    await world.rest(10);
    expect(await greenWeight(world)).toBe(10);
    end();
    await world.untilState('succeeded');
    await expectMigrated(world);
  });
});

describe('an alarm that fires while the rest of the world is still being read', () => {
  test('I5: keeps the weight from rising on the strength of what was read before', async () => {
    const world = await worldIn('ramp.bake', 0);
    intervene(world.operator, 'cloudWatch', 'GetMetricData', async (proceed) => {
      await world.fireAlarm();
      return proceed();
    });
    for (let pass = 0; pass < 20 && (await world.state()) === 'ramp.bake'; pass += 1) {
      await world.pass();
      expect(await greenWeight(world)).toBeOneOf([10, undefined]);
    }
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });
});

describe('a read that is lost', () => {
  test('is no sign that a rule was put back: a halted plan stays halted', async () => {
    const world = await worldIn('ramp.bake', 1);
    const rule = { ...(world.blue.rule as { Actions: [] }) };
    const { ModifyRuleCommand } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    const write = (Actions: []) =>
      world.person.elbv2.send(new ModifyRuleCommand({ RuleArn: world.edge.listenerRuleArn, Actions }));
    await write(rule.Actions);
    await world.untilState('halted');
    const end = intervene(world.operator, 'elbv2', 'DescribeRules', lost('elasticloadbalancing:DescribeRules'));
    await world.rest(3);
    end();
    await world.rest(3);
    expect(await world.state()).toBe('halted');
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
  });

  test('of green’s target group after a restart is no sign that somebody changed the rule', async () => {
    const world = await worldIn('ramp.bake', 0);
    const operator = world.startOperator();
    const end = intervene(operator, 'elbv2', 'DescribeTargetGroups', lost('elasticloadbalancing:DescribeTargetGroups'));
    while ((await world.pass()) !== 'after');
    await world.rest(2);
    expect(await world.state()).toBe('ramp.bake');
    end();
    await world.untilState('succeeded');
    expect((await world.events()).map(({ reason }) => reason)).not.toContain('Halted');
    await expectMigrated(world);
  });

  test('I9: of blue’s health does not hold a breach back for ever', async () => {
    const world = await worldIn('ramp.bake', 0);
    const end = intervene(world.operator, 'ecs', 'DescribeServices', lost('ecs:DescribeServices'));
    await world.fireAlarm();
    await world.untilState('backward.reviveBlue');
    await world.untilState('backward.shiftBack');
    await world.pass();
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    end();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('of the restored rule holds the dismantling, and nothing else', async () => {
    const world = await worldIn('ramp.bake', 0);
    await world.fireAlarm();
    await world.untilState('backward.dismantle');
    const end = intervene(world.operator, 'elbv2', 'DescribeRules', lost('elasticloadbalancing:DescribeRules'));
    const before = world.inside.things();
    await world.rest(5);
    expect(world.inside.things()).toEqual(before);
    end();
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });
});

describe('a resource that something else undoes each time', () => {
  test('is mended at the pace of a tick, not in a hot loop', async () => {
    const world = await worldIn('provision');
    intervene(world.operator, 'elbv2', 'DescribeTargetGroupAttributes', () => Promise.resolve({ Attributes: [] }));
    const kinds: string[] = [];
    for (let pass = 0; pass < 40; pass += 1) kinds.push(await world.pass());
    expect(kinds.slice(-15)).not.toContain('again');
  });
});
