import { describe, expect, test } from 'vitest';
import { refusal, serviceConnect, TestWorld } from './testWorld.ts';

describe('names and statuses', () => {
  test('E3: a name is refused while ACTIVE and while DRAINING, and comes back with the same ARN when INACTIVE', () => {
    const world = new TestWorld({ serviceDrainingMs: 5_000 });
    const first = world.create('user');
    world.settle();
    expect(refusal(() => world.create('user'))).toEqual({
      code: 'InvalidParameterException',
      message: 'Creation of service was not idempotent.',
    });

    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    expect(world.describe('user').status).toBe('DRAINING');
    expect(refusal(() => world.create('user')).message).toBe('Unable to Start a service that is still Draining.');

    world.settle();
    expect(world.describe('user').status).toBe('INACTIVE');
    expect(world.describe('user').deployments).toEqual([]);
    const second = world.create('user');
    expect(second.serviceArn).toBe(first.serviceArn);
    expect(second.createdAt?.getTime()).toBeGreaterThan(first.createdAt?.getTime() ?? Number.NaN);
    expect(world.describe('user').status).toBe('ACTIVE');
  });

  test('E4: the same clientToken and request answer the service, another request does not', () => {
    const world = new TestWorld();
    const taskDefinition = world.define('user');
    const first = world.create('user', { taskDefinition, clientToken: 'plan-1' });
    world.clock.advance(1_000);
    const second = world.create('user', { taskDefinition, clientToken: 'plan-1' });
    expect(second.createdAt).toEqual(first.createdAt);
    expect(
      refusal(() => world.create('user', { taskDefinition, clientToken: 'plan-1', desiredCount: 3 })).message,
    ).toBe('Creation of service was not idempotent.');
    expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([first.serviceArn]);
  });

  test('E1: what is DRAINING or INACTIVE is described but not listed', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([]);
    expect(world.describe('user').status).toBe('DRAINING');
    world.settle();
    expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([]);
    expect(world.describe('user').status).toBe('INACTIVE');
  });

  test('E2: a service turns INACTIVE although its processes are still stopping', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    world.runner.stopMs = 600_000;
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.settle();
    expect(world.describe('user').status).toBe('INACTIVE');
    expect(world.runner.running.size).toBe(2);
  });

  test('E73: a service name of other characters or over 255 is refused', () => {
    const world = new TestWorld();
    const taskDefinition = world.define('user');
    for (const name of ['user.api', '', 'u'.repeat(256)]) {
      expect(refusal(() => world.create(name, { taskDefinition })).code).toBe('InvalidParameterException');
    }
    expect(world.create('u'.repeat(255), { taskDefinition }).status).toBe('ACTIVE');
  });
});

describe('deletion', () => {
  test('E5: DeleteService needs desiredCount 0 or force', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    const remove = (force?: boolean) =>
      world.call('DeleteService', { cluster: 'shop', service: 'user', ...(force === undefined ? {} : { force }) });
    expect(refusal(() => remove())).toEqual({
      code: 'InvalidParameterException',
      message: 'The service cannot be stopped while it is scaled above 0.',
    });
    world.update('user', { desiredCount: 0 });
    world.settle();
    expect(remove().service.status).toBe('DRAINING');
  });

  test('E6: DeleteService is refused during a deployment', () => {
    const world = new TestWorld();
    world.create('user', { desiredCount: 0 });
    expect(refusal(() => world.call('DeleteService', { cluster: 'shop', service: 'user' })).message).toBe(
      'The service cannot be stopped while deployments are active.',
    );
  });

  test('E7: DeleteService succeeds on an INACTIVE service', () => {
    const world = new TestWorld();
    world.create('user');
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.settle();
    expect(world.call('DeleteService', { cluster: 'shop', service: 'user' }).service.status).toBe('INACTIVE');
  });

  test('E10: UpdateService on DRAINING and INACTIVE is refused', () => {
    const world = new TestWorld();
    world.create('user');
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    const refused = { code: 'ServiceNotActiveException', message: 'Service was not ACTIVE.' };
    expect(refusal(() => world.update('user', { desiredCount: 1 }))).toEqual(refused);
    world.settle();
    expect(refusal(() => world.update('user', { desiredCount: 1 }))).toEqual(refused);
  });

  test('E11, E12: a cluster is deleted only when its last service is INACTIVE, and stays describable', () => {
    const world = new TestWorld({ serviceDrainingMs: 5_000 });
    world.create('user');
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    expect(refusal(() => world.call('DeleteCluster', { cluster: 'shop' }))).toEqual({
      code: 'ClusterContainsServicesException',
      message: 'The Cluster cannot be deleted while Services are active.',
    });
    world.settle();
    world.call('DeleteCluster', { cluster: 'shop' });
    expect(world.call('DescribeClusters', { clusters: ['shop'] }).clusters[0].status).toBe('INACTIVE');
    expect(world.call('ListClusters', {}).clusterArns).toEqual([]);
    expect(refusal(() => world.create('user')).code).toBe('ClusterNotFoundException');
  });
});

describe('reading', () => {
  test('E9: an unknown service is a failure in Describe and an error elsewhere; an unknown cluster an error everywhere', () => {
    const world = new TestWorld();
    const answer = world.call('DescribeServices', { cluster: 'shop', services: ['nobody'] });
    expect(answer).toEqual({
      services: [],
      failures: [{ arn: 'arn:aws:ecs:eu-west-1:111122223333:service/shop/nobody', reason: 'MISSING' }],
    });
    const notFound = { code: 'ServiceNotFoundException', message: 'Service not found.' };
    expect(refusal(() => world.update('nobody', { desiredCount: 1 }))).toEqual(notFound);
    expect(refusal(() => world.call('DeleteService', { cluster: 'shop', service: 'nobody' }))).toEqual(notFound);
    expect(refusal(() => world.call('ListTasks', { cluster: 'shop', serviceName: 'nobody' }))).toEqual(notFound);
    expect(refusal(() => world.call('DescribeServices', { cluster: 'other', services: ['user'] }))).toEqual({
      code: 'ClusterNotFoundException',
      message: 'Cluster not found.',
    });
  });

  test('E11: a service that was only just created is MISSING for a moment', () => {
    const world = new TestWorld({ serviceMissingMs: 3_000 });
    world.create('user');
    expect(() => world.describe('user')).toThrow('MISSING');
    world.clock.advance(2_999);
    expect(() => world.describe('user')).toThrow('MISSING');
    world.clock.advance(1);
    expect(world.describe('user').status).toBe('ACTIVE');
  });

  test('E20: Service Connect is answered on deployments only', () => {
    const world = new TestWorld();
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    const service = world.describe('user');
    expect(service).not.toHaveProperty('serviceConnectConfiguration');
    expect(service.deployments?.[0]?.serviceConnectConfiguration).toEqual(serviceConnect('user'));
    expect(service.deployments?.[0]?.serviceConnectResources).toEqual([
      { discoveryName: 'user', discoveryArn: expect.stringContaining(':service/srv-user') },
    ]);
  });

  test('E21: tags come only when they are asked for', () => {
    const world = new TestWorld();
    world.create('user', { tags: [{ key: 'team', value: 'web' }] });
    expect(world.describe('user')).not.toHaveProperty('tags');
    const asked = world.call('DescribeServices', { cluster: 'shop', services: ['user'], include: ['TAGS'] });
    expect(asked.services[0].tags).toEqual([{ key: 'team', value: 'web' }]);
  });

  test('E22: one of launch type and capacity provider strategy is answered, and both are refused', () => {
    const world = new TestWorld();
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    expect(refusal(() => world.create('user', { capacityProviderStrategy: strategy })).message).toBe(
      'Specifying both a launch type and capacity provider strategy is not supported',
    );
    world.call('CreateService', {
      cluster: 'shop',
      serviceName: 'spot',
      taskDefinition: world.define('spot'),
      capacityProviderStrategy: strategy,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    });
    world.create('user');
    expect(world.describe('spot')).not.toHaveProperty('launchType');
    expect(world.describe('spot').capacityProviderStrategy).toEqual(strategy);
    expect(world.describe('user').launchType).toBe('FARGATE');
    expect(world.describe('user')).not.toHaveProperty('capacityProviderStrategy');
  });

  test('E23: a service of the controller ECS is answered without a controller, unless one was named, and never with task sets', () => {
    const world = new TestWorld();
    world.create('user');
    world.create('stock', { deploymentController: { type: 'ECS' } });
    expect(world.describe('user')).not.toHaveProperty('deploymentController');
    expect(world.describe('stock').deploymentController).toEqual({ type: 'ECS' });
    for (const name of ['user', 'stock']) expect(world.describe(name)).not.toHaveProperty('taskSets');
  });

  test('E26: DescribeServices takes ten at most and not none; ListServices pages by ten', () => {
    const world = new TestWorld();
    const taskDefinition = world.define('app');
    const names = Array.from({ length: 23 }, (_, index) => `svc-${index}`);
    for (const name of names) world.create(name, { taskDefinition, desiredCount: 0 });
    const describeAll = (services: string[]) => world.call('DescribeServices', { cluster: 'shop', services });
    expect(refusal(() => describeAll([])).message).toContain('Services cannot be empty');
    expect(refusal(() => describeAll(names.slice(0, 11))).code).toBe('InvalidParameterException');
    expect(describeAll(names.slice(0, 10)).services).toHaveLength(10);

    const sizes: number[] = [];
    const seen = new Set<string>();
    let nextToken: string | undefined;
    do {
      const listed = world.call('ListServices', { cluster: 'shop', nextToken });
      sizes.push(listed.serviceArns.length);
      for (const arn of listed.serviceArns) seen.add(arn);
      nextToken = listed.nextToken;
    } while (nextToken !== undefined);
    expect(sizes).toEqual([10, 10, 3]);
    expect(seen.size).toBe(23);
    expect(refusal(() => world.call('ListServices', { cluster: 'shop', maxResults: 101 })).code).toBe(
      'InvalidParameterException',
    );
  });

  test('what is answered is nobody’s to change', () => {
    const world = new TestWorld();
    const service = world.create('user', { tags: [{ key: 'team', value: 'web' }] });
    service.tags?.push({ key: 'other', value: 'x' });
    service.status = 'BROKEN';
    expect(world.describe('user').status).toBe('ACTIVE');
    expect(world.call('ListTagsForResource', { resourceArn: service.serviceArn }).tags).toEqual([
      { key: 'team', value: 'web' },
    ]);
  });
});

describe('tags', () => {
  test('E70: a short service ARN, a reserved prefix and a 51st tag are refused', () => {
    const world = new TestWorld();
    const { serviceArn } = world.create('user');
    const tag = (resourceArn: string | undefined, tags: { key: string; value: string }[]) =>
      world.call('TagResource', { resourceArn, tags });
    const short = 'arn:aws:ecs:eu-west-1:111122223333:service/user';
    expect(refusal(() => tag(short, [{ key: 'a', value: 'b' }])).code).toBe('InvalidParameterException');
    expect(refusal(() => tag(serviceArn, [{ key: 'aws:x', value: 'b' }])).code).toBe('InvalidParameterException');
    const many = Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: '' }));
    expect(refusal(() => tag(serviceArn, many)).code).toBe('InvalidParameterException');
    tag(serviceArn, many.slice(0, 50));
    world.call('UntagResource', { resourceArn: serviceArn, tagKeys: many.slice(1, 50).map(({ key }) => key) });
    expect(world.call('ListTagsForResource', { resourceArn: serviceArn }).tags).toEqual([{ key: 'k0', value: '' }]);
  });
});

describe('what the lab has not', () => {
  test('is refused by name and changes nothing', () => {
    const world = new TestWorld();
    const refused = [
      { schedulingStrategy: 'DAEMON' as const },
      { deploymentController: { type: 'EXTERNAL' as const } },
      { deploymentController: { type: 'CODE_DEPLOY' as const } },
      { deploymentConfiguration: { strategy: 'BLUE_GREEN' as const } },
      { deploymentConfiguration: { alarms: { alarmNames: ['a'], enable: true, rollback: true } } },
      { launchType: 'EC2' as const },
    ];
    const taskDefinition = world.define('user');
    for (const change of refused) {
      expect(refusal(() => world.create('user', { taskDefinition, ...change }))).toEqual({
        code: 'UnsupportedFeatureException',
        message: expect.stringContaining('The lab does not serve'),
      });
    }
    expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([]);
  });
});
