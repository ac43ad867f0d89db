import type {
  ContainerDefinition,
  ECSClient,
  LogConfiguration,
  ProxyConfiguration,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { CreateClusterCommand, CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { SHOP_IMAGE } from '../../images/images.ts';
import { SECURITY_GROUP, SUBNETS } from './edge.ts';
import type { ShopService } from './names.ts';
import { CLUSTER, MESH, PORT, SERVICES } from './names.ts';

const TASKS = 2;
const ENVOY_IMAGE = 'public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29.12.1-prod';

export interface ServicesOptions {
  ecs: ECSClient;
  account: Account;
  targetGroupArn: string;
  /** Cloud Map services by ECS service. */
  registries: ReadonlyMap<string, string>;
}

/** The cluster and its services, each two tasks of the sample application with an Envoy beside it. Answers the cluster's ARN. */
export async function createServices(options: ServicesOptions): Promise<string> {
  const { ecs, account, registries, targetGroupArn } = options;
  const { cluster } = await ecs.send(
    new CreateClusterCommand({
      clusterName: CLUSTER,
      capacityProviders: ['FARGATE'],
      settings: [{ name: 'containerInsights', value: 'enabled' }],
    }),
  );
  for (const service of SERVICES) {
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(taskDefinitionOf(service, account)));
    const registryArn = registries.get(service.name);
    await ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: service.name,
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount: TASKS,
        launchType: 'FARGATE',
        platformVersion: '1.4.0',
        networkConfiguration: {
          awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [SECURITY_GROUP], assignPublicIp: 'DISABLED' },
        },
        deploymentConfiguration: {
          maximumPercent: 200,
          minimumHealthyPercent: 100,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        ...(registryArn === undefined
          ? {
              loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: PORT }],
              healthCheckGracePeriodSeconds: 60,
            }
          : { serviceRegistries: [{ registryArn }] }),
        enableECSManagedTags: true,
        propagateTags: 'SERVICE',
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
  }
  return cluster?.clusterArn ?? '';
}

interface Account {
  id: string;
  region: string;
}

/** Where a container's output goes. */
export const logsOf = (prefix: string, { region }: Account): LogConfiguration => ({
  logDriver: 'awslogs',
  options: {
    'awslogs-group': '/ecs/shop',
    'awslogs-region': region,
    'awslogs-stream-prefix': prefix,
  },
});

/** App Mesh's proxy before an application that listens on the port. */
export const proxyOf = (port: number): ProxyConfiguration => ({
  type: 'APPMESH',
  containerName: 'envoy',
  properties: [
    { name: 'IgnoredUID', value: '1337' },
    { name: 'ProxyIngressPort', value: '15000' },
    { name: 'ProxyEgressPort', value: '15001' },
    { name: 'AppPorts', value: String(port) },
    { name: 'EgressIgnoredIPs', value: '169.254.170.2,169.254.169.254' },
  ],
});

/** The Envoy of a task that is a virtual node; of the shop's mesh where none is named. */
export const envoyOf = (virtualNode: string, account: Account, mesh = MESH): ContainerDefinition => ({
  name: 'envoy',
  image: ENVOY_IMAGE,
  essential: true,
  user: '1337',
  cpu: 256,
  memoryReservation: 128,
  environment: [
    {
      name: 'APPMESH_RESOURCE_ARN',
      value: `arn:aws:appmesh:${account.region}:${account.id}:mesh/${mesh}/virtualNode/${virtualNode}`,
    },
    { name: 'ENVOY_LOG_LEVEL', value: 'info' },
  ],
  healthCheck: {
    command: ['CMD-SHELL', 'curl -s http://localhost:9901/server_info | grep state | grep -q LIVE'],
    interval: 5,
    timeout: 2,
    retries: 3,
    startPeriod: 10,
  },
  ulimits: [{ name: 'nofile', softLimit: 15_000, hardLimit: 15_000 }],
  logConfiguration: logsOf('envoy', account),
});

function taskDefinitionOf(service: ShopService, account: Account): RegisterTaskDefinitionCommandInput {
  return {
    family: service.name,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '512',
    memory: '1024',
    taskRoleArn: `arn:aws:iam::${account.id}:role/${service.name}-task`,
    executionRoleArn: `arn:aws:iam::${account.id}:role/shop-ecs-execution`,
    runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
    proxyConfiguration: proxyOf(PORT),
    containerDefinitions: [
      {
        name: 'app',
        image: SHOP_IMAGE,
        essential: true,
        command: [service.name],
        portMappings: [{ containerPort: PORT, hostPort: PORT, protocol: 'tcp' }],
        environment: service.calls.map(({ virtualService, variable }) => ({
          name: variable,
          value: `http://${virtualService}:${PORT}`,
        })),
        dependsOn: [{ containerName: 'envoy', condition: 'HEALTHY' }],
        logConfiguration: logsOf(service.name, account),
      },
      envoyOf(service.virtualNode, account),
    ],
    tags: [{ key: 'team', value: 'shop' }],
  };
}
