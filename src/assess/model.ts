import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../estate/export.ts';
import type { Edge, MeshResource } from '../estate/model.ts';
import type { TrafficEntry } from '../plan/model.ts';
import type { Maker } from './maker.ts';

export type Severity = 'info' | 'degraded' | 'needs-decision' | 'blocker';

/** One thing that translates inexactly. */
export interface Finding {
  /** Stable, from the catalogue. */
  code: string;
  severity: Severity;
  /** `virtualNode/stock-vn`, `service/frontend`, `cluster/shop`: what a decision's `place` names. */
  place: string;
  /** What is lost, in one sentence. */
  message: string;
  /** What is done instead, or what to do. */
  instead: string;
  /** Other ways, best first. Absent where `instead` says all. */
  alternatives?: readonly string[];
  /** The choices that a plan may make under `decisions`, each with what it means. Absent where there is none. */
  choices?: string;
}

/** The answer of `assess(plan, estate)`. */
export interface Assessment {
  /** The blue services that move: the entries and everything they call, directly or not. Ordered by name. */
  services: string[];
  edges: Edge[];
  /** Servers first. Services of one wave do not call each other. */
  waves: string[][];
  findings: Finding[];
  /**
   * Why the plan cannot run as it stands: each with its place in the plan or in the estate and what to do. Empty when it can.
   * Unaccepted `degraded`, undecided `needs-decision` and every `blocker` are among them.
   */
  refusals: Refusal[];
}

export interface Refusal {
  /** CamelCase, stable: `ServiceNotMeshed`, `CalledServiceLeftOut`, `RuleNotFound`, `FindingNotAccepted`… */
  reason: string;
  /** `spec.traffic[0].alb.listenerRule`, `spec.decisions`, `service/stock-api`. */
  place: string;
  message: string;
}

/** Names another resource of the stack; resolved to its ARN when it is known. */
export interface Ref {
  ref: string;
}

interface ResourceBase {
  /** `namespace/shop-sc`, `service/frontend-sc`: unique in the stack, deterministic. */
  id: string;
  /** Ids of the resources that must be ready before this one is made; removed in the reverse order. */
  dependsOn: readonly string[];
  /** The blue service that it stands for; `undefined` for what is shared. */
  blueService: string | undefined;
}

export interface NamespaceResource extends ResourceBase {
  kind: 'namespace';
  name: string;
  /** Names of the Cloud Map services that ECS makes in it for green: what else is in it is not ours to take away. */
  endpoints: string[];
}

export interface TaskDefinitionResource extends ResourceBase {
  kind: 'taskDefinition';
  /** Without our own tags, which the acting half adds; with those of blue's (no `aws:*`), ordered by key. */
  input: Json<Ecs.RegisterTaskDefinitionCommandInput>;
}

export interface TargetGroupResource extends ResourceBase {
  kind: 'targetGroup';
  input: Json<Elb.CreateTargetGroupCommandInput>;
  /** Blue's, ordered by key, without those of a kind of stickiness that blue does not have. */
  attributes: Json<Elb.TargetGroupAttribute>[];
}

/** Green's target group hangs in the rule, at whatever weight: without it CreateService is refused (row E60). */
export interface RuleResource extends ResourceBase {
  kind: 'rule';
  entry: TrafficEntry;
  blueTargetGroupArn: string;
  greenTargetGroup: Ref;
  /** The actions as they were before Meshlift touched them: what rollback writes back. */
  originalActions: Json<Elb.Action>[];
}

/** For the time before green has weight: what carries a secret header goes to green. It is ours, and goes before the first step. */
export interface ProbeRuleResource extends ResourceBase {
  kind: 'probeRule';
  /** The entry's own: its actions, with green in blue's place. */
  rule: RuleResource;
  /** Where it is made: the entry's own listener, or its test listener. */
  listenerArn: string;
  /** The entry's own, as they may be sent; empty for a listener's default action. */
  conditions: Json<Elb.RuleCondition>[];
}

export interface ServiceResource extends ResourceBase {
  kind: 'service';
  /** Green's name. */
  name: string;
  /** CreateService without the members that name other resources, and without tags and client token. */
  input: Json<
    Omit<
      Ecs.CreateServiceCommandInput,
      'taskDefinition' | 'loadBalancers' | 'serviceConnectConfiguration' | 'clientToken' | 'tags'
    >
  >;
  /** Blue's tags without `aws:*`, ordered by key. */
  tags: Json<Ecs.Tag>[];
  taskDefinition: Ref;
  loadBalancers: { targetGroup: Ref; containerName: string; containerPort: number }[];
  serviceConnect: {
    namespace: Ref;
    services: Json<Ecs.ServiceConnectService>[];
    logConfiguration: Json<Ecs.LogConfiguration> | undefined;
    /** Goes with `logConfiguration` only; absent where the mesh wrote no access log. */
    accessLogConfiguration?: Json<Ecs.ServiceConnectAccessLogConfiguration>;
  };
}

/** How blue scales, as far as green is to scale so and blue's flags are to be given back: nothing that AWS made up or counts. */
export interface ScalingRecord {
  target: Pick<Json<AutoScaling.ScalableTarget>, 'ResourceId' | 'MinCapacity' | 'MaxCapacity' | 'SuspendedState'>;
  policies: Pick<
    Json<AutoScaling.ScalingPolicy>,
    | 'PolicyName'
    | 'PolicyType'
    | 'TargetTrackingScalingPolicyConfiguration'
    | 'StepScalingPolicyConfiguration'
    | 'PredictiveScalingPolicyConfiguration'
  >[];
  scheduledActions: Pick<
    Json<AutoScaling.ScheduledAction>,
    'ScheduledActionName' | 'Schedule' | 'Timezone' | 'StartTime' | 'EndTime' | 'ScalableTargetAction'
  >[];
}

/** Green's own scalable target, policies and scheduled actions, copied from blue's and rewritten. Scale-in suspended. */
export interface ScalingResource extends ResourceBase {
  kind: 'scaling';
  /** `service/<cluster>/<green>`. */
  resourceId: string;
  blue: ScalingRecord;
  /** It sleeps, with a minimum of 0 and all its flags set, until the cutover starts green's tasks. Absent where green runs from the start. */
  sleeps?: true;
  /** Blue's target group ARN → green's, for `ALBRequestCountPerTarget` labels (row P7). */
  targetGroups: { blueArn: string; green: Ref }[];
}

/** Blue's scale-in, suspended from provision to the end of the soak, and restored exactly; and so is a minimum that was raised meanwhile. */
export interface ScalingFreezeResource extends ResourceBase {
  kind: 'scalingFreeze';
  /** `service/<cluster>/<blue>`. */
  resourceId: string;
  blue: ScalingRecord;
  /** A minimum above the recorded one, and up to this, is Meshlift's: it follows the load. No part of the stack: absent there. */
  floor?: number;
}

/** Blue's rebalancing across Availability Zones, off from provision to the end of the soak, and on again as it was. */
export interface RebalancingFreezeResource extends ResourceBase {
  kind: 'rebalancingFreeze';
  clusterArn: string;
  /** Name of blue's service. */
  service: string;
}

/**
 * An alarm on one of green's target groups, `gates.alarms.create`. It is there for as long as the plan can go back: nothing of it is left
 * after success either.
 */
export interface AlarmResource extends ResourceBase {
  kind: 'alarm';
  name: string;
  /** What it means that it fires, for whoever finds it in CloudWatch. */
  description: string;
  /** Names the load balancer whose metrics it watches. */
  entry: TrafficEntry;
  greenTargetGroup: Ref;
  /** `errors`: the share of failed requests, a fraction of one. `latencyP99`: seconds, as the load balancer counts. */
  watches: { kind: 'errors'; max: number } | { kind: 'latencyP99'; maxSeconds: number };
  /** A minute with fewer requests is a good one. */
  requestsMin: number;
}

/** An earlier plan's green that this plan's services call: read, and by this plan never made, changed or taken away. */
export interface SharedServiceResource extends ResourceBase {
  kind: 'sharedService';
  /** Green's name. */
  name: string;
  arn: string;
  clusterArn: string;
  maker: Maker;
  serviceConnect: {
    namespace: Ref;
    /** As it was recorded, the names that this plan's services call. */
    services: Json<Ecs.ServiceConnectService>[];
  };
  /** How many tasks were wanted when they were recorded: of this green, for the traffic that it has, and of blue. */
  tasks: { green: number; blue: number };
  /** How it is deployed, when it takes over blue's names in Cloud Map. */
  deployment: Json<Ecs.DeploymentConfiguration>;
  /** How far its own scaling goes; absent where it has none. */
  scaling?: { min: number; max: number };
}

/** The namespace that a shared green lives in: no more this plan's than that green is. */
export interface SharedNamespaceResource extends ResourceBase {
  kind: 'sharedNamespace';
  name: string;
  /** As the shared green was recorded to live in it. */
  arn: string;
}

export type StackResource =
  | NamespaceResource
  | TaskDefinitionResource
  | TargetGroupResource
  | RuleResource
  | ProbeRuleResource
  | ServiceResource
  | ScalingResource
  | ScalingFreezeResource
  | RebalancingFreezeResource
  | AlarmResource
  | SharedServiceResource
  | SharedNamespaceResource;

/** What of blue is held still while the plan can go back, and given back as it was. */
export type FreezeResource = ScalingFreezeResource | RebalancingFreezeResource;

/** Green's service is to register where blue's does. */
export interface RegistryHandOver {
  /** Name of blue's service. */
  blue: string;
  /** Name of green's. */
  green: string;
  /** Whose green it is, where it is not the plan's own. */
  maker?: Maker;
  clusterArn: string;
  /** How green's service is deployed but for this: a deployment that may stop tasks before new ones run would fall short of the traffic. */
  deployment: Json<Ecs.DeploymentConfiguration>;
  registries: {
    cloudMapServiceId: string;
    /** `user.shop.local`; the id where the estate does not hold the Cloud Map service. */
    name: string;
    input: Json<Ecs.ServiceRegistry>;
  }[];
}

/** A blue service that stays when the plan has succeeded. */
export interface RetainedBlue {
  /** Name of blue's service. */
  service: string;
  /** Names of the blue services that still call it, at least one, ordered by name. */
  callers: string[];
}

/** What the plan and the estate call for: a pure function of both (and of the attempt's number). */
export interface Stack {
  /** In an order that respects `dependsOn`. */
  resources: StackResource[];
  waves: string[][];
  /** What retire takes away. */
  retire: {
    /** Names of blue's services, callers before those that they call; without those that are retained. */
    services: string[];
    /** Those that stay, with their names in Cloud Map, for others still call them. */
    retained: RetainedBlue[];
    /** Where green registers before blue leaves; empty where blue registers nowhere or the plan leaves its names. */
    registries: RegistryHandOver[];
    /** Empty when the mesh stays or could not be read. */
    mesh: MeshResource[];
    /** Why the mesh deletion is skipped; `undefined` when it is not. */
    meshSkipped: string | undefined;
  };
}
