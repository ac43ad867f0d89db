import type { SourceKind, Unresolved } from './sources/reading.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';
import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type * as Ec2 from '@aws-sdk/client-ec2';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';
import type * as Quotas from '@aws-sdk/client-service-quotas';
import type * as CloudMap from '@aws-sdk/client-servicediscovery';

/** Dates become ISO strings on their way through JSON. */
export type Json<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Json<Item>[]
    : T extends object
      ? { [Key in keyof T]: Json<T[Key]> }
      : T;

/**
 * How the App Mesh API answered (`aws-behaviour.md` A0). *Not found* is never read as *not meshed*: a mesh that cannot be
 * read is `unreachable` or `refused`, one that the API does not know is `absent`.
 */
export interface MeshAnswer {
  state: 'read' | 'unreachable' | 'refused' | 'absent';
  why: string;
}

/** Where one object was read. */
export interface ReadFrom {
  source: SourceKind;
  /** What was read, for a person: a file's name, or account and region. */
  where: string;
  /** What the source calls the object, where it has a name of its own for it: `module.shop.aws_ecs_service.frontend`. */
  address?: string;
  /** The infrastructure-as-code that has it too, where a better source was believed. Absent is none. */
  declaredIn?: ReadFrom;
}

/** Two sources tell different things of one object. The first is believed. */
export interface Difference {
  /** A key of `readFrom`. */
  object: string;
  /** What the object is, for a person: `virtualNode shop/user-vn`. */
  name: string;
  /** `desiredCount`, `spec.httpRoute.action.weightedTargets`; empty where one source does not know the object at all. */
  member: string;
  /** Absent `value`: the source says that there is none. */
  told: [ToldValue, ToldValue];
}

export interface ToldValue extends ReadFrom {
  value?: unknown;
}

/** A virtual node or a virtual gateway that a manifest of Kubernetes declares, and what runs as it there. */
export interface KubernetesMember {
  /** `undefined` where the manifests do not tell. */
  meshName: string | undefined;
  kind: 'virtualNode' | 'virtualGateway';
  /** The name in App Mesh. */
  name: string;
  /** `VirtualNode shop/user`. */
  address: string;
  /** Its `spec.podSelector` in words, `app=user`; absent where it has none, so that no pod runs as it. */
  pods?: string;
  workloads: KubernetesWorkload[];
}

export interface KubernetesWorkload {
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Pod`. */
  kind: string;
  namespace: string;
  name: string;
  /** The Services that select its pods, by name, in its namespace. */
  services: string[];
}

/**
 * The whole estate as the APIs answered it: the format of `meshlift export` and of the fixtures. Nothing is interpreted here.
 * Members are the SDK's `Describe…` objects.
 */
export interface EstateExport {
  description?: string;
  caller: { account: string; region: string };
  /** When the inventory was taken, lab or wall time, ISO 8601. */
  takenAt?: string;
  appMeshAnswer?: MeshAnswer;
  appMesh: {
    meshes: Json<AppMesh.MeshData>[];
    virtualNodes: Json<AppMesh.VirtualNodeData>[];
    virtualServices: Json<AppMesh.VirtualServiceData>[];
    virtualRouters: Json<AppMesh.VirtualRouterData>[];
    routes: Json<AppMesh.RouteData>[];
    virtualGateways: Json<AppMesh.VirtualGatewayData>[];
    gatewayRoutes: Json<AppMesh.GatewayRouteData>[];
    /** By resource ARN. */
    tags: Record<string, Json<AppMesh.TagRef>[]>;
  };
  ecs: {
    clusters: Json<Ecs.Cluster>[];
    services: Json<Ecs.Service>[];
    /** As `DescribeTaskDefinition` answers with `include: ['TAGS']`. */
    taskDefinitions: { taskDefinition: Json<Ecs.TaskDefinition>; tags?: Json<Ecs.Tag>[] }[];
    /** Of every cluster. Absent where they were not read. */
    containerInstances?: Json<Ecs.ContainerInstance>[];
    /** The running tasks that belong to no service. Absent where they were not read. */
    tasks?: Json<Ecs.Task>[];
  };
  serviceDiscovery: {
    namespaces: Json<CloudMap.Namespace>[];
    services: Json<CloudMap.Service>[];
    /** By Cloud Map service id. */
    instances?: Record<string, Json<CloudMap.InstanceSummary>[]>;
  };
  elbv2: {
    loadBalancers: Json<Elb.LoadBalancer>[];
    listeners: Json<Elb.Listener>[];
    rules: (Json<Elb.Rule> & { ListenerArn?: string })[];
    targetGroups: Json<Elb.TargetGroup>[];
    /** By target group ARN. */
    targetGroupAttributes?: Record<string, Json<Elb.TargetGroupAttribute>[]>;
    /** By ARN of a rule, a listener or a target group; of what has none there is nothing. Absent where they were not read. */
    tags?: Record<string, Json<Elb.Tag>[]>;
    /** Of the caller's account and Region. Absent where they were not read. */
    accountLimits?: Json<Elb.Limit>[];
  };
  autoScaling?: {
    targets: Json<AutoScaling.ScalableTarget>[];
    policies: Json<AutoScaling.ScalingPolicy>[];
    scheduledActions: Json<AutoScaling.ScheduledAction>[];
  };
  /** Those that watch something of the estate, and composites over them (`alarms/ofEstate.ts`). Absent where nothing tells of any. */
  cloudWatch?: {
    metricAlarms: Json<CloudWatch.MetricAlarm>[];
    compositeAlarms: Json<CloudWatch.CompositeAlarm>[];
  };
  /** Absent where nothing of it was read. */
  ec2?: {
    /** Those that services of the clusters run in. */
    subnets?: Json<Ec2.Subnet>[];
    /** Those that the container instances are of. */
    instanceTypes?: Json<Ec2.InstanceTypeInfo>[];
  };
  /** Of the caller's account and Region. Absent where they were not read. */
  serviceQuotas?: {
    /** Applied ones; where there is none, AWS's default, whose ARN names no account. */
    quotas?: Json<Quotas.ServiceQuota>[];
  };
  /** Who runs as nodes and gateways by the word of manifests. Absent where none were read. */
  kubernetes?: { members: KubernetesMember[] };
  /** Calls that failed, so that nothing is missing in silence. */
  errors: { call: string; subject?: string; code: string; message: string }[];
  /**
   * Where each object was read, by its ARN, or by kind and names where it has none (`identity.ts`). Absent where everything
   * comes from one reading of the APIs.
   */
  readFrom?: Record<string, ReadFrom>;
  /** Where sources disagree. Absent is none. */
  differences?: Difference[];
  /** What the sources name and do not tell. Absent is none. */
  unresolved?: (Unresolved & Pick<ReadFrom, 'source' | 'where'>)[];
}
