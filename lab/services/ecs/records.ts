import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterSetting,
  CreateServiceCommandInput,
  DeploymentConfiguration,
  LaunchType,
  LoadBalancer,
  NetworkConfiguration,
  PlacementConstraint,
  PlacementStrategy,
  PropagateTags,
  ServiceConnectConfiguration,
  ServiceConnectServiceResource,
  ServiceEvent,
  ServiceRegistry,
  ServiceVolumeConfiguration,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Address, RunningTask, TaskMesh } from '../ports.ts';
import type { HealthStatus } from './containerHealth.ts';

/** What the lab's ECS knows. Times are lab milliseconds since the epoch; the SDK's `Date`s are made in the views. */

export interface ClusterRecord {
  arn: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: ClusterSetting[];
  configuration: ClusterConfiguration | undefined;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: CapacityProviderStrategyItem[];
  /** ARN of the namespace that a Service Connect configuration without one means. */
  defaultNamespaceArn: string | undefined;
  tags: Tag[];
}

export interface TaskDefinitionRecord {
  definition: TaskDefinition & {
    taskDefinitionArn: string;
    family: string;
    revision: number;
    status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  };
  tags: Tag[];
}

/** What a deployment deploys: every member of a service whose change starts one (row E40). */
export interface Revision {
  taskDefinitionArn: string;
  platformVersion: string;
  networkConfiguration: NetworkConfiguration | undefined;
  loadBalancers: LoadBalancer[];
  serviceRegistries: ServiceRegistry[];
  /** As sent; `enabled: false` and absence mean the same. */
  serviceConnect: ServiceConnectConfiguration | undefined;
  volumeConfigurations: ServiceVolumeConfiguration[];
}

export type ServiceConnectMesh = Extract<TaskMesh, { kind: 'serviceConnect' }>;

export interface DeploymentRecord {
  /** `ecs-svc/` and 19 digits. */
  id: string;
  serviceDeploymentArn: string;
  serviceRevisionArn: string;
  status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  revision: Revision;
  launchType: LaunchType | undefined;
  capacityProviderStrategy: CapacityProviderStrategyItem[] | undefined;
  /** What its tasks' proxies know, frozen for the deployment's whole life (row S10); `undefined` without Service Connect. */
  serviceConnect: ServiceConnectMesh | undefined;
  serviceConnectResources: ServiceConnectServiceResource[];
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Whether it once reached a steady state, which makes it one that the circuit breaker can roll back to. */
  completedOnce: boolean;
  /** Consecutive tasks that never ran or failed their health checks: what the circuit breaker counts (row E43). */
  failedTasks: number;
  /** Consecutive tasks that never reached RUNNING; the back-off grows with it (row E44). */
  startFailures: number;
  nextStartAtMs: number;
  createdAtMs: number;
  updatedAtMs: number;
  finishedAtMs: number | undefined;
  /** Set on the deployment that a circuit breaker made: the one that failed. */
  rollbackOf: DeploymentRecord | undefined;
}

export interface ServiceRecord {
  arn: string;
  name: string;
  clusterName: string;
  clusterArn: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  launchType: LaunchType | undefined;
  capacityProviderStrategy: CapacityProviderStrategyItem[] | undefined;
  deploymentConfiguration: DeploymentConfiguration & { maximumPercent: number; minimumHealthyPercent: number };
  /** Whether the request named a controller: it is answered only then (row E23). */
  controllerGiven: boolean;
  placementConstraints: PlacementConstraint[];
  placementStrategy: PlacementStrategy[];
  healthCheckGracePeriodSeconds: number | undefined;
  enableECSManagedTags: boolean;
  propagateTags: PropagateTags | undefined;
  enableExecuteCommand: boolean;
  availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  monitoring: CreateServiceCommandInput['monitoring'];
  roleArn: string;
  createdBy: string;
  createdAtMs: number;
  tags: Tag[];
  /** The request that made it, for idempotency (row E4). */
  request: CreateServiceCommandInput;
  /** PRIMARY first. */
  deployments: DeploymentRecord[];
  /** Deployments that have ended, newest first, at most {@link HISTORY_MAX}. */
  history: DeploymentRecord[];
  /** Newest first, at most 100 (row E24). */
  events: ServiceEvent[];
  /** Tasks that have not STOPPED. */
  tasks: Set<TaskRecord>;
  /** Whether the last look found it in a steady state, so that the event comes once. */
  steady: boolean;
}

export const HISTORY_MAX = 50;

export type TaskStatus =
  | 'PROVISIONING'
  | 'PENDING'
  | 'ACTIVATING'
  | 'RUNNING'
  | 'DEACTIVATING'
  | 'STOPPING'
  | 'DEPROVISIONING'
  | 'STOPPED';

export type StopCode = 'TaskFailedToStart' | 'EssentialContainerExited' | 'UserInitiated' | 'ServiceSchedulerInitiated';

export interface TaskRecord {
  arn: string;
  id: string;
  service: ServiceRecord;
  deployment: DeploymentRecord;
  definition: TaskDefinitionRecord['definition'];
  mesh: TaskMesh;
  /** Empty where its subnet had no address left (row E76). */
  ip: string;
  availabilityZone: string;
  subnet: string;
  eni: { attachmentId: string; id: string; mac: string };
  containerIds: Record<string, string>;
  /** By container. */
  imageDigests: Record<string, string>;
  tags: Tag[];
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Grows with every change of state. */
  version: number;
  createdAtMs: number;
  pullStartedAtMs: number | undefined;
  pullStoppedAtMs: number | undefined;
  startedAtMs: number | undefined;
  stoppingAtMs: number | undefined;
  executionStoppedAtMs: number | undefined;
  stoppedAtMs: number | undefined;
  stopCode: StopCode | undefined;
  stoppedReason: string | undefined;
  containerReason: string | undefined;
  exitCode: number | undefined;
  runner: RunningTask | undefined;
  /** What the health checks of its containers said last, by container. */
  containerHealth: Record<string, HealthStatus>;
  /** Whether it was ever seen healthy. */
  healthySeen: boolean;
  /** Where it is registered now, to be undone when it goes. */
  targets: { targetGroupArn: string; address: Address }[];
  instances: { cloudMapServiceId: string; instanceId: string }[];
}

/** The deployment that the service is to be at. Every service has one. */
export function primaryOf(service: ServiceRecord): DeploymentRecord {
  const [primary] = service.deployments;
  if (primary === undefined) throw new Error(`service ${service.arn} has no deployment`);
  return primary;
}
