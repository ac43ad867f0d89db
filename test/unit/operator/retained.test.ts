import { CreateVirtualNodeCommand } from '@aws-sdk/client-app-mesh';
import { ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test, vi } from 'vitest';
import { MESH, SERVICES } from '../../../lab/estates/shop/names.ts';
import { createServiceLike } from '../../serviceLike.ts';
import { PLAN, type PlanChanges } from './manifest.ts';
import { LEASE_MS } from './compose.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addOrders, addOrdersEntry } from './orders.ts';
import { expectRetained, RETAIN, statusOfServices, stockOf, worldWithOrders } from './retained.ts';

vi.setConfig({ testTimeout: 60_000 });

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

  await expectRetained(world, before);
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

test('operators of which each dies after one call of retire come to the same end', async () => {
  const world = await worldWithOrders();
  const before = await stockOf(world);
  await world.apply(RETAIN);
  await world.untilState('retire.prove');
  await world.operator.reconciler.release();
  const shortLived = () => {
    let calls = 0;
    world.startOperator(undefined, undefined, ({ api }) => !api.startsWith('dynamodb:') && (calls += 1) > 1);
  };
  shortLived();
  let deaths = 0;
  for (let passes = 0; passes < 300 && (await world.state()) !== 'succeeded'; passes += 1) {
    if ((await world.pass()) !== 'died') continue;
    deaths += 1;
    shortLived();
  }
  expect(await world.state()).toBe('succeeded');
  expect(deaths).toBeGreaterThan(5);
  await expectRetained(world, before);
});

test.each(['elasticloadbalancing:ModifyRule', 'application-autoscaling:RegisterScalableTarget', 'ecs:DeleteService'])(
  'a second operator takes over from one that hangs in %s of retire, whose call lands when all is done',
  async (api) => {
    const world = await worldWithOrders();
    const before = await stockOf(world);
    await world.apply(RETAIN);
    await world.untilState('retire.drain');
    await world.operator.reconciler.release();
    const hung = Promise.withResolvers<void>();
    const woken = Promise.withResolvers<void>();
    const first = world.startOperator(undefined, (mutation) => {
      if (mutation.api !== api) return undefined;
      hung.resolve();
      return woken.promise;
    });
    const isHung = { yes: false };
    void hung.promise.then(() => (isHung.yes = true));
    let late: Promise<unknown> = Promise.resolve();
    for (let passes = 0; passes < 100 && !isHung.yes; passes += 1) {
      late = world.pass().catch((error: unknown) => error);
      await Promise.race([late, hung.promise]);
    }
    expect(first.begun.at(-1)).toBe(api);
    const second = world.startOperator();
    await second.reconciler.reconcile(PLAN);
    await world.clock.advanceAsync(LEASE_MS);
    await world.untilState('succeeded');
    woken.resolve();
    await late;
    expect((await world.events()).map(({ reason }) => reason)).toContain('TakenOver');
    await world.settle();
    await expectRetained(world, before);
  },
);

/** The last callers have a way in of their own, everybody asks for them, and the plan that leaves stock-api to them has ended. */
async function worldOfLastCallers(): Promise<{ world: OperatorWorld; second: PlanChanges }> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  const entry = await addOrdersEntry(world);
  await addOrders(world, entry);
  await world.clock.advanceAsync(120_000);
  await world.apply(RETAIN);
  await world.untilState('succeeded');
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
    nameSuffix: '-next',
    namespace: 'orders',
  };
  return { world, second };
}

test('a later plan moves the last callers with a green of its own, and retires the blue that had stayed', async () => {
  const { world, second } = await worldOfLastCallers();
  const before = world.referee.mutations.length;
  const { nameSuffix: _, ...sameNames } = second;
  await world.apply(sameNames);
  await world.rest(5, 'orders');
  const { machine, conditions } = await world.status('orders');
  expect(machine.value).toBe('inventory.preflight');
  expect(conditions.find(({ type }) => type === 'Ready')?.message).toMatch(
    /stock-api-sc exists and belongs to plan shop,.*spec\.target\.nameSuffix/,
  );
  expect(world.referee.mutations.length, 'nothing was made').toBe(before);

  await world.apply(second);
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

test('a plan that retires the blue that had stayed waits for those who still call it, where its evidence is metrics', async () => {
  const { world, second } = await worldOfLastCallers();
  await world.apply({ ...second, evidence: 'metrics' });
  await world.until('blue is to be proven unused', ({ machine }) => machine.value === 'retire.prove', 'orders');
  const minutes = async (stockBytes: number) => {
    for (let minute = 0; minute < 17; minute += 1) {
      for (const [ServiceName, value] of Object.entries({ orders: 0, 'stock-api': stockBytes })) {
        world.simulated.aws.services.cloudwatch.record({
          namespace: 'ECS/ContainerInsights',
          name: 'NetworkRxBytes',
          dimensions: { ClusterName: 'shop', ServiceName },
          value,
          atMs: world.clock.now(),
        });
      }
      await world.clock.advanceAsync(60_000);
    }
  };
  // Somebody whom no graph knows.
  await minutes(1_200);
  await world.rest(5, 'orders');
  const { machine, report } = await world.status('orders');
  expect(machine.value).toBe('retire.prove');
  expect(report.gates.find(({ name }) => name === 'unused/stock-api')).toMatchObject({
    verdict: 'unknown',
    why: expect.stringMatching(/^stock-api \(called by .*orders.*still receives 1200 B\/s/),
  });
  expect(report.waitingFor).toContain('meshlift approve orders beforeRetire --services stock-api');
  await minutes(0);
  await world.until('it has moved', (status) => status.machine.value === 'succeeded', 'orders');
  expect(
    (await statusOfServices(world, ['stock-api', 'stock-api-next'])).filter((one) => one.includes(' ACTIVE ')),
  ).toEqual(['stock-api-next ACTIVE 2']);
});

test('a plan that would retire the blue that had stayed waits for a decision where another of the mesh calls it', async () => {
  const { world, second } = await worldOfLastCallers();
  const { ecs } = world.person;
  await (await world.person.appMesh()).send(
    new CreateVirtualNodeCommand({
      meshName: MESH,
      virtualNodeName: 'reports-vn',
      spec: {
        backends: [
          { virtualService: { virtualServiceName: SERVICES.find(({ name }) => name === 'stock-api')?.virtualService } },
        ],
      },
    }),
  );
  await createServiceLike(ecs, 'stock-api', { name: 'reports', virtualNode: 'reports-vn', desiredCount: 1 });
  await world.apply(second);
  await world.rest(3, 'orders');
  const { machine, conditions } = await world.status('orders');
  expect(machine.value).toBe('inventory.assess');
  expect(conditions.find(({ type }) => type === 'Ready')?.message).toContain('reports calls it as stock.shop.local');
});
