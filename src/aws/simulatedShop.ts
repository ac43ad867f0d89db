import {
  type PutScalingPolicyCommandInput,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListNamespacesCommand,
  ListServicesCommand as ListCloudMapServicesCommand,
} from '@aws-sdk/client-servicediscovery';
import { SimulatedClock } from '../../lab/clock.ts';
import { type Delays, NO_DELAYS } from '../../lab/delays.ts';
import { DEFAULT_NETWORK } from '../../lab/services/ec2/defaultNetwork.ts';
import { createSimulatedAws, type SimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import type {
  AlarmResource,
  NamespaceResource,
  RebalancingFreezeResource,
  RuleResource,
  ScalingFreezeResource,
  ScalingResource,
  ServiceResource,
  StackResource,
  TargetGroupResource,
  TaskDefinitionResource,
} from '../assess/model.ts';
import type { BlueScaling } from '../estate/model.ts';
import type { Log, Owner, ResourceActor } from '../reconciler/ports.ts';
import { Budget } from './budget.ts';
import { type AwsClients, createClients } from './clients.ts';
import { createResourceActor } from './resources/index.ts';

/** One AWS in process with one small shop: a cluster, a load balancer with a rule, a blue service behind it that scales. */
export interface Shop {
  clock: SimulatedClock;
  simulated: SimulatedAws;
  /** A person's clients: nothing is cut here. */
  person: AwsClients;
  clusterArn: string;
  loadBalancerArn: string;
  listenerArn: string;
  ruleArn: string;
  blueTargetGroupArn: string;
  originalActions: Action[];
  blueScaling: BlueScaling;
  /** Lets AWS work for a while. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const OWNER: Owner = { plan: 'shop', uid: 'uid-1' };

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** What may happen to an operator's mutating calls, counted from 1. */
export interface Cut {
  call: number;
  /**
   * The process dies before the call is sent, or after AWS has done it and before the answer arrives; or only the answer is
   * lost, and the SDK tries again.
   */
  when: 'before' | 'after' | 'lost';
}

class CrashedHere extends Error {
  override name = 'CrashedHere';
}

/** An operator's clients, in front of the same AWS, which may be cut at one of their mutating calls. */
export function operatorClients(simulated: SimulatedAws, options: { cut?: Cut; attemptsMax?: number; log?: Log } = {}) {
  let mutations = 0;
  let crashed = false;
  const handler = simulated.requestHandler;
  let nowMs = 0;
  const clients = createClients({
    ...simulated.clientConfig,
    log: options.log ?? SILENT,
    // Budgets are real time, and none is to pass here.
    budget: new Budget({
      monotonicMs: () => nowMs,
      sleep: (ms) => {
        nowMs += ms;
        return Promise.resolve();
      },
    }),
    random: () => 0,
    attemptsMax: options.attemptsMax ?? 1,
    requestHandler: {
      ...handler,
      async handle(request: Parameters<typeof handler.handle>[0]) {
        if (crashed) throw new CrashedHere('this process has died');
        const target = `${request.headers['x-amz-target'] ?? ''} ${typeof request.body === 'string' ? request.body : ''}`;
        const reads = /(\.|Action=)(Describe|List|Get)/.test(target);
        if (!reads) mutations += 1;
        const cut = !reads && options.cut?.call === mutations ? options.cut.when : undefined;
        if (cut === 'before') crashed = true;
        if (crashed) throw new CrashedHere('died before the call');
        const answer = await handler.handle(request);
        if (cut === 'lost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        if (cut === 'after') {
          crashed = true;
          throw new CrashedHere('died before the answer');
        }
        return answer;
      },
    },
  });
  return { clients, mutations: () => mutations, crashed: () => crashed };
}

export function actorOver(clients: AwsClients, clock: SimulatedClock): ResourceActor {
  return createResourceActor({ clients, now: () => clock.now(), unseen: new Map() });
}

const CONTAINER = {
  name: 'app',
  image: 'shop/frontend:1',
  essential: true,
  portMappings: [{ name: 'http', containerPort: 8080, protocol: 'tcp' as const, appProtocol: 'http' as const }],
};
const TASK = {
  networkMode: 'awsvpc' as const,
  requiresCompatibilities: ['FARGATE' as const],
  cpu: '256',
  memory: '512',
  containerDefinitions: [CONTAINER],
};
const SUBNETS = DEFAULT_NETWORK.subnets.slice(0, 2).map(({ id }) => id);
export const NETWORK = {
  awsvpcConfiguration: { subnets: SUBNETS, securityGroups: [DEFAULT_NETWORK.securityGroupId] },
};
const GROUP = {
  Protocol: 'HTTP' as const,
  Port: 8080,
  VpcId: DEFAULT_NETWORK.vpcId,
  TargetType: 'ip' as const,
  HealthCheckPath: '/health',
  HealthCheckIntervalSeconds: 10,
  HealthyThresholdCount: 2,
};
const DEREGISTRATION = [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }];

export async function createShop(delays: Delays = NO_DELAYS): Promise<Shop> {
  const clock = new SimulatedClock();
  const simulated = createSimulatedAws({ clock, delays });
  const { clients: person } = operatorClients(simulated);
  const { ecs, elbv2, autoScaling } = person;

  const cluster = await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  const clusterArn = known(cluster.cluster?.clusterArn);
  const balancers = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: SUBNETS }));
  const loadBalancerArn = known(balancers.LoadBalancers?.[0]?.LoadBalancerArn);
  const groups = await elbv2.send(new CreateTargetGroupCommand({ Name: 'frontend', ...GROUP }));
  const blueTargetGroupArn = known(groups.TargetGroups?.[0]?.TargetGroupArn);
  await elbv2.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: blueTargetGroupArn, Attributes: DEREGISTRATION }),
  );
  const listeners = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  const listenerArn = known(listeners.Listeners?.[0]?.ListenerArn);
  const rules = await elbv2.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: blueTargetGroupArn }],
    }),
  );
  const ruleArn = known(rules.Rules?.[0]?.RuleArn);
  const registered = await ecs.send(new RegisterTaskDefinitionCommand({ family: 'frontend', ...TASK }));
  await ecs.send(
    new CreateServiceCommand({
      cluster: clusterArn,
      serviceName: 'frontend',
      taskDefinition: registered.taskDefinition?.taskDefinitionArn,
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      loadBalancers: [{ targetGroupArn: blueTargetGroupArn, containerName: 'app', containerPort: 8080 }],
    }),
  );
  await clock.advanceAsync(120_000);
  const key = {
    ServiceNamespace: 'ecs',
    ResourceId: 'service/shop/frontend',
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  await autoScaling.send(new RegisterScalableTargetCommand({ ...key, MinCapacity: 1, MaxCapacity: 6 }));
  const policy: PutScalingPolicyCommandInput = {
    ...key,
    PolicyName: 'cpu',
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingScalingPolicyConfiguration: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  };
  await autoScaling.send(new PutScalingPolicyCommand(policy));
  await clock.advanceAsync(5_000);
  const targets = await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  const policies = await autoScaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
  const described = await elbv2.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }));

  return {
    clock,
    simulated,
    person,
    clusterArn,
    loadBalancerArn,
    listenerArn,
    ruleArn,
    blueTargetGroupArn,
    originalActions: known(described.Rules?.[0]?.Actions),
    blueScaling: asJson({
      target: known(targets.ScalableTargets?.[0]),
      policies: policies.ScalingPolicies ?? [],
      scheduledActions: [],
    }) as BlueScaling,
    pass: (ms) => clock.advanceAsync(ms),
    close: () => simulated.close(),
  };
}

/** Through JSON, as the plan's record is. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('AWS left out what it always answers');
  return value;
}

/** What green follows from. */
export type ShopParts = Pick<
  Shop,
  'clusterArn' | 'listenerArn' | 'ruleArn' | 'blueTargetGroupArn' | 'originalActions' | 'blueScaling'
>;

/** Green of the shop, as the stack would have it; in an order that respects what depends on what. */
export function greenOf(shop: ShopParts) {
  const base = { blueService: 'frontend' };
  const scalingFreeze: ScalingFreezeResource = {
    ...base,
    kind: 'scalingFreeze',
    id: 'scalingFreeze/frontend',
    dependsOn: [],
    resourceId: 'service/shop/frontend',
    blue: shop.blueScaling,
  };
  const rebalancingFreeze: RebalancingFreezeResource = {
    ...base,
    kind: 'rebalancingFreeze',
    id: 'rebalancingFreeze/frontend',
    dependsOn: [],
    clusterArn: shop.clusterArn,
    service: 'frontend',
  };
  const namespace: NamespaceResource = {
    kind: 'namespace',
    id: 'namespace/shop-sc',
    dependsOn: [],
    blueService: undefined,
    name: 'shop-sc',
    endpoints: ['frontend'],
  };
  const taskDefinition: TaskDefinitionResource = {
    ...base,
    kind: 'taskDefinition',
    id: 'taskDefinition/frontend-sc',
    dependsOn: [],
    input: { family: 'frontend-sc', ...TASK, tags: [{ key: 'team', value: 'web' }] },
  };
  const targetGroup: TargetGroupResource = {
    ...base,
    kind: 'targetGroup',
    id: 'targetGroup/frontend-sc',
    dependsOn: [],
    input: { Name: 'frontend-sc', ...GROUP },
    attributes: DEREGISTRATION,
  };
  const rule: RuleResource = {
    ...base,
    kind: 'rule',
    id: 'rule/frontend',
    dependsOn: [targetGroup.id],
    entry: { service: 'frontend', alb: { listenerRule: shop.ruleArn } },
    blueTargetGroupArn: shop.blueTargetGroupArn,
    greenTargetGroup: { ref: targetGroup.id },
    originalActions: shop.originalActions,
  };
  const alarm: AlarmResource = {
    ...base,
    kind: 'alarm',
    id: 'alarm/meshlift/shop/frontend-sc/errors',
    dependsOn: [targetGroup.id],
    name: 'meshlift/shop/frontend-sc/errors',
    description: 'Too many errors of green.',
    entry: rule.entry,
    greenTargetGroup: { ref: targetGroup.id },
    watches: { kind: 'errors', max: 0.05 },
    requestsMin: 20,
  };
  const service: ServiceResource = {
    ...base,
    kind: 'service',
    id: 'service/frontend-sc',
    dependsOn: [namespace.id, taskDefinition.id, targetGroup.id, rule.id],
    name: 'frontend-sc',
    input: {
      cluster: shop.clusterArn,
      serviceName: 'frontend-sc',
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: NETWORK,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
    },
    tags: [{ key: 'team', value: 'web' }],
    taskDefinition: { ref: taskDefinition.id },
    loadBalancers: [{ targetGroup: { ref: targetGroup.id }, containerName: 'app', containerPort: 8080 }],
    serviceConnect: {
      namespace: { ref: namespace.id },
      services: [
        { portName: 'http', discoveryName: 'frontend', clientAliases: [{ dnsName: 'frontend.local', port: 80 }] },
      ],
      logConfiguration: undefined,
    },
  };
  const scaling: ScalingResource = {
    ...base,
    kind: 'scaling',
    id: 'scaling/frontend-sc',
    dependsOn: [service.id],
    resourceId: 'service/shop/frontend-sc',
    blue: shop.blueScaling,
    targetGroups: [{ blueArn: shop.blueTargetGroupArn, green: { ref: targetGroup.id } }],
  };
  return { scalingFreeze, rebalancingFreeze, namespace, taskDefinition, targetGroup, rule, alarm, service, scaling };
}

export const stackOf = (shop: Shop): StackResource[] => Object.values(greenOf(shop));

/** What is left of green, and what of blue is not as it was; empty is what every test ends with. */
export async function leftovers(shop: Shop): Promise<string[]> {
  const { ecs, elbv2, serviceDiscovery, autoScaling, cloudWatch } = shop.person;
  const found: string[] = [];
  const { serviceArns = [] } = await ecs.send(new ListServicesCommand({ cluster: shop.clusterArn }));
  found.push(...serviceArns.filter((arn) => !arn.endsWith('/frontend')));
  const green = await ecs.send(new DescribeServicesCommand({ cluster: shop.clusterArn, services: ['frontend-sc'] }));
  found.push(
    ...(green.services ?? []).filter((one) => one.status !== 'INACTIVE').map((one) => `service ${one.status}`),
  );
  for (const status of ['ACTIVE', 'INACTIVE'] as const) {
    const { taskDefinitionArns = [] } = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'frontend-sc', status }),
    );
    found.push(...taskDefinitionArns.map((arn) => `${status} ${arn}`));
  }
  const { TargetGroups = [] } = await elbv2.send(new DescribeTargetGroupsCommand({}));
  found.push(
    ...TargetGroups.filter((one) => one.TargetGroupArn !== shop.blueTargetGroupArn).map(
      (one) => one.TargetGroupName ?? '',
    ),
  );
  const { Namespaces = [] } = await serviceDiscovery.send(new ListNamespacesCommand({}));
  found.push(...Namespaces.map((one) => `namespace ${one.Name}`));
  const { Services = [] } = await serviceDiscovery.send(new ListCloudMapServicesCommand({}));
  found.push(...Services.map((one) => `cloud map service ${one.Name}`));
  const { ScalableTargets = [] } = await autoScaling.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
  );
  const blue = ScalableTargets.find((one) => one.ResourceId === 'service/shop/frontend');
  found.push(...ScalableTargets.filter((one) => one !== blue).map((one) => `scalable target ${one.ResourceId}`));
  if (JSON.stringify(blue) !== JSON.stringify(shop.blueScaling.target))
    found.push(`blue's scaling ${JSON.stringify(blue)}`);
  const kept = await ecs.send(new DescribeServicesCommand({ cluster: shop.clusterArn, services: ['frontend'] }));
  const rebalancing = kept.services?.[0]?.availabilityZoneRebalancing;
  if (rebalancing !== 'ENABLED') found.push(`blue's rebalancing ${rebalancing}`);
  const { Rules } = await elbv2.send(new DescribeRulesCommand({ RuleArns: [shop.ruleArn] }));
  if (JSON.stringify(Rules?.[0]?.Actions) !== JSON.stringify(shop.originalActions)) {
    found.push(`rule ${JSON.stringify(Rules?.[0]?.Actions)}`);
  }
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: 'meshlift/' }));
  found.push(...MetricAlarms.map((one) => `alarm ${one.AlarmName}`));
  return found;
}

/** Ensures everything until it is ready, as a reconciler would; what was read on the way is in `resolved`. */
export async function provision(
  shop: Shop,
  actor: ResourceActor,
  stack: readonly StackResource[],
  resolved: Map<string, string>,
) {
  for (let round = 0; round < 200; round += 1) {
    const statuses = new Map<string, string>();
    for (const resource of stack) {
      const observed = await actor.read(resource, OWNER, resolved);
      statuses.set(resource.id, observed.status);
      if ('arn' in observed && observed.arn !== undefined) resolved.set(resource.id, observed.arn);
      const ready = resource.dependsOn.every(
        (id) => statuses.get(id) === 'ready' || !stack.some((one) => one.id === id),
      );
      if (observed.status === 'ready' || observed.status === 'unknown' || !ready) continue;
      const ensured = await actor.ensure(resource, OWNER, resolved);
      if (ensured.outcome !== 'waiting') resolved.set(resource.id, ensured.arn);
    }
    if ([...statuses.values()].every((status) => status === 'ready')) return;
    await shop.pass(5_000);
  }
  throw new Error('green never became ready');
}

/** Removes everything, the stack backwards, until nothing is read any more. */
export async function dismantle(
  shop: Shop,
  actor: ResourceActor,
  stack: readonly StackResource[],
  resolved: Map<string, string>,
) {
  for (let round = 0; round < 200; round += 1) {
    const gone = new Set<string>();
    for (const resource of stack) {
      const observed = await actor.read(resource, OWNER, resolved);
      if ('arn' in observed && observed.arn !== undefined) resolved.set(resource.id, observed.arn);
      if (observed.status === 'absent' || observed.status === 'foreign') gone.add(resource.id);
    }
    if (gone.size === stack.length) return;
    for (const resource of [...stack].reverse()) {
      const dependents = stack.filter((one) => one.dependsOn.includes(resource.id));
      if (gone.has(resource.id) || !dependents.every((one) => gone.has(one.id))) continue;
      const removed = await actor.remove(resource, OWNER, resolved);
      if (removed.outcome === 'gone') gone.add(resource.id);
    }
    await shop.pass(5_000);
  }
  throw new Error('green never went away');
}
