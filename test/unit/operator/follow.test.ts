import { expect, test, vi } from 'vitest';
import type { PlanStatus } from '../../../src/machines/record.ts';
import { deploy, environmentOf, withVariable } from './byHand.ts';
import { expectMigrated } from './endStates.ts';
import { tagged } from './lookAround.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '2m' },
  { weight: 100, bake: '2m' },
];
const NEW = withVariable('RELEASE', '2');

async function worldIn(...state: Parameters<OperatorWorld['untilState']>): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  await world.apply({ steps: STEPS, onSourceChange: 'follow', soak: '5m' });
  await world.untilState(...state);
  return world;
}

const sourceChanged = ({ conditions }: PlanStatus) => conditions.find(({ type }) => type === 'SourceChanged');
const isFollowing = (status: PlanStatus): boolean => sourceChanged(status)?.reason === 'Following';

async function expectFollowed(world: OperatorWorld): Promise<void> {
  expect((await environmentOf(world, 'stock-api-sc'))['app']).toMatchObject({ RELEASE: '2' });
}

test('green gets what is deployed on blue in a bake, and the step bakes again on it', async () => {
  const world = await worldIn('ramp.bake', 0);
  await deploy(world, 'stock-api', NEW);
  const following = await world.until('green follows', isFollowing);
  expect(following.machine).toMatchObject({ value: 'ramp.shift', context: { step: 0, verifiedAt: null } });
  const again = await world.untilState('ramp.bake', 0);
  await expectFollowed(world);
  expect(sourceChanged(again)?.status).toBe('False');
  expect(again.report.services.find(({ green }) => green === 'stock-api-sc')).toMatchObject({
    greenHealthy: again.report.services.find(({ blue }) => blue === 'stock-api')?.blueHealthy,
  });
  await world.untilState('succeeded');
  await expectFollowed(world);
  await expectMigrated(world, { stockRevisions: 2 });
  expect(world.traffic.tally.failed).toEqual([]);
});

test('a deployment in the soak takes the plan to its last bake, with all of green’s weight', async () => {
  const world = await worldIn('soak');
  await deploy(world, 'stock-api', NEW);
  const following = await world.until('green follows', isFollowing);
  expect(following.machine).toMatchObject({ value: 'ramp.shift', context: { step: 1 } });
  await world.untilState('soak');
  await expectFollowed(world);
  expect(world.traffic.tally.failed).toEqual([]);
});

test('a deployment while green is made, or waits to be verified, is in it before it has weight', async () => {
  const world = await worldIn('provision');
  await deploy(world, 'stock-api', NEW);
  await world.untilState('ramp.shift', 0);
  await expectFollowed(world);
});

test.each(['ecs:RegisterTaskDefinition', 'ecs:UpdateService'])(
  'an operator that dies before %s is followed by one that goes on there',
  async (api) => {
    const world = await worldIn('ramp.bake', 0);
    await world.operator.reconciler.release();
    const first = world.startOperator(undefined, undefined, (mutation) => mutation.api === api);
    await deploy(world, 'stock-api', NEW);
    await world.untilState('ramp.shift', 1);
    expect(first.died).toBeDefined();
    await expectFollowed(world);
    await world.untilState('succeeded');
    await expectMigrated(world, { stockRevisions: 2 });
  },
);

test('what the plan would not have admitted is not followed, and the plan waits for a person', async () => {
  const world = await worldIn('ramp.bake', 0);
  const takeBack = await deploy(world, 'stock-api', withVariable('STATS', 'http://localhost:9901/stats'));
  await world.rest(30);
  const held = await world.status();
  expect(held.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(held.report.waitingFor).toMatch(
    /stock-api was deployed.*Green does not follow: .*ECS_APP_REFERENCES_ENVOY.*Deploy the recorded revision/,
  );
  expect((await environmentOf(world, 'stock-api-sc'))['app']).not.toHaveProperty('STATS');
  await takeBack();
  await world.untilState('succeeded');
});

test('a plan that is held follows when it goes on, and an abort meanwhile takes all of green away', async () => {
  const world = await worldIn('ramp.bake', 0);
  await world.requests.setPaused('shop', true);
  await deploy(world, 'stock-api', NEW);
  await world.until('it is told', (status) => sourceChanged(status)?.status === 'True');
  await world.rest(10);
  expect((await environmentOf(world, 'stock-api-sc'))['app']).not.toHaveProperty('RELEASE');
  await world.requests.setPaused('shop', false);
  await world.until('green follows', isFollowing);
  await world.pass();
  await expectFollowed(world);
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.untilState('rolledBack');
  await world.settle();
  expect(await tagged(world)).toEqual([]);
});
