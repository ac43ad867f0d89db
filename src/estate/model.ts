import type { WatchedAlarm } from './alarms/watched.ts';
import type { Difference, EstateExport, Json, KubernetesMember, MeshAnswer, ReadFrom } from './export.ts';
import type * as AppMesh from '@aws-sdk/client-app-mesh';
import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** Where a fact was read. `environment` is a URL in a container's environment: the weakest. */
export type Source = 'appMesh' | 'taskDefinition' | 'cloudMap' | 'ecs' | 'elbv2' | 'autoScaling' | 'environment';

/**
 * `certain`: an API answered so, now or when the export was taken. `recorded`: a file says so, a Terraform state or a template: as
 * exact as an answer, and true when it was written, but nobody has asked since. A `guess` must be confirmed by a recorded decision
 * before a plan runs on it.
 */
export type Certainty = 'certain' | 'recorded' | 'guess';

export interface Provenance {
  source: Source;
  certainty: Certainty;
  /** Which of several sources, or which file, told it. Absent where everything comes from one reading of the APIs. */
  readFrom?: ReadFrom;
}

export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp';

/** Everything found about blue, in one model, whatever it was read from. Pure data, JSON through and through. */
export interface Estate {
  caller: { account: string; region: string };
  takenAt: string;
  cluster: { arn: string; name: string };
  mesh: EstateMesh;
  /** Every ECS service of the cluster, meshed or not, ordered by name; of a whole estate also what runs in Kubernetes. */
  services: BlueService[];
  /** Every name and port that a meshed service answers to, ordered by name, then port. */
  virtualServices: VirtualService[];
  /** Who calls whom, ordered by `from`, `to`, `virtualService`. */
  edges: Edge[];
  listeners: Json<Elb.Listener>[];
  rules: EstateExport['elbv2']['rules'];
  /** Of rules, listeners and target groups, by ARN. Absent where none has any, or they were not read. */
  loadBalancerTags?: NonNullable<EstateExport['elbv2']['tags']>;
  /** App Mesh resources in the order in which they can be deleted (row A6); empty where nothing tells of the mesh. */
  meshResources: MeshResource[];
  errors: EstateExport['errors'];
  /** CloudWatch alarms that watch something of the estate, and composites over them, ordered by name. Absent where none were told. */
  alarms?: WatchedAlarm[];
  /** Of the clusters of `services`. Absent where they were not read. */
  containerInstances?: Json<Ecs.ContainerInstance>[];
  /** Tasks that run in the mesh and belong to no service, one for each task definition. Absent where tasks were not read. */
  standaloneTasks?: { taskDefinitionArn: string; taskDefinition: Json<Ecs.TaskDefinition>; group: string }[];
  /** Who calls a Cloud Map name of the mesh from outside of it and of this cluster's services. Absent is none. */
  callersOutside?: CallerOutside[];
  /** What there is room for beside what runs. Each member is absent where it was not read. */
  room?: {
    /** By subnet id. */
    freeAddresses?: Record<string, number>;
    /** Of the caller's account and Region, by ELB's own name: `rules-per-application-load-balancer`. */
    loadBalancerLimits?: Record<string, number>;
    /** Of the caller's account and Region, everything that runs on Fargate there together; AWS's default where none is applied. */
    fargateVcpu?: Partial<Record<'onDemand' | 'spot', { vcpu: number; isDefault: boolean }>>;
    /** Network interfaces of an instance, by instance type. */
    networkInterfaces?: Record<string, number>;
  };
  /** Of every object, by the keys of an export's own `readFrom`. This and what follows is absent as it is there. */
  readFrom?: Record<string, ReadFrom>;
  /** Where sources disagree. */
  differences?: Difference[];
  /** What the sources name and do not tell. */
  unresolved?: NonNullable<EstateExport['unresolved']>;
}

/** A service of another cluster, or a task that no service keeps. */
export interface CallerOutside {
  /** For a person: `report of the cluster billing`. */
  caller: string;
  /** The Cloud Map name that it calls, lower case. */
  host: string;
  /** Name of the environment variable that names it. */
  variable: string;
}

export interface EstateMesh {
  name: string;
  answer: MeshAnswer;
  /** Set where a file tells of the mesh: then what follows is there, whatever App Mesh answered. */
  readFrom?: ReadFrom;
  /** This and what follows is absent where nothing tells of the mesh. */
  owner?: string;
  spec?: Json<AppMesh.MeshSpec>;
  /** Virtual nodes that nothing of `services` runs as, ordered by name. */
  unmatchedNodes?: UnmatchedNode[];
  /** Virtual services that give no name and port to call: without a provider, or with a router without routes. */
  silentVirtualServices?: { name: string; reason: 'noProvider' | 'noRoutes'; virtualRouter?: string }[];
  /** Virtual gateways with their routes, ordered by name. */
  gateways?: MeshGateway[];
  /** Resources of the mesh that another account than the mesh's owner made. */
  foreignResources?: { kind: MeshResource['kind']; name: string; owner: string }[];
  /** What stands in the mesh and serves no traffic. */
  inactiveResources?: { kind: MeshResource['kind']; name: string; status: string }[];
}

export interface MeshGateway {
  name: string;
  spec: Json<AppMesh.VirtualGatewaySpec>;
  /** In the order in which Envoy tries them. */
  routes: { name: string; spec: Json<AppMesh.GatewayRouteSpec> }[];
}

export interface BlueService {
  name: string;
  arn: string;
  /** Where `service` was read. Absent where everything comes from one reading of the APIs. */
  readFrom?: ReadFrom;
  service: Json<Ecs.Service>;
  taskDefinition: Json<Ecs.TaskDefinition>;
  taskDefinitionTags: Json<Ecs.Tag>[];
  /** The virtual node that the service's tasks run as; `undefined` for a service that is not in the mesh. */
  virtualNode: ({ meshName: string; name: string } & Provenance) | undefined;
  /** What the evidence for `virtualNode` was, strongest first (`mesh-mapping.md` 4.1). Absent where there is no node. */
  matchedBy?: NodeEvidence[];
  /** Set where the evidence names two different nodes. */
  matchConflict?: { environment: string; cloudMap: string };
  /** The virtual gateway that the service's tasks run as: such a service is nothing but Envoy. */
  virtualGateway?: { meshName: string; name: string } & Provenance;
  /**
   * Set where it is no ECS service: a virtual node, or a gateway, of Kubernetes manifests, that no ECS service runs as. It stands
   * here under the node's name so that names and calls are the mesh's; `service` and `taskDefinition` are empty. In a whole estate only.
   */
  kubernetes?: KubernetesMember;
  /** The virtual node's own specification; absent when App Mesh did not answer, or does not know the node. */
  nodeSpec?: Json<AppMesh.VirtualNodeSpec>;
  /** The ports that the node listens on; from `proxyConfiguration` and port mappings when App Mesh does not answer. */
  listeners: ({ port: number; protocol: Protocol } & Provenance)[];
  targetGroups: { targetGroup: Json<Elb.TargetGroup>; attributes: Json<Elb.TargetGroupAttribute>[] }[];
  /** Its calls that lead to no ECS service of this cluster, ordered by `virtualService`. Absent is none. */
  outsideCalls?: OutsideCall[];
  scaling: BlueScaling | undefined;
  /** The Cloud Map services that its tasks register in. */
  registries: { cloudMapServiceId: string; name: string; namespaceName: string }[];
}

/** `env:` and the name of Envoy's environment variable, or the evidence that stood in for it. */
export type NodeEvidence =
  | 'env:APPMESH_RESOURCE_ARN'
  | 'env:APPMESH_RESOURCE_NAME'
  | 'env:APPMESH_VIRTUAL_NODE_NAME'
  | 'cloudMap'
  | 'dns'
  | 'instances'
  | 'name';

export interface UnmatchedNode {
  name: string;
  /** `host`: a DNS name outside Cloud Map. `registered`: a Cloud Map name, so tasks of something else may run as it. */
  kind: 'host' | 'registered';
  hostname: string | undefined;
}

export interface OutsideCall extends Provenance {
  virtualService: string;
  port: number | undefined;
  /** `undefined` where no virtual node stands behind the name. */
  virtualNode: string | undefined;
  hostname: string | undefined;
  /**
   * `host`: the name is the host's own name, so it goes on working without Envoy. `otherName`: an invented name for such a
   * host. `leftOut`: a service that registers in Cloud Map, but none of this cluster. `unknownName`: no such virtual
   * service, or one whose provider leads to no virtual node that is there and listens.
   */
  leadsTo: 'host' | 'otherName' | 'leftOut' | 'unknownName';
}

export interface BlueScaling {
  target: Json<AutoScaling.ScalableTarget>;
  policies: Json<AutoScaling.ScalingPolicy>[];
  scheduledActions: Json<AutoScaling.ScheduledAction>[];
}

/** A name and a port that clients call. */
export interface VirtualService extends Provenance {
  /** As the application calls it, e.g. `user.shop.local`. */
  name: string;
  port: number;
  protocol: Protocol;
  /**
   * The ECS services behind it: one, unless routes split by weight or content. The first takes most of the traffic that no
   * condition diverts. `containerPort` is the node's listener.
   */
  targets: { service: string; containerPort: number }[];
  /** Effective timeouts (`mesh-mapping.md` 1.4), seconds, 0 is none; `undefined` leaves Service Connect's default. */
  timeout: { perRequestTimeoutSeconds?: number; idleTimeoutSeconds?: number };
  /** The differing per-request timeouts of its routes, seconds, 0 is none; absent where they agree. */
  timeoutConflictSeconds?: number[];
  /** Set where a duration was not a whole number of seconds and was rounded up. */
  timeoutRounded?: true;
  /** The virtual router that provides it with the routes of this port; absent where a node does, or App Mesh did not answer. */
  router?: {
    name: string;
    /** `undefined` where the router has no listener and the port is the node's. */
    listenerProtocol: Protocol | undefined;
    routes: MeshRoute[];
  };
}

export interface MeshRoute {
  name: string;
  spec: Json<AppMesh.RouteSpec>;
  /** The weighted targets, each with the ECS service that runs as the node; `undefined` for one outside this cluster. */
  targets: { virtualNode: string; service: string | undefined; weight: number }[];
}

export interface Edge extends Provenance {
  /** Names of ECS services. */
  from: string;
  to: string;
  virtualService: string;
  port: number;
}

export type MeshResource =
  | { kind: 'gatewayRoute'; meshName: string; virtualGatewayName: string; name: string }
  | { kind: 'virtualGateway'; meshName: string; name: string }
  | { kind: 'virtualService'; meshName: string; name: string }
  | { kind: 'route'; meshName: string; virtualRouterName: string; name: string }
  | { kind: 'virtualRouter'; meshName: string; name: string }
  | { kind: 'virtualNode'; meshName: string; name: string }
  | { kind: 'mesh'; name: string };
