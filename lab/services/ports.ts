import type { PutMetricAlarmCommandInput, StateValue } from '@aws-sdk/client-cloudwatch';

/**
 * What the services ask of each other inside the AWS, and of the data plane. No operation here has a wire form: an engineer
 * sees only what the public API answers. Times are lab time.
 */

/** One value of a metric, as AWS's own services publish it. A metric is its exact full set of dimensions (row W11). */
export interface MetricSample {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  /** How many samples of this value it stands for. Default 1. */
  count?: number;
  /** Lab time, milliseconds since the epoch. */
  atMs: number;
}

/** CloudWatch, for those that publish to it. */
export interface MetricSink {
  record(sample: MetricSample): void;
}

/** CloudWatch Logs, for those that write to it. */
export interface LogSink {
  /** One line. A group that does not exist takes nothing. */
  write(group: string, stream: string, line: string): void;
}

/** An address inside a VPC: a virtual IP such as 172.31.16.10; the data plane maps it to a port on loopback. */
export interface Address {
  ip: string;
  port: number;
}

/** EC2, for those that place network interfaces in its subnets. */
export interface Network {
  hasVpc(vpcId: string): boolean;
  /** `zone` is a name such as `eu-west-1a`, `cidr` the addresses that the subnet has. */
  subnet(subnetId: string): { vpcId: string; zone: string; cidr: string } | undefined;
  /** How many of a subnet's addresses nobody holds; 0 of one that does not exist. */
  freeAddresses(subnetId: string): number;
  securityGroup(groupId: string): { vpcId: string } | undefined;
  /** The group that an interface wears where none is named. */
  defaultSecurityGroup(vpcId: string): string;
}

/** A network interface that a service of AWS has placed in a subnet. EC2 shows it and lets nobody take away what it needs. */
export interface PlacedInterface {
  id: string;
  attachmentId: string;
  subnetId: string;
  securityGroupIds: readonly string[];
  description: string;
  /** Who attached it: `amazon-elb` for a load balancer. */
  ownerOfAttachment: string;
  /** `undefined` where the lab gives none, as for load balancers, which listen on loopback. */
  privateIp: string | undefined;
}

/** ELBv2, for ECS and Application Auto Scaling. */
export interface TargetGroups {
  /** What ECS checks when a service names the target group (rows E60, E62). */
  find(targetGroupArn: string): { targetType: string; hasLoadBalancer: boolean } | undefined;
  register(targetGroupArn: string, target: Address): void;
  /** Starts draining; `drained` runs when the deregistration delay has passed (row L23). An unknown target succeeds at once. */
  deregister(targetGroupArn: string, target: Address, drained: () => void): void;
  /** `TargetHealth.State` of one target, or `unused` where it is not registered. */
  health(targetGroupArn: string, target: Address): string;
}

/** One endpoint of a Service Connect namespace, as a client task's proxy knows it. */
export interface ServiceConnectEndpoint {
  /** The client alias: the name and port that applications call. */
  dnsName: string;
  port: number;
  discoveryName: string;
  /** The Cloud Map service whose instances answer. */
  cloudMapServiceId: string;
  appProtocol: 'http' | 'http2' | 'grpc' | 'tcp';
  /** Per request; 0 is none, undefined is Service Connect's default. */
  perRequestTimeoutMs?: number;
}

/** Cloud Map, for ECS and the data plane. */
export interface CloudMap {
  /** By ARN, id, or HttpName (row S7). */
  findNamespace(reference: string): { id: string; arn: string; name: string } | undefined;
  /** A Cloud Map service of any kind, by id or ARN. */
  findService(reference: string): { id: string; arn: string; name: string; namespaceName: string } | undefined;
  /** The API-only service behind a Service Connect endpoint. `undefined` when the name is free in the namespace. */
  findServiceByName(namespaceId: string, name: string): { id: string; arn: string } | undefined;
  /** Creates an API-only (type HTTP) service for ECS Service Connect (row S16). */
  createServiceConnectService(namespaceId: string, name: string): { id: string; arn: string };
  /** Removes such a service with its instances; an unknown one is ignored. */
  removeServiceConnectService(serviceId: string): void;
  /** `task` says whose task it is, for the day on which App Mesh is gone; default one of App Mesh. */
  register(
    serviceId: string,
    instanceId: string,
    attributes: Readonly<Record<string, string>>,
    task?: 'meshed' | 'other',
  ): void;
  deregister(serviceId: string, instanceId: string, task?: 'meshed' | 'other'): void;
  /** The instances that DiscoverInstances would answer. With App Mesh gone, those of meshed services freeze. */
  instances(serviceId: string): { instanceId: string; attributes: Readonly<Record<string, string>> }[];
  /** Private DNS: `user.shop.local` to the addresses of that service's instances; empty where there is no such name. */
  resolveDns(hostName: string): Address[];
}

/** App Mesh as the Envoys of a mesh see it (xDS): always up to date, never frozen, until App Mesh is gone. */
export interface MeshConfiguration {
  /** Whether a *new* Envoy of this virtual node gets its configuration. `false` once App Mesh is gone, or for an unknown node. */
  serves(meshName: string, virtualNodeName: string): boolean;
  /** The outbound routes of a virtual node: its backends' virtual services. */
  routes(meshName: string, virtualNodeName: string): MeshRoute[];
}

/** One virtual service as a client's Envoy forwards it. */
export interface MeshRoute {
  virtualServiceName: string;
  /** The port of the router's or the node's listener. */
  port: number;
  protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  /** Effective per-request timeout (`mesh-mapping.md` 0.10); 0 is none. */
  perRequestTimeoutMs: number;
  /** Weighted: each target's virtual node resolves by Cloud Map service or DNS host name. */
  targets: {
    weight: number;
    port: number;
    discovery:
      | { kind: 'cloudMap'; namespaceName: string; serviceName: string; attributes: Readonly<Record<string, string>> }
      | { kind: 'dns'; hostName: string };
  }[];
}

/** Which mesh a task's proxy belongs to, and what that proxy knows. */
export type TaskMesh =
  | { kind: 'none' }
  | { kind: 'appMesh'; meshName: string; virtualNodeName: string }
  | {
      kind: 'serviceConnect';
      clusterName: string;
      serviceName: string;
      namespaceArn: string;
      /** Ports that the proxy intercepts on the way in. */
      serves: { containerPort: number; discoveryName: string; appProtocol: string; perRequestTimeoutMs?: number }[];
      /** Frozen when the deployment was created (row S10); the instances behind each stay live. */
      endpoints: ServiceConnectEndpoint[];
    };

export interface TaskContainer {
  name: string;
  image: string;
  command: string[];
  environment: Readonly<Record<string, string>>;
  containerPorts: number[];
  essential: boolean;
  /** Where its output goes by the driver awslogs; `undefined` where it has another one or none. */
  logs?: { group: string; streamPrefix: string; createsGroup: boolean } | undefined;
  /** As whom its program runs: a number, `number:number`, or a name of the image's. Default the image's own. */
  user?: string | undefined;
  /** Whether it may write to no file. */
  readonlyRootFilesystem?: boolean | undefined;
  /** Real ECS gives SIGTERM, then this long, then SIGKILL (row E46). Lab time. */
  stopTimeoutMs: number;
}

/** The streams of a task's logs, as its execution role could open them. */
export type OpenedLogs =
  /** The task does not start; `why` is its `stoppedReason`. */
  | { kind: 'failed'; why: string }
  /** Containers whose lines are lost, since the role may make their streams and not write to them. */
  | { kind: 'open'; mute: readonly string[] };

/** CloudWatch Logs, as ECS comes to it by a task's execution role. */
export interface TaskLogs {
  open(task: {
    taskArn: string;
    executionRoleArn: string | undefined;
    containers: readonly TaskContainer[];
  }): OpenedLogs;
}

/** A task to be run. The control plane decides when; the runner only runs. */
export interface TaskSpec {
  taskArn: string;
  clusterName: string;
  /** `undefined` for standalone tasks. */
  serviceName: string | undefined;
  /** The task's own virtual IP. */
  ip: string;
  mesh: TaskMesh;
  /** Whose credentials its processes get; `undefined` where the definition names none. An ARN or a role's name. */
  taskRoleArn?: string | undefined;
  /** The proxy container is not among them. */
  containers: TaskContainer[];
}

export interface TaskEvents {
  /** Every container runs and, for a meshed task, its Envoy is healthy. */
  running(): void;
  /** The task's processes are gone: because they were stopped, crashed, or never started. Runs exactly once. */
  stopped(reason: { exitCode: number | undefined; message: string }): void;
}

/** One run of a container's health check. */
export interface ContainerCheck {
  container: string;
  /** As in the task definition: `CMD` and its words, or `CMD-SHELL` and a line for the shell. */
  command: readonly string[];
  /** Lab time. */
  timeoutMs: number;
}

export interface RunningTask {
  /** Runs the command beside the container's own program; `heard` comes once, and not at all where the task has ended meanwhile. */
  check(check: ContainerCheck, heard: (isHealthy: boolean) => void): void;
  /** SIGTERM, the containers' stop timeout, SIGKILL; then `stopped`. */
  stop(): void;
}

/** Where tasks run: child processes in the lab, plain objects in simulation. */
export interface TaskRunner {
  start(task: TaskSpec, events: TaskEvents): RunningTask;
}

/** The outcome of one health check request, as the load balancer saw it. */
export type ProbeResult =
  | { kind: 'response'; status: number }
  /** The code with which a call of gRPC ended. */
  | { kind: 'grpc'; code: number }
  | { kind: 'timeout' }
  | { kind: 'refused' };

/** Sends health checks; real HTTP in the lab. */
export interface HealthProbe {
  /** `protocolVersion` is the target group's: `GRPC` asks by gRPC (row L35). */
  probe(target: Address, path: string, timeoutMs: number, protocolVersion: string): Promise<ProbeResult>;
}

/** ECS, for Application Auto Scaling. */
export interface DesiredCounts {
  /** `undefined` for a service that does not exist or is not ACTIVE. */
  desiredCount(clusterName: string, serviceName: string): number | undefined;
  /** As UpdateService would; a service that is not ACTIVE is left alone. */
  setDesiredCount(clusterName: string, serviceName: string, count: number): void;
  /** Whether a deployment of the service is in progress; scaling in waits for it (row P5). */
  isDeploying(clusterName: string, serviceName: string): boolean;
}

/** CloudWatch, for Application Auto Scaling: alarms that DescribeAlarms shows, made on a policy's behalf (row P6). */
export interface OwnedAlarms {
  /** Creates or overwrites the alarm. `onState` runs at every transition of its state. */
  putOwnedAlarm(input: PutMetricAlarmCommandInput, onState: (state: StateValue) => void): void;
  /** Unknown names are ignored. */
  deleteOwnedAlarms(names: string[]): void;
}
