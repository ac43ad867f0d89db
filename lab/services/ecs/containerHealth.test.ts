import type { ContainerDefinition, HealthCheck } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { meshedTaskDefinition, taskDefinition, TestWorld } from './testWorld.ts';

const CHECK: HealthCheck = {
  command: ['CMD', 'node', 'check.js'],
  interval: 10,
  timeout: 2,
  retries: 3,
  startPeriod: 0,
};

/** A definition whose application has the check, with other containers beside it. */
const checked = (change: Partial<HealthCheck> = {}, ...beside: ContainerDefinition[]) => ({
  containerDefinitions: [
    ...(taskDefinition('user').containerDefinitions ?? []).map((app) => ({
      ...app,
      healthCheck: { ...CHECK, ...change },
    })),
    ...beside,
  ],
});

const ipsOf = (world: TestWorld) => world.runner.specs().map(({ ip }) => ip);
/** Of the first task: its own health, and that of each container. */
const healthOf = (world: TestWorld, desiredStatus: 'RUNNING' | 'STOPPED' = 'RUNNING') => {
  const [task] = world.tasks('user', desiredStatus);
  return [task?.healthStatus, ...(task?.containers ?? []).map(({ healthStatus }) => healthStatus)];
};

test('E80: a container is UNKNOWN until its first check has passed, and HEALTHY from then on', () => {
  const world = new TestWorld();
  world.create('user', { taskDefinition: world.define('user', checked()), desiredCount: 1 });
  world.clock.advance(9_000);
  expect(healthOf(world)).toEqual(['UNKNOWN', 'UNKNOWN']);
  world.clock.advance(2_000);
  expect(healthOf(world)).toEqual(['HEALTHY', 'HEALTHY']);
});

test('E80: it takes so many failures in a row as there are retries; one that passes in between begins them anew', () => {
  const world = new TestWorld();
  world.create('user', { taskDefinition: world.define('user', checked()), desiredCount: 1 });
  world.clock.advance(11_000);
  const [ip = ''] = ipsOf(world);
  world.runner.checks.set(ip, false);
  world.clock.advance(20_000);
  world.runner.checks.set(ip, true);
  world.clock.advance(10_000);
  world.runner.checks.set(ip, false);
  world.clock.advance(20_000);
  expect(healthOf(world)).toEqual(['HEALTHY', 'HEALTHY']);
  world.clock.advance(10_000);
  expect(world.tasks('user').find(({ healthStatus }) => healthStatus === 'UNHEALTHY')).toBeDefined();
});

test('E80: failures within the start period do not count, unless a check has passed before them', () => {
  const world = new TestWorld();
  for (const name of ['slow', 'spoilt']) {
    const definition = world.define(name, checked({ startPeriod: 100 }));
    world.create(name, { taskDefinition: definition, desiredCount: 1 });
  }
  world.clock.advance(5_000);
  const [slow = '', spoilt = ''] = ipsOf(world);
  world.runner.checks.set(slow, false);
  world.clock.advance(10_000);
  world.runner.checks.set(spoilt, false);
  world.clock.advance(50_000);
  expect(world.tasks('slow', 'STOPPED')).toEqual([]);
  expect(world.tasks('spoilt', 'STOPPED')).toMatchObject([{ healthStatus: 'UNHEALTHY' }]);
  world.clock.advance(70_000);
  expect(world.tasks('slow', 'STOPPED')).toMatchObject([{ healthStatus: 'UNHEALTHY' }]);
});

test('E80: a task is as healthy as the worst of its essential containers', () => {
  const sidecar = { name: 'sidecar', image: 'shop:1' };
  const world = new TestWorld();
  const beside = world.define('user', checked({}, { ...sidecar, essential: true }));
  world.create('user', { taskDefinition: beside, desiredCount: 1 });
  world.clock.advance(15_000);
  expect(healthOf(world)).toEqual(['UNKNOWN', 'HEALTHY', 'UNKNOWN']);

  const other = new TestWorld();
  const inessential = other.define('user', checked({}, { ...sidecar, essential: false }));
  other.create('user', { taskDefinition: inessential, desiredCount: 1 });
  other.clock.advance(15_000);
  expect(healthOf(other)).toEqual(['HEALTHY', 'HEALTHY', 'UNKNOWN']);
});

test('E80: the scheduler replaces a task that is UNHEALTHY', () => {
  const world = new TestWorld();
  world.create('user', { taskDefinition: world.define('user', checked()), desiredCount: 2 });
  world.settle();
  const [sick = '', well = ''] = ipsOf(world);
  world.runner.checks.set(sick, false);
  world.settle();
  expect(world.tasks('user', 'STOPPED')).toMatchObject([
    {
      healthStatus: 'UNHEALTHY',
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    },
  ]);
  expect(ipsOf(world)).toHaveLength(2);
  expect(ipsOf(world)).toContain(well);
  expect(world.tasks('user').map(({ healthStatus }) => healthStatus)).toEqual(['HEALTHY', 'HEALTHY']);
  expect(world.messages('user')).toContainEqual(
    expect.stringMatching(/\(task \w{32}\) failed container health checks\.$/),
  );
});

test('E47: where an essential container has a check, a task counts when it has passed, also behind a load balancer', () => {
  const world = new TestWorld();
  const targetGroup = world.targetGroup('user');
  const loadBalancers = [{ targetGroupArn: targetGroup, containerName: 'app', containerPort: 8080 }];
  const slow = world.define('user', checked({ interval: 60 }));
  for (const [name, change] of [['alone', {}] as const, ['user', { loadBalancers }] as const]) {
    world.create(name, { taskDefinition: slow, ...change });
  }
  world.clock.advance(55_000);
  for (const name of ['alone', 'user']) {
    expect(world.describe(name), name).toMatchObject({
      runningCount: 2,
      deployments: [{ rolloutState: 'IN_PROGRESS' }],
    });
  }
  world.clock.advance(10_000);
  for (const name of ['alone', 'user']) {
    expect(world.describe(name).deployments, name).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  }
});

test('E43: a deployment whose tasks fail their checks is what the circuit breaker stops', () => {
  const world = new TestWorld();
  world.create('user', {
    taskDefinition: world.define('user', checked()),
    desiredCount: 1,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  });
  world.settle();
  const [well = ''] = ipsOf(world);
  world.runner.checks.set(well, true);
  world.runner.passes = false;
  world.update('user', { taskDefinition: world.define('user', checked()) });
  world.clock.advance(300_000);
  expect(ipsOf(world)).toEqual([well]);
  expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  expect(world.messages('user')).toContainEqual(
    expect.stringContaining('deployment failed: tasks failed health checks.'),
  );
});

test('E80: the Envoy of App Mesh is healthy while its task runs, since without its configuration the task does not', () => {
  const world = new TestWorld();
  const meshed = meshedTaskDefinition('user');
  const taskDefinitionArn = world.define('user', {
    ...meshed,
    containerDefinitions: (meshed.containerDefinitions ?? []).map((container) =>
      container.name === 'envoy' ? { ...container, healthCheck: CHECK } : container,
    ),
  });
  world.create('user', { taskDefinition: taskDefinitionArn, desiredCount: 1 });
  world.clock.advance(5_000);
  expect(healthOf(world)).toEqual(['UNKNOWN', 'UNKNOWN', 'HEALTHY']);
});
