import { afterEach, expect, test } from 'vitest';
import type { MachineState } from '../../../src/machines/record.ts';
import type { PlanChanges } from '../../unit/operator/manifest.ts';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** Where an abort is to be heard, in the order in which a plan comes by. The first ones last so shortly that they may have passed. */
const STATES: readonly MachineState[] = [
  'inventory.preflight',
  'provision',
  'verify',
  'ramp.shift',
  'ramp.bake',
  'soak',
  'retire.prove',
  'retire.drain',
  'retire.handOver',
];

/** Steps that are over soon: an abort in a late state is to come to it within a test's patience. */
const QUICK = {
  steps: [
    { weight: 50, bake: '1m' },
    { weight: 100, bake: '1m' },
  ],
  shortBakes: 'force',
} satisfies PlanChanges;

test('an abort in every state, one attempt after the other, each time takes everything back and nobody notices', async () => {
  stage = await Stage.open();
  for (const [index, state] of STATES.entries()) {
    if (index === 0) await stage.apply(QUICK);
    else await stage.retry();
    await stage.until(
      `${state} of attempt ${index + 1}`,
      ({ attempt, machine }) => attempt === index + 1 && machine.value === state,
    );
    await stage.abort();
    const status = await stage.untilSettled();
    expect(`${state}: ${status.machine.value}`).toBe(`${state}: rolledBack`);
    expect(status.machine.context.backwardBecause?.reason).toBe('Aborted');
    expect(await stage.world.tagged(status.uid)).toEqual([]);
  }
  const users = await stage.users('an abort in each of nine states');
  expect(users.failures).toEqual({});
});

test('an abort in the middle of a bake, while the API is throttled', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  stage.lab.faults.set('throttling', true);
  await stage.abort();
  const status = await stage.untilSettled();
  expect(status.machine.value).toBe('rolledBack');
  const users = await stage.users('an abort in a bake while the API is throttled');
  expect(users.failures).toEqual({});
});
