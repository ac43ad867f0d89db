import type {
  CreateServiceCommandInput,
  DeploymentConfiguration,
  LoadBalancer,
  ServiceRegistry,
  TaskDefinition,
  UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { notPlayed } from '../notPlayed.ts';
import type { CloudMap, Network, TargetGroups } from '../ports.ts';
import { invalidParameter } from './errors.ts';
import type { Revision } from './records.ts';
import { checkNetwork } from './taskNetwork.ts';

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const TARGET_GROUPS_MAX = 5;
const REGISTRIES_MAX = 1;

/** Row E73. Throws `InvalidParameterException`. */
export function checkServiceName(name: string | undefined): string {
  if (name === undefined || !NAME.test(name)) {
    throw invalidParameter(`Invalid service name ${name ?? ''}: 1 to 255 of [A-Za-z0-9_-].`);
  }
  return name;
}

/** What ECS has and the lab has not, refused before it could be ignored. */
export function checkServed(input: CreateServiceCommandInput | UpdateServiceCommandInput): void {
  if ('schedulingStrategy' in input && input.schedulingStrategy === 'DAEMON') {
    throw notPlayed('ecs', 'services of the scheduling strategy DAEMON');
  }
  const controller = input.deploymentController?.type ?? 'ECS';
  if (controller !== 'ECS') throw notPlayed('ecs', 'deployment controllers other than ECS', controller);
  if ((input.vpcLatticeConfigurations ?? []).length > 0) throw notPlayed('ecs', 'VPC Lattice configurations');
  if ((input.gatewayConnectors ?? []).length > 0) throw notPlayed('ecs', 'gateway connectors');
  const configuration = input.deploymentConfiguration;
  const strategy = configuration?.strategy ?? 'ROLLING';
  if (strategy !== 'ROLLING') throw notPlayed('ecs', 'deployment strategies other than ROLLING', strategy);
  if (configuration?.alarms?.enable === true) throw notPlayed('ecs', 'deployment alarms');
  if ((configuration?.lifecycleHooks ?? []).length > 0) throw notPlayed('ecs', 'deployment lifecycle hooks');
  if (configuration?.earlySuccessCriteria?.enable === true) {
    throw notPlayed('ecs', 'early success criteria of deployments');
  }
  if ((input.loadBalancers ?? []).some((balancer) => balancer.advancedConfiguration !== undefined)) {
    throw notPlayed('ecs', 'advancedConfiguration of load balancers');
  }
}

/** Where tasks run (row E22). There are no container instances in the lab, so it must be Fargate. */
export function checkCapacity(
  input: Pick<CreateServiceCommandInput, 'launchType' | 'capacityProviderStrategy'>,
  clusterDefault: CreateServiceCommandInput['capacityProviderStrategy'],
): Pick<CreateServiceCommandInput, 'launchType' | 'capacityProviderStrategy'> {
  const given = input.capacityProviderStrategy ?? [];
  if (input.launchType !== undefined && given.length > 0) {
    throw invalidParameter('Specifying both a launch type and capacity provider strategy is not supported');
  }
  if (input.launchType === undefined) {
    const strategy = given.length > 0 ? given : (clusterDefault ?? []);
    if (strategy.length === 0) throw notPlayed('ecs', 'launch types other than FARGATE');
    const foreign = strategy.filter(
      ({ capacityProvider }) => !['FARGATE', 'FARGATE_SPOT'].includes(capacityProvider ?? ''),
    );
    if (foreign.length > 0) throw notPlayed('ecs', 'capacity providers other than FARGATE and FARGATE_SPOT');
    return { launchType: undefined, capacityProviderStrategy: strategy };
  }
  if (input.launchType !== 'FARGATE') throw notPlayed('ecs', 'launch types other than FARGATE', input.launchType);
  return { launchType: 'FARGATE', capacityProviderStrategy: undefined };
}

/** A revision against the task definition and the world: rows E37, E60, E61, E62, E74 and E77. */
export function checkRevision(
  revision: Pick<Revision, 'networkConfiguration' | 'loadBalancers' | 'serviceRegistries'>,
  definition: TaskDefinition,
  ports: { targetGroups: TargetGroups; cloudMap: CloudMap; network: Network },
): void {
  if (definition.networkMode !== 'awsvpc') {
    throw notPlayed('ecs', 'network modes other than awsvpc in a service', definition.networkMode ?? 'bridge');
  }
  if ((revision.networkConfiguration?.awsvpcConfiguration?.subnets ?? []).length === 0) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  checkNetwork(ports.network, revision.networkConfiguration?.awsvpcConfiguration);
  if (revision.loadBalancers.length > TARGET_GROUPS_MAX) {
    throw invalidParameter(`load balancers can have at most ${TARGET_GROUPS_MAX} items.`);
  }
  for (const balancer of revision.loadBalancers) checkLoadBalancer(balancer, definition, ports.targetGroups);
  if (revision.serviceRegistries.length > REGISTRIES_MAX) {
    throw invalidParameter(`service registries can have at most ${REGISTRIES_MAX} items.`);
  }
  for (const registry of revision.serviceRegistries) checkRegistry(registry, definition, ports.cloudMap);
}

function checkLoadBalancer(balancer: LoadBalancer, definition: TaskDefinition, targetGroups: TargetGroups): void {
  const { containerName, containerPort, targetGroupArn } = balancer;
  if (targetGroupArn === undefined) throw notPlayed('ecs', 'Classic Load Balancers');
  checkContainerPort(containerName, containerPort, definition);
  const targetGroup = targetGroups.find(targetGroupArn);
  if (targetGroup === undefined) {
    throw invalidParameter(`The target group with targetGroupArn ${targetGroupArn} does not exist.`);
  }
  if (targetGroup.targetType !== 'ip') {
    throw invalidParameter(
      `The provided target group ${targetGroupArn} has target type ${targetGroup.targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
    );
  }
  if (!targetGroup.hasLoadBalancer) {
    throw invalidParameter(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
    );
  }
}

function checkRegistry(registry: ServiceRegistry, definition: TaskDefinition, cloudMap: CloudMap): void {
  if (cloudMap.findService(registry.registryArn ?? '') === undefined) {
    throw invalidParameter(`The service registry ${registry.registryArn ?? ''} does not exist.`);
  }
  if (registry.containerName !== undefined) {
    checkContainerPort(registry.containerName, registry.containerPort, definition);
  }
}

function checkContainerPort(name: string | undefined, port: number | undefined, definition: TaskDefinition): void {
  const container = definition.containerDefinitions?.find((candidate) => candidate.name === name);
  if (container === undefined) {
    throw invalidParameter(`The container ${name ?? ''} does not exist in the task definition.`);
  }
  if (container.portMappings?.some((mapping) => mapping.containerPort === port) !== true) {
    throw invalidParameter(`The container ${name ?? ''} did not have a container port ${port ?? ''} defined.`);
  }
}

/** The deployment configuration with ECS's defaults for REPLICA services. */
export function deploymentConfigurationOf(given: DeploymentConfiguration | undefined) {
  const configuration = {
    deploymentCircuitBreaker: { enable: false, rollback: false },
    strategy: 'ROLLING' as const,
    bakeTimeInMinutes: 0,
    ...given,
    maximumPercent: given?.maximumPercent ?? 200,
    minimumHealthyPercent: given?.minimumHealthyPercent ?? 100,
  };
  if (configuration.maximumPercent <= 100 && configuration.minimumHealthyPercent >= 100) {
    throw invalidParameter(
      'Both values for minimumHealthyPercent and maximumPercent cannot be 100 as this will block deployments.',
    );
  }
  return configuration;
}
