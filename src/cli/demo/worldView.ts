import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { AppMeshClient, DescribeMeshCommand } from '@aws-sdk/client-app-mesh';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListNamespacesCommand,
  ListTagsForResourceCommand,
  ServiceDiscoveryClient,
} from '@aws-sdk/client-servicediscovery';
import { UID_TAG } from '../../assess/maker.ts';
import { everyPage, inBatches } from '../../aws/pages.ts';

/** DescribeServices takes ten (row E26), DescribeTags twenty (row L16). */
const SERVICES_MAX = 10;
const TAGGED_MAX = 20;

/** What Meshlift must put back to the letter after a rollback. */
export interface BlueSnapshot {
  ruleActions: Action[];
  scaling: unknown;
  policies: unknown;
}

/** The demo's own eyes: AWS through its public API, with clients that are not the operator's. */
export class WorldView {
  readonly #ecs: ECSClient;
  readonly #elb: ElasticLoadBalancingV2Client;
  readonly #cloudMap: ServiceDiscoveryClient;
  readonly #scaling: ApplicationAutoScalingClient;
  readonly #cloudWatch: CloudWatchClient;
  readonly #appMesh: AppMeshClient;
  readonly #cluster: string;
  readonly #serviceOfTask = new Map<string, string>();

  constructor(options: {
    endpoint: string;
    region: string;
    cluster: string;
    credentials: { accessKeyId: string; secretAccessKey: string };
  }) {
    const { endpoint, region, credentials, cluster } = options;
    const config = { endpoint, region, credentials, maxAttempts: 25 };
    this.#cluster = cluster;
    this.#ecs = new ECSClient(config);
    this.#elb = new ElasticLoadBalancingV2Client(config);
    this.#cloudMap = new ServiceDiscoveryClient({ ...config, disableHostPrefix: true });
    this.#scaling = new ApplicationAutoScalingClient(config);
    this.#cloudWatch = new CloudWatchClient(config);
    this.#appMesh = new AppMeshClient({ ...config, maxAttempts: 1 });
  }

  /** The ECS service that a task belongs to; `undefined` for a task that was never seen. */
  serviceOfTask(taskId: string): string | undefined {
    return this.#serviceOfTask.get(taskId);
  }

  /** Learns which task belongs to which service. Tasks that are gone stay known. */
  async learnTasks(): Promise<void> {
    const listed = await this.#ecs.send(new ListTasksCommand({ cluster: this.#cluster }));
    const unknown = (listed.taskArns ?? []).filter((arn) => !this.#serviceOfTask.has(idOf(arn)));
    if (unknown.length === 0) return;
    const described = await this.#ecs.send(new DescribeTasksCommand({ cluster: this.#cluster, tasks: unknown }));
    for (const task of described.tasks ?? []) {
      this.#serviceOfTask.set(idOf(task.taskArn ?? ''), (task.group ?? '').replace(/^service:/, ''));
    }
  }

  async services(): Promise<Service[]> {
    const cluster = this.#cluster;
    const arns = await everyPage(async (nextToken) => {
      const page = await this.#ecs.send(new ListServicesCommand({ cluster, nextToken }));
      return { items: page.serviceArns, next: page.nextToken };
    });
    const found: Service[] = [];
    for (const services of inBatches(arns, SERVICES_MAX)) {
      const page = await this.#ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] }));
      found.push(...(page.services ?? []));
    }
    return found;
  }

  async blueSnapshot(ruleArn: string): Promise<BlueSnapshot> {
    const rules = await this.#elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));
    const scaling = await this.#scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
    const policies = await this.#scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
    return {
      ruleActions: rules.Rules?.[0]?.Actions ?? [],
      scaling: scaling.ScalableTargets,
      policies: policies.ScalingPolicies,
    };
  }

  /** When an alarm last changed its state, lab time; `undefined` where none is in ALARM or was. */
  async alarmTransition(names: readonly string[]): Promise<{ name: string; at: number } | undefined> {
    const answer = await this.#cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [...names] }));
    const firing = (answer.MetricAlarms ?? []).find((alarm) => alarm.StateValue === 'ALARM');
    const at = firing?.StateTransitionedTimestamp?.getTime();
    return firing?.AlarmName === undefined || at === undefined ? undefined : { name: firing.AlarmName, at };
  }

  /** What carries a plan's tags: every ECS service, active task definition, target group and namespace. */
  async tagged(uid: string): Promise<string[]> {
    const found: string[] = [];
    for (const service of await this.services()) {
      if (service.tags?.some((tag) => tag.key === UID_TAG && tag.value === uid))
        found.push(`service/${service.serviceName}`);
    }
    const definitions = await everyPage(async (nextToken) => {
      const page = await this.#ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE', nextToken }));
      return { items: page.taskDefinitionArns, next: page.nextToken };
    });
    for (const arn of definitions) {
      const { tags } = await this.#ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: arn, include: ['TAGS'] }),
      );
      if (tags?.some((tag) => tag.key === UID_TAG && tag.value === uid)) found.push(`taskDefinition/${idOf(arn)}`);
    }
    const groups = await everyPage(async (Marker) => {
      const page = await this.#elb.send(new DescribeTargetGroupsCommand({ Marker }));
      return { items: page.TargetGroups, next: page.NextMarker };
    });
    const groupArns = groups.flatMap((group) => group.TargetGroupArn ?? []);
    for (const ResourceArns of inBatches(groupArns, TAGGED_MAX)) {
      const { TagDescriptions } = await this.#elb.send(new DescribeTagsCommand({ ResourceArns }));
      for (const one of TagDescriptions ?? []) {
        if (!one.Tags?.some((tag) => tag.Key === UID_TAG && tag.Value === uid)) continue;
        found.push(`targetGroup/${groups.find((group) => group.TargetGroupArn === one.ResourceArn)?.TargetGroupName}`);
      }
    }
    const namespaces = await everyPage(async (NextToken) => {
      const page = await this.#cloudMap.send(new ListNamespacesCommand({ NextToken }));
      return { items: page.Namespaces, next: page.NextToken };
    });
    for (const namespace of namespaces) {
      const { Tags } = await this.#cloudMap.send(new ListTagsForResourceCommand({ ResourceARN: namespace.Arn }));
      if (Tags?.some((tag) => tag.Key === UID_TAG && tag.Value === uid)) found.push(`namespace/${namespace.Name}`);
    }
    return found.toSorted();
  }

  async meshState(meshName: string): Promise<'there' | 'gone' | 'unreachable'> {
    try {
      await this.#appMesh.send(new DescribeMeshCommand({ meshName }));
      return 'there';
    } catch (error) {
      return (error as Error).name === 'NotFoundException' ? 'gone' : 'unreachable';
    }
  }
}

const idOf = (arn: string): string => arn.split('/').at(-1) ?? arn;
