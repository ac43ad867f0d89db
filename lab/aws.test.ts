import {
  AppMeshClient,
  CreateMeshCommand,
  CreateVirtualNodeCommand,
  DescribeVirtualNodeCommand,
} from '@aws-sdk/client-app-mesh';
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  CreateHttpNamespaceCommand,
  CreatePrivateDnsNamespaceCommand,
  CreateServiceCommand as CreateCloudMapServiceCommand,
  DiscoverInstancesCommand,
  GetOperationCommand,
  ListNamespacesCommand,
  ListServicesCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from './clock.ts';
import { AWS_LIKE_DELAYS } from './delays.ts';
import { DEFAULT_NETWORK } from './services/ec2/defaultNetwork.ts';
import { createSimulatedAws } from './simulated/simulatedAws.ts';
import type { CallSeen } from './wire/serving.ts';

/** Must be there; a missing value fails the test that looks at it. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that must be there is missing');
  return value;
}

/** The simulated AWS and unmodified SDK clients that reach it in process. */
function setUp(options: Partial<Parameters<typeof createSimulatedAws>[0]> = {}) {
  const clock = new SimulatedClock();
  const seen: CallSeen[] = [];
  const simulated = createSimulatedAws({ clock, onCall: (call) => seen.push(call), ...options });
  const config = { ...simulated.clientConfig, maxAttempts: 1 };
  return {
    ...simulated,
    clock,
    seen,
    ecs: new ECSClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    appMesh: new AppMeshClient(config),
    cloudMap: new ServiceDiscoveryClient(config),
    cloudWatch: new CloudWatchClient(config),
    autoScaling: new ApplicationAutoScalingClient(config),
    dynamoDb: new DynamoDBClient(config),
    /** Lets lab time pass, health checks and deployments with it. */
    pass: (seconds: number) => clock.advanceAsync(seconds * 1000),
  };
}

type World = ReturnType<typeof setUp>;

const SUBNETS = DEFAULT_NETWORK.subnets.slice(0, 2).map(({ id }) => id);

/** A load balancer whose listener forwards to a new target group. */
async function createEdge({ elbv2 }: World) {
  const balancer = await elbv2.send(
    new CreateLoadBalancerCommand({
      Name: 'shop',
      Subnets: SUBNETS,
      SecurityGroups: [DEFAULT_NETWORK.securityGroupId],
    }),
  );
  const group = await elbv2.send(
    new CreateTargetGroupCommand({
      Name: 'front-blue',
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: DEFAULT_NETWORK.vpcId,
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
    }),
  );
  const targetGroupArn = present(group.TargetGroups?.[0]?.TargetGroupArn);
  const listener = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: present(balancer.LoadBalancers?.[0]?.LoadBalancerArn),
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  return { targetGroupArn, listenerArn: present(listener.Listeners?.[0]?.ListenerArn) };
}

async function createNode({ appMesh }: World): Promise<void> {
  await appMesh.send(new CreateMeshCommand({ meshName: 'shop' }));
  await appMesh.send(
    new CreateVirtualNodeCommand({
      meshName: 'shop',
      virtualNodeName: 'front',
      spec: {
        listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
        serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'front' } },
      },
    }),
  );
}

/** A private DNS namespace with a service in it, by Cloud Map's asynchronous operations. */
async function createDiscovery({ cloudMap, pass }: World): Promise<string> {
  const started = await cloudMap.send(
    new CreatePrivateDnsNamespaceCommand({ Name: 'shop.local', Vpc: DEFAULT_NETWORK.vpcId }),
  );
  await pass(30);
  const finished = await cloudMap.send(new GetOperationCommand({ OperationId: present(started.OperationId) }));
  expect(finished.Operation?.Status).toBe('SUCCESS');
  const made = await cloudMap.send(
    new CreateCloudMapServiceCommand({
      Name: 'front',
      NamespaceId: present(finished.Operation?.Targets?.['NAMESPACE']),
      DnsConfig: { DnsRecords: [{ Type: 'A', TTL: 10 }] },
      HealthCheckCustomConfig: { FailureThreshold: 1 },
    }),
  );
  return present(made.Service?.Arn);
}

const NETWORK = { awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [DEFAULT_NETWORK.securityGroupId] } };

/** Blue: two tasks with an Envoy, in Cloud Map and behind the load balancer. */
async function createBlue(world: World) {
  const { ecs, pass } = world;
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const edge = await createEdge(world);
  await createNode(world);
  const registryArn = await createDiscovery(world);
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'front',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      proxyConfiguration: {
        type: 'APPMESH',
        containerName: 'envoy',
        properties: [
          { name: 'IgnoredUID', value: '1337' },
          { name: 'ProxyIngressPort', value: '15000' },
          { name: 'ProxyEgressPort', value: '15001' },
          { name: 'AppPorts', value: '8080' },
          { name: 'EgressIgnoredIPs', value: '169.254.170.2,169.254.169.254' },
        ],
      },
      containerDefinitions: [
        {
          name: 'app',
          image: 'sample',
          essential: true,
          portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
          dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
        },
        {
          name: 'envoy',
          image: 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29.12.1-prod',
          essential: true,
          user: '1337',
          environment: [{ name: 'APPMESH_RESOURCE_ARN', value: 'mesh/shop/virtualNode/front' }],
          healthCheck: {
            command: ['CMD-SHELL', 'curl -s http://localhost:9901/server_info | grep state | grep -q LIVE'],
          },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'front',
      taskDefinition: 'front',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      loadBalancers: [{ targetGroupArn: edge.targetGroupArn, containerName: 'app', containerPort: 8080 }],
      serviceRegistries: [{ registryArn }],
    }),
  );
  await pass(120);
  return edge;
}

async function describe1({ ecs }: World, service: string) {
  const answer = await ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: [service] }));
  return present(answer.services?.[0]);
}

async function healthStates({ elbv2 }: World, targetGroupArn: string): Promise<string[]> {
  const answer = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }));
  return (answer.TargetHealthDescriptions ?? []).map(({ TargetHealth }) => String(TargetHealth?.State)).sort();
}

describe('the services together, through SDK clients', () => {
  test('a service of App Mesh runs, is discovered and is healthy behind the load balancer', async () => {
    const world = setUp({ delays: AWS_LIKE_DELAYS });
    const { targetGroupArn } = await createBlue(world);
    expect(await describe1(world, 'front')).toMatchObject({ status: 'ACTIVE', runningCount: 2, pendingCount: 0 });
    expect(world.tasks.of('front').map(({ spec }) => spec.mesh)).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'appMesh', meshName: 'shop', virtualNodeName: 'front' })),
    );
    expect(await healthStates(world, targetGroupArn)).toEqual(['healthy', 'healthy']);
    const discovered = await world.cloudMap.send(
      new DiscoverInstancesCommand({ NamespaceName: 'shop.local', ServiceName: 'front' }),
    );
    const addresses = (discovered.Instances ?? [])
      .map(({ Attributes }) => String(Attributes?.['AWS_INSTANCE_IPV4']))
      .sort();
    expect(addresses).toEqual(
      world.tasks
        .of('front')
        .map(({ spec }) => spec.ip)
        .sort(),
    );
    expect(world.logged).toEqual([]);
  });

  test('a task that dies is replaced, and its target leaves the group', async () => {
    const world = setUp({ delays: AWS_LIKE_DELAYS });
    const { targetGroupArn } = await createBlue(world);
    const before = world.tasks.of('front').map(({ spec }) => spec.taskArn);
    world.tasks.kill(present(before[0]));
    await world.pass(600);
    const after = world.tasks.of('front').map(({ spec }) => spec.taskArn);
    expect(after).toHaveLength(2);
    expect(after).not.toContain(before[0]);
    expect(await healthStates(world, targetGroupArn)).toEqual(['healthy', 'healthy']);
  });

  test('A0: with App Mesh gone its API loses the connection and blue’s tasks cannot be replaced; the rest answers', async () => {
    const world = setUp({ delays: AWS_LIKE_DELAYS });
    await createBlue(world);
    world.faults.set('app-mesh-gone', true);
    await expect(
      world.appMesh.send(new DescribeVirtualNodeCommand({ meshName: 'shop', virtualNodeName: 'front' })),
    ).rejects.toMatchObject({ code: 'ECONNRESET' });
    world.tasks.kill(present(world.tasks.of('front')[0]).spec.taskArn);
    await world.pass(600);
    expect(await describe1(world, 'front')).toMatchObject({ status: 'ACTIVE', runningCount: 1, desiredCount: 2 });
  });

  test('S10: green gets the endpoints of its namespace at its deployment; E46: its deletion drains and leaves nothing', async () => {
    const world = setUp({ delays: AWS_LIKE_DELAYS });
    const { ecs, cloudMap, pass } = world;
    await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    await cloudMap.send(new CreateHttpNamespaceCommand({ Name: 'shop-sc' }));
    await pass(30);
    const namespace = present((await cloudMap.send(new ListNamespacesCommand({}))).Namespaces?.[0]);
    for (const family of ['stock', 'front']) {
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family,
          networkMode: 'awsvpc',
          requiresCompatibilities: ['FARGATE'],
          cpu: '256',
          memory: '512',
          containerDefinitions: [
            {
              name: 'app',
              image: 'sample',
              essential: true,
              portMappings: [{ name: family, containerPort: 8080, protocol: 'tcp', appProtocol: 'http' }],
            },
          ],
        }),
      );
      await ecs.send(
        new CreateServiceCommand({
          cluster: 'shop',
          serviceName: `${family}-sc`,
          taskDefinition: family,
          desiredCount: 1,
          launchType: 'FARGATE',
          networkConfiguration: NETWORK,
          serviceConnectConfiguration: {
            enabled: true,
            namespace: present(namespace.Arn),
            services: [{ portName: family, clientAliases: [{ port: 8080, dnsName: `${family}.shop.local` }] }],
          },
        }),
      );
      await pass(60);
    }
    const names = (service: string) =>
      world.tasks
        .of(service)
        .map(({ spec }) =>
          spec.mesh.kind === 'serviceConnect' ? spec.mesh.endpoints.map(({ dnsName }) => dnsName).sort() : [],
        );
    expect(names('front-sc')).toEqual([['front.shop.local', 'stock.shop.local']]);
    expect(names('stock-sc')).toEqual([['stock.shop.local']]);
    expect((await cloudMap.send(new ListServicesCommand({}))).Services).toHaveLength(2);

    for (const service of ['front-sc', 'stock-sc']) {
      await ecs.send(new DeleteServiceCommand({ cluster: 'shop', service, force: true }));
    }
    await pass(120);
    expect(await describe1(world, 'front-sc')).toMatchObject({ status: 'INACTIVE' });
    expect(world.tasks.tasks()).toEqual([]);
    expect((await ecs.send(new ListTasksCommand({ cluster: 'shop' }))).taskArns).toEqual([]);
    expect((await cloudMap.send(new ListServicesCommand({}))).Services).toEqual([]);
  });

  test('L19: a target group in use is not deleted', async () => {
    const world = setUp();
    const { targetGroupArn } = await createEdge(world);
    await expect(
      world.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: targetGroupArn })),
    ).rejects.toMatchObject({ name: 'ResourceInUseException', Code: 'ResourceInUse' });
  });

  test('P2: a registered target pulls the service to its minimum; CloudWatch evaluates what the lab publishes', async () => {
    const world = setUp({ delays: AWS_LIKE_DELAYS });
    await createBlue(world);
    const target = {
      ServiceNamespace: 'ecs' as const,
      ResourceId: 'service/shop/front',
      ScalableDimension: 'ecs:service:DesiredCount' as const,
    };
    await world.autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 3, MaxCapacity: 6 }));
    const targets = await world.autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    expect(targets.ScalableTargets).toMatchObject([
      { ResourceId: 'service/shop/front', MinCapacity: 3, MaxCapacity: 6 },
    ]);

    await world.pass(60);
    expect(await describe1(world, 'front')).toMatchObject({ desiredCount: 3, runningCount: 3 });

    await world.cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: 'shop-5xx',
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'HTTPCode_Target_5XX_Count',
        Dimensions: [{ Name: 'LoadBalancer', Value: 'app/shop/1' }],
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 5,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      }),
    );
    const state = async () => {
      const alarms = await world.cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: ['shop-5xx'] }));
      return alarms.MetricAlarms?.[0]?.StateValue;
    };
    await world.pass(180);
    expect(await state()).toBe('OK');
    for (let second = 0; second < 180; second += 1) {
      world.aws.services.cloudwatch.record({
        namespace: 'AWS/ApplicationELB',
        name: 'HTTPCode_Target_5XX_Count',
        dimensions: { LoadBalancer: 'app/shop/1' },
        value: 1,
        atMs: world.clock.now(),
      });
      await world.pass(1);
    }
    expect(await state()).toBe('ALARM');
  });

  test('E71: the throttling fault bites the clients, and lets go when it is switched off', async () => {
    let realMs = 0;
    const world = setUp({ realNow: () => realMs });
    await world.ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    world.faults.set('throttling', true);
    const ask = () =>
      world.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'none' })).then(() => 'no error', String);
    const answers: string[] = [];
    for (let call = 0; call < 13; call += 1) answers.push(await ask());
    expect(answers.filter((answer) => answer.startsWith('ServiceNotFoundException'))).toHaveLength(12);
    expect(answers[12]).toBe('ThrottlingException: Rate exceeded');
    realMs += 2000;
    expect(await ask()).toContain('ServiceNotFoundException');
    world.faults.set('throttling', false);
    expect(await ask()).toContain('ServiceNotFoundException');
    expect(world.seen.filter(({ errorCode }) => errorCode === 'ThrottlingException')).toHaveLength(1);
  });

  test('DynamoDB answers at the same endpoint', async () => {
    const world = setUp();
    await world.dynamoDb.send(
      new CreateTableCommand({
        TableName: 'meshlift',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    expect((await world.dynamoDb.send(new ListTablesCommand({}))).TableNames).toEqual(['meshlift']);
  });
});
