import { describe, expect, test, vi } from 'vitest';
import { PRIORITY } from '../../../src/reconciler/queue.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { expectMigrated, expectRolledBack, expectUntouched } from './endStates.ts';
import { CALL_MS_MAX, LEASE_MS } from './compose.ts';
import type { Mutation } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 20, bake: '1m' },
  { weight: 100, bake: '1m' },
];

describe('two operators on one table', () => {
  test('share nothing of one plan: one acts, the other waits, and takes over at once when the first stops in order', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
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
    expect(first.reconciler.progress()).toMatchObject([{ plan: 'shop', state: 'soak' }]);
    expect(second.reconciler.progress()).toEqual([]);

    await first.reconciler.release();
    expect(first.reconciler.progress()).toEqual([]);
    world.operator = second;
    await world.untilState('succeeded');
    await expectMigrated(world);
    expect(
      (await world.events()).map(({ reason }) => reason),
      'handed over, not taken',
    ).not.toContain('TakenOver');
  });

  test('the second takes over when the first has not renewed its lease for as long as it lasts, and says so', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
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

/** An operator whose call that gives green its first weight is on the way until it is woken; `late` is what its reconcile ends with. */
async function hangingInFirstWeight(): Promise<{ world: OperatorWorld; wake: () => void; late: Promise<unknown> }> {
  const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
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
  return { world, wake: woken.resolve, late };
}

/** Its call is on the way while the other rolls back, and lands when the plan has come to `state`. */
async function landIn(state: MachineState): Promise<OperatorWorld> {
  const { world, wake, late } = await hangingInFirstWeight();

  world.startOperator();
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState(state);
  wake();
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

describe('D8: whoever takes a plan over', () => {
  test('makes no call for as long as the last one of the holder before may be on its way, and goes by what that has done', async () => {
    const { world, wake, late } = await hangingInFirstWeight();

    const second = world.startOperator();
    const look = () => second.reconciler.reconcile('shop');
    await look();
    await world.clock.advanceAsync(LEASE_MS);
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    expect(await look(), 'it has the plan, and waits').toEqual({
      kind: 'quarantined',
      realMs: CALL_MS_MAX,
      priority: PRIORITY.ramp,
    });
    await world.clock.advanceAsync(CALL_MS_MAX - 1);
    expect(await look(), 'not a moment less').toMatchObject({ kind: 'quarantined', realMs: 1 });
    expect(second.begun.filter((api) => !api.startsWith('dynamodb:'))).toEqual([]);
    wake();
    await late;
    expect(await world.state()).toBe('ramp.shift');
    await world.clock.advanceAsync(1);
    await look();
    expect(await world.state(), 'a rollback waits no longer').toBe('backward.shiftBack');
    await world.untilState('rolledBack');
    expect(world.referee.breaches, 'the late call came before all of its own').toEqual([]);
    await expectRolledBack(world, 'Aborted');
    expect((await world.events()).filter(({ reason }) => reason === 'TakenOver').map(({ message }) => message)).toEqual(
      ['from op-2; epoch 2'],
    );
  });

  test('knows nothing of it from an earlier time, though the other has given it back', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
    await world.apply({ steps: STEPS });
    const first = world.operator;
    await world.untilState('ramp.bake');
    const { uid } = await world.status();
    const estate = await world.store.readEstate('shop', uid);
    if (estate === undefined) throw new Error('there is no estate');

    const second = world.startOperator();
    await second.reconciler.reconcile('shop');
    await world.clock.advanceAsync(LEASE_MS);
    await world.pass();
    await world.pass();
    // What the other has recorded of blue meanwhile, as it does where green follows what is deployed on blue.
    const others = estate.services.map((service) => ({
      ...service,
      taskDefinitionTags: [{ key: 'seen', value: 'anew' }],
    }));
    await world.store.writeEstate('shop', uid, { ...estate, services: others });
    await second.reconciler.release();

    const read: unknown[] = [];
    const readEstate = first.store.readEstate.bind(first.store);
    first.store.readEstate = async (...asked) => {
      const found = await readEstate(...asked);
      read.push(found?.services[0]?.taskDefinitionTags[0]?.value);
      return found;
    };
    await first.reconciler.reconcile('shop');
    await first.reconciler.reconcile('shop');
    expect(read, 'read once, as it is by now').toEqual(['anew']);
  });

  test('does not give it back before that call can be over: a third one waits for it as well', async () => {
    const { world, wake, late } = await hangingInFirstWeight();

    const second = world.startOperator();
    await second.reconciler.reconcile('shop');
    await world.clock.advanceAsync(LEASE_MS);
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    expect(await second.reconciler.reconcile('shop')).toMatchObject({ kind: 'quarantined' });
    await second.reconciler.release();

    const third = world.startOperator();
    await third.reconciler.reconcile('shop');
    expect(third.begun, 'it has the plan not yet').toEqual([]);
    wake();
    await late;
    await world.untilState('rolledBack');
    expect(world.referee.breaches, 'the late call came before all of its own').toEqual([]);
    await expectRolledBack(world, 'Aborted');
  });

  test('waits for nothing where the holder before has given the plan back', async () => {
    const world = await OperatorWorld.create({ wire: true, settings: { tickMs: 20_000 } });
    await world.apply({ steps: STEPS });
    await world.untilState('ramp.bake');
    await world.operator.reconciler.release();
    const second = world.startOperator();
    await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
    expect(await second.reconciler.reconcile('shop')).toMatchObject({ kind: 'again' });
    expect(await world.state()).toBe('backward.shiftBack');
  });
});

const givesGreen = ({ api, input }: Mutation, weight: number): boolean =>
  api === 'elasticloadbalancing:ModifyRule' && Object.values(input).includes(String(weight));
