import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { CLUSTER, PLAN, type PlanChanges } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, addOrdersEntry, RETAIN_STOCK } from './orders.ts';

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

test('a later plan moves the last callers with a green of its own, and retires the blue that had stayed', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  const entry = await addOrdersEntry(world);
  await addOrders(world, entry);
  await world.clock.advanceAsync(120_000);
  await world.apply(RETAIN);
  await world.untilState('succeeded');
  // Now everybody asks for orders.
  await world.person.elbv2.send(
    new ModifyRuleCommand({
      RuleArn: entry.listenerRuleArn,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
    }),
  );
  const second: PlanChanges = {
    name: 'orders',
    steps: [{ weight: 100, bake: '1m' }],
    traffic: [{ service: 'orders', alb: { listenerRule: entry.listenerRuleArn } }],
  };

  const before = world.referee.mutations.length;
  await world.apply(second);
  await world.rest(5, 'orders');
  const { machine, conditions } = await world.status('orders');
  expect(machine.value).toBe('inventory.preflight');
  expect(conditions.find(({ type }) => type === 'Ready')?.message).toMatch(
    /stock-api-sc exists and belongs to plan shop,.*spec\.target\.nameSuffix/,
  );
  expect(world.referee.mutations.length, 'nothing was made').toBe(before);

  await world.apply({ ...second, nameSuffix: '-next', namespace: 'orders' });
  const done = await world.until('it has moved', (status) => status.machine.value === 'succeeded', 'orders');
  expect(done.report.blueRetained).toBeUndefined();
  expect(done.conditions.find(({ type }) => type === 'Succeeded')).toMatchObject({ reason: 'Migrated' });
  const names = ['orders', 'stock-api', 'stock-api-sc', 'stock-api-next', 'orders-next', 'frontend-sc'];
  expect((await statusOfServices(world, names)).filter((one) => one.includes(' ACTIVE '))).toEqual([
    'frontend-sc ACTIVE 2',
    'orders-next ACTIVE 1',
    'stock-api-next ACTIVE 2',
    'stock-api-sc ACTIVE 2',
  ]);
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);
});
