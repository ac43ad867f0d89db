import { describe, expect, test } from 'vitest';
import { meshedTaskDefinition, refusal, TestWorld } from './testWorld.ts';

const balanced = (targetGroupArn: string) => ({
  loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
});

const meshed = (world: TestWorld) => world.define('user', meshedTaskDefinition('user'));

describe('states', () => {
  test('E28: a task is PROVISIONING, PENDING, ACTIVATING where it registers, RUNNING, DEACTIVATING, STOPPING, STOPPED', () => {
    const world = new TestWorld({ taskProvisioningMs: 8_000 });
    const seen: (string | undefined)[] = [];
    const look = () => {
      const [task] = [...world.tasks('user'), ...world.tasks('user', 'STOPPED')];
      if (seen.at(-1) !== task?.lastStatus) seen.push(task?.lastStatus);
    };
    world.targetGroups.onRegister = look;
    world.targetGroups.drainMs = 10_000;
    world.create('user', { ...balanced(world.targetGroup('user')), desiredCount: 1 });
    for (let second = 0; second < 60; second += 1) {
      world.clock.advance(1_000);
      look();
    }
    world.update('user', { desiredCount: 0 });
    for (let second = 0; second < 60; second += 1) {
      world.clock.advance(500);
      look();
    }
    expect(seen).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING', 'DEACTIVATING', 'STOPPING', 'STOPPED']);
  });

  test('E46: deregister, drain, SIGTERM, gone; in that order, for a scale-in to 0', () => {
    const world = new TestWorld();
    world.create('user', { ...balanced(world.targetGroup('user')), desiredCount: 1 });
    world.settle();
    const ip = world.runner.specs()[0]?.ip;
    world.update('user', { desiredCount: 0 });
    world.clock.advance(29_000);
    expect(world.runner.running.size).toBe(1);
    world.settle();
    expect(world.runner.journal).toEqual([
      `start ${ip}`,
      `draining ${ip}`,
      `drained ${ip}`,
      `SIGTERM ${ip}`,
      `gone ${ip}`,
    ]);
  });

  test('E46: StopTask sends SIGTERM without waiting for the drain, and the service replaces the task', () => {
    const world = new TestWorld();
    world.create('user', { ...balanced(world.targetGroup('user')), desiredCount: 1 });
    world.settle();
    const [task] = world.tasks('user');
    const ip = world.runner.specs()[0]?.ip;
    const stopped = world.call('StopTask', { cluster: 'shop', task: task?.taskArn, reason: 'chaos' });
    expect(stopped.task).toMatchObject({ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'chaos' });
    expect(world.runner.journal.slice(1)).toEqual([`draining ${ip}`, `SIGTERM ${ip}`]);
    world.settle();
    expect(world.tasks('user')).toMatchObject([{ lastStatus: 'RUNNING' }]);
    expect(world.tasks('user')[0]?.taskArn).not.toBe(task?.taskArn);
    expect(refusal(() => world.call('StopTask', { cluster: 'shop', task: 'nobody' })).code).toBe(
      'InvalidParameterException',
    );
  });

  test('a task that is stopped before it ran never starts', () => {
    const world = new TestWorld({ taskProvisioningMs: 8_000 });
    world.create('user', { desiredCount: 1 });
    world.clock.advance(1_000);
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(world.runner.journal).toEqual([]);
    expect(world.tasks('user', 'STOPPED')).toMatchObject([{ lastStatus: 'STOPPED' }]);
  });
});

describe('reading', () => {
  test('each task has an address of its own, in its network interface', () => {
    const world = new TestWorld();
    world.create('user', { desiredCount: 3 });
    world.settle();
    const addresses = world
      .tasks('user')
      .map(
        ({ attachments }) => attachments?.[0]?.details?.find(({ name }) => name === 'privateIPv4Address')?.value ?? '',
      );
    expect(new Set(addresses).size).toBe(3);
    expect(addresses).toEqual(world.runner.specs().map(({ ip }) => ip));
    for (const address of addresses) expect(address).toMatch(/^10\.0\.\d+\.\d+$/);
  });

  test('E29: a Fargate task has its architecture, its storage, its pulls and what its containers run as', () => {
    const world = new TestWorld({ taskProvisioningMs: 8_000 });
    world.create('user', { desiredCount: 1 });
    world.clock.advance(1_000);
    const [early] = world.tasks('user');
    expect(early?.connectivityAt).toBeUndefined();
    expect(early?.containers?.[0]?.runtimeId).toBeUndefined();
    world.settle();
    const [task] = world.tasks('user');
    expect(task).toMatchObject({
      attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
      ephemeralStorage: { sizeInGiB: 20 },
      overrides: { containerOverrides: [{ name: 'app' }] },
    });
    const id = task?.taskArn?.split('/').at(-1);
    expect(task?.containers?.[0]?.runtimeId).toMatch(new RegExp(`^${id}-\\d+$`));
    const times = [task?.createdAt, task?.connectivityAt, task?.pullStoppedAt, task?.startedAt].map((at) =>
      at?.getTime(),
    );
    expect(times).toEqual(times.toSorted((a = 0, b = 0) => a - b));
    expect(task?.pullStoppedAt?.getTime()).toBeGreaterThan(task?.pullStartedAt?.getTime() ?? Number.POSITIVE_INFINITY);
  });

  test('E21: tags are an empty list unless asked for, on a task and on a task definition', () => {
    const world = new TestWorld();
    const tags = [{ key: 'team', value: 'shop' }];
    world.create('user', { desiredCount: 1, propagateTags: 'SERVICE', tags });
    world.settle();
    const tasks = [world.tasks('user')[0]?.taskArn];
    const tagsOf = (include: string[]) =>
      world.call('DescribeTasks', { cluster: 'shop', tasks, include }).tasks?.[0]?.tags;
    expect(tagsOf([])).toEqual([]);
    expect(tagsOf(['TAGS'])).toEqual(tags);
    expect(world.call('DescribeTaskDefinition', { taskDefinition: 'user' }).tags).toEqual([]);
  });

  test('E27: ListTasks means RUNNING, PENDING finds nothing, startedBy stands alone', () => {
    const world = new TestWorld();
    world.runner.behaviour = 'hang';
    world.create('user');
    world.clock.advance(1_000);
    const list = (filter: object) => world.call('ListTasks', { cluster: 'shop', ...filter }).taskArns;
    expect(list({})).toHaveLength(2);
    expect(list({ desiredStatus: 'PENDING' })).toEqual([]);
    expect(list({ desiredStatus: 'STOPPED' })).toEqual([]);
    expect(list({ family: 'user' })).toHaveLength(2);
    expect(list({ family: 'other' })).toEqual([]);
    const startedBy = world.describe('user').deployments?.[0]?.id;
    expect(list({ startedBy })).toHaveLength(2);
    expect(refusal(() => list({ startedBy, family: 'user' })).code).toBe('InvalidParameterException');
  });

  test('E27: a stopped task is described for an hour', () => {
    const world = new TestWorld();
    world.create('user', { desiredCount: 1 });
    world.settle();
    world.runner.crash(world.runner.specs()[0]?.ip ?? '');
    world.clock.advance(3_500_000);
    expect(world.tasks('user', 'STOPPED')).toHaveLength(1);
    world.clock.advance(200_000);
    expect(world.tasks('user', 'STOPPED')).toEqual([]);
  });

  test('tags come from the service or the task definition, and ECS’s own beside them', () => {
    const world = new TestWorld();
    world.create('user', {
      tags: [{ key: 'team', value: 'web' }],
      propagateTags: 'SERVICE',
      enableECSManagedTags: true,
      desiredCount: 1,
    });
    world.settle();
    const { taskArns } = world.call('ListTasks', { cluster: 'shop' });
    const described = world.call('DescribeTasks', { cluster: 'shop', tasks: taskArns, include: ['TAGS'] });
    expect(described.tasks[0].tags).toEqual([
      { key: 'team', value: 'web' },
      { key: 'aws:ecs:clusterName', value: 'shop' },
      { key: 'aws:ecs:serviceName', value: 'user' },
    ]);
  });
});

describe('registries', () => {
  test('tasks of a service with service registries are instances of them, as App Mesh knows them', () => {
    const world = new TestWorld();
    const { id, arn } = world.cloudMap.createServiceConnectService('ns-dns', 'user');
    world.create('user', { serviceRegistries: [{ registryArn: arn }], desiredCount: 1 });
    world.settle();
    expect(world.cloudMap.instances(id)).toEqual([
      {
        instanceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        attributes: expect.objectContaining({
          AWS_INSTANCE_IPV4: world.runner.specs()[0]?.ip,
          AWS_INSTANCE_PORT: '8080',
          ECS_CLUSTER_NAME: 'shop',
          ECS_SERVICE_NAME: 'user',
          ECS_TASK_DEFINITION_FAMILY: 'user',
        }),
      },
    ]);
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(world.cloudMap.instances(id)).toEqual([]);
  });
});

test('E77: a service joins a registry and leaves it again by a deployment, and is in one at most', () => {
  const world = new TestWorld();
  const [first, second] = ['user', 'people'].map((name) => world.cloudMap.createServiceConnectService('ns-dns', name));
  const inRegistry = (...found: (typeof first)[]) => ({
    serviceRegistries: found.map((one) => ({ registryArn: one?.arn })),
  });
  world.create('user', { desiredCount: 2 });
  world.settle();
  const owners = () =>
    world.cloudMap.instances(first?.id ?? '').map(({ attributes }) => attributes['ECS_SERVICE_NAME']);
  world.update('user', inRegistry(first));
  world.settle();
  expect(owners()).toEqual(['user', 'user']);
  expect(() => world.update('user', inRegistry(first, second))).toThrow('service registries can have at most 1 items.');
  world.update('user', { serviceRegistries: [] });
  world.settle();
  expect(owners()).toEqual([]);
});

describe('App Mesh tasks', () => {
  test('run as the virtual node that Envoy’s environment names, without the proxy’s container', () => {
    const world = new TestWorld();
    world.create('user', { taskDefinition: meshed(world), desiredCount: 1 });
    world.settle();
    expect(world.runner.specs()).toMatchObject([
      {
        mesh: { kind: 'appMesh', meshName: 'shop', virtualNodeName: 'user-vn' },
        containers: [{ name: 'app', containerPorts: [8080], environment: { ROLE: 'user' }, stopTimeoutMs: 30_000 }],
      },
    ]);
    expect(world.tasks('user')[0]?.containers?.map(({ name }) => name)).toEqual(['app', 'envoy']);
  });

  test.each([
    'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/user-vn',
    'mesh/shop@444455556666/virtualNode/user-vn',
    'mesh/shop/virtualNode/user-vn',
  ])('the identity may be %s', (value) => {
    const world = new TestWorld();
    const definition = meshedTaskDefinition('user');
    const containers = (definition.containerDefinitions ?? []).map((container) =>
      container.name === 'envoy' ? { ...container, environment: [{ name: 'APPMESH_RESOURCE_ARN', value }] } : container,
    );
    world.create('user', {
      taskDefinition: world.define('user', { ...definition, containerDefinitions: containers }),
      desiredCount: 1,
    });
    world.settle();
    expect(world.runner.specs()).toMatchObject([
      { mesh: { kind: 'appMesh', meshName: 'shop', virtualNodeName: 'user-vn' } },
    ]);
  });

  test('A0: with App Mesh gone a new task never starts, is given up after three minutes and tried again later', () => {
    const world = new TestWorld();
    world.create('user', { taskDefinition: meshed(world) });
    world.settle();
    world.mesh.gone = true;
    world.clock.advance(600_000);
    expect(world.runner.running.size).toBe(2);

    world.runner.crash(world.runner.specs()[0]?.ip ?? '');
    world.clock.advance(3_000_000);
    expect(world.runner.running.size).toBe(1);
    expect(world.describe('user')).toMatchObject({ desiredCount: 2, runningCount: 1 });
    const given = world.tasks('user', 'STOPPED').filter((task) => task.stopCode === 'TaskFailedToStart');
    expect(given.length).toBeGreaterThan(1);
    expect(given[0]).toMatchObject({ stoppedReason: 'Task failed container health checks' });
    const waited = (given[0]?.stoppedAt?.getTime() ?? 0) - (given[0]?.pullStartedAt?.getTime() ?? 0);
    expect(waited).toBeGreaterThanOrEqual(180_000);
  });

  test('A0: with App Mesh back before that, the task starts after all', () => {
    const world = new TestWorld();
    world.mesh.gone = true;
    world.create('user', { taskDefinition: meshed(world) });
    world.clock.advance(60_000);
    expect(world.describe('user')).toMatchObject({ runningCount: 0, pendingCount: 2 });
    world.mesh.gone = false;
    world.settle();
    expect(world.describe('user').runningCount).toBe(2);
  });
});

describe('metrics', () => {
  test('Container Insights counts tasks, only where the cluster has it on', () => {
    const world = new TestWorld();
    world.create('user');
    world.call('CreateCluster', {
      clusterName: 'watched',
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    });
    world.create('stock', { cluster: 'watched' });
    world.clock.advance(60_000);
    expect(world.samples.map(({ name, value, dimensions }) => ({ name, value, ...dimensions }))).toEqual([
      { name: 'DesiredTaskCount', value: 2, ClusterName: 'watched', ServiceName: 'stock' },
      { name: 'RunningTaskCount', value: 2, ClusterName: 'watched', ServiceName: 'stock' },
      { name: 'PendingTaskCount', value: 0, ClusterName: 'watched', ServiceName: 'stock' },
      { name: 'DeploymentCount', value: 1, ClusterName: 'watched', ServiceName: 'stock' },
    ]);
  });
});

test('E78: a deployment resolves an image’s tag to a digest once; what is pushed under it afterwards comes with the next', () => {
  const world = new TestWorld();
  world.create('user', { desiredCount: 1 });
  world.settle();
  const [app] = world.tasks('user')[0]?.containers ?? [];
  const digests = () => [
    ...new Set(world.tasks('user').map((task) => task.containers?.find(({ name }) => name === app?.name)?.imageDigest)),
  ];
  const before = digests();
  expect(before).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)]);
  world.ecs.images.push(app?.image ?? '');
  world.update('user', { desiredCount: 2 });
  world.settle();
  expect(world.tasks('user')).toHaveLength(2);
  expect(digests()).toEqual(before);
  world.update('user', { forceNewDeployment: true });
  world.settle();
  const [after, ...others] = digests();
  expect(others).toEqual([]);
  expect(before).not.toContain(after);
});
