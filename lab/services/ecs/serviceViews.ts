import type { Deployment, Service } from '@aws-sdk/client-ecs';
import { type DeploymentRecord, primaryOf, type ServiceRecord } from './records.ts';
import { isPending, isRunning } from './serviceStore.ts';

/** A service as DescribeServices answers it. Service Connect is only on its deployments (row E20), tags only on request (row E21). */
export function serviceView(service: ServiceRecord, include: readonly string[]): Service {
  const primary = primaryOf(service);
  const { revision } = primary;
  const tasks = [...service.tasks];
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.clusterArn,
    loadBalancers: revision.loadBalancers,
    serviceRegistries: revision.serviceRegistries,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    ...capacityOf(service),
    platformVersion: revision.platformVersion,
    platformFamily: 'Linux',
    taskDefinition: revision.taskDefinitionArn,
    deploymentConfiguration: service.deploymentConfiguration,
    deployments:
      service.status === 'INACTIVE' ? [] : service.deployments.map((deployment) => deploymentView(service, deployment)),
    roleArn: service.roleArn,
    events: service.events,
    createdAt: new Date(service.createdAtMs),
    ...(service.status === 'INACTIVE'
      ? {}
      : {
          currentServiceDeployment: primary.serviceDeploymentArn,
          currentServiceRevisions: service.deployments.map((deployment) => ({
            arn: deployment.serviceRevisionArn,
            ...countsOf(service, deployment),
          })),
        }),
    placementConstraints: service.placementConstraints,
    placementStrategy: service.placementStrategy,
    networkConfiguration: revision.networkConfiguration,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds ?? 0,
    schedulingStrategy: 'REPLICA',
    ...(service.controllerGiven ? { deploymentController: { type: 'ECS' as const } } : {}),
    ...(include.includes('TAGS') ? { tags: service.tags } : {}),
    createdBy: service.createdBy,
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags ?? 'NONE',
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: service.availabilityZoneRebalancing,
    resourceManagementType: 'CUSTOMER',
  };
}

function deploymentView(service: ServiceRecord, deployment: DeploymentRecord): Deployment {
  const { revision } = deployment;
  const counts = countsOf(service, deployment);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: revision.taskDefinitionArn,
    desiredCount: counts.requestedTaskCount,
    pendingCount: counts.pendingTaskCount,
    runningCount: counts.runningTaskCount,
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAtMs),
    updatedAt: new Date(deployment.updatedAtMs),
    ...capacityOf(deployment),
    platformVersion: revision.platformVersion,
    platformFamily: 'Linux',
    networkConfiguration: revision.networkConfiguration,
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
    ...(revision.serviceConnect === undefined ? {} : { serviceConnectConfiguration: revision.serviceConnect }),
    ...(deployment.serviceConnectResources.length === 0
      ? {}
      : { serviceConnectResources: deployment.serviceConnectResources }),
    ...(revision.volumeConfigurations.length === 0 ? {} : { volumeConfigurations: revision.volumeConfigurations }),
  };
}

/** Exactly one of launch type and capacity provider strategy is answered (row E22). */
export function capacityOf(holder: Pick<ServiceRecord, 'launchType' | 'capacityProviderStrategy'>) {
  return holder.launchType === undefined
    ? { capacityProviderStrategy: holder.capacityProviderStrategy ?? [] }
    : { launchType: holder.launchType };
}

export function countsOf(service: ServiceRecord, deployment: DeploymentRecord) {
  const tasks = [...service.tasks].filter((task) => task.deployment === deployment);
  return {
    requestedTaskCount:
      deployment.status === 'PRIMARY'
        ? service.desiredCount
        : tasks.filter((task) => task.desiredStatus === 'RUNNING').length,
    runningTaskCount: tasks.filter(isRunning).length,
    pendingTaskCount: tasks.filter(isPending).length,
  };
}
