import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { expect, test, vi } from 'vitest';
import { SECURITY_GROUP, SUBNETS } from '../../../lab/estates/shop/edge.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test('a plan that names a cluster which the operator’s policy does not is denied by IAM, and changes nothing', async () => {
  const mutations: string[] = [];
  const world = await OperatorWorld.create({ settings: { tickMs: 20_000 } });
  const { ecs } = world.person;
  await ecs.send(new CreateClusterCommand({ clusterName: 'vault' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'vault',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'bystander:1', essential: true }],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'vault',
      serviceName: 'frontend',
      taskDefinition: 'vault',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP] } },
    }),
  );
  await world.clock.advanceAsync(120_000);
  const look = async () =>
    (await ecs.send(new DescribeServicesCommand({ cluster: 'vault', services: ['frontend'] }))).services?.map(
      ({ status, desiredCount, taskDefinition, deployments }) => [
        status,
        desiredCount,
        taskDefinition,
        deployments?.length,
      ],
    );
  const [before, things] = [await look(), world.inside.things()];

  const manifest = world.manifest();
  const spec = manifest['spec'] as { source: object };
  const elsewhere = { ...manifest, spec: { ...spec, source: { ...spec.source, cluster: 'vault' } } };
  await world.requests.put(PLAN, elsewhere, undefined);
  await world.rest(5);
  mutations.push(...world.operator.begun.filter((api) => !api.startsWith('dynamodb:')));

  const { machine, conditions } = await world.status();
  expect(machine.value).toBe('inventory.assess');
  expect(conditions.find(({ type }) => type === 'Ready')).toMatchObject({ status: expect.not.stringMatching('True') });
  expect(JSON.stringify([await world.status(), await world.events()])).toMatch(
    /Allow ecs:\w+ on arn:aws:ecs:\S+cluster\/vault/,
  );
  expect(world.role.denied.length).toBeGreaterThan(0);
  expect(mutations).toEqual([]);
  expect(await look()).toEqual(before);
  expect(world.inside.things()).toEqual(things);
  // What was denied was to be: it is not closed as worlds are in which nothing may be.
  await world.simulated.close();
});
