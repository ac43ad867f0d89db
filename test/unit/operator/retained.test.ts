import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { CLUSTER, PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, RETAIN_STOCK } from './orders.ts';

vi.setConfig({ testTimeout: 60_000 });

const RESOURCE = `service/${CLUSTER}/stock-api`;
const RETAIN: PlanChanges = {
  steps: [{ weight: 100, bake: '1m' }],
  decisions: [RETAIN_STOCK],
};

/** How blue of the shared service stands, and how it scales. */
async function stockOf({ person: { ecs, autoScaling } }: OperatorWorld) {
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

async function worldWithOrders(): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await addOrders(world);
  await world.clock.advanceAsync(120_000);
  return world;
}

async function statusOfServices({ person: { ecs } }: OperatorWorld, names: string[]) {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: names }));
  return services.map(({ serviceName, status, runningCount }) => `${serviceName} ${status} ${runningCount}`).toSorted();
}

test('a plan whose called service others still call waits for a decision', async () => {
  const world = await worldWithOrders();
  await world.apply({ ...RETAIN, decisions: [] });
  await world.rest(3);
  const { machine, conditions } = await world.status();
  expect(machine.value).toBe('inventory.assess');
  expect(conditions.find(({ type }) => type === 'Ready')?.message).toContain('orders calls it as stock.shop.local');
});

test('blue that others call stays as it was, and the plan ends with its name and theirs', async () => {
  const world = await worldWithOrders();
  const before = await stockOf(world);
  await world.apply(RETAIN);
  await world.untilState('soak');
  expect((await stockOf(world)).scaling[0]?.SuspendedState).toMatchObject({ DynamicScalingInSuspended: true });
  const status = await world.untilState('succeeded');

  expect(await stockOf(world)).toEqual(before);
  expect(world.inside.behind('stock')).toEqual(['stock-api', 'stock-api']);
  expect(world.inside.behind('user')).toEqual(['user-api-sc', 'user-api-sc']);
  expect(await statusOfServices(world, ['frontend-sc', 'stock-api-sc', 'user-api-sc', 'orders'])).toEqual([
    'frontend-sc ACTIVE 2',
    'orders ACTIVE 1',
    'stock-api-sc ACTIVE 2',
    'user-api-sc ACTIVE 2',
  ]);
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);

  expect(status.report.blueRetained).toEqual([{ service: 'stock-api', callers: ['orders'] }]);
  expect(status.report.wayBack).toBe('none: blue is gone but for stock-api (called by orders)');
  expect(status.conditions.find(({ type }) => type === 'Succeeded')).toMatchObject({
    status: 'True',
    reason: 'BlueRetained',
  });
  const events = await world.events();
  expect(events.find(({ reason }) => reason === 'Succeeded')?.message).toContain('stock-api (called by orders)');
  expect(events.find(({ reason }) => reason === 'Skipped')?.message).toContain('still serves orders, stock-api');
});

test('a rollback leaves a shared service as it leaves any other', async () => {
  const world = await worldWithOrders();
  const before = await stockOf(world);
  await world.apply(RETAIN);
  await world.untilState('soak');
  await world.requests.requestAbort(PLAN, { by: 'someone', at: world.clock.now(), why: 'a drill' });
  const status = await world.untilState('rolledBack');
  expect(await stockOf(world)).toEqual(before);
  expect(await statusOfServices(world, ['stock-api-sc'])).not.toContainEqual(expect.stringContaining('ACTIVE 2'));
  expect(status.report.blueRetained, 'all of blue is there').toBeUndefined();
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);
});
