import { describe, expect, test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import { expectMigrated } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('a plan that nothing disturbs', () => {
  test('ends with green in blue’s place, by way of every state, each weight read back before it bakes', async () => {
    const world = await OperatorWorld.create({ wire: true, delays: AWS_LIKE_DELAYS });
    await world.apply();
    await world.untilState('succeeded');
    await expectMigrated(world);

    const events = await world.events();
    const states = events.filter(({ reason }) => reason === 'Transition').map(({ message }) => message.split(' → ')[1]);
    expect(states).toEqual([
      'inventory.preflight',
      'provision',
      'verify',
      'ramp.shift',
      'ramp.bake',
      'ramp.shift',
      'ramp.bake',
      'ramp.shift',
      'ramp.bake',
      'soak',
      'retire.prove',
      'retire.drain',
      'retire.handOver',
      'retire.scaleDown',
      'retire.remove',
      'retire.mesh',
      'succeeded',
    ]);
    const written = events.filter(({ reason }) => reason === 'WeightWritten' || reason === 'WeightVerified');
    const inTurn = [0, 1, 2].flatMap(() => ['WeightWritten', 'WeightVerified']);
    expect(written.map(({ reason }) => reason)).toEqual([...inTurn, 'WeightWritten']);
    // Users were served by both sides, and by green at last.
    expect(world.traffic.tally.green).toBeGreaterThan(0);
    expect(world.traffic.tally.blue).toBeGreaterThan(0);
  });

  test('is left alone once it has settled, and asks for work again only when its table item does', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 30_000 } });
    await world.apply();
    await world.untilState('succeeded');
    expect(await world.operator.reconciler.needsWork('shop')).toBe(false);
    const before = world.referee.mutations.length;
    expect(await world.pass()).toBe('settled');
    expect(world.referee.mutations.length).toBe(before);
    await world.requests.requestDelete('shop', { by: 'someone', at: world.clock.now() });
    expect(await world.operator.reconciler.needsWork('shop')).toBe(true);
    await world.pass();
    expect(await world.hasRecord()).toBe(false);
  });

  test('whose spec item vanishes after the end says so once and rests', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 30_000 } });
    await world.apply();
    await world.untilState('succeeded');
    await world.removeSpec();
    expect(await world.operator.reconciler.needsWork('shop')).toBe(true);
    await world.settle();
    const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', reason: 'SpecVanished' });
    expect(await world.state()).toBe('succeeded');
  });
});
