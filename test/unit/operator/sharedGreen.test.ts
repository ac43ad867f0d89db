import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { CLUSTER, PLAN, type PlanChanges } from './manifest.ts';
import type { Mishap } from './operatorProcess.ts';
import type { OperatorWorld } from './operatorWorld.ts';
import { addOrders, addOrdersEntry, RETAIN_STOCK } from './orders.ts';
import { FIRST, GREEN, makeRoom, ORDERS, stage, untilLater, withFirstSucceeded } from './sharedStage.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Everything of the first plan's that the later one refers to. */
async function sharedOf({ person: { ecs, autoScaling }, inside }: OperatorWorld) {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [GREEN, 'frontend-sc'], include: ['TAGS'] }),
  );
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ResourceIds: [`service/${CLUSTER}/${GREEN}`] }),
  );
  return {
    services: services.map(
      ({ serviceName, status, createdAt, taskDefinition, desiredCount, runningCount, tags, deployments }) => ({
        serviceName,
        status,
        createdAt,
        taskDefinition,
        desiredCount,
        runningCount,
        tags,
        deployments: deployments?.map(({ id }) => id),
      }),
    ),
    scaling: ScalableTargets,
    things: inside.things().filter((arn) => !arn.includes(ORDERS)),
  };
}

const withoutDeployments = ({
  deployments: _of,
  ...service
}: Awaited<ReturnType<typeof sharedOf>>['services'][number]) => service;

async function statusOfServices({ person: { ecs } }: OperatorWorld, names: string[]) {
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: names }));
  return services
    .filter(({ status }) => status === 'ACTIVE')
    .map(({ serviceName, runningCount }) => `${serviceName} ${runningCount}`)
    .toSorted();
}

test('a later plan uses the green that the first has made, holds while it is too small, and retires the blue that had stayed', async () => {
  const { world, later } = await stage('/*');
  await world.apply(later);
  await untilLater(world, 'verify');
  await world.rest(6, ORDERS);
  const held = await world.status(ORDERS);
  expect(held.machine.value).toBe('verify');
  expect(held.report.waitingFor).toContain(
    'stock-api-sc, shared with plan shop, has 2 healthy tasks, and the traffic of both wants 4',
  );
  expect(held.report.waitingFor).toMatch(
    /aws application-autoscaling register-scalable-target .* --resource-id service\/shop\/stock-api-sc --min-capacity 4 --max-capacity 5$/,
  );

  await makeRoom(world);
  await world.clock.advanceAsync(120_000);
  const before = await sharedOf(world);
  const done = await untilLater(world, 'succeeded');
  expect(done.report.blueRetained).toBeUndefined();
  expect(done.report.services.find(({ blue }) => blue === 'stock-api')).toMatchObject({
    green: GREEN,
    sharedWith: PLAN,
  });
  expect(
    await statusOfServices(world, [ORDERS, 'stock-api', GREEN, 'orders-sc', 'frontend-sc', 'user-api-sc']),
  ).toEqual(['frontend-sc 2', 'orders-sc 1', 'stock-api-sc 4', 'user-api-sc 2']);
  const after = await sharedOf(world);
  expect(after.scaling).toEqual(before.scaling);
  expect(after.services.map(withoutDeployments)).toEqual(before.services.map(withoutDeployments));
  expect(world.inside.behind('stock'), 'who resolves blue’s name finds green').toEqual([GREEN, GREEN, GREEN, GREEN]);
  const events = await world.events(ORDERS);
  expect(events.find(({ reason }) => reason === 'InventoryTaken')?.message).toContain(
    'shares stock-api-sc (of plan shop)',
  );
  expect(world.traffic.tally.green).toBeGreaterThan(0);
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);
});

/** The later plan with room made for it, and what it shares as it is then. */
async function laterWithRoom(world: OperatorWorld, later: PlanChanges) {
  await world.apply(later);
  await untilLater(world, 'verify');
  await makeRoom(world);
  await world.clock.advanceAsync(120_000);
  return sharedOf(world);
}

test('an abort in the ramp leaves the shared green as it was, with all that belongs to it, and it serves the first plan', async () => {
  const { world, later } = await withFirstSucceeded();
  const before = await laterWithRoom(world, later);
  await untilLater(world, 'ramp.bake', 0);
  await world.requests.requestAbort(ORDERS, { by: 'someone', at: world.clock.now(), why: 'a drill' });
  const { report } = await untilLater(world, 'rolledBack');
  expect(report.wayBack).toBe('all traffic is on blue');
  expect(await sharedOf(world)).toEqual(before);
  expect(await statusOfServices(world, [ORDERS, 'orders-sc', 'stock-api', GREEN, 'frontend-sc'])).toEqual([
    'frontend-sc 2',
    'orders 1',
    'stock-api 2',
    'stock-api-sc 4',
  ]);
  const served = world.traffic.tally.green;
  await world.clock.advanceAsync(60_000);
  expect(world.traffic.tally.green).toBeGreaterThan(served);
  expect(world.traffic.tally.failed).toEqual([]);
});

test('a way back from the last moment takes the shared green out of blue’s names, and leaves it', async () => {
  const { world, later } = await withFirstSucceeded();
  const before = await laterWithRoom(world, later);
  const blue = ['stock-api', 'stock-api'];
  expect(world.inside.behind('stock')).toEqual(blue);
  await world.until(
    'green registers',
    ({ machine }) => machine.value === 'retire.drain' && world.inside.behind('stock').length === 6,
    ORDERS,
  );
  await world.requests.requestAbort(ORDERS, { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await untilLater(world, 'rolledBack');
  await world.clock.advanceAsync(120_000);
  expect(world.inside.behind('stock')).toEqual(blue);
  const after = await sharedOf(world);
  expect(after.services.map(withoutDeployments)).toEqual(before.services.map(withoutDeployments));
  expect({ ...after, services: [] }).toEqual({ ...before, services: [] });
  expect(await statusOfServices(world, [ORDERS, 'orders-sc', 'stock-api', GREEN])).toEqual([
    'orders 1',
    'stock-api 2',
    'stock-api-sc 4',
  ]);
  expect(world.traffic.tally.failed).toEqual([]);
});

test('a plan waits until the plan whose green it shares has succeeded, and makes nothing before', async () => {
  const { world, later } = await stage();
  await world.apply(FIRST);
  await world.untilState('ramp.bake');
  const before = world.inside.things();
  // Until the first plan has taken blue away, blue of its frontend calls stock-api too.
  await world.apply({ ...later, decisions: [RETAIN_STOCK] });
  await world.rest(3, ORDERS);
  const { machine, conditions } = await world.status(ORDERS);
  expect(machine.value).toBe('inventory.assess');
  expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'False',
    reason: 'SharedGreenNotReady',
    message: expect.stringMatching(
      /stock-api-sc was made by plan shop, which is in ramp\.bake: .* Wait until it has succeeded/,
    ),
  });
  expect(world.inside.things()).toEqual(before);
  await world.untilState('succeeded');
  await untilLater(world, 'verify');
});

test('without a record of the plan that made it a green is not shared', async () => {
  const { world, later } = await withFirstSucceeded();
  const before = await sharedOf(world);
  await world.requests.requestDelete(PLAN, { by: 'someone', at: world.clock.now() });
  await world.settle();
  expect(await world.hasRecord()).toBe(false);
  expect(await sharedOf(world), 'a deletion after success takes nothing away').toEqual(before);
  await world.apply(later);
  await world.rest(3, ORDERS);
  const { machine, report } = await world.status(ORDERS);
  expect(machine.value).toBe('inventory.assess');
  expect(report.waitingFor).toContain('plan shop, of which the table has no record');
});

test('a green that lives in another namespace than the plan names is not shared', async () => {
  const { world, later } = await withFirstSucceeded();
  await world.apply({ ...later, namespace: 'elsewhere' });
  await world.rest(6, ORDERS);
  const { machine, report } = await world.status(ORDERS);
  expect(machine.value).toBe('inventory.preflight');
  expect(report.waitingFor).toContain('namespace/elsewhere is not there, and the plan shares it');
});

test('a shared green that fails takes the later plan back, and is left to the plan that made it', async () => {
  const { world, later } = await withFirstSucceeded();
  const before = await laterWithRoom(world, later);
  await untilLater(world, 'ramp.bake', 0);
  const { taskArns = [] } = await world.person.ecs.send(new ListTasksCommand({ cluster: CLUSTER, serviceName: GREEN }));
  await Promise.all(taskArns.map((task) => world.person.ecs.send(new StopTaskCommand({ cluster: CLUSTER, task }))));
  await world.rest(1, ORDERS);
  const { machine } = await untilLater(world, 'rolledBack');
  expect(machine.context.backwardBecause).toMatchObject({
    reason: 'GreenSick',
    message: expect.stringContaining('green service stock-api-sc has 0 of 4 healthy'),
  });
  await world.clock.advanceAsync(120_000);
  expect(await sharedOf(world)).toEqual(before);
});

test('of two later plans over one green the second begins anew after the first, and the last takes blue away', async () => {
  const { world, later } = await stage();
  const billing = 'billing';
  const entry = await addOrdersEntry(world, billing, 6);
  await addOrders(world, entry, billing);
  await world.clock.advanceAsync(120_000);
  await world.apply(FIRST);
  const first = await world.untilState('succeeded');
  expect(first.report.blueRetained).toEqual([{ service: 'stock-api', callers: [billing, ORDERS] }]);

  const decisions = [RETAIN_STOCK];
  const traffic = [{ service: billing, alb: { listenerRule: entry.listenerRuleArn } }];
  await world.apply({ ...later, decisions });
  await world.apply({ ...later, name: billing, traffic, decisions });
  // Both have read the estate before either has claimed anything.
  await untilLater(world, 'inventory.preflight');
  await untilLater(world, 'inventory.preflight', undefined, billing);
  await untilLater(world, 'verify');
  await world.rest(4, billing);
  const held = await world.status(billing);
  expect(held.machine.value).toBe('inventory.assess');
  expect(held.report.waitingFor).toContain('the service stock-api is held by the plan orders');
  await makeRoom(world);
  const second = await untilLater(world, 'succeeded');
  expect(second.report.blueRetained).toEqual([{ service: 'stock-api', callers: [billing] }]);

  await untilLater(world, 'verify', undefined, billing);
  await makeRoom(world, 6);
  const last = await untilLater(world, 'succeeded', undefined, billing);
  expect(last.report.blueRetained, 'whoever called it when the plan was written has moved').toBeUndefined();
  expect(await statusOfServices(world, ['stock-api', GREEN, 'orders-sc', 'billing-sc', 'frontend-sc'])).toEqual([
    'billing-sc 1',
    'frontend-sc 2',
    'orders-sc 1',
    'stock-api-sc 6',
  ]);
  expect(world.traffic.tally.failed).toEqual([]);
});

/** What befalls the later plan's operator on the whole of its way there and back. */
async function thereAndBack(mishap?: Mishap): Promise<number> {
  const { world, later } = await withFirstSucceeded();
  const operator = world.startOperator(mishap);
  const before = await laterWithRoom(world, later);
  await untilLater(world, 'ramp.bake', 0);
  await world.requests.requestAbort(ORDERS, { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await untilLater(world, 'rolledBack');
  await world.settle(ORDERS);
  const what = mishap === undefined ? 'nothing' : `${mishap.kind} at ${operator.begun[mishap.call - 1]}`;
  expect(await sharedOf(world), what).toEqual(before);
  expect(await statusOfServices(world, [ORDERS, 'orders-sc']), what).toEqual(['orders 1']);
  expect(world.traffic.tally.failed, what).toEqual([]);
  await world.close();
  return operator.begun.length;
}

test('the shared green stands untouched whatever befalls the later plan at a call', async () => {
  const calls = await thereAndBack();
  expect(calls).toBeGreaterThan(20);
  const stride = Math.ceil(calls / 5);
  const kinds = ['diesBefore', 'diesAfter', 'answerLost'] as const;
  for (let call = 1; call <= calls; call += stride) {
    await thereAndBack({ call, kind: kinds[Math.floor(call / stride) % kinds.length] ?? 'diesAfter' });
  }
});
