import { describe, expect, test } from 'vitest';
import type { ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import { meshedTaskDefinition, refusal, serviceConnect, taskDefinition, TestWorld } from './testWorld.ts';

const NAMESPACE_ARN = 'arn:aws:servicediscovery:eu-west-1:111122223333:namespace/ns-sc';

const entry = (change: object = {}) => ({
  enabled: true,
  namespace: 'shop-sc',
  services: [
    { portName: 'http', discoveryName: 'user', clientAliases: [{ dnsName: 'user.local', port: 80 }], ...change },
  ],
});

const refused = (world: TestWorld, configuration: ServiceConnectConfiguration, name = 'user') =>
  refusal(() => world.create(name, { serviceConnectConfiguration: configuration }));

/** The names that each running task of the service knows. */
function known(world: TestWorld, serviceName: string): string[][] {
  return world.runner
    .specs()
    .filter((spec) => spec.serviceName === serviceName)
    .map(({ mesh }) => (mesh.kind === 'serviceConnect' ? mesh.endpoints.map(({ dnsName }) => dnsName).sort() : []));
}

describe('what is refused', () => {
  test('S1: a port name that no port mapping has', () => {
    expect(refused(new TestWorld(), entry({ portName: 'web' }))).toEqual({
      code: 'InvalidParameterException',
      message: 'portName(web) does not refer to any named PortMapping in the container definitions',
    });
  });

  test('S2: exactly one client alias', () => {
    const alias = { dnsName: 'user.local', port: 80 };
    const world = new TestWorld();
    expect(refused(world, entry({ clientAliases: undefined })).message).toBe('clientAliases must have 1 element.');
    expect(refused(world, entry({ clientAliases: [] })).message).toBe('clientAliases must have 1 element.');
    expect(refused(world, entry({ clientAliases: [alias, { ...alias, port: 81 }] })).message).toBe(
      '2 clientAliases exceeds the max limit of 1',
    );
  });

  test('S3: a discovery name belongs to one ECS service of the namespace, until a while after its deletion', () => {
    const world = new TestWorld({ serviceDrainingMs: 20_000 });
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    const taken = { code: 'InvalidParameterException', message: `SC service is already used by ${NAMESPACE_ARN}` };
    expect(refused(world, serviceConnect('user'), 'user2')).toEqual(taken);
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.clock.advance(5_000);
    expect(world.describe('user').status).toBe('DRAINING');
    expect(refused(world, serviceConnect('user'), 'user2')).toEqual(taken);
    world.clock.advance(20_000);
    expect(world.describe('user').status).toBe('INACTIVE');
    expect(refused(world, serviceConnect('user'), 'user2').message).toContain('ScServiceStableConfig');
    world.settle();
    world.create('user2', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    expect(world.describe('user2').runningCount).toBe(2);
  });

  test('S3: a name that somebody else made in Cloud Map is taken too, and another discoveryName is free', () => {
    const world = new TestWorld();
    world.cloudMap.createServiceConnectService('ns-sc', 'user');
    expect(refused(world, serviceConnect('user')).message).toBe(`SC service is already used by ${NAMESPACE_ARN}`);
    world.create('user', { serviceConnectConfiguration: serviceConnect('user2') });
  });

  test('S4: the protocol of a published name never changes', () => {
    const world = new TestWorld();
    const { serviceArn } = world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    const http2 = world.define('user', {
      containerDefinitions: [
        { name: 'app', image: 'shop:1', portMappings: [{ name: 'http', containerPort: 8080, appProtocol: 'http2' }] },
      ],
    });
    expect(refusal(() => world.update('user', { taskDefinition: http2 }))).toEqual({
      code: 'InvalidParameterException',
      message: `The following config cannot be changed for a SC service. Previous config: ScServiceStableConfig(applicationProtocol=http, transportProtocol=tcp, ecsServiceArn=${serviceArn}), current config: ScServiceStableConfig(applicationProtocol=http2, transportProtocol=tcp, ecsServiceArn=${serviceArn})`,
    });
    expect(world.describe('user').taskDefinition).toMatch(/user:1$/);
  });

  test('S5: no namespace, neither here nor on the cluster', () => {
    const world = new TestWorld();
    expect(refused(world, { enabled: true }).message).toBe('Namespace is missing');
    world.call('CreateCluster', { clusterName: 'other', serviceConnectDefaults: { namespace: 'shop-sc' } });
    world.create('user', { cluster: 'other', serviceConnectConfiguration: { enabled: true } });
    world.settle();
    expect(world.runner.specs()[0]?.mesh).toMatchObject({ kind: 'serviceConnect', namespaceArn: NAMESPACE_ARN });
  });

  test('S6: an unknown namespace', () => {
    expect(refused(new TestWorld(), { enabled: true, namespace: 'nowhere' }).code).toBe('NamespaceNotFoundException');
  });

  test('S8: a bad DNS name', () => {
    const world = new TestWorld();
    for (const dnsName of ['User.local', '-user', 'user local', 'u'.repeat(128)]) {
      expect(refused(world, entry({ clientAliases: [{ dnsName, port: 80 }] })).message).toMatch(
        /^The DNS name that you provided is invalid\./,
      );
    }
  });

  test('S9: a per-request timeout on a TCP port, even 0', () => {
    const world = new TestWorld();
    const tcp = world.define('user', {
      containerDefinitions: [{ name: 'app', image: 'shop:1', portMappings: [{ name: 'http', containerPort: 8080 }] }],
    });
    const configuration = entry({ timeout: { perRequestTimeoutSeconds: 0 } });
    expect(
      refusal(() => world.create('user', { taskDefinition: tcp, serviceConnectConfiguration: configuration })).message,
    ).toBe("Per request timeout 0 can't be set for tcp application.");
  });

  test('S14: an App Mesh task in a Service Connect namespace', () => {
    const world = new TestWorld();
    const meshed = world.define('user', meshedTaskDefinition('user'));
    expect(
      refusal(() => world.create('user', { taskDefinition: meshed, serviceConnectConfiguration: serviceConnect() }))
        .code,
    ).toBe('InvalidParameterException');
  });

  test('a refused CreateService leaves nothing in Cloud Map', () => {
    const world = new TestWorld();
    const services = [...entry().services, { ...entry().services[0], portName: 'web', discoveryName: 'other' }];
    refused(world, { ...entry(), services });
    expect(world.cloudMap.services.size).toBe(0);
    expect(world.call('ListServices', { cluster: 'shop' }).serviceArns).toEqual([]);
  });
});

describe('what tasks know', () => {
  test('S10: the endpoints of a deployment are those that existed when it was created', () => {
    const world = new TestWorld();
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.create('frontend', { serviceConnectConfiguration: serviceConnect() });
    world.create('stock', { serviceConnectConfiguration: serviceConnect('stock') });
    world.settle();
    expect(known(world, 'user')).toEqual([['user.local'], ['user.local']]);
    expect(known(world, 'frontend')).toEqual([['user.local'], ['user.local']]);
    expect(known(world, 'stock')).toEqual([
      ['stock.local', 'user.local'],
      ['stock.local', 'user.local'],
    ]);
  });

  test('S10: replacements and scale-out inherit the list, a new deployment does not', () => {
    const world = new TestWorld();
    world.create('frontend', { serviceConnectConfiguration: serviceConnect() });
    world.settle();
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    world.runner.crash(world.runner.specs()[0]?.ip ?? '');
    world.update('frontend', { desiredCount: 3 });
    world.settle();
    expect(known(world, 'frontend')).toEqual([[], [], []]);
    world.update('frontend', { forceNewDeployment: true });
    world.settle();
    expect(known(world, 'frontend')).toEqual([['user.local'], ['user.local'], ['user.local']]);
  });

  test('S10: a deleted service is in no new list', () => {
    const world = new TestWorld({ serviceDrainingMs: 60_000 });
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.create('frontend', { serviceConnectConfiguration: serviceConnect() });
    world.settle();
    expect(known(world, 'frontend')).toEqual([[], []]);
  });

  test('an endpoint carries alias, protocol and timeout; without a dnsName it is <discoveryName>.<namespace>', () => {
    const world = new TestWorld();
    world.create('user', {
      serviceConnectConfiguration: {
        enabled: true,
        namespace: NAMESPACE_ARN,
        services: [{ portName: 'http', clientAliases: [{ port: 81 }], timeout: { perRequestTimeoutSeconds: 10 } }],
      },
    });
    world.settle();
    const [cloudMapService] = world.cloudMap.services.values();
    expect(world.runner.specs()[0]?.mesh).toEqual({
      kind: 'serviceConnect',
      clusterName: 'shop',
      serviceName: 'user',
      namespaceArn: NAMESPACE_ARN,
      serves: [{ containerPort: 8080, discoveryName: 'http', appProtocol: 'http', perRequestTimeoutMs: 10_000 }],
      endpoints: [
        {
          dnsName: 'http.shop-sc',
          port: 81,
          discoveryName: 'http',
          cloudMapServiceId: cloudMapService?.id,
          appProtocol: 'http',
          perRequestTimeoutMs: 10_000,
        },
      ],
    });
  });

  test('S15: enabled:false turns it off', () => {
    const world = new TestWorld();
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    world.update('user', { serviceConnectConfiguration: { enabled: false } });
    world.settle();
    expect(world.runner.specs().map(({ mesh }) => mesh.kind)).toEqual(['none', 'none']);
    expect(world.cloudMap.services.size).toBe(0);
  });
});

describe('Cloud Map', () => {
  test('S16: the service behind a name exists from CreateService, its instances are the running tasks, and it goes after deletion', () => {
    const world = new TestWorld({ serviceDrainingMs: 20_000 });
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    const [cloudMapService] = world.cloudMap.services.values();
    expect(cloudMapService).toMatchObject({ name: 'user', namespaceId: 'ns-sc' });
    world.settle();
    const addresses = () =>
      world.cloudMap.instances(cloudMapService?.id ?? '').map(({ attributes }) => attributes['AWS_INSTANCE_IPV4']);
    expect(addresses()).toEqual(world.runner.specs().map(({ ip }) => ip));
    world.runner.crash(world.runner.specs()[0]?.ip ?? '');
    expect(addresses()).toEqual(world.runner.specs().map(({ ip }) => ip));
    world.settle();
    expect(addresses()).toHaveLength(2);

    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.clock.advance(25_000);
    expect(world.describe('user').status).toBe('INACTIVE');
    expect(world.cloudMap.services.size).toBe(1);
    expect(addresses()).toEqual([]);
    world.settle();
    expect(world.cloudMap.services.size).toBe(0);
  });

  test('a service that is made anew in between keeps its names', () => {
    const world = new TestWorld({ serviceDrainingMs: 20_000 });
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    world.call('DeleteService', { cluster: 'shop', service: 'user', force: true });
    world.clock.advance(25_000);
    world.create('user', { serviceConnectConfiguration: serviceConnect('user') });
    world.settle();
    expect(world.cloudMap.services.size).toBe(1);
    const [cloudMapService] = world.cloudMap.services.values();
    expect(world.cloudMap.instances(cloudMapService?.id ?? '')).toHaveLength(2);
  });

  test('E26: ListServicesByNamespace pages by ten', () => {
    const world = new TestWorld();
    const shared = world.call('RegisterTaskDefinition', taskDefinition('app')).taskDefinition.taskDefinitionArn;
    for (let index = 0; index < 12; index += 1) {
      world.create(`svc-${index}`, {
        taskDefinition: shared,
        desiredCount: 0,
        serviceConnectConfiguration: serviceConnect(),
      });
    }
    world.create('outside', { taskDefinition: shared, desiredCount: 0 });
    const first = world.call('ListServicesByNamespace', { namespace: 'shop-sc' });
    const second = world.call('ListServicesByNamespace', { namespace: NAMESPACE_ARN, nextToken: first.nextToken });
    expect([first.serviceArns.length, second.serviceArns.length, second.nextToken]).toEqual([10, 2, undefined]);
  });
});
