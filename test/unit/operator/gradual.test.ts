import { expect, test, vi } from 'vitest';
import { expectRolledBack } from './endStates.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A plan that soaks, with everything on green, and goes back in steps where it may. */
async function worldInSoak(): Promise<OperatorWorld> {
  const world = await OperatorWorld.create();
  await world.apply({ steps: [{ weight: 100, bake: '1m' }], soak: '2h', rollbackStrategy: 'gradual' });
  await world.untilState('soak');
  return world;
}

const abort = (world: OperatorWorld) =>
  world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: 'a drill' });

/** Green's shares that were read back on the way back, in their order, each once. */
async function sharesUntilRolledBack(world: OperatorWorld): Promise<number[]> {
  const shares: number[] = [];
  await world.until('it is rolled back', ({ machine, report }) => {
    const [weights] = report.weights;
    const share = weights?.readBack ?? null;
    if (machine.value === 'backward.shiftBack' && share !== null && share !== shares.at(-1)) shares.push(share);
    return machine.value === 'rolledBack';
  });
  return shares;
}

test('an abort goes back in steps, each of which blue takes for a minute, and to the letter at the end', async () => {
  const world = await worldInSoak();
  await abort(world);
  const began = world.clock.now();
  expect(await sharesUntilRolledBack(world)).toEqual([75, 50, 25]);
  expect(world.clock.now() - began).toBeGreaterThanOrEqual(3 * 60_000);
  await expectRolledBack(world, 'Aborted');
});

test('an alarm takes everything back at once, also on the way down', async () => {
  const breached = await worldInSoak();
  await breached.fireAlarm();
  await breached.untilState('backward.shiftBack');
  expect((await breached.status()).machine.context.easedTo).toBeNull();
  const world = await worldInSoak();
  await abort(world);
  await world.until('three quarters are read back', ({ report }) => report.weights[0]?.readBack === 75);
  await world.fireAlarm();
  expect(await sharesUntilRolledBack(world)).toEqual([75]);
  await expectRolledBack(world, 'Aborted');
});

test('an operator that dies on the way down goes on where it was', async () => {
  const world = await worldInSoak();
  await abort(world);
  await world.until('a half is read back', ({ report }) => report.weights[0]?.readBack === 50);
  world.startOperator();
  expect(await sharesUntilRolledBack(world)).toEqual([50, 25]);
  await expectRolledBack(world, 'Aborted');
});
