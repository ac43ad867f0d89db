import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { expect } from 'vitest';
import { CLUSTER, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, RETAIN_STOCK } from './orders.ts';

const RESOURCE = `service/${CLUSTER}/stock-api`;
/** A plan of the shop that leaves blue of stock-api to those who still call it. */
export const RETAIN: PlanChanges = {
  steps: [{ weight: 100, bake: '1m' }],
  decisions: [RETAIN_STOCK],
};

/** How blue of the shared service stands, and how it scales. */
export async function stockOf({ person: { ecs, autoScaling } }: OperatorWorld) {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: ['stock-api'] }));
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [RESOURCE] }),
  );
  return {
    service: services.map(({ status, desiredCount, runningCount, createdAt }) => ({
      status,
      desiredCount,
      runningCount,
      createdAt,
    })),
    scaling: ScalableTargets,
  };
}

export async function worldWithOrders(wire = true): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 }, wire });
  await addOrders(world);
  await world.clock.advanceAsync(120_000);
  return world;
}

export async function statusOfServices({ person: { ecs } }: OperatorWorld, names: string[]) {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: names }));
  return services.map(({ serviceName, status, runningCount }) => `${serviceName} ${status} ${runningCount}`).toSorted();
}

/**
 * Green serves all that the plan moves, and blue of stock-api is as it was.
 *
 * @param before what {@link stockOf} told before the plan
 */
export async function expectRetained(
  world: OperatorWorld,
  before: Awaited<ReturnType<typeof stockOf>>,
  why?: string,
): Promise<void> {
  expect(await stockOf(world), why).toEqual(before);
  expect(world.inside.behind('stock'), why).toEqual(['stock-api', 'stock-api']);
  expect(world.inside.behind('user'), why).toEqual(['user-api-sc', 'user-api-sc']);
  const names = ['frontend', 'user-api', 'frontend-sc', 'stock-api-sc', 'user-api-sc', 'orders'];
  const active = (await statusOfServices(world, names)).filter((one) => one.includes(' ACTIVE '));
  expect(active, why).toEqual([
    'frontend-sc ACTIVE 2',
    'orders ACTIVE 1',
    'stock-api-sc ACTIVE 2',
    'user-api-sc ACTIVE 2',
  ]);
  expect(world.referee.breaches, why).toEqual([]);
  expect(world.traffic.tally.failed, why).toEqual([]);
}
