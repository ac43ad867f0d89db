import type {
  DescribeServiceDeploymentsCommandInput,
  DescribeServiceDeploymentsCommandOutput,
  DescribeServiceRevisionsCommandInput,
  DescribeServiceRevisionsCommandOutput,
  DescribeServicesCommandInput,
  DescribeServicesCommandOutput,
  ListServiceDeploymentsCommandInput,
  ListServiceDeploymentsCommandOutput,
  ListServicesByNamespaceCommandInput,
  ListServicesByNamespaceCommandOutput,
  ListServicesCommandInput,
  ListServicesCommandOutput,
  Service,
  ServiceDeployment,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import { AwsError } from '../../errors.ts';
import type { CloudMap } from '../ports.ts';
import { type Arns, lastPart } from './arns.ts';
import type { Clusters } from './clusters.ts';
import { thresholdOf } from './deployments.ts';
import { invalidParameter } from './errors.ts';
import { page } from './paging.ts';
import type { DeploymentRecord, ServiceRecord } from './records.ts';
import type { Services } from './services.ts';
import type { ServiceStore } from './serviceStore.ts';
import { capacityOf, countsOf, serviceView } from './serviceViews.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

interface ServiceReadsParts {
  clock: Clock;
  delays: Delays;
  arns: Arns;
  store: ServiceStore;
  clusters: Clusters;
  services: Services;
  cloudMap: CloudMap;
}

/** What reads services: rows E1, E9, E11, E20, E21 and E26. */
export class ServiceReads {
  readonly #parts: ServiceReadsParts;

  constructor(parts: ServiceReadsParts) {
    this.#parts = parts;
  }

  /** An unknown service is a failure, not an error (row E9); so is a new one, for a moment (row E11). */
  describe(input: DescribeServicesCommandInput): Answer<DescribeServicesCommandOutput> {
    const { clock, delays, arns, store, clusters } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const references = limited(input.services, 'Services', 10);
    const services: Service[] = [];
    const failures = [];
    for (const reference of references) {
      const arn = arns.service(cluster.name, lastPart(reference));
      const service =
        reference.startsWith('arn:') && lastPart(reference) !== reference && !isOf(reference, arn)
          ? undefined
          : store.byArn(arn);
      const visible = service !== undefined && clock.now() - service.createdAtMs >= delays.serviceMissingMs;
      if (visible) services.push(serviceView(service, input.include ?? []));
      else failures.push({ arn: reference.startsWith('arn:') ? reference : arn, reason: 'MISSING' });
    }
    return { services, failures };
  }

  /** ACTIVE services only (row E1), ten a page unless asked (row E26). */
  list(input: ListServicesCommandInput): Answer<ListServicesCommandOutput> {
    const { clusters, store } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const strategy = input.schedulingStrategy ?? 'REPLICA';
    const listed = store
      .services(cluster.name)
      .filter((service) => service.status === 'ACTIVE' && strategy === 'REPLICA')
      .filter((service) => input.launchType === undefined || service.launchType === input.launchType);
    const { items, nextToken } = page(listed, input, { default: 10, max: 100 });
    return { serviceArns: items.map((service) => service.arn), nextToken };
  }

  listByNamespace(input: ListServicesByNamespaceCommandInput): Answer<ListServicesByNamespaceCommandOutput> {
    const namespace = this.#parts.cloudMap.findNamespace(input.namespace ?? '');
    if (namespace === undefined) {
      throw new AwsError('NamespaceNotFoundException', `The namespace ${input.namespace ?? ''} was not found.`);
    }
    const listed = this.#parts.store
      .services()
      .filter((service) => service.status === 'ACTIVE')
      .filter((service) => service.deployments[0]?.serviceConnect?.namespaceArn === namespace.arn);
    const { items, nextToken } = page(listed, input, { default: 10, max: 100 });
    return { serviceArns: items.map((service) => service.arn), nextToken };
  }

  listDeployments(input: ListServiceDeploymentsCommandInput): Answer<ListServiceDeploymentsCommandOutput> {
    const service = this.#parts.services.get(input.cluster, input.service);
    const { after, before } = input.createdAt ?? {};
    const listed = deploymentsOf(service)
      .map((deployment) => serviceDeploymentView(service, deployment))
      .filter(({ status }) => (input.status ?? []).length === 0 || input.status?.includes(status) === true)
      .filter(
        ({ createdAt }) => (after === undefined || createdAt > after) && (before === undefined || createdAt < before),
      );
    const { items, nextToken } = page(listed, input, { default: 20, max: 100 });
    return {
      serviceDeployments: items.map((deployment) => ({
        serviceDeploymentArn: deployment.serviceDeploymentArn,
        serviceArn: deployment.serviceArn,
        clusterArn: deployment.clusterArn,
        createdAt: deployment.createdAt,
        startedAt: deployment.startedAt,
        finishedAt: deployment.finishedAt,
        targetServiceRevisionArn: deployment.targetServiceRevision?.arn,
        status: deployment.status,
        statusReason: deployment.statusReason,
      })),
      nextToken,
    };
  }

  describeDeployments(input: DescribeServiceDeploymentsCommandInput): Answer<DescribeServiceDeploymentsCommandOutput> {
    const serviceDeployments: ServiceDeployment[] = [];
    const failures = [];
    for (const arn of limited(input.serviceDeploymentArns, 'ServiceDeploymentArns', 20)) {
      const found = this.#findDeployment((deployment) => deployment.serviceDeploymentArn === arn);
      if (found === undefined) failures.push({ arn, reason: 'MISSING' });
      else serviceDeployments.push(serviceDeploymentView(found.service, found.deployment));
    }
    return { serviceDeployments, failures };
  }

  describeRevisions(input: DescribeServiceRevisionsCommandInput): Answer<DescribeServiceRevisionsCommandOutput> {
    const serviceRevisions: ServiceRevision[] = [];
    const failures = [];
    for (const arn of limited(input.serviceRevisionArns, 'ServiceRevisionArns', 20)) {
      const found = this.#findDeployment((deployment) => deployment.serviceRevisionArn === arn);
      if (found === undefined) failures.push({ arn, reason: 'MISSING' });
      else serviceRevisions.push(serviceRevisionView(found.service, found.deployment));
    }
    return { serviceRevisions, failures };
  }

  #findDeployment(matches: (deployment: DeploymentRecord) => boolean) {
    for (const service of this.#parts.store.services()) {
      const deployment = deploymentsOf(service).find(matches);
      if (deployment !== undefined) return { service, deployment };
    }
    return undefined;
  }
}

/** Row E26. */
export function limited(references: readonly string[] | undefined, what: string, max: number): readonly string[] {
  if (references === undefined || references.length === 0) throw invalidParameter(`${what} cannot be empty.`);
  if (references.length > max) throw invalidParameter(`${what} cannot have more than ${max} elements.`);
  return references;
}

/** A service ARN of the long format, or the short one, which leaves the cluster out. */
function isOf(reference: string, arn: string): boolean {
  return reference === arn || reference === arn.replace(/service\/[^/]+\//, 'service/');
}

const deploymentsOf = (service: ServiceRecord) => [...service.deployments, ...service.history];

function serviceDeploymentView(service: ServiceRecord, deployment: DeploymentRecord) {
  const rolledBackTo = deploymentsOf(service).find((other) => other.rollbackOf === deployment);
  return {
    serviceDeploymentArn: deployment.serviceDeploymentArn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: new Date(deployment.createdAtMs),
    startedAt: new Date(deployment.createdAtMs),
    updatedAt: new Date(deployment.updatedAtMs),
    finishedAt: deployment.finishedAtMs === undefined ? undefined : new Date(deployment.finishedAtMs),
    sourceServiceRevisions: sourcesOf(service, deployment),
    targetServiceRevision: { arn: deployment.serviceRevisionArn, ...countsOf(service, deployment) },
    status: statusOf(deployment, rolledBackTo),
    statusReason: deployment.rolloutState === 'FAILED' ? deployment.rolloutStateReason : undefined,
    deploymentConfiguration: service.deploymentConfiguration,
    ...(rolledBackTo === undefined
      ? {}
      : { rollback: { reason: deployment.rolloutStateReason, serviceRevisionArn: rolledBackTo.serviceRevisionArn } }),
    ...(service.deploymentConfiguration.deploymentCircuitBreaker?.enable === true
      ? {
          deploymentCircuitBreaker: {
            status: breakerStatus(deployment),
            failureCount: deployment.failedTasks,
            threshold: thresholdOf(service),
          },
        }
      : {}),
    alarms: { status: 'DISABLED' },
  } satisfies ServiceDeployment;
}

/** What was deployed when this deployment began (row E49): the deployment before it, and nothing for the first. */
function sourcesOf(service: ServiceRecord, deployment: DeploymentRecord) {
  const before = deploymentsOf(service)
    .filter(({ createdAtMs }) => createdAtMs < deployment.createdAtMs)
    .sort((a, b) => b.createdAtMs - a.createdAtMs)[0];
  return before === undefined ? [] : [{ arn: before.serviceRevisionArn, ...countsOf(service, before) }];
}

/** Row E49. */
function statusOf(deployment: DeploymentRecord, rolledBackTo: DeploymentRecord | undefined) {
  if (rolledBackTo !== undefined) {
    return rolledBackTo.rolloutState === 'COMPLETED' ? 'ROLLBACK_SUCCESSFUL' : 'ROLLBACK_IN_PROGRESS';
  }
  if (deployment.completedOnce) return 'SUCCESSFUL';
  return deployment.rolloutState === 'FAILED' || deployment.status !== 'PRIMARY' ? 'STOPPED' : 'IN_PROGRESS';
}

function breakerStatus(deployment: DeploymentRecord) {
  if (deployment.rolloutState === 'FAILED') return 'TRIGGERED';
  return deployment.rolloutState === 'COMPLETED' ? 'MONITORING_COMPLETE' : 'MONITORING';
}

function serviceRevisionView(service: ServiceRecord, deployment: DeploymentRecord): ServiceRevision {
  const { revision } = deployment;
  return {
    serviceRevisionArn: deployment.serviceRevisionArn,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    taskDefinition: revision.taskDefinitionArn,
    ...capacityOf(deployment),
    platformVersion: revision.platformVersion,
    platformFamily: 'Linux',
    loadBalancers: revision.loadBalancers,
    serviceRegistries: revision.serviceRegistries,
    networkConfiguration: revision.networkConfiguration,
    ...(revision.serviceConnect === undefined ? {} : { serviceConnectConfiguration: revision.serviceConnect }),
    volumeConfigurations: revision.volumeConfigurations,
    createdAt: new Date(deployment.createdAtMs),
    ...(service.monitoring === undefined ? {} : { monitoring: service.monitoring }),
  };
}
