import { expect, test } from 'vitest';
import { refusal, TestWorld } from './testWorld.ts';

const cluster = (world: TestWorld) =>
  world.call('DescribeClusters', { clusters: ['shop'], include: ['SETTINGS', 'TAGS', 'CONFIGURATIONS'] }).clusters[0];

test('E14: UpdateCluster changes what is sent and leaves the rest', () => {
  const world = new TestWorld();
  world.call('UpdateCluster', { cluster: 'shop', serviceConnectDefaults: { namespace: 'shop-sc' } });
  world.call('UpdateCluster', { cluster: 'shop', settings: [{ name: 'containerInsights', value: 'enabled' }] });
  expect(cluster(world)).toMatchObject({
    settings: [{ name: 'containerInsights', value: 'enabled' }],
    serviceConnectDefaults: { namespace: expect.stringContaining('namespace/ns-sc') },
  });
  world.call('UpdateCluster', { cluster: 'shop', serviceConnectDefaults: { namespace: '' } });
  expect(cluster(world).serviceConnectDefaults).toBeUndefined();
  expect(refusal(() => world.call('UpdateCluster', { cluster: 'none' })).code).toBe('ClusterNotFoundException');
});

test('E21: statistics are answered where they are asked for, as strings', () => {
  const world = new TestWorld();
  world.create('user', { desiredCount: 2 });
  world.settle();
  const described = (include: string[]) => world.call('DescribeClusters', { clusters: ['shop'], include }).clusters[0];
  expect(described([]).statistics).toEqual([]);
  expect(described(['STATISTICS']).statistics).toEqual([
    { name: 'runningEC2TasksCount', value: '0' },
    { name: 'runningFargateTasksCount', value: '2' },
    { name: 'pendingEC2TasksCount', value: '0' },
    { name: 'pendingFargateTasksCount', value: '0' },
    { name: 'activeEC2ServiceCount', value: '0' },
    { name: 'activeFargateServiceCount', value: '1' },
    { name: 'drainingEC2ServiceCount', value: '0' },
    { name: 'drainingFargateServiceCount', value: '0' },
  ]);
});

test('E15: PutClusterCapacityProviders replaces both lists, and keeps providers that services use', () => {
  const world = new TestWorld();
  const put = (capacityProviders: string[], strategy: string[]) =>
    world.call('PutClusterCapacityProviders', {
      cluster: 'shop',
      capacityProviders,
      defaultCapacityProviderStrategy: strategy.map((capacityProvider) => ({ capacityProvider, weight: 1 })),
    });
  put(['FARGATE', 'FARGATE_SPOT'], ['FARGATE_SPOT']);
  expect(cluster(world)).toMatchObject({
    capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
    defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
  });
  expect(refusal(() => put(['FARGATE'], ['FARGATE_SPOT']))).toEqual({
    code: 'InvalidParameterException',
    message: expect.stringContaining('not associated with the cluster'),
  });

  world.create('user', {
    launchType: undefined,
    capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
  });
  expect(refusal(() => put(['FARGATE'], []))).toEqual({
    code: 'ResourceInUseException',
    message: 'The specified capacity provider is in use and cannot be removed.',
  });
  world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
  world.settle();
  put([], []);
  expect(cluster(world)).toMatchObject({ capacityProviders: [], defaultCapacityProviderStrategy: [] });
});
