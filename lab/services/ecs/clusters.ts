import type {
  Cluster,
  CreateClusterCommandInput,
  CreateClusterCommandOutput,
  DeleteClusterCommandInput,
  DeleteClusterCommandOutput,
  DescribeClustersCommandInput,
  DescribeClustersCommandOutput,
  KeyValuePair,
  ListClustersCommandInput,
  ListClustersCommandOutput,
  PutClusterCapacityProvidersCommandInput,
  PutClusterCapacityProvidersCommandOutput,
  UpdateClusterCommandInput,
  UpdateClusterCommandOutput,
} from '@aws-sdk/client-ecs';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import type { CloudMap } from '../ports.ts';
import { type Arns, lastPart } from './arns.ts';
import { clusterNotFound, invalidParameter } from './errors.ts';
import { page } from './paging.ts';
import type { ClusterRecord } from './records.ts';
import { mergeTags } from './tags.ts';

type Answer<Output> = Omit<Output, '$metadata'>;

/** What a cluster's answers count; kept by others. */
export interface ClusterCounts {
  /** Services that are ACTIVE or DRAINING, and their tasks. */
  count(clusterName: string): { active: number; draining: number; runningTasks: number; pendingTasks: number };
  /** Names of the capacity providers that an ACTIVE or DRAINING service's strategy names. */
  capacityProvidersInUse(clusterName: string): ReadonlySet<string>;
}

const NAME = /^[A-Za-z0-9_-]{1,255}$/;
const CAPACITY_PROVIDERS = ['FARGATE', 'FARGATE_SPOT'];

/** Clusters: rows E9 and E12. A deleted cluster stays describable as INACTIVE. */
export class Clusters {
  readonly #clusters = new Map<string, ClusterRecord>();
  readonly #arns: Arns;
  readonly #cloudMap: CloudMap;
  readonly #counts: ClusterCounts;

  constructor(parts: { arns: Arns; cloudMap: CloudMap; counts: ClusterCounts }) {
    this.#arns = parts.arns;
    this.#cloudMap = parts.cloudMap;
    this.#counts = parts.counts;
  }

  /** The cluster by name or ARN, `default` when not named. Throws `ClusterNotFoundException`, also for an INACTIVE one. */
  active(reference: string | undefined): ClusterRecord {
    const cluster = this.find(reference);
    if (cluster === undefined) throw clusterNotFound();
    if (cluster.status === 'INACTIVE') {
      throw new AwsError('ClusterNotFoundException', 'The referenced cluster was inactive.');
    }
    return cluster;
  }

  /** The cluster by name or ARN whatever its status. */
  find(reference: string | undefined): ClusterRecord | undefined {
    const cluster = this.#clusters.get(lastPart(reference ?? 'default'));
    return reference?.startsWith('arn:') === true && cluster?.arn !== reference ? undefined : cluster;
  }

  all(): ClusterRecord[] {
    return [...this.#clusters.values()];
  }

  /** Answers an existing ACTIVE cluster of the same name as it is. */
  create(input: CreateClusterCommandInput): Answer<CreateClusterCommandOutput> {
    const name = input.clusterName ?? 'default';
    if (!NAME.test(name)) throw invalidParameter(`Invalid cluster name ${name}: 1 to 255 of [A-Za-z0-9_-].`);
    checkCapacityProviders(input.capacityProviders ?? []);
    const existing = this.#clusters.get(name);
    if (existing?.status === 'ACTIVE') return { cluster: this.#view(existing, []) };
    const cluster: ClusterRecord = {
      arn: this.#arns.cluster(name),
      name,
      status: 'ACTIVE',
      settings: input.settings ?? [{ name: 'containerInsights', value: 'disabled' }],
      configuration: input.configuration,
      capacityProviders: input.capacityProviders ?? [],
      defaultCapacityProviderStrategy: input.defaultCapacityProviderStrategy ?? [],
      defaultNamespaceArn: this.#defaultNamespace(input.serviceConnectDefaults?.namespace),
      tags: mergeTags([], input.tags ?? []),
    };
    this.#clusters.set(name, cluster);
    return { cluster: this.#view(cluster, ['TAGS']) };
  }

  describe(input: DescribeClustersCommandInput): Answer<DescribeClustersCommandOutput> {
    const references = input.clusters ?? ['default'];
    if (references.length > 100) throw invalidParameter('Clusters cannot have more than 100 elements.');
    const clusters: Cluster[] = [];
    const failures = [];
    for (const reference of references) {
      const cluster = this.find(reference);
      if (cluster !== undefined) clusters.push(this.#view(cluster, input.include ?? []));
      else failures.push({ arn: this.#arns.cluster(lastPart(reference)), reason: 'MISSING' });
    }
    return { clusters, failures };
  }

  list(input: ListClustersCommandInput): Answer<ListClustersCommandOutput> {
    const active = this.all().filter((cluster) => cluster.status === 'ACTIVE');
    const { items, nextToken } = page(active, input, { default: 100, max: 100 });
    return { clusterArns: items.map((cluster) => cluster.arn), nextToken };
  }

  /** What is not sent stays as it is. */
  update(input: UpdateClusterCommandInput): Answer<UpdateClusterCommandOutput> {
    const cluster = this.active(input.cluster);
    const { settings, configuration, serviceConnectDefaults } = input;
    if (serviceConnectDefaults !== undefined) {
      // An empty name takes the default away (row E14).
      const { namespace } = serviceConnectDefaults;
      cluster.defaultNamespaceArn = namespace === '' ? undefined : this.#defaultNamespace(namespace);
    }
    if (settings !== undefined) cluster.settings = settings;
    if (configuration !== undefined) cluster.configuration = configuration;
    return { cluster: this.#view(cluster, ['SETTINGS', 'CONFIGURATIONS', 'TAGS']) };
  }

  /** Replaces both lists (row E15). */
  putCapacityProviders(
    input: PutClusterCapacityProvidersCommandInput,
  ): Answer<PutClusterCapacityProvidersCommandOutput> {
    const cluster = this.active(input.cluster);
    const providers = input.capacityProviders ?? [];
    const strategy = input.defaultCapacityProviderStrategy ?? [];
    checkCapacityProviders(providers);
    if (strategy.some(({ capacityProvider = '' }) => !providers.includes(capacityProvider))) {
      throw invalidParameter(
        'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. ' +
          'Associate the capacity provider with the cluster or specify a valid capacity provider and try again.',
      );
    }
    const inUse = this.#counts.capacityProvidersInUse(cluster.name);
    if (cluster.capacityProviders.some((provider) => inUse.has(provider) && !providers.includes(provider))) {
      throw new AwsError('ResourceInUseException', 'The specified capacity provider is in use and cannot be removed.');
    }
    cluster.capacityProviders = providers;
    cluster.defaultCapacityProviderStrategy = strategy;
    return { cluster: this.#view(cluster, ['SETTINGS', 'CONFIGURATIONS', 'TAGS']) };
  }

  /** Refused while services or tasks are left, DRAINING services included (rows E11, E12). */
  delete(input: DeleteClusterCommandInput): Answer<DeleteClusterCommandOutput> {
    const cluster = this.find(input.cluster);
    if (cluster === undefined) throw clusterNotFound();
    const counts = this.#counts.count(cluster.name);
    if (counts.active + counts.draining > 0) {
      throw new AwsError(
        'ClusterContainsServicesException',
        'The Cluster cannot be deleted while Services are active.',
      );
    }
    if (counts.runningTasks + counts.pendingTasks > 0) {
      throw new AwsError('ClusterContainsTasksException', 'The Cluster cannot be deleted while Tasks are active.');
    }
    cluster.status = 'INACTIVE';
    return { cluster: this.#view(cluster, []) };
  }

  #defaultNamespace(reference: string | undefined): string | undefined {
    if (reference === undefined) return undefined;
    const namespace = this.#cloudMap.findNamespace(reference);
    // AWS would make a second HTTP namespace of that name (row S7); a lab that did so in silence would help nobody.
    if (namespace === undefined) {
      throw notPlayed('ecs', 'a default namespace of a cluster that does not exist yet', reference);
    }
    return namespace.arn;
  }

  #view(cluster: ClusterRecord, include: readonly string[]): Cluster {
    const counts = this.#counts.count(cluster.name);
    return {
      clusterArn: cluster.arn,
      clusterName: cluster.name,
      status: cluster.status,
      registeredContainerInstancesCount: 0,
      runningTasksCount: counts.runningTasks,
      pendingTasksCount: counts.pendingTasks,
      activeServicesCount: counts.active,
      statistics: include.includes('STATISTICS') ? statisticsOf(counts) : [],
      tags: include.includes('TAGS') ? cluster.tags : [],
      settings: include.includes('SETTINGS') ? cluster.settings : [],
      capacityProviders: cluster.capacityProviders,
      defaultCapacityProviderStrategy: cluster.defaultCapacityProviderStrategy,
      ...(include.includes('ATTACHMENTS') ? { attachments: [] } : {}),
      ...(include.includes('CONFIGURATIONS') && cluster.configuration !== undefined
        ? { configuration: cluster.configuration }
        : {}),
      ...(cluster.defaultNamespaceArn === undefined
        ? {}
        : { serviceConnectDefaults: { namespace: cluster.defaultNamespaceArn } }),
    };
  }
}

function checkCapacityProviders(providers: readonly string[]): void {
  const unknown = providers.filter((provider) => !CAPACITY_PROVIDERS.includes(provider));
  if (unknown.length > 0) {
    throw notPlayed('ecs', 'capacity providers other than FARGATE and FARGATE_SPOT', unknown.join(', '));
  }
}

/** Row E21. Everything in the lab is Fargate. */
function statisticsOf(counts: ReturnType<ClusterCounts['count']>): KeyValuePair[] {
  return [
    { name: 'runningEC2TasksCount', value: '0' },
    { name: 'runningFargateTasksCount', value: String(counts.runningTasks) },
    { name: 'pendingEC2TasksCount', value: '0' },
    { name: 'pendingFargateTasksCount', value: String(counts.pendingTasks) },
    { name: 'activeEC2ServiceCount', value: '0' },
    { name: 'activeFargateServiceCount', value: String(counts.active) },
    { name: 'drainingEC2ServiceCount', value: '0' },
    { name: 'drainingFargateServiceCount', value: String(counts.draining) },
  ];
}
