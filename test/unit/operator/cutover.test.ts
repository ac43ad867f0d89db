import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import { previewCalls } from '../../../src/aws/preview/previewCalls.ts';
import { assess } from '../../../src/assess/assess.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { parseManifest } from '../../../src/plan/parse.ts';
import type { MachineState } from '../../../src/machines/record.ts';
import { CLUSTER, PLAN } from './manifest.ts';
import type { OperatorWorld } from './operatorWorld.ts';
import { abort, PLAN_OF_TURNS, scalingOf, servicesOf, worldOfTurns } from './turns.ts';
import { alive, watchTurns } from './worker.ts';

vi.setConfig({ testTimeout: 240_000 });

const throttled = () =>
  Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });

const count = async (world: OperatorWorld, service: string): Promise<number | undefined> => {
  const { services: found = [] } = await world.person.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: [service] }),
  );
  return found[0]?.status === 'ACTIVE' ? found[0].desiredCount : undefined;
};

const approveCutover = async (world: OperatorWorld, services: string[] = ['worker']): Promise<string> =>
  world.requests.approve(PLAN, 'cutover', {
    by: 'ann',
    at: world.clock.now(),
    why: 'the queue is short',
    services,
    recordVersion: await world.recordVersion(),
  });

test('P2, P3, E27: green has no task until all traffic is on green, and none beside a task of blue that has not ended', async () => {
  const { world, together } = await worldOfTurns();
  await world.untilState('ramp.bake', 1);
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([2, 0]);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  expect(await scalingOf(world, 'worker-sc')).toMatchObject({ min: 2, max: 5, DynamicScalingOutSuspended: false });
  await world.untilState('succeeded');
  expect(together).toEqual([]);
  expect([await count(world, 'worker'), await count(world, 'worker-sc')]).toEqual([undefined, 2]);
  expect(await scalingOf(world, 'worker-sc')).toMatchObject({ min: 2, max: 5, DynamicScalingInSuspended: false });
  expect(world.referee.breaches).toEqual([]);
  await world.close();
});

test.each<MachineState>([
  'provision',
  'verify',
  'ramp.bake',
  'cutover.stopBlue',
  'cutover.startGreen',
  'soak',
  'retire.drain',
  'retire.handOver',
])('an abort in %s gives the turn back to blue, and never do both run', async (state) => {
  const { world, together } = await worldOfTurns();
  const before = { count: await count(world, 'worker'), scaling: await scalingOf(world, 'worker') };
  await world.untilState(state);
  await abort(world);
  await world.untilState('rolledBack');
  expect(together).toEqual([]);
  expect({ count: await count(world, 'worker'), scaling: await scalingOf(world, 'worker') }).toEqual(before);
  expect(alive(world, 'worker')).toBe(2);
  expect(await count(world, 'worker-sc')).toBeUndefined();
  expect(world.traffic.tally.failed).toEqual([]);
  expect(world.referee.breaches).toEqual([]);
  await world.close();
});

test('requests are taken back before the turn is, with one call', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('soak');
  await abort(world);
  const before = world.operator.begun.length;
  await world.untilState('backward.cutBack');
  const calls = world.operator.begun.slice(before).filter((api) => !api.startsWith('dynamodb:'));
  expect(calls).toEqual(['elasticloadbalancing:ModifyRule']);
  expect(await count(world, 'worker-sc')).toBe(2);
  const rule = (await world.lookAtBlue()).rule;
  expect(rule).toEqual(world.blue.rule);
  await world.close();
});

test('a service that is cut over by hand waits for an approval that names it, and what it waits for is told', async () => {
  const { world } = await worldOfTurns({ services: servicesOf('manual') });
  await world.untilState('cutover.stopBlue');
  await world.rest(5);
  expect(alive(world, 'worker')).toBe(2);
  expect(await count(world, 'worker-sc')).toBe(0);
  expect((await world.status()).report.waitingFor).toContain('meshlift approve shop cutover --services worker');
  await approveCutover(world, ['frontend']);
  await world.rest(5);
  expect(alive(world, 'worker')).toBe(2);
  await approveCutover(world, ['worker']);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  expect(world.referee.breaches).toEqual([]);
  await world.close();
});

test('with App Mesh gone blue’s turn does not end without a person’s word', async () => {
  const { world } = await worldOfTurns(
    { decisions: [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }] },
    'App Mesh is gone',
  );
  await world.untilState('cutover.stopBlue');
  await world.rest(5);
  expect([alive(world, 'worker'), await count(world, 'worker-sc')]).toEqual([2, 0]);
  expect((await world.status()).report.waitingFor).toMatch(/App Mesh is gone: blue, once stopped, may not start again/);
  await approveCutover(world);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  await world.close();
});

test('App Mesh that goes away while the plan is under way is noticed when blue’s turn is due', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('ramp.bake', 1);
  world.simulated.faults.set('app-mesh-gone', true);
  await world.untilState('cutover.stopBlue');
  await world.rest(5);
  expect([alive(world, 'worker'), await count(world, 'worker-sc')]).toEqual([2, 0]);
  expect((await world.status()).report.waitingFor).toMatch(
    /the cutover of worker waits for a person \(App Mesh is gone: .*meshlift approve shop cutover --services worker/,
  );
  await approveCutover(world);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  expect(world.referee.breaches).toEqual([]);
  await world.close();
});

test('App Mesh that goes away once blue was told to stop keeps green from nothing', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('cutover.stopBlue');
  await world.until('blue is told to stop', () => world.inside.side(/^worker$/).desired === 0);
  expect(alive(world, 'worker'), 'it finishes what it has in hand').toBe(2);
  world.simulated.faults.set('app-mesh-gone', true);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  await world.close();
});

test('App Mesh of which nobody knows whether it answers opens nothing; once it answers blue’s turn ends', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('ramp.bake', 1);
  const { middlewareStack } = await world.operator.clients.appMesh();
  middlewareStack.add(() => () => Promise.reject(throttled()), { step: 'finalizeRequest', name: 'throttled' });
  await world.untilState('cutover.stopBlue');
  await world.rest(5);
  expect([alive(world, 'worker'), await count(world, 'worker-sc')]).toEqual([2, 0]);
  expect((await world.status()).report.waitingFor).toMatch(/whether App Mesh still answers is not known.*Throttling/);
  middlewareStack.remove('throttled');
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
  await world.close();
});

test('green that does not start gives the turn back to blue', async () => {
  const { world } = await worldOfTurns();
  await world.untilState('cutover.stopBlue');
  const together = watchTurns(world, 'crash');
  await world.untilState('rolledBack');
  expect(together).toEqual([]);
  expect((await world.status()).conditions.find(({ type }) => type === 'RolledBack')).toMatchObject({
    reason: 'GreenSick',
  });
  expect(world.referee.breaches).toEqual([]);
  expect([alive(world, 'worker'), await count(world, 'worker-sc')]).toEqual([2, undefined]);
  await world.close();
});

test('what was previewed of the turns is what is done', async () => {
  const { world } = await worldOfTurns();
  const read = parseManifest(world.manifest(PLAN_OF_TURNS));
  if (!('plan' in read)) throw new Error(read.errors.map(({ message }) => message).join('; '));
  const exported = await takeInventory(world.person, { cluster: CLUSTER, mesh: 'shop', clock: world.clock });
  const estate = readEstate(exported, CLUSTER, 'shop');
  const stack = buildStack(read.plan, estate, assess(read.plan, estate), 1);
  const calls = await previewCalls(PLAN, read.plan.spec, estate, stack);
  const ofTurns = calls.filter(
    ({ api, input }) =>
      (api === 'ecs:UpdateService' && String(input['service']).startsWith('worker')) ||
      (api.endsWith(':RegisterScalableTarget') && String(input['ResourceId']).includes('/worker')),
  );
  const said = ({ input }: (typeof calls)[number]) =>
    input['desiredCount'] ?? input['MinCapacity'] ?? input['availabilityZoneRebalancing'];
  expect(ofTurns.map((call) => [call.phase, call.api, said(call)])).toEqual([
    ['provision', 'application-autoscaling:RegisterScalableTarget', undefined],
    ['provision', 'ecs:UpdateService', 'DISABLED'],
    ['provision', 'application-autoscaling:RegisterScalableTarget', 0],
    ['ramp', 'application-autoscaling:RegisterScalableTarget', 0],
    ['ramp', 'ecs:UpdateService', 0],
    ['ramp', 'ecs:UpdateService', 2],
    ['ramp', 'application-autoscaling:RegisterScalableTarget', 2],
    ['retire', 'application-autoscaling:RegisterScalableTarget', undefined],
  ]);
  await world.close();
});
