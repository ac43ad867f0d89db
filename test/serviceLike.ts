import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  type LoadBalancer,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CLUSTER } from '../lab/estates/shop/names.ts';

export interface ServiceLike {
  name: string;
  /** What its tasks run as in the mesh. */
  virtualNode: string;
  desiredCount: number;
  /** Default none. */
  loadBalancers?: LoadBalancer[];
}

/** Creates a service of the shop whose tasks are as another's, in its subnets, but run as a virtual node of their own. */
export async function createServiceLike(ecs: ECSClient, other: string, service: ServiceLike): Promise<void> {
  const { name, virtualNode, desiredCount, loadBalancers } = service;
  const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: [other] }));
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: other }));
  if (taskDefinition === undefined) throw new Error(`${other} has no task definition`);
  const { networkMode, cpu, memory, requiresCompatibilities, executionRoleArn, taskRoleArn, proxyConfiguration } =
    taskDefinition;
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode,
      cpu,
      memory,
      requiresCompatibilities,
      executionRoleArn,
      taskRoleArn,
      proxyConfiguration,
      containerDefinitions: taskDefinition.containerDefinitions?.map((container) => ({
        ...container,
        environment: container.environment?.map((variable) => ({
          ...variable,
          value: variable.value?.replace(/\/virtualNode\/[^/]+$/, `/virtualNode/${virtualNode}`),
        })),
      })),
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: CLUSTER,
      serviceName: name,
      taskDefinition: name,
      desiredCount,
      launchType: 'FARGATE',
      networkConfiguration: services[0]?.networkConfiguration,
      ...(loadBalancers === undefined ? {} : { loadBalancers, healthCheckGracePeriodSeconds: 60 }),
    }),
  );
}
