import { SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test, vi } from 'vitest';
import type { EventReason } from '../../../src/machines/record.ts';
import { ruleActions, shiftByHand, writeRule } from './byHand.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import type { PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '2m' },
  { weight: 50, bake: '2m' },
  { weight: 100, bake: '2m' },
];

async function baking(onDrift: PlanChanges['onDrift'], step: number): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS, ...(onDrift === undefined ? {} : { onDrift }) });
  await world.untilState('ramp.bake', step);
  await world.clock.advanceAsync(5_000);
  return world;
}

/** Green's weight in the rule, percent; `undefined` where green is not in it. */
async function greenInRule(world: OperatorWorld): Promise<number | undefined> {
  const groups = (await ruleActions(world)).flatMap((action) => action.ForwardConfig?.TargetGroups ?? []);
  return groups.find((group) => group.TargetGroupArn !== world.edge.targetGroupArn)?.Weight;
}

const told = async (world: OperatorWorld, reason: EventReason) =>
  (await world.events()).filter((event) => event.reason === reason).map((event) => event.message);

async function makeSticky(world: OperatorWorld): Promise<void> {
  const actions = await ruleActions(world);
  const TargetGroupStickinessConfig = { Enabled: true, DurationSeconds: 60 };
  await writeRule(
    world,
    actions.map((action) => ({ ...action, ForwardConfig: { ...action.ForwardConfig, TargetGroupStickinessConfig } })),
  );
}

describe('onDrift: reassert', () => {
  test.each([
    [0, 60, 10],
    [1, 90, 50],
    [2, 20, 100],
  ])(
    'weights changed by hand in step %i to %i % are put back to %i %, and the step bakes again',
    async (step, byHand, weight) => {
      const world = await baking('reassert', step);
      const { verifiedAt } = (await world.status()).machine.context;
      await shiftByHand(world, byHand);
      const status = await world.until(
        'the bake begins anew',
        ({ machine }) => machine.value === 'ramp.bake' && (machine.context.verifiedAt ?? 0) > (verifiedAt ?? 0),
      );
      expect(status.machine.context.step).toBe(step);
      expect(await greenInRule(world)).toBe(weight);
      expect(await told(world, 'Reasserted')).toEqual([
        expect.stringContaining(`of green ${weight} → ${byHand}; it is written over (1 of 3 within 10 minutes)`),
      ]);
      await world.untilState('succeeded');
      await expectMigrated(world);
    },
  );

  test('stickiness that was switched on is switched off again', async () => {
    const world = await baking('reassert', 0);
    const ours = await ruleActions(world);
    await makeSticky(world);
    await world.rest(3);
    expect(await ruleActions(world)).toEqual(ours);
    expect(await told(world, 'Reasserted')).toEqual([expect.stringContaining('stickiness off → 60 s')]);
    expect(await world.state()).toBe('ramp.bake');
  });

  test('against another controller ends in a halt after three times, and what that wrote stands', async () => {
    const world = await baking('reassert', 0);
    for (let passes = 0; passes < 30 && (await world.state()) !== 'halted'; passes += 1) {
      await shiftByHand(world, 40);
      await world.pass();
    }
    expect(await world.state()).toBe('halted');
    expect(await told(world, 'Reasserted')).toHaveLength(3);
    await shiftByHand(world, 40);
    const before = world.referee.mutations.length;
    await world.rest(10);
    expect(await world.state()).toBe('halted');
    expect(world.referee.mutations.length).toBe(before);
    expect(await greenInRule(world)).toBe(40);
    expect((await world.status()).report.waitingFor).toContain('two want different things of it');

    // The other one gives in; the person puts the rule back.
    await shiftByHand(world, 10);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('halts while a gate does not pass, and writes nothing', async () => {
    const world = await baking('reassert', 1);
    await shiftByHand(world, 5);
    await world.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'INSUFFICIENT_DATA', StateReason: 'a drill' }),
    );
    const before = world.referee.mutations.length;
    await world.pass();
    expect(await world.state()).toBe('halted');
    expect(world.referee.mutations.length).toBe(before);
    expect(await greenInRule(world)).toBe(5);
    expect(await told(world, 'Halted')).toEqual([expect.stringContaining('it was not written over')]);
  });

  test('waits while the plan is paused, and writes when it is resumed', async () => {
    const world = await baking('reassert', 1);
    await world.requests.setPaused('shop', true);
    await shiftByHand(world, 5);
    await world.rest(5);
    expect(await greenInRule(world)).toBe(5);
    expect(await world.state()).toBe('ramp.bake');
    await world.requests.setPaused('shop', false);
    await world.rest(2);
    expect(await greenInRule(world)).toBe(50);
    expect(world.referee.breaches).toEqual([]);
  });

  test('after a rule was put back to what it was before the plan halts: green in no rule is not given weight unseen', async () => {
    const world = await baking('reassert', 1);
    await writeRule(world, [{ Type: 'forward', TargetGroupArn: world.edge.targetGroupArn }]);
    await world.untilState('halted');
    expect(await greenInRule(world)).toBeUndefined();
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });
});

describe('onDrift: adopt', () => {
  test.each([
    [0, 60, [10, 60, 100]],
    [1, 30, [10, 50, 30, 50, 100]],
    [2, 20, [10, 50, 100, 20, 50, 100]],
  ])(
    'weights changed by hand in step %i to %i % bake as they are, and the steps above follow',
    async (step, byHand, path) => {
      const world = await baking('adopt', step);
      await shiftByHand(world, byHand);
      await world.until('the weight is adopted', ({ machine }) => machine.context.adoptedWeight === byHand);
      await world.untilState('ramp.bake');
      const writes = world.referee.mutations.filter((api) => api.endsWith(':ModifyRule')).length;
      await world.pass();
      expect(await greenInRule(world)).toBe(byHand);
      expect(world.referee.mutations.filter((api) => api.endsWith(':ModifyRule')).length).toBe(writes);
      expect((await world.status()).report.waitingFor).toContain(`the bake of ${byHand} %`);
      await world.untilState('succeeded');
      await expectMigrated(world);
      const verified = (await told(world, 'WeightVerified')).map((words) => Number(/\/(\d+) \(2/.exec(words)?.[1]));
      expect(verified).toEqual(path);
      expect(await told(world, 'Adopted')).toHaveLength(1);
    },
  );

  test('of more for green halts while a gate does not pass', async () => {
    const world = await baking('adopt', 0);
    await shiftByHand(world, 60);
    await world.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'INSUFFICIENT_DATA', StateReason: 'a drill' }),
    );
    await world.pass();
    expect(await world.state()).toBe('halted');
    expect((await world.status()).machine.context.adoptedWeight).toBeNull();
  });

  test('of anything but weights halts', async () => {
    const world = await baking('adopt', 0);
    await makeSticky(world);
    await world.untilState('halted');
    expect(await told(world, 'Halted')).toEqual([expect.stringContaining('more than a change of weights')]);
  });
});

test.each(['pause', 'reassert', 'adopt'] as const)(
  'onDrift: %s; an alarm over a rule that was edited by hand takes everything back with one call and one reconcile',
  async (onDrift) => {
    const world = await baking(onDrift, 1);
    await shiftByHand(world, 90);
    await world.fireAlarm();
    const before = world.referee.mutations.length;
    await world.pass();
    expect(world.referee.mutations.slice(before)).toEqual(['elasticloadbalancing:ModifyRule']);
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  },
);
