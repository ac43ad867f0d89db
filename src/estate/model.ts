import type { EstateExport, Json, MeshAnswer } from './export.ts';
import type * as AutoScaling from '@aws-sdk/client-application-auto-scaling';
import type * as Ecs from '@aws-sdk/client-ecs';
import type * as Elb from '@aws-sdk/client-elastic-load-balancing-v2';

/** Where a fact was read. `environment` is a URL in a container's environment: the weakest. */
export type Source = 'appMesh' | 'taskDefinition' | 'cloudMap' | 'ecs' | 'elbv2' | 'autoScaling' | 'environment';

/** A guess must be confirmed by a recorded decision before a plan runs on it. */
export type Certainty = 'certain' | 'guess';

export interface Provenance {
  source: Source;
  certainty: Certainty;
}

export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp';

/** Everything found about blue, in one model, whatever it was read from. Pure data, JSON through and through. */
export interface Estate {
  caller: { account: string; region: string };
  takenAt: string;
  cluster: { arn: string; name: string };
  mesh: { name: string; answer: MeshAnswer };
  /** Every ECS service of the cluster, meshed or not, ordered by name. */
  services: BlueService[];
  /** Every name and port that a meshed service answers to, ordered by name, then port. */
  virtualServices: VirtualService[];
  /** Who calls whom, ordered by `from`, `to`, `virtualService`. */
  edges: Edge[];
  listeners: Json<Elb.Listener>[];
  rules: EstateExport['elbv2']['rules'];
  /** App Mesh resources in the order in which they can be deleted (row A6); empty when the API did not answer. */
  meshResources: MeshResource[];
  errors: EstateExport['errors'];
}

export interface BlueService {
  name: string;
  arn: string;
  service: Json<Ecs.Service>;
  taskDefinition: Json<Ecs.TaskDefinition>;
  taskDefinitionTags: Json<Ecs.Tag>[];
  /** The virtual node that the service's tasks run as; `undefined` for a service that is not in the mesh. */
  virtualNode: ({ meshName: string; name: string } & Provenance) | undefined;
  /** The ports that the node listens on; from `proxyConfiguration` and port mappings when App Mesh does not answer. */
  listeners: ({ port: number; protocol: Protocol } & Provenance)[];
  targetGroups: { targetGroup: Json<Elb.TargetGroup>; attributes: Json<Elb.TargetGroupAttribute>[] }[];
  scaling: BlueScaling | undefined;
  /** The Cloud Map services that its tasks register in. */
  registries: { cloudMapServiceId: string; name: string; namespaceName: string }[];
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
  /** The ECS services behind it: one, unless routes split by weight or content. `containerPort` is the node's listener. */
  targets: { service: string; containerPort: number }[];
  /** Effective timeouts (`mesh-mapping.md` 1.4), seconds, 0 is none; `undefined` leaves Service Connect's default. */
  timeout: { perRequestTimeoutSeconds?: number; idleTimeoutSeconds?: number };
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
