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
