import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { expectMigrated } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A pipeline deploys a new revision of a blue service, and answers how to deploy the old one again. */
async function deploy(world: OperatorWorld, service: string): Promise<() => Promise<unknown>> {
  const { ecs } = world.person;
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: service }));
  if (taskDefinition?.family === undefined) throw new Error(`${service} has no task definition`);
  const { family, containerDefinitions, proxyConfiguration, networkMode, cpu, memory } = taskDefinition;
  const { requiresCompatibilities, executionRoleArn, taskRoleArn } = taskDefinition;
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      containerDefinitions,
      proxyConfiguration,
      networkMode,
      cpu,
      memory,
      requiresCompatibilities,
      executionRoleArn,
      taskRoleArn,
    }),
  );
  const update = (revision: string | undefined) =>
    ecs.send(new UpdateServiceCommand({ cluster: 'shop', service, taskDefinition: revision }));
  await update(family);
  return () => update(taskDefinition.taskDefinitionArn);
}

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
