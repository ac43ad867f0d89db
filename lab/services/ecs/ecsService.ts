import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Random } from '../../random.ts';
import { isolated } from '../isolated.ts';
import type {
  CloudMap,
  DesiredCounts,
  MeshConfiguration,
  MetricSink,
  Network,
  PlacedInterface,
  TargetGroups,
  TaskLogs,
  TaskRunner,
} from '../ports.ts';
import type { Account, Operation, Service } from '../service.ts';
import { Arns } from './arns.ts';
import { Clusters } from './clusters.ts';
import { ContainerInstances } from './containerInstances.ts';
import { ContainerInsights } from './containerInsights.ts';
import { Deployments } from './deployments.ts';
import { Events } from './events.ts';
import { ImageDigests } from './imageDigests.ts';
import { primaryOf, type ServiceRecord } from './records.ts';
import { Scheduler } from './scheduler.ts';
import { ServiceConnect } from './serviceConnect.ts';
import { ServiceReads } from './serviceReads.ts';
import { Services } from './services.ts';
import { ServiceStore } from './serviceStore.ts';
import { TagOperations } from './tagOperations.ts';
import { TaskDefinitions } from './taskDefinitions.ts';
import { interfaceOf } from './taskNetwork.ts';
import { TaskIps } from './taskIps.ts';
import { Tasks } from './tasks.ts';

export interface EcsParts {
  clock: Clock;
  random: Random;
  account: Account;
  delays: Delays;
  tasks: TaskRunner;
  targetGroups: TargetGroups;
  cloudMap: CloudMap;
  mesh: MeshConfiguration;
  metrics: MetricSink;
  network: Network;
  taskLogs: TaskLogs;
}

/**
 * Amazon ECS with Fargate services of the ROLLING kind in network mode awsvpc, and Service Connect (`aws-behaviour.md` §3, §4).
 * What ECS has beyond that (DAEMON, other controllers and strategies, EC2 capacity, VPC Lattice, TLS) is refused by a word that
 * says so. Standalone tasks are not served.
 */
export class EcsService implements Service, DesiredCounts {
  readonly id = 'ecs';
  readonly operations: Readonly<Record<string, Operation>>;
  /** The registry that tasks pull from. */
  readonly images = new ImageDigests();
  readonly #store: ServiceStore;
  readonly #services: Services;
  readonly #network: Network;
  readonly #arns: Arns;

  constructor(ports: EcsParts) {
    const { clock, random, account, cloudMap } = ports;
    const arns = new Arns(account);
    const store = new ServiceStore(clock);
    const findService = (arn: string) => store.byArn(arn);
    const clusters = new Clusters({ arns, cloudMap, counts: store });
    const definitions = new TaskDefinitions({ clock, arns, inUse: (arn) => store.uses(arn) });
    const events = new Events({ clock, random });
    const serviceConnect = new ServiceConnect({ cloudMap, findService });
    const deployments = new Deployments({ clock, random, arns, events, serviceConnect, findService });
    const scheduler = new Scheduler({
      ...ports,
      arns,
      ips: new TaskIps(),
      images: this.images,
      events,
      deployments,
      definitions,
      onTask: (task) => store.addTask(task),
    });
    const parts = { ...ports, arns, store, clusters, definitions, deployments, serviceConnect, scheduler };
    const services = new Services(parts);
    const reads = new ServiceReads({ ...parts, services });
    const tasks = new Tasks({ ...parts, services, life: scheduler.life });
    const instances = new ContainerInstances(parts);
    const tags = new TagOperations(parts);
    new ContainerInsights(parts).start();
    this.#store = store;
    this.#services = services;
    this.#network = ports.network;
    this.#arns = arns;
    const callerArn = `arn:aws:iam::${account.id}:root`;
    this.operations = isolated({
      CreateCluster: (input) => clusters.create(input),
      DescribeClusters: (input) => clusters.describe(input),
      ListClusters: (input) => clusters.list(input),
      UpdateCluster: (input) => clusters.update(input),
      PutClusterCapacityProviders: (input) => clusters.putCapacityProviders(input),
      DeleteCluster: (input) => clusters.delete(input),
      RegisterTaskDefinition: (input) => definitions.register(input, callerArn),
      DescribeTaskDefinition: (input) => definitions.describe(input),
      ListTaskDefinitions: (input) => definitions.list(input),
      ListTaskDefinitionFamilies: (input) => definitions.listFamilies(input),
      DeregisterTaskDefinition: (input) => definitions.deregister(input),
      DeleteTaskDefinitions: (input) => definitions.delete(input),
      CreateService: (input) => services.create(input, callerArn),
      UpdateService: (input) => services.update(input),
      DeleteService: (input) => services.delete(input),
      DescribeServices: (input) => reads.describe(input),
      ListServices: (input) => reads.list(input),
      ListServicesByNamespace: (input) => reads.listByNamespace(input),
      ListServiceDeployments: (input) => reads.listDeployments(input),
      DescribeServiceDeployments: (input) => reads.describeDeployments(input),
      DescribeServiceRevisions: (input) => reads.describeRevisions(input),
      ListTasks: (input) => tasks.list(input),
      DescribeTasks: (input) => tasks.describe(input),
      StopTask: (input) => tasks.stop(input),
      ListContainerInstances: (input) => instances.list(input),
      DescribeContainerInstances: (input) => instances.describe(input),
      TagResource: (input) => tags.tag(input),
      UntagResource: (input) => tags.untag(input),
      ListTagsForResource: (input) => tags.list(input),
    });
  }

  desiredCount(clusterName: string, serviceName: string): number | undefined {
    return this.#active(clusterName, serviceName)?.desiredCount;
  }

  setDesiredCount(clusterName: string, serviceName: string, count: number): void {
    const service = this.#active(clusterName, serviceName);
    if (service !== undefined) this.#services.setDesiredCount(service, count);
  }

  isDeploying(clusterName: string, serviceName: string): boolean {
    const service = this.#active(clusterName, serviceName);
    return (
      service !== undefined && (service.deployments.length > 1 || primaryOf(service).rolloutState === 'IN_PROGRESS')
    );
  }

  /** What the tasks have in their subnets, for EC2: an interface from a task's first moment until its processes have gone. */
  networkInterfaces(): PlacedInterface[] {
    return this.#store
      .services()
      .flatMap(({ tasks }) => [...tasks])
      .flatMap((task) => interfaceOf(task, this.#network, this.#arns));
  }

  #active(clusterName: string, serviceName: string): ServiceRecord | undefined {
    const service = this.#store.byName(clusterName, serviceName);
    return service?.status === 'ACTIVE' ? service : undefined;
  }
}
