import { describe, expect, test, vi } from 'vitest';
import { promote } from '../operator/byHand.ts';
import { expectRolledBack } from '../operator/endStates.ts';
import { PLAN, type PlanChanges } from '../operator/manifest.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { greenWeight, intervene } from './mishaps.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What a person has said is heard at once, and not again later, of what it was not meant for. */

const LONG_STEPS = [
  { weight: 10, bake: '60m' },
  { weight: 100, bake: '60m' },
];

async function worldIn(state: Parameters<OperatorWorld['untilState']>[0], changes: PlanChanges = {}) {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: LONG_STEPS, ...changes });
  await world.untilState(state);
  return world;
}

const asked = (world: OperatorWorld) => ({ by: 'ann', at: world.clock.now(), why: 'a drill' });

describe('a plan that was paused when it went back', () => {
  test('begins no new attempt when it is resumed, nor when it is paused again', async () => {
    const world = await worldIn('ramp.bake');
    await world.requests.setPaused(PLAN, true);
    await world.rest(2);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    for (const paused of [false, true, false]) {
      await world.requests.setPaused(PLAN, paused);
      await world.settle();
      expect(await world.status()).toMatchObject({ attempt: 1, machine: { value: 'rolledBack' }, spec: { paused } });
    }
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('is tried again, paused as it is, when a person asks for that', async () => {
    const world = await worldIn('ramp.bake');
    await world.requests.setPaused(PLAN, true);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    await world.requests.retry(PLAN, { ...asked(world), attempt: 1 });
    await world.rest(10);
    expect(await world.status()).toMatchObject({ attempt: 2, machine: { value: 'inventory.assess' } });
    await world.requests.setPaused(PLAN, false);
    await world.untilState('ramp.bake');
  });
});

describe('a bake that a person wanted to end, by force', () => {
  test('I6: and that began anew since an alarm flapped, is not ended by the old word', async () => {
    const world = await worldIn('ramp.bake');
    const { context } = (await world.status()).machine;
    await world.clock.advanceAsync(5_000);
    await promote(world, 'forced');
    await world.fireAlarm();
    const { SetAlarmStateCommand } = await import('@aws-sdk/client-cloudwatch');
    await world.person.cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: 'shop-5xx', StateValue: 'OK', StateReason: 'a drill' }),
    );
    await world.until('the bake begins anew', ({ machine }) => machine.context.enteredAt > context.enteredAt);
    await world.untilState('ramp.bake');
    await world.rest(10);
    expect(await greenWeight(world)).toBe(10);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
    await promote(world);
    await world.untilState('ramp.bake', 1);
  });

  test('I6: is another in another attempt, though its spec was put into the table by hand', async () => {
    const world = await worldIn('ramp.bake');
    await promote(world, 'forced');
    await world.untilState('ramp.bake', 1);
    await world.fireAlarm();
    await world.untilState('rolledBack');
    // Unlike the command line this forgets nothing that was asked of the attempt before.
    await world.apply({ steps: LONG_STEPS, soak: '2m' });
    await world.until('a new attempt bakes', ({ attempt, machine }) => attempt === 2 && machine.value === 'ramp.bake');
    await world.rest(10);
    expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  });
});

/** The bake is over, and in the look that finds it so somebody says something after the requests were read. */
async function saysInTheLook(say: (world: OperatorWorld) => Promise<unknown>): Promise<OperatorWorld> {
  const world = await worldIn('ramp.bake');
  const end = intervene(world.operator, 'cloudWatch', 'GetMetricData', async (proceed) => {
    end();
    await say(world);
    return proceed();
  });
  await promote(world);
  await world.pass();
  expect((await world.status()).machine).toMatchObject({ value: 'ramp.shift', context: { step: 1 } });
  expect(await greenWeight(world)).toBe(10);
  return world;
}

describe('what is asked for while the world is still being read', () => {
  test('an abort: green does not rise any more', async () => {
    const world = await saysInTheLook((there) => there.requests.requestAbort(PLAN, asked(there)));
    await world.pass();
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });

  test('I16: a pause: green does not rise before it is over', async () => {
    const world = await saysInTheLook((there) => there.requests.setPaused(PLAN, true));
    await world.rest(5);
    expect(await greenWeight(world)).toBe(10);
    await world.requests.setPaused(PLAN, false);
    await world.untilState('ramp.bake', 1);
  });

  test('a deletion: nothing is made any more', async () => {
    const world = await saysInTheLook((there) => there.requests.requestDelete(PLAN, asked(there)));
    for (let pass = 0; pass < 100 && (await world.hasRecord()); pass += 1) await world.pass();
    expect(await world.hasRecord()).toBe(false);
    expect(await world.lookAtBlue()).toEqual(world.blue);
  });

  test('a spec that somebody takes away', async () => {
    const world = await saysInTheLook((there) => there.removeSpec());
    await world.rest(5);
    expect(await greenWeight(world)).toBe(10);
  });
});
