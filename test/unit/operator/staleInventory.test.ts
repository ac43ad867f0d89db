import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { intervene } from '../adversary/mishaps.ts';
import { LEASE_MS } from './compose.ts';
import { CLUSTER } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test('an operator that stood still in its inventory past its lease does not record it over that of the one that has the plan by now', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  const hung = Promise.withResolvers<void>();
  const woken = Promise.withResolvers<void>();
  const first = world.operator;
  const end = intervene(first, 'autoScaling', 'DescribeScalableTargets', async (proceed) => {
    const answer = await proceed();
    end();
    hung.resolve();
    await woken.promise;
    return answer;
  });
  await world.apply({ steps: [{ weight: 100, bake: '1m' }] });
  const late = first.reconciler.reconcile('shop').catch((error: unknown) => error);
  await hung.promise;

  const second = world.startOperator();
  await second.reconciler.reconcile('shop');
  await world.clock.advanceAsync(LEASE_MS);
  await world.person.ecs.send(new UpdateServiceCommand({ cluster: CLUSTER, service: 'stock-api', desiredCount: 3 }));
  await world.clock.advanceAsync(60_000);
  await world.untilState('provision');
  woken.resolve();
  expect(await late, 'it learns that the plan is no longer its own').toBeInstanceOf(Error);
  const estate = await world.store.readEstate('shop', (await world.status()).uid);
  expect(estate?.services.find(({ name }) => name === 'stock-api')?.service.desiredCount, 'as the other saw it').toBe(
    3,
  );
  expect(world.referee.breaches).toEqual([]);
});
