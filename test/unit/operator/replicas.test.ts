import { describe, expect, test, vi } from 'vitest';
import type { MachineState } from '../../../src/machines/record.ts';
import { expectMigrated, expectRolledBack, expectUntouched } from './endStates.ts';
import { LEASE_MS, type Mutation } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 20, bake: '1m' },
  { weight: 100, bake: '1m' },
];

describe('two operators on one table', () => {
  test('share nothing of one plan: one acts, the other waits, and takes over at once when the first stops in order', async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
    await world.apply({ steps: STEPS });
    const first = world.operator;
    const second = world.startOperator();
    for (let round = 0; round < 60 && (await world.state().catch(() => '')) !== 'soak'; round += 1) {
      world.operator = first;
      await world.pass();
      expect(await second.reconciler.reconcile('shop')).toMatchObject({ kind: 'after' });
    }
    expect(await world.state()).toBe('soak');
    expect(second.begun, 'the second has written nothing').toEqual([]);

    await first.reconciler.release();
    world.operator = second;
    await world.untilState('succeeded');
    await expectMigrated(world);
    expect(
      (await world.events()).map(({ reason }) => reason),
      'handed over, not taken',
    ).not.toContain('TakenOver');
  });

  test('the second takes over when the first has not renewed its lease for as long as it lasts, and says so', async () => {
    const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
    await world.apply({ steps: STEPS });
    await world.untilState('ramp.bake');
    const second = world.startOperator();
    await second.reconciler.reconcile('shop');
    await world.clock.advanceAsync(LEASE_MS - 1_000);
    await second.reconciler.reconcile('shop');
    expect(second.begun, 'not a moment before').toEqual([]);
    await world.untilState('succeeded');
    await expectMigrated(world);
    expect((await world.events()).find(({ reason }) => reason === 'TakenOver')?.message).toContain(
      'from op-1; epoch 2',
    );
  });
});

/** Its call is on the way while the other rolls back, and lands when the plan has come to `state`. */
async function landIn(state: MachineState): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS });
  const hung = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const first = world.startOperator(undefined, (mutation) => {
    if (!givesGreen(mutation, 20)) return undefined;
    hung.resolve();
    return woken.promise;
  });
  await world.untilState('verify');
  const late = first.reconciler.reconcile('shop').catch((error: unknown) => error);
  await hung.promise;

  world.startOperator();
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState(state);
  woken.resolve();
  expect(await late, 'it learns that the plan is no longer its own').toBeInstanceOf(Error);
  await world.untilState('rolledBack');
  return world;
}

describe('D8: a holder that hangs in a weight write, and wakes up when another has rolled the plan back', () => {
  test('is put right again while green still stands', async () => {
    const world = await landIn('backward.dismantle');
    const { breaches } = world.referee;
    expect(
      breaches.map((breach) => breach.slice(0, 2)),
      'the late call did land, and was the only one',
    ).toEqual(['I2', 'I7']);
    breaches.length = 0;
    await expectRolledBack(world, 'Aborted');
  });

  test('is refused by AWS once green’s target group has gone', async () => {
    const world = await landIn('rolledBack');
    await expectUntouched(world);
    expect(world.referee.breaches).toEqual([]);
  });
});

const givesGreen = ({ api, input }: Mutation, weight: number): boolean =>
  api === 'elasticloadbalancing:ModifyRule' && Object.values(input).includes(String(weight));
