import { envoyContainers } from '../estate/envoy.ts';
import type { Json } from '../estate/export.ts';
import type { BlueService } from '../estate/model.ts';
import { loadBalancersOf } from '../estate/services.ts';
import { primaryTaskSet } from '../estate/taskSets.ts';
import type { Alias } from './aliases.ts';
import type { ServiceResource } from './model.ts';
import { defined } from './targetGroup.ts';
import { containerOfPort } from './taskDefinition.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

type Service = Json<Ecs.Service>;

/** What stands on the deployment, or the task set, that is in force. */
const primaryOf = (service: Service): Json<Ecs.Deployment> | Json<Ecs.TaskSet> | undefined =>
  service.deployments?.find((deployment) => deployment.status === 'PRIMARY') ?? primaryTaskSet(service);

/** A service tells its Service Connect configuration on its deployments only (row E20). */
export const onServiceConnect = (service: Service): boolean =>
  service.deployments?.some(
    (deployment) => deployment.status === 'PRIMARY' && deployment.serviceConnectConfiguration?.enabled === true,
  ) ?? false;

export const runsOnFargate = (service: Service): boolean =>
  service.launchType === 'FARGATE' ||
  (service.capacityProviderStrategy ?? []).some((one) => (one.capacityProvider ?? '').startsWith('FARGATE'));

/** Service Connect needs Fargate platform 1.4.0 (row S13). */
export function isOldPlatform(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? 'LATEST').split('.').map(Number);
  return Number.isFinite(major) && (major < 1 || (major === 1 && minor < 4));
}

/**
 * CreateService for green, from what DescribeServices says of blue (`mesh-mapping.md` 3): an allow list, since responses grow
 * with every SDK. Load balancers, Service Connect, tags and the task definition are not in it; they name other resources.
 *
 * @param volumes names of the volumes that green's task definition still has
 */
export function greenServiceInput(
  blue: BlueService,
  name: string,
  volumes: ReadonlySet<string>,
): ServiceResource['input'] {
  const { service } = blue;
  const primary = primaryOf(service);
  const daemon = service.schedulingStrategy === 'DAEMON';
  const behindLoadBalancer = loadBalancersOf(service).length > 0;
  const graceSeconds = service.healthCheckGracePeriodSeconds ?? 0;
  const capacityProviders = service.capacityProviderStrategy ?? [];
  const volumeConfigurations = (
    primary !== undefined && 'volumeConfigurations' in primary ? (primary.volumeConfigurations ?? []) : []
  ).filter((volume) => volumes.has(volume.name ?? ''));
  return defined({
    cluster: service.clusterArn,
    serviceName: name,
    desiredCount: daemon ? undefined : service.desiredCount,
    ...(capacityProviders.length > 0
      ? { capacityProviderStrategy: capacityProviders }
      : { launchType: service.launchType ?? primary?.launchType }),
    platformVersion: runsOnFargate(service)
      ? isOldPlatform(service.platformVersion)
        ? 'LATEST'
        : service.platformVersion
      : undefined,
    // Absent means DISABLED when it is read, but ENABLED when it is created.
    availabilityZoneRebalancing: service.availabilityZoneRebalancing ?? 'DISABLED',
    // 0 comes back for every service, and is refused for one without a load balancer.
    healthCheckGracePeriodSeconds: behindLoadBalancer || graceSeconds > 0 ? graceSeconds : undefined,
    deploymentConfiguration: greenDeployment(service),
    deploymentController: { type: 'ECS' as const },
    placementConstraints: nonEmpty(service.placementConstraints),
    placementStrategy: daemon ? undefined : nonEmpty(service.placementStrategy),
    networkConfiguration: service.networkConfiguration ?? primary?.networkConfiguration,
    schedulingStrategy: service.schedulingStrategy,
    enableECSManagedTags: service.enableECSManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    volumeConfigurations: nonEmpty(volumeConfigurations),
  } as ServiceResource['input']);
}

/** How green is deployed: within blue's own bounds. */
export function greenDeployment({ deploymentConfiguration = {} }: Service): Json<Ecs.DeploymentConfiguration> {
  const { maximumPercent, minimumHealthyPercent } = deploymentConfiguration;
  return defined({
    // A silent rollback by ECS looks like success (rows E43, K6).
    deploymentCircuitBreaker: { enable: true, rollback: false },
    maximumPercent,
    minimumHealthyPercent,
    strategy: 'ROLLING' as const,
  });
}

/** Where green's tasks register: blue's port, at the application's container where blue's was Envoy. */
export function greenLoadBalancers(
  blue: BlueService,
  greenTargetGroups: ReadonlyMap<string, string>,
): ServiceResource['loadBalancers'] {
  const removed = new Set(envoyContainers(blue.taskDefinition).map((container) => container.name));
  return loadBalancersOf(blue.service).flatMap((attached) => {
    const ref = greenTargetGroups.get(attached.targetGroupArn ?? '');
    if (ref === undefined || attached.containerPort === undefined) return [];
    const owner = removed.has(attached.containerName)
      ? containerOfPort(blue.taskDefinition, attached.containerPort)?.name
      : attached.containerName;
    return [{ targetGroup: { ref }, containerName: owner ?? '', containerPort: attached.containerPort }];
  });
}

/** Client aliases of one green service; each entry has exactly one (row S2). Empty for a service that is only a client. */
export const greenConnectServices = (aliases: readonly Alias[], service: string): Json<Ecs.ServiceConnectService>[] =>
  aliases
    .filter((alias) => alias.service === service)
    .map((alias) => ({
      portName: alias.portName,
      discoveryName: alias.discoveryName,
      clientAliases: [{ port: alias.port, dnsName: alias.dnsName }],
      ...(Object.keys(alias.timeout).length === 0 ? {} : { timeout: alias.timeout }),
    }));

/** The proxy logs where Envoy did, under a stream prefix of its own, and writes the access log that the mesh wrote. */
export function greenLogging(
  blue: BlueService,
): Pick<ServiceResource['serviceConnect'], 'logConfiguration' | 'accessLogConfiguration'> {
  const copied = envoyContainers(blue.taskDefinition).find(
    (one) => one.logConfiguration !== undefined,
  )?.logConfiguration;
  if (copied === undefined) return { logConfiguration: undefined };
  const logConfiguration =
    copied.logDriver === 'awslogs'
      ? { ...copied, options: { ...copied.options, 'awslogs-stream-prefix': 'service-connect' } }
      : copied;
  const file = blue.nodeSpec?.logging?.accessLog?.file;
  if (file === undefined) return { logConfiguration };
  return { logConfiguration, accessLogConfiguration: { format: file.format?.json === undefined ? 'TEXT' : 'JSON' } };
}

const nonEmpty = <Item>(items: readonly Item[] | undefined): readonly Item[] | undefined =>
  items === undefined || items.length === 0 ? undefined : items;
