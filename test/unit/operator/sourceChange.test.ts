import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { SHOP_IMAGE } from '../../../lab/images/images.ts';
import type { ConditionType, PlanStatus } from '../../../src/machines/record.ts';
import { deploy } from './byHand.ts';
import { expectMigrated } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
const CONFIRMED = [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }];

const isTrue = ({ conditions }: PlanStatus, wanted: ConditionType): boolean =>
  conditions.some(({ type, status }) => type === wanted && status === 'True');

test('a deployment on blue under the plan holds every forward step until blue is as it was recorded', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS });
  await world.untilState('ramp.bake', 0);
  const deployAgain = await deploy(world, 'stock-api');
  await world.rest(10);
  const held = await world.status();
  expect(held.machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  expect(held.report.waitingFor).toMatch(/stock-api was deployed under the plan/);
  await deployAgain();
  await world.untilState('succeeded');
  await expectMigrated(world);
});

test('with onSourceChange: ignore it is told, once, and passed over', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({ steps: STEPS, onSourceChange: 'ignore' });
  await world.untilState('ramp.bake', 0);
  await deploy(world, 'stock-api');
  const told = await world.until('it is told', (status) => isTrue(status, 'SourceChanged'));
  expect(told.conditions.find(({ type }) => type === 'SourceChanged')).toMatchObject({
    reason: 'Deployed',
    message: expect.stringMatching(/stock-api was deployed under the plan.*passes it over/),
  });
  await world.untilState('succeeded');
  await expectMigrated(world);
  expect((await world.events()).filter(({ reason }) => reason === 'SourceChanged')).toHaveLength(1);
});

test('an image that was pushed anew under blue’s tag holds verify, until blue runs it too', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  world.simulated.aws.services.ecs.images.push(SHOP_IMAGE);
  await world.apply({ steps: STEPS });
  await world.untilState('verify');
  await world.rest(10);
  const held = await world.status();
  expect(held.machine.value).toBe('verify');
  expect(held.report.waitingFor).toMatch(/container app of \S+-sc runs sha256:\w+, that of \S+ sha256:\w+/);
  for (const service of ['frontend', 'user-api', 'stock-api']) {
    await world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service, forceNewDeployment: true }));
  }
  await world.untilState('succeeded');
  await expectMigrated(world);
});

test('with onSourceChange: ignore, which a person may choose in verify, another image is said and passed over', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  world.simulated.aws.services.ecs.images.push(SHOP_IMAGE);
  await world.apply({ steps: STEPS });
  await world.untilState('verify');
  await world.rest(6);
  expect(await world.state()).toBe('verify');
  await world.apply({ steps: STEPS, onSourceChange: 'ignore' });
  await world.untilState('ramp.bake', 0);
});

test('with App Mesh gone it holds the plan whatever that says of it, with how to take the deployment back', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  world.simulated.faults.set('app-mesh-gone', true);
  await world.apply({ steps: STEPS, onSourceChange: 'ignore', decisions: CONFIRMED });
  await world.untilState('ramp.bake', 0);
  const deployAgain = await deploy(world, 'stock-api');
  await world.until('it is told', (status) => isTrue(status, 'SourceChanged'));
  await world.rest(6);
  expect((await world.status()).machine).toMatchObject({ value: 'ramp.bake', context: { step: 0 } });
  const [event, ...others] = (await world.events()).filter(({ reason }) => reason === 'BlueDeploying');
  expect(others).toEqual([]);
  expect(event?.message).toMatch(
    /aws ecs update-service --cluster shop --service stock-api --task-definition arn:\S+\/stock-api:\d+$/,
  );
  await deployAgain();
  await world.until('blue is as it was', (status) => !isTrue(status, 'SourceChanged'));
});
