import type {
  CreateServiceCommandInput,
  CreateServiceCommandOutput,
  DeleteServiceCommandInput,
  DeleteServiceCommandOutput,
  UpdateServiceCommandInput,
  UpdateServiceCommandOutput,
} from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import type { CloudMap, Network, TargetGroups } from '../ports.ts';
import { type Arns, lastPart } from './arns.ts';
import type { Clusters } from './clusters.ts';
import type { Deployments } from './deployments.ts';
import { invalidParameter, serviceNotFound } from './errors.ts';
import { type ClusterRecord, primaryOf, type Revision, type ServiceRecord } from './records.ts';
import type { Scheduler } from './scheduler.ts';
import {
  checkCapacity,
  checkRevision,
  checkServed,
  checkServiceName,
  deploymentConfigurationOf,
} from './serviceChecks.ts';
import type { ServiceConnect } from './serviceConnect.ts';
import type { ServiceStore } from './serviceStore.ts';
import { serviceView } from './serviceViews.ts';
import { same } from './same.ts';
import { mergeTags } from './tags.ts';
import type { TaskDefinitions } from './taskDefinitions.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

export interface ServicesParts {
  clock: Clock;
  arns: Arns;
  store: ServiceStore;
  clusters: Clusters;
  definitions: TaskDefinitions;
  deployments: Deployments;
  serviceConnect: ServiceConnect;
  scheduler: Scheduler;
  targetGroups: TargetGroups;
  cloudMap: CloudMap;
  network: Network;
}

/** What changes services: rows E3 to E10, E22, E34, E40, E41 and E60 to E62. Every check comes before the first change. */
export class Services {
  readonly #parts: ServicesParts;

  constructor(parts: ServicesParts) {
    this.#parts = parts;
  }

  /** The service by name or ARN in the cluster; throws `ServiceNotFoundException` (row E9). */
  get(clusterReference: string | undefined, reference: string | undefined): ServiceRecord {
    const cluster = this.#parts.clusters.active(clusterReference);
    const service = this.#parts.store.byName(cluster.name, lastPart(reference ?? ''));
    if (service === undefined) throw serviceNotFound();
    return service;
  }

  create(input: CreateServiceCommandInput, callerArn: string): Answer<CreateServiceCommandOutput> {
    const { clock, arns, store, clusters, definitions, deployments, serviceConnect, scheduler } = this.#parts;
    const cluster = clusters.active(input.cluster);
    const name = checkServiceName(input.serviceName);
    const arn = arns.service(cluster.name, name);
    const existing = this.#existing(arn, input);
    if (existing !== undefined) return { service: serviceView(existing, ['TAGS']) };
    checkServed(input);
    const capacity = checkCapacity(input, cluster.defaultCapacityProviderStrategy);
    const desiredCount = checkCount(input.desiredCount ?? 1);
    const definition = definitions.usable(input.taskDefinition ?? '').definition;
    const revision: Revision = {
      taskDefinitionArn: definition.taskDefinitionArn,
      platformVersion: input.platformVersion ?? 'LATEST',
      networkConfiguration: input.networkConfiguration,
      loadBalancers: input.loadBalancers ?? [],
      serviceRegistries: input.serviceRegistries ?? [],
      serviceConnect: input.serviceConnectConfiguration,
      volumeConfigurations: input.volumeConfigurations ?? [],
    };
    checkRevision(revision, definition, this.#parts);
    const checked = serviceConnect.check({ arn, name }, cluster, revision.serviceConnect, definition);
    const service: ServiceRecord = {
      arn,
      name,
      clusterName: cluster.name,
      clusterArn: cluster.arn,
      status: 'ACTIVE',
      desiredCount,
      launchType: capacity.launchType,
      capacityProviderStrategy: capacity.capacityProviderStrategy,
      deploymentConfiguration: deploymentConfigurationOf(input.deploymentConfiguration),
      controllerGiven: input.deploymentController !== undefined,
      placementConstraints: input.placementConstraints ?? [],
      placementStrategy: input.placementStrategy ?? [],
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
      enableECSManagedTags: input.enableECSManagedTags ?? false,
      propagateTags: input.propagateTags,
      enableExecuteCommand: input.enableExecuteCommand ?? false,
      availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? 'ENABLED',
      monitoring: input.monitoring,
      roleArn: `arn:aws:iam::${arns.account.id}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      createdBy: callerArn,
      createdAtMs: clock.now(),
      tags: mergeTags([], input.tags ?? []),
      request: input,
      deployments: [],
      history: [],
      events: [],
      tasks: new Set(),
      steady: false,
    };
    store.put(service);
    deployments.begin(service, revision, checked);
    scheduler.poke(service);
    return { service: serviceView(service, ['TAGS']) };
  }

  update(input: UpdateServiceCommandInput): Answer<UpdateServiceCommandOutput> {
    const { clusters, definitions, deployments, scheduler, serviceConnect } = this.#parts;
    const service = this.get(input.cluster, input.service);
    if (service.status !== 'ACTIVE') throw new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
    checkServed(input);
    const cluster = clusters.active(input.cluster);
    const current = primaryOf(service).revision;
    const revision = this.#revisionOf(input, current);
    const changed = input.forceNewDeployment === true || !same(revision, current);
    const definition = definitions.find(revision.taskDefinitionArn)?.definition;
    if (definition === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
    const checked = changed ? serviceConnect.check(service, cluster, revision.serviceConnect, definition) : undefined;
    if (changed) {
      // A deployment that leaves the load balancers alone does not look at them again.
      const loadBalancers = same(revision.loadBalancers, current.loadBalancers) ? [] : revision.loadBalancers;
      checkRevision({ ...revision, loadBalancers }, definition, this.#parts);
    }
    const settings = this.#settingsOf(input, service, cluster);
    Object.assign(service, settings);
    if (changed) deployments.begin(service, revision, checked);
    service.steady = false;
    scheduler.poke(service);
    return { service: serviceView(service, ['TAGS']) };
  }

  delete(input: DeleteServiceCommandInput): Answer<DeleteServiceCommandOutput> {
    const service = this.get(input.cluster, input.service);
    if (service.status === 'ACTIVE') {
      if (input.force !== true) checkDeletable(service);
      service.status = 'DRAINING';
      service.desiredCount = 0;
      this.#parts.scheduler.poke(service);
    }
    return { service: serviceView(service, []) };
  }

  setDesiredCount(service: ServiceRecord, count: number): void {
    if (service.status !== 'ACTIVE' || service.desiredCount === count) return;
    service.desiredCount = count;
    service.steady = false;
    this.#parts.scheduler.poke(service);
  }

  /** Rows E3 and E4: the service that the same request made before, or a refusal, or `undefined` where the name is free. */
  #existing(arn: string, input: CreateServiceCommandInput): ServiceRecord | undefined {
    const existing = this.#parts.store.byArn(arn);
    if (existing === undefined || existing.status === 'INACTIVE') return undefined;
    if (existing.status === 'DRAINING') {
      throw invalidParameter('Unable to Start a service that is still Draining.');
    }
    if (input.clientToken !== undefined && same(existing.request, input)) return existing;
    throw invalidParameter('Creation of service was not idempotent.');
  }

  /** Row E41: what is omitted stays, an empty list removes. */
  #revisionOf(input: UpdateServiceCommandInput, current: Revision): Revision {
    const taskDefinitionArn =
      input.taskDefinition === undefined
        ? current.taskDefinitionArn
        : this.#parts.definitions.usable(input.taskDefinition).definition.taskDefinitionArn;
    return {
      taskDefinitionArn,
      platformVersion: input.platformVersion ?? current.platformVersion,
      networkConfiguration: input.networkConfiguration ?? current.networkConfiguration,
      loadBalancers: input.loadBalancers ?? current.loadBalancers,
      serviceRegistries: input.serviceRegistries ?? current.serviceRegistries,
      serviceConnect: input.serviceConnectConfiguration ?? current.serviceConnect,
      volumeConfigurations: input.volumeConfigurations ?? current.volumeConfigurations,
    };
  }

  /** The members that start no deployment (row E40). */
  #settingsOf(
    input: UpdateServiceCommandInput,
    service: ServiceRecord,
    cluster: ClusterRecord,
  ): Partial<ServiceRecord> {
    const strategy = input.capacityProviderStrategy;
    const capacity =
      strategy === undefined
        ? {}
        : strategy.length === 0
          ? { launchType: 'FARGATE' as const, capacityProviderStrategy: undefined }
          : checkCapacity({ capacityProviderStrategy: strategy }, cluster.defaultCapacityProviderStrategy);
    return {
      ...capacity,
      desiredCount: checkCount(input.desiredCount ?? service.desiredCount),
      deploymentConfiguration:
        input.deploymentConfiguration === undefined
          ? service.deploymentConfiguration
          : deploymentConfigurationOf({ ...service.deploymentConfiguration, ...input.deploymentConfiguration }),
      controllerGiven: service.controllerGiven || input.deploymentController !== undefined,
      placementConstraints: input.placementConstraints ?? service.placementConstraints,
      placementStrategy: input.placementStrategy ?? service.placementStrategy,
      healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? service.healthCheckGracePeriodSeconds,
      enableECSManagedTags: input.enableECSManagedTags ?? service.enableECSManagedTags,
      propagateTags: input.propagateTags ?? service.propagateTags,
      enableExecuteCommand: input.enableExecuteCommand ?? service.enableExecuteCommand,
      availabilityZoneRebalancing: input.availabilityZoneRebalancing ?? service.availabilityZoneRebalancing,
      monitoring: input.monitoring ?? service.monitoring,
    };
  }
}

function checkCount(count: number): number {
  if (!Number.isInteger(count) || count < 0) throw invalidParameter(`Invalid desiredCount ${count}.`);
  return count;
}

/** Rows E5 and E6. */
function checkDeletable(service: ServiceRecord): void {
  if (service.desiredCount > 0) throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
  if (service.deployments.length > 1 || primaryOf(service).rolloutState === 'IN_PROGRESS') {
    throw invalidParameter('The service cannot be stopped while deployments are active.');
  }
}
