import { describe, expect, test, vi } from 'vitest';
import { expectRolledBack } from '../operator/endStates.ts';
import { PLAN, type PlanChanges } from '../operator/manifest.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';

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
