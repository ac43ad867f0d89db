import type { Task } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { NETWORK, refusal, serviceConnect, TestWorld } from './testWorld.ts';

const ipOf = (task: Task) => task.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;

const balanced = (targetGroupArn: string) => ({
  loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
});

const breaker = (rollback: boolean) => ({
  deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback } },
});

describe('rollout', () => {
  test('E25: a new service starts its tasks, completes and says so', () => {
    const world = new TestWorld();
    const created = world.create('user');
    expect(created.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'IN_PROGRESS', desiredCount: 2 });
    expect(created.deployments?.[0]?.rolloutStateReason).toMatch(/^ECS deployment ecs-svc\/\d{19} in progress\.$/);
    world.settle();
    const service = world.describe('user');
    expect(service).toMatchObject({ runningCount: 2, pendingCount: 0 });
    expect(service.deployments).toHaveLength(1);
    expect(service.deployments?.[0]?.rolloutState).toBe('COMPLETED');
    expect(service.deployments?.[0]?.rolloutStateReason).toMatch(/^ECS deployment ecs-svc\/\d{19} completed\.$/);
    const messages = world.messages('user');
    expect(messages[0]).toBe('(service user) has reached a steady state.');
    expect(messages.at(-1)).toMatch(
      /^\(service user\) has started 2 tasks: \(task [0-9a-f]{32}\) \(task [0-9a-f]{32}\)\.$/,
    );
  });

  test('E24, E25: registered targets are told with their target group, and a text is not told twice in a row', () => {
    const world = new TestWorld();
    const targetGroup = world.targetGroup('user');
    world.create('user', balanced(targetGroup));
    world.settle();
    expect(world.targetGroups.inUse()).toHaveLength(2);
    expect(world.messages('user').filter((message) => message.includes('registered'))).toEqual([
      `(service user) registered 1 targets in (target-group ${targetGroup})`,
    ]);
  });

  test('E24: a service keeps its newest 100 events, the newest first', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    for (let count = 0; count < 120; count += 1) {
      world.update('user', { desiredCount: 1 + (count % 2) });
      world.settle();
    }
    const events = world.describe('user').events ?? [];
    expect(events).toHaveLength(100);
    expect(new Set(events.map(({ id }) => id)).size).toBe(100);
    const times = events.map(({ createdAt }) => createdAt?.getTime() ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(events[0]?.message).toBe('(service user) has reached a steady state.');
    expect(world.clock.now() - Math.max(...times)).toBeLessThanOrEqual(120_000);
  });

  test('E42: the replaced deployment is ACTIVE until its tasks have drained, then it is gone', () => {
    const world = new TestWorld();
    const targetGroup = world.targetGroup('user');
    world.create('user', balanced(targetGroup));
    world.settle();
    const [before] = world.describe('user').deployments ?? [];
    world.update('user', { taskDefinition: world.define('user') });
    world.clock.advance(3_000);
    expect(world.describe('user').deployments).toMatchObject([
      { status: 'PRIMARY', rolloutState: 'IN_PROGRESS' },
      { status: 'ACTIVE', id: before?.id },
    ]);
    world.settle();
    const after = world.describe('user');
    expect(after.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 }]);
    expect(after.deployments?.[0]?.id).not.toBe(before?.id);
    expect(after.taskDefinition).toMatch(/user:2$/);
  });

  test('the rollout keeps minimumHealthyPercent healthy and stays under maximumPercent', () => {
    const world = new TestWorld({ taskProvisioningMs: 8_000 });
    const targetGroup = world.targetGroup('user');
    world.create('user', {
      ...balanced(targetGroup),
      desiredCount: 4,
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 75 },
    });
    world.settle();
    world.update('user', { taskDefinition: world.define('user') });
    const seen = { healthyMin: 4, tasksMax: 0 };
    for (let second = 0; second < 300; second += 1) {
      world.clock.advance(1_000);
      seen.healthyMin = Math.min(seen.healthyMin, world.targetGroups.inUse().length);
      seen.tasksMax = Math.max(seen.tasksMax, world.tasks('user').length);
    }
    expect(seen).toEqual({ healthyMin: 3, tasksMax: 6 });
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'COMPLETED', runningCount: 4 }]);
  });

  test('E47: a task counts when its target is healthy, not when it runs', () => {
    const world = new TestWorld();
    world.targetGroups.state = 'initial';
    const targetGroup = world.targetGroup('user');
    world.create('user', balanced(targetGroup));
    world.settle();
    expect(world.describe('user')).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'IN_PROGRESS' }] });
    for (const task of world.runner.specs()) world.targetGroups.setHealth(task.ip, 'healthy');
    world.settle();
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });

  test('E47: without a load balancer and a health check a task counts 40 s after RUNNING', () => {
    const world = new TestWorld();
    world.create('user');
    world.clock.advance(39_000);
    expect(world.describe('user')).toMatchObject({ runningCount: 2, deployments: [{ rolloutState: 'IN_PROGRESS' }] });
    world.clock.advance(5_000);
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
  });

  test('E48: within the grace period a failing target is left alone; without one the task is replaced', () => {
    const world = new TestWorld();
    world.targetGroups.state = 'unhealthy';
    const patient = world.targetGroup('patient');
    world.create('patient', { ...balanced(patient), desiredCount: 1, healthCheckGracePeriodSeconds: 60 });
    world.create('hasty', { ...balanced(world.targetGroup('hasty')), desiredCount: 1 });
    world.clock.advance(30_000);
    expect(world.tasks('patient', 'STOPPED')).toEqual([]);
    expect(world.tasks('hasty', 'STOPPED')[0]?.stoppedReason).toContain('failed ELB health checks');
    world.clock.advance(60_000);
    expect(world.tasks('patient', 'STOPPED').length).toBeGreaterThan(0);
  });

  test('an unhealthy task of a completed deployment is replaced before it is stopped', () => {
    const world = new TestWorld();
    const targetGroup = world.targetGroup('user');
    world.create('user', balanced(targetGroup));
    world.settle();
    const [sick] = world.runner.specs();
    world.targetGroups.state = 'initial';
    world.targetGroups.setHealth(sick?.ip ?? '', 'unhealthy');
    world.clock.advance(20_000);
    expect(world.tasks('user')).toHaveLength(3);
    expect(world.runner.journal).not.toContain(`draining ${sick?.ip}`);
    for (const { ip } of world.runner.specs().slice(2)) world.targetGroups.setHealth(ip, 'healthy');
    world.settle();
    expect(world.runner.journal).toContain(`gone ${sick?.ip}`);
    expect(world.tasks('user')).toHaveLength(2);
  });

  test('desiredCount goes up and down without a deployment', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    const [deployment] = world.describe('user').deployments ?? [];
    world.update('user', { desiredCount: 4 });
    world.settle();
    expect(world.describe('user')).toMatchObject({ runningCount: 4, deployments: [{ id: deployment?.id }] });
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(world.describe('user')).toMatchObject({ runningCount: 0, deployments: [{ id: deployment?.id }] });
    expect(world.runner.running.size).toBe(0);
  });
});

describe('what starts a deployment', () => {
  test('E40: these members do', () => {
    const world = new TestWorld();
    const targetGroup = world.targetGroup('user');
    world.create('user');
    world.settle();
    const changes = [
      { taskDefinition: world.define('user') },
      { networkConfiguration: { awsvpcConfiguration: { ...NETWORK.awsvpcConfiguration, subnets: ['subnet-c'] } } },
      { platformVersion: '1.4.0' },
      balanced(targetGroup),
      { serviceRegistries: [{ registryArn: world.cloudMap.createServiceConnectService('ns-dns', 'user').arn }] },
      { serviceConnectConfiguration: serviceConnect('user') },
      { forceNewDeployment: true },
    ];
    for (const change of changes) {
      const before = world.describe('user').deployments?.[0]?.id;
      world.update('user', change);
      expect(world.describe('user').deployments?.[0]?.id, JSON.stringify(change)).not.toBe(before);
      world.settle();
      expect(world.describe('user').deployments, JSON.stringify(change)).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    }
  });

  test('E40: these do not, nor does what is there already', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    const before = world.describe('user').deployments?.[0]?.id;
    const changes = [
      { desiredCount: 3 },
      { deploymentConfiguration: { maximumPercent: 150 } },
      { healthCheckGracePeriodSeconds: 30 },
      { enableExecuteCommand: true },
      { propagateTags: 'SERVICE' },
      { availabilityZoneRebalancing: 'DISABLED' },
      { taskDefinition: 'user:1', networkConfiguration: NETWORK, loadBalancers: [] },
    ];
    for (const change of changes) {
      world.update('user', change);
      world.settle();
      expect(world.describe('user').deployments, JSON.stringify(change)).toMatchObject([{ id: before }]);
    }
    expect(world.describe('user')).toMatchObject({
      desiredCount: 3,
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: true,
      propagateTags: 'SERVICE',
      availabilityZoneRebalancing: 'DISABLED',
      deploymentConfiguration: { maximumPercent: 150, minimumHealthyPercent: 100 },
    });
  });

  test('E41: what is omitted stays, an empty list removes', () => {
    const world = new TestWorld();
    const targetGroup = world.targetGroup('user');
    world.create('user', { ...balanced(targetGroup), serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    world.update('user', { forceNewDeployment: true });
    world.settle();
    expect(world.describe('user')).toMatchObject({
      ...balanced(targetGroup),
      deployments: [{ serviceConnectConfiguration: { enabled: true } }],
    });
    world.update('user', { loadBalancers: [] });
    world.settle();
    expect(world.describe('user').loadBalancers).toEqual([]);
    expect(world.targetGroups.inUse()).toEqual([]);
  });
});

describe('failure', () => {
  test('E42: without a circuit breaker a broken deployment stays IN_PROGRESS for ever', () => {
    const world = new TestWorld();
    world.runner.behaviour = 'crash';
    world.create('user');
    world.clock.advance(6 * 3_600_000);
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', runningCount: 0 }]);
    expect(world.messages('user')).toContain('(service user) is unable to consistently start tasks successfully.');
  });

  test('E44: the pauses between tasks that never run grow to fifteen minutes', () => {
    const world = new TestWorld();
    world.runner.behaviour = 'crash';
    world.create('user', { desiredCount: 1 });
    world.clock.advance(6 * 3_600_000);
    const started = world.runner.journal.filter((line) => line.startsWith('start')).length;
    world.clock.advance(3_600_000);
    const within = world.runner.journal.filter((line) => line.startsWith('start')).length - started;
    expect(within).toBeGreaterThanOrEqual(3);
    expect(within).toBeLessThanOrEqual(4);
  });

  test('E43: with rollback:false the deployment is FAILED after three tasks, and what ran before goes on', () => {
    const world = new TestWorld();
    world.create('user', breaker(false));
    world.settle();
    const before = world.runner.specs().map(({ taskArn }) => taskArn);
    world.runner.behaviour = 'crash';
    world.update('user', { taskDefinition: world.define('user') });
    world.clock.advance(1_800_000);
    expect(world.describe('user').deployments).toMatchObject([
      {
        status: 'PRIMARY',
        rolloutState: 'FAILED',
        rolloutStateReason: 'ECS deployment circuit breaker: tasks failed to start.',
      },
      { status: 'ACTIVE', runningCount: 2 },
    ]);
    expect(world.runner.specs().map(({ taskArn }) => taskArn)).toEqual(before);
    const started = world.runner.journal.length;
    world.clock.advance(3_600_000);
    expect(world.runner.journal.length).toBe(started);
  });

  test('E43, E49: with rollback the last completed deployment is PRIMARY again', () => {
    const world = new TestWorld();
    world.create('user', breaker(true));
    world.settle();
    const before = world.describe('user').deployments?.[0]?.id;
    world.runner.behaviour = 'crash';
    world.update('user', { taskDefinition: world.define('user') });
    world.clock.advance(1_800_000);
    const service = world.describe('user');
    expect(service.deployments).toMatchObject([{ id: before, rolloutState: 'COMPLETED', runningCount: 2 }]);
    expect(service.taskDefinition).toMatch(/user:1$/);
    const { serviceDeployments } = world.call('ListServiceDeployments', { cluster: 'shop', service: 'user' });
    expect(serviceDeployments.map(({ status }: { status: string }) => status).sort()).toEqual([
      'ROLLBACK_SUCCESSFUL',
      'SUCCESSFUL',
    ]);
  });

  test('E43: a first deployment has nothing to go back to, and can be deleted once it is scaled to 0', () => {
    const world = new TestWorld();
    world.targetGroups.state = 'unhealthy';
    world.create('user', { ...balanced(world.targetGroup('user')), ...breaker(true) });
    world.clock.advance(1_800_000);
    expect(world.describe('user').deployments).toMatchObject([
      { rolloutState: 'FAILED', rolloutStateReason: 'ECS deployment circuit breaker: tasks failed health checks.' },
    ]);
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(world.call('DeleteService', { cluster: 'shop', service: 'user' }).service.status).toBe('DRAINING');
  });

  test('E43: the threshold is never under three', () => {
    const world = new TestWorld();
    world.runner.behaviour = 'crash';
    world.create('user', { ...breaker(false), desiredCount: 1 });
    world.clock.advance(15_000);
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS', failedTasks: 2 }]);
    world.clock.advance(60_000);
    expect(world.describe('user').deployments).toMatchObject([{ rolloutState: 'FAILED', failedTasks: 3 }]);
  });

  test('a task that dies is replaced', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    const [first, second] = world.runner.specs();
    world.runner.crash(first?.ip ?? '');
    world.settle();
    const left = world.runner.specs().map(({ taskArn }) => taskArn);
    expect(left).toHaveLength(2);
    expect(left).toContain(second?.taskArn);
    expect(world.tasks('user', 'STOPPED')).toMatchObject([
      {
        taskArn: first?.taskArn,
        stopCode: 'EssentialContainerExited',
        stoppedReason: 'Essential container in task exited',
        containers: [{ exitCode: 1 }],
      },
    ]);
  });
});

describe('load balancers', () => {
  test('E60: CreateService refuses a target group without a load balancer', () => {
    const world = new TestWorld();
    const arn = world.targetGroup('user', { hasLoadBalancer: false });
    const refused = {
      code: 'InvalidParameterException',
      message: `The target group with targetGroupArn ${arn} does not have an associated load balancer.`,
    };
    expect(refusal(() => world.create('user', balanced(arn)))).toEqual(refused);
    world.create('user');
    expect(refusal(() => world.update('user', balanced(arn)))).toEqual(refused);
    world.targetGroups.groups.set(arn, { targetType: 'ip', hasLoadBalancer: true });
    world.update('user', balanced(arn));
    world.settle();
    expect(world.targetGroups.inUse()).toHaveLength(2);
    expect(world.messages('user')).toContain(`(service user) registered 1 targets in (target-group ${arn})`);
  });

  test('E61: the container and its port must be in the task definition', () => {
    const world = new TestWorld();
    const targetGroupArn = world.targetGroup('user');
    const withBalancer = (containerName: string, containerPort: number) =>
      refusal(() => world.create('user', { loadBalancers: [{ targetGroupArn, containerName, containerPort }] }))
        .message;
    expect(withBalancer('web', 8080)).toBe('The container web does not exist in the task definition.');
    expect(withBalancer('app', 9090)).toBe('The container app did not have a container port 9090 defined.');
  });

  test('E63: several services may register in one target group', () => {
    const world = new TestWorld();
    const shared = world.targetGroup('shared');
    for (const name of ['user', 'stock']) world.create(name, balanced(shared));
    world.settle();
    expect(world.targetGroups.inUse()).toHaveLength(4);
    world.update('stock', { desiredCount: 0 });
    world.settle();
    expect(world.targetGroups.inUse().toSorted()).toEqual(
      world
        .tasks('user')
        .map((task) => `${shared} ${ipOf(task)}:8080`)
        .toSorted(),
    );
  });

  test('E62: targets are ip, and target groups five at most', () => {
    const world = new TestWorld();
    const instance = world.targetGroup('instance', { targetType: 'instance' });
    expect(refusal(() => world.create('user', balanced(instance))).message).toContain(
      'incompatible with the awsvpc network mode',
    );
    const six = Array.from({ length: 6 }, (_, index) => balanced(world.targetGroup(`tg-${index}`)).loadBalancers[0]);
    const loadBalancers = six.flatMap((balancer) => balancer ?? []);
    expect(refusal(() => world.create('user', { loadBalancers })).code).toBe('InvalidParameterException');
    world.create('user', { loadBalancers: loadBalancers.slice(0, 5) });
    world.settle();
    expect(world.targetGroups.inUse()).toHaveLength(10);
  });

  test('a target group that was deleted neither holds up the scale-in nor breaks the service', () => {
    const world = new TestWorld();
    const arn = world.targetGroup('user');
    world.create('user', balanced(arn));
    world.settle();
    world.targetGroups.groups.delete(arn);
    world.targetGroups.deregister = () => {
      throw new Error('One or more target groups not found');
    };
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(world.runner.running.size).toBe(0);
    expect(world.describe('user').runningCount).toBe(0);
  });
});

describe('service deployments and revisions', () => {
  test('E49: the current ones are described, unknown ones are failures', () => {
    const world = new TestWorld();
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    const service = world.describe('user');
    const described = world.call('DescribeServiceDeployments', {
      serviceDeploymentArns: [service.currentServiceDeployment],
    });
    expect(described.serviceDeployments).toMatchObject([
      {
        status: 'SUCCESSFUL',
        serviceArn: service.serviceArn,
        sourceServiceRevisions: [],
        alarms: { status: 'DISABLED' },
      },
    ]);
    const [revision] = service.currentServiceRevisions ?? [];
    const revisions = world.call('DescribeServiceRevisions', { serviceRevisionArns: [revision?.arn, 'arn:x'] });
    expect(revisions.serviceRevisions).toMatchObject([
      { taskDefinition: service.taskDefinition, serviceConnectConfiguration: serviceConnect('user') },
    ]);
    expect(revisions.failures).toEqual([{ arn: 'arn:x', reason: 'MISSING' }]);
  });
});
