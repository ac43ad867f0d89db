import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { expectMigrated, expectRolledBack } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const TWO_STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];

/** A plan in its first bake, of whose blue one service has lost half of its tasks. */
async function worldWithHalfOfBlue(viability?: { min?: number; below?: string }): Promise<OperatorWorld> {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: TWO_STEPS, ...(viability === undefined ? {} : { viability }) });
  await world.untilState('ramp.bake', 0);
  await scaleUsers(world, 1);
  return world;
}

const scaleUsers = (world: OperatorWorld, desiredCount: number) =>
  world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'user-api', desiredCount }));

const blueHealthy = async (world: OperatorWorld) =>
  (await world.status()).conditions.find((condition) => condition.type === 'BlueHealthy');

test('a plan that says nothing waits for as long as blue could not carry everything, and says how much it could', async () => {
  const world = await worldWithHalfOfBlue();
  await world.rest(10);
  expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(await blueHealthy(world)).toMatchObject({
    status: 'False',
    message: expect.stringContaining('blue could carry 50 % of all traffic: frontend 2/2, stock-api 2/2, user-api 1/2'),
  });
  await scaleUsers(world, 2);
  await world.untilState('succeeded');
  await expectMigrated(world);
});

test('a plan that wants less of a way back goes on', async () => {
  const world = await worldWithHalfOfBlue({ min: 50 });
  await world.untilState('ramp.bake', 1);
  expect(await blueHealthy(world)).toMatchObject({ status: 'True', message: expect.stringContaining('50 %') });
});

test('a plan that goes forward without a way back does so, and says so; a person may decide that under way', async () => {
  const world = await worldWithHalfOfBlue();
  await world.rest(6);
  expect((await world.status()).machine.context.step).toBe(0);
  await world.apply({ steps: TWO_STEPS, viability: { below: 'goForward' } });
  await world.untilState('ramp.bake', 1);
  const gate = (await world.status()).report.gates.find((one) => one.name === 'capacity/blue');
  expect(gate).toMatchObject({ verdict: 'pass', why: expect.stringContaining('the plan goes on all the same') });
});

test('a plan that would rather go back does so while blue can still take it', async () => {
  const world = await worldWithHalfOfBlue({ below: 'rollBackNow' });
  await world.untilState('rolledBack');
  const { backwardBecause } = (await world.status()).machine.context;
  expect(backwardBecause).toMatchObject({ reason: 'BlueFading', message: expect.stringContaining('only 50 %') });
  expect(await world.events()).toContainEqual(expect.objectContaining({ reason: 'BlueFading', type: 'Warning' }));
  await expectRolledBack(world, 'BlueFading');
});
