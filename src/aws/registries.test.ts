import { CreateServiceCommand, DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  CreateHttpNamespaceCommand,
  CreateServiceCommand as CreateCloudMapServiceCommand,
  ListNamespacesCommand,
} from '@aws-sdk/client-servicediscovery';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RegistryHandOver } from '../assess/model.ts';
import type { GreenRegistries } from '../reconciler/ports.ts';
import { lowerCaseTags, withOwnerTags } from './ownership.ts';
import { createGreenRegistries } from './registries.ts';
import { createShop, known, NETWORK, operatorClients, OWNER, type Shop } from './simulatedShop.ts';

let shop: Shop;
let handOver: RegistryHandOver;
let registries: GreenRegistries;
let mutations: () => number;

beforeEach(async () => {
  shop = await createShop();
  const { ecs, serviceDiscovery } = shop.person;
  await serviceDiscovery.send(new CreateHttpNamespaceCommand({ Name: 'shop.local' }));
  await shop.pass(60_000);
  const { Namespaces } = await serviceDiscovery.send(new ListNamespacesCommand({}));
  const { Service } = await serviceDiscovery.send(
    new CreateCloudMapServiceCommand({ Name: 'frontend', NamespaceId: known(Namespaces?.[0]?.Id) }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'frontend-sc',
      taskDefinition: 'frontend',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      tags: lowerCaseTags(withOwnerTags(OWNER)),
    }),
  );
  await shop.pass(60_000);
  handOver = {
    blue: 'frontend',
    green: 'frontend-sc',
    clusterArn: shop.clusterArn,
    deployment: {},
    registries: [
      {
        cloudMapServiceId: known(Service?.Id),
        name: 'frontend.shop.local',
        input: { registryArn: known(Service?.Arn), containerName: 'app', containerPort: 8080 },
      },
    ],
  };
  const operator = operatorClients(shop.simulated);
  ({ mutations } = operator);
  registries = createGreenRegistries(operator.clients);
});
afterEach(() => shop.close());

const green = async () => {
  const { services } = await shop.person.ecs.send(
    new DescribeServicesCommand({ cluster: 'shop', services: ['frontend-sc'] }),
  );
  return known(services?.[0]);
};

test('S16, E40, E41: green registers with one call, is there when every task is, and is taken out with one', async () => {
  expect(await registries.registered(handOver)).toMatchObject({ verdict: 'wait', why: expect.stringContaining('yet') });
  expect(await registries.register(handOver, OWNER)).toBe('registered');
  expect(await registries.registered(handOver)).toMatchObject({
    verdict: 'wait',
    why: expect.stringContaining('is being deployed'),
  });
  expect(await registries.register(handOver, OWNER)).toBe('unchanged');
  await shop.pass(300_000);
  expect(await registries.registered(handOver)).toEqual({
    verdict: 'pass',
    why: '2 tasks of frontend-sc are in frontend.shop.local',
  });
  expect(mutations()).toBe(1);

  expect(await registries.withdraw(handOver, OWNER)).toBe(true);
  expect(await registries.withdraw(handOver, OWNER)).toBe(false);
  expect(mutations()).toBe(2);
  expect((await green()).serviceRegistries).toEqual([]);
});

test('a green that may be stopped before its new tasks run is not, this once', async () => {
  const deployment = { minimumHealthyPercent: 0, maximumPercent: 100 };
  await shop.person.ecs.send(
    new UpdateServiceCommand({ cluster: 'shop', service: 'frontend-sc', deploymentConfiguration: deployment }),
  );
  const frail = { ...handOver, deployment };
  expect(await registries.register(frail, OWNER)).toBe('registered');
  let fewest = 2;
  for (let round = 0; round < 600; round += 1) {
    fewest = Math.min(fewest, (await green()).runningCount ?? 0);
    await shop.pass(500);
  }
  expect(fewest).toBe(2);
  expect(await registries.registered(frail)).toMatchObject({
    verdict: 'wait',
    why: expect.stringContaining('put back'),
  });
  expect(await registries.register(frail, OWNER)).toBe('restored');
  expect((await green()).deploymentConfiguration).toMatchObject(deployment);
  expect(await registries.registered(frail)).toMatchObject({ verdict: 'pass' });
  expect(await registries.register(frail, OWNER)).toBe('unchanged');
});

test('a green that is not the plan’s is let be', async () => {
  const other = { plan: 'shop', uid: 'another' };
  await expect(registries.register(handOver, other)).rejects.toMatchObject({ code: 'NotOurs', kind: 'conflict' });
  await registries.register(handOver, OWNER);
  const made = mutations();
  expect(await registries.withdraw(handOver, other)).toBe(false);
  expect(mutations()).toBe(made);
});

test('tasks that do not start are told, and are not taken for registered', async () => {
  await shop.person.ecs.send(
    new UpdateServiceCommand({
      cluster: 'shop',
      service: 'frontend-sc',
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    }),
  );
  shop.simulated.tasks.behave(({ serviceName }) => ({ start: serviceName === 'frontend-sc' ? 'crash' : 'run' }));
  await registries.register(handOver, OWNER);
  await shop.pass(3_600_000);
  expect(await registries.registered(handOver)).toMatchObject({
    verdict: 'fail',
    why: expect.stringMatching(
      /^the tasks of frontend-sc that were to register in frontend.shop.local did not start: /,
    ),
  });
});

test('where AWS refuses, the refusal is told as it is', async () => {
  const [registry] = handOver.registries;
  const input = { ...known(registry).input, containerPort: 9090 };
  const wrong = { ...handOver, registries: [{ ...known(registry), input }] };
  await expect(registries.register(wrong, OWNER)).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringContaining('9090'),
  });
  expect(await registries.registered(wrong)).toMatchObject({ verdict: 'wait' });
});
