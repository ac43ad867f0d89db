import { OperatorWorld } from '../test/unit/operator/operatorWorld.ts';

const BAKE = [
  { weight: 10, bake: '12h' },
  { weight: 100, bake: '1m' },
];
const WARM_UP = 50;
const MEASURED = 300;

/**
 * Reconciles per second of one plan that bakes, on one core: the whole operator on an AWS and a table in this process, so that
 * what is measured is our own work, the SDK's (but for signatures) and the table's, and no network.
 */
export async function measureReconciles(): Promise<number> {
  const world = await OperatorWorld.create({ referee: false });
  await world.apply({ steps: BAKE });
  await world.untilState('ramp.bake', 0);
  const { reconciler } = world.operator;
  const reconcile = async (times: number) => {
    for (let count = 0; count < times; count += 1) await reconciler.reconcile('shop');
  };
  await reconcile(WARM_UP);
  const startedAt = performance.now();
  await reconcile(MEASURED);
  const seconds = (performance.now() - startedAt) / 1000;
  await world.close();
  return MEASURED / seconds;
}
