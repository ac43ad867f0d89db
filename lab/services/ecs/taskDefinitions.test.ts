import { describe, expect, test } from 'vitest';
import { meshedTaskDefinition, refusal, taskDefinition, TestWorld } from './testWorld.ts';

const refused = (world: TestWorld, input: object) => refusal(() => world.call('RegisterTaskDefinition', input));

const named = (name: string) => ({
  ...taskDefinition('user'),
  containerDefinitions: [{ name: 'app', image: 'shop:1', portMappings: [{ name, containerPort: 8080 }] }],
});

describe('revisions', () => {
  test('E30: every RegisterTaskDefinition makes a revision', () => {
    const world = new TestWorld();
    expect(world.define('user')).toMatch(/task-definition\/user:1$/);
    expect(world.define('user')).toMatch(/task-definition\/user:2$/);
    expect(world.call('ListTaskDefinitions', { familyPrefix: 'user', sort: 'DESC' }).taskDefinitionArns).toEqual([
      expect.stringMatching(/user:2$/),
      expect.stringMatching(/user:1$/),
    ]);
  });

  test('E32: an unknown reference is a ClientException', () => {
    const world = new TestWorld();
    for (const reference of ['nobody', 'nobody:1', 'arn:aws:ecs:eu-west-1:111122223333:task-definition/nobody:1']) {
      expect(refusal(() => world.call('DescribeTaskDefinition', { taskDefinition: reference }))).toEqual({
        code: 'ClientException',
        message: 'Unable to describe task definition.',
      });
    }
  });

  test('E33: a family is its latest ACTIVE revision', () => {
    const world = new TestWorld();
    world.define('user');
    const second = world.define('user');
    const describeFamily = () => world.call('DescribeTaskDefinition', { taskDefinition: 'user' }).taskDefinition;
    expect(describeFamily().revision).toBe(2);
    world.call('DeregisterTaskDefinition', { taskDefinition: second });
    expect(describeFamily().revision).toBe(1);
  });

  test('E34: an INACTIVE revision goes on running and scaling, and cannot be deployed', () => {
    const world = new TestWorld();
    const arn = world.define('user');
    world.create('user', { taskDefinition: arn, desiredCount: 1 });
    world.settle();
    world.call('DeregisterTaskDefinition', { taskDefinition: arn });
    world.update('user', { desiredCount: 3 });
    world.settle();
    expect(world.describe('user').runningCount).toBe(3);
    const inactive = { code: 'ClientException', message: 'TaskDefinition is inactive' };
    expect(refusal(() => world.create('other', { taskDefinition: arn }))).toEqual(inactive);
    expect(refusal(() => world.update('user', { taskDefinition: arn, forceNewDeployment: true }))).toEqual(inactive);
  });

  test('E38: fault injection is answered whether it was asked for or not', () => {
    const world = new TestWorld();
    const enabled = (input: object): unknown =>
      world.call('RegisterTaskDefinition', { ...taskDefinition('user'), ...input }).taskDefinition.enableFaultInjection;
    expect([enabled({}), enabled({ enableFaultInjection: false }), enabled({ enableFaultInjection: true })]).toEqual([
      false,
      false,
      true,
    ]);
    expect(world.call('DescribeTaskDefinition', { taskDefinition: 'user:1' }).taskDefinition).toMatchObject({
      enableFaultInjection: false,
    });
  });

  test('E35: deletion needs deregistration, waits for the last user, and never resets the counter', () => {
    const world = new TestWorld();
    const arn = world.define('user');
    world.create('user', { taskDefinition: arn });
    world.settle();
    const remove = () => world.call('DeleteTaskDefinitions', { taskDefinitions: [arn] });
    expect(remove().failures).toHaveLength(1);
    world.call('DeregisterTaskDefinition', { taskDefinition: arn });
    expect(remove().taskDefinitions[0].status).toBe('DELETE_IN_PROGRESS');
    const status = () => world.call('DescribeTaskDefinition', { taskDefinition: arn }).taskDefinition.status;
    expect(status()).toBe('DELETE_IN_PROGRESS');
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.settle();
    expect(refusal(status).code).toBe('ClientException');
    expect(world.define('user')).toMatch(/user:2$/);
  });

  test('E26: DeleteTaskDefinitions takes ten at most', () => {
    const world = new TestWorld();
    const taskDefinitions = Array.from({ length: 11 }, (_, index) => `user:${index + 1}`);
    expect(refusal(() => world.call('DeleteTaskDefinitions', { taskDefinitions })).message).toBe(
      'Size of TaskDefinition references list cannot exceed 10',
    );
  });
});

describe('what is refused', () => {
  test('E36: an App Mesh proxy needs awsvpc, its container and its properties', () => {
    const world = new TestWorld();
    const meshed = meshedTaskDefinition('user');
    const proxy = meshed.proxyConfiguration;
    expect(refused(world, { ...meshed, requiresCompatibilities: [], networkMode: 'bridge' }).message).toBe(
      'APPMESH proxy configuration is only supported in networkMode=awsvpc',
    );
    expect(refused(world, { ...meshed, proxyConfiguration: { ...proxy, containerName: 'proxy' } }).message).toBe(
      'Proxy container [proxy] does not exist',
    );
    const without = (name: string) => proxy?.properties?.filter((property) => property.name !== name);
    expect(
      refused(world, { ...meshed, proxyConfiguration: { ...proxy, properties: without('ProxyIngressPort') } }),
    ).toEqual({ code: 'ClientException', message: 'Ingress port not found' });
    expect(world.define('user', meshed)).toMatch(/user:1$/);
  });

  test('E37: host ports that differ, and secrets without an execution role', () => {
    const world = new TestWorld();
    const plain = taskDefinition('user');
    const [app] = plain.containerDefinitions ?? [];
    const ports = { ...app, portMappings: [{ containerPort: 80, hostPort: 8080 }] };
    expect(refused(world, { family: 'user', networkMode: 'host', containerDefinitions: [ports] }).message).toBe(
      'When networkMode=host, the host ports and container ports in port mappings must match',
    );
    const secrets = {
      ...app,
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-west-1:111122223333:parameter/t' }],
    };
    expect(refused(world, { ...plain, containerDefinitions: [secrets] }).message).toBe(
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'",
    );
  });

  test('E37: CreateService without a network configuration', () => {
    const world = new TestWorld();
    expect(refusal(() => world.create('user', { networkConfiguration: undefined })).message).toBe(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  });

  test('S17: port names are up to 64 of [a-z0-9_-] without a leading hyphen', () => {
    const world = new TestWorld();
    for (const name of ['-http', 'HTTP', 'h'.repeat(65)]) {
      expect(refused(world, named(name)).code).toBe('ClientException');
    }
    world.call('RegisterTaskDefinition', named('h'.repeat(64)));
  });

  test('a dependsOn that names no container', () => {
    const world = new TestWorld();
    const container = { name: 'app', image: 'shop:1', dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }] };
    expect(refused(world, { ...taskDefinition('user'), containerDefinitions: [container] }).code).toBe(
      'ClientException',
    );
  });
});
