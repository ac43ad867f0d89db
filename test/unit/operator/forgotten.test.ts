import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('an operator keeps no estate of a plan that is settled: it outlives thousands of them', async () => {
  const world = await OperatorWorld.create();
  await world.apply();
  await world.untilState('provision');
  const { store } = world.startOperator();
  const estates: WeakRef<object>[] = [];
  const readEstate = store.readEstate.bind(store);
  store.readEstate = async (name, uid) => {
    const estate = await readEstate(name, uid);
    if (estate !== undefined) estates.push(new WeakRef(estate));
    return estate;
  };
  const areKept = async () => {
    // What a WeakRef was made of, or gave, stays to the end of the turn.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    return estates.map((estate) => estate.deref() !== undefined);
  };
  await world.untilState('verify');
  expect(await areKept(), 'while the plan is under way').toEqual([true]);
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState('rolledBack');
  await world.settle();
  expect(await areKept()).toEqual([false]);
});

test('that the whole record of a plan under way is gone is said once, with where it was', async () => {
  const lines: { fields: object; message: string }[] = [];
  const note = (fields: object, message: string) => void lines.push({ fields, message });
  const world = await OperatorWorld.create({ log: { info: () => {}, warn: () => {}, debug: () => {}, error: note } });
  await world.apply();
  await world.untilState('ramp.bake');
  const carried = await world.lookAtBlue();
  world.items?.partitions.clear();
  await world.pass();
  await world.pass();
  expect(lines).toEqual([{ fields: { plan: 'shop', state: 'ramp.bake' }, message: 'recordVanished' }]);
  expect(await world.lookAtBlue()).toEqual(carried);
});

test('a plan that was deleted in order has not vanished', async () => {
  const lines: string[] = [];
  const world = await OperatorWorld.create({
    log: { info: () => {}, warn: () => {}, debug: () => {}, error: (_fields, message) => void lines.push(message) },
  });
  await world.apply();
  await world.untilState('ramp.bake');
  await world.requests.requestDelete('shop', { by: 'someone', at: world.clock.now() });
  for (let passes = 0; passes < 100 && (await world.hasRecord()); passes += 1) await world.pass();
  await world.pass();
  expect(await world.hasRecord()).toBe(false);
  expect(lines).toEqual([]);
});
