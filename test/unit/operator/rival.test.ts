import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test, vi } from 'vitest';
import type { EventReason } from '../../../src/machines/record.ts';
import { ruleActions, writeRule } from './byHand.ts';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import type { PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '2m' },
  { weight: 50, bake: '2m' },
  { weight: 100, bake: '2m' },
];

const told = async (world: OperatorWorld, reason: EventReason, text = '') =>
  (await world.events()).filter((event) => event.reason === reason && event.message.includes(text));

const isDrifted = async (world: OperatorWorld): Promise<boolean> =>
  (await world.status()).conditions.some(({ type, status }) => type === 'Drifted' && status === 'True');

/** A plan that shifts from 10 to 50 % while somebody writes the 10 % back after each reconcile, until it has halted. */
async function contested(onDrift: PlanChanges['onDrift']): Promise<{ world: OperatorWorld; ten: Action[] }> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS, ...(onDrift === undefined ? {} : { onDrift }) });
  await world.untilState('ramp.bake', 0);
  const ten = await ruleActions(world);
  await world.untilState('ramp.shift', 1);
  for (let passes = 0; passes < 60 && (await world.state()) === 'ramp.shift'; passes += 1) {
    await writeRule(world, ten);
    await world.pass();
  }
  return { world, ten };
}

/** What a rule was, from when all weight was on green: somebody writes it back after each reconcile in `retire.handOver`. */
async function contestedHandOver(
  meanwhile: (world: OperatorWorld, passes: number) => Promise<void> = async () => undefined,
): Promise<{ world: OperatorWorld; whole: Action[] }> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState('retire.drain');
  const whole = await ruleActions(world);
  await world.untilState('retire.handOver');
  for (let passes = 0; passes < 60 && !(await isDrifted(world)); passes += 1) {
    await writeRule(world, whole);
    await world.pass();
    await meanwhile(world, passes);
  }
  return { world, whole };
}

const HANDED_OVER = '→ green in blue’s place';

describe('somebody who writes blue back each time that the rule is handed over', () => {
  test('is written over three times within ten minutes; then what they wrote stands, and is told', async () => {
    const { world, whole } = await contestedHandOver();
    await writeRule(world, whole);
    const before = world.referee.mutations.length;
    await world.rest(5);
    const { machine, report } = await world.status();
    expect(machine.value).toBe('retire.handOver');
    expect(await told(world, 'WeightWritten', HANDED_OVER)).toHaveLength(4);
    expect(await told(world, 'Drifted', 'it was written over 3 times within 10 minutes')).toHaveLength(1);
    expect(report.waitingFor).toMatch(/was changed by others: .*changed back each time/);
    expect(world.referee.mutations.length).toBe(before);
    expect(await ruleActions(world)).toEqual(whole);
  });

  test('and goes away, lets the plan go on to its end by itself once the window is over', async () => {
    const { world } = await contestedHandOver();
    await world.clock.advanceAsync(10 * 60_000);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('keeps nobody from going back', async () => {
    const { world } = await contestedHandOver();
    await world.requests.requestAbort('shop', { by: 'ann', at: world.clock.now(), why: 'a test' });
    await world.untilState('rolledBack');
    await expectRolledBack(world);
  });

  test('is counted on by an operator that takes over', async () => {
    const restarted: boolean[] = [];
    const { world } = await contestedHandOver(async (before) => {
      const written = await told(before, 'WeightWritten', HANDED_OVER);
      if (restarted.length > 0 || written.length < 3) return;
      restarted.push(true);
      before.startOperator();
    });
    expect(restarted).toEqual([true]);
    expect(await told(world, 'WeightWritten', HANDED_OVER)).toHaveLength(4);
  });
});

describe('somebody who writes the rule back after each write of a step', () => {
  test('onDrift: pause; is drift after three repetitions, and stands', async () => {
    const { world, ten } = await contested('pause');
    expect(await world.state()).toBe('halted');
    expect(await told(world, 'WeightWritten', '→ blue 50, green 50')).toHaveLength(4);
    expect(await told(world, 'Halted', 'it was written over 3 times within 10 minutes')).toHaveLength(1);
    expect(await isDrifted(world)).toBe(true);
    const before = world.referee.mutations.length;
    await world.rest(5);
    expect(await world.state()).toBe('halted');
    expect(world.referee.mutations.length).toBe(before);
    expect(await ruleActions(world)).toEqual(ten);
  });

  test('halts the plan until the window is over; with the other one gone the step goes on by itself', async () => {
    const { world } = await contested('pause');
    await world.clock.advanceAsync(10 * 60_000);
    await world.untilState('succeeded');
    await expectMigrated(world);
  });

  test('onDrift: reassert; is written over three times more, and ends in a halt', async () => {
    const { world, ten } = await contested('reassert');
    expect(await world.state()).toBe('halted');
    expect(await told(world, 'Reasserted')).toHaveLength(3);
    const before = world.referee.mutations.length;
    await world.rest(5);
    expect(world.referee.mutations.length).toBe(before);
    expect(await ruleActions(world)).toEqual(ten);
  });

  test('onDrift: adopt; less for green is taken as it is, and bakes', async () => {
    const { world, ten } = await contested('adopt');
    await world.untilState('ramp.bake');
    expect(await ruleActions(world)).toEqual(ten);
    expect(await told(world, 'Adopted')).toHaveLength(1);
  });
});

test('somebody who gives green its weight back on the way back is written over for as long as it takes, and told', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState('ramp.bake', 1);
  const half = await ruleActions(world);
  await world.requests.requestAbort('shop', { by: 'ann', at: world.clock.now(), why: 'a test' });
  await world.untilState('backward.shiftBack');
  for (let passes = 0; passes < 10; passes += 1) {
    await writeRule(world, half);
    await world.pass();
  }
  expect((await told(world, 'WeightWritten', '→ its original actions')).length).toBeGreaterThan(8);
  expect(await isDrifted(world)).toBe(true);
  expect(await told(world, 'Drifted', 'it was written over 3 times within 10 minutes')).toHaveLength(1);
  await world.untilState('rolledBack');
  await expectRolledBack(world);
});
