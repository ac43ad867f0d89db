import { expect, test, vi } from 'vitest';
import { deploy } from './byHand.ts';
import { expectMigrated } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a deployment on blue under the plan holds every forward step until blue is as it was recorded', async () => {
  const world = await OperatorWorld.create({ settings: { tickMs: 30_000 } });
  await world.apply({
    steps: [
      { weight: 10, bake: '1m' },
      { weight: 100, bake: '1m' },
    ],
  });
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
