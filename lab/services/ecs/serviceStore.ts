import type { ServiceRecord, TaskRecord } from './records.ts';
import type { ClusterCounts } from './clusters.ts';
import type { Clock } from '../../clock.ts';

/** Stopped tasks stay describable for an hour (row E27). */
const STOPPED_KEPT_MS = 3_600_000;

/** Every service and task that ECS remembers. */
export class ServiceStore implements ClusterCounts {
  readonly #clock: Clock;
  readonly #services = new Map<string, ServiceRecord>();
  readonly #tasks = new Map<string, TaskRecord>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The latest record of the ARN: a name that was used again has the same one (row E3). */
  byArn(arn: string): ServiceRecord | undefined {
    return this.#services.get(arn);
  }

  byName(clusterName: string, name: string): ServiceRecord | undefined {
    return this.services(clusterName).find((service) => service.name === name);
  }

  services(clusterName?: string): ServiceRecord[] {
    return [...this.#services.values()].filter(
      (service) => clusterName === undefined || service.clusterName === clusterName,
    );
  }

  put(service: ServiceRecord): void {
    this.#services.delete(service.arn);
    this.#services.set(service.arn, service);
  }

  addTask(task: TaskRecord): void {
    this.#tasks.set(task.arn, task);
  }

  tasks(clusterName: string): TaskRecord[] {
    const keptSinceMs = this.#clock.now() - STOPPED_KEPT_MS;
    for (const [arn, task] of this.#tasks) {
      if (task.stoppedAtMs !== undefined && task.stoppedAtMs < keptSinceMs) this.#tasks.delete(arn);
    }
    return [...this.#tasks.values()].filter((task) => task.service.clusterName === clusterName);
  }

  /** Whether a service that is not INACTIVE, or a task that has not stopped, refers to the task definition (row E35). */
  uses(taskDefinitionArn: string): boolean {
    return this.services().some(
      (service) =>
        (service.status !== 'INACTIVE' &&
          service.deployments.some((deployment) => deployment.revision.taskDefinitionArn === taskDefinitionArn)) ||
        [...service.tasks].some((task) => task.definition.taskDefinitionArn === taskDefinitionArn),
    );
  }

  count(clusterName: string) {
    const services = this.services(clusterName);
    const tasks = services.flatMap((service) => [...service.tasks]);
    return {
      active: services.filter((service) => service.status === 'ACTIVE').length,
      draining: services.filter((service) => service.status === 'DRAINING').length,
      runningTasks: tasks.filter(isRunning).length,
      pendingTasks: tasks.filter(isPending).length,
    };
  }

  capacityProvidersInUse(clusterName: string): ReadonlySet<string> {
    const strategies = this.services(clusterName)
      .filter(({ status }) => status !== 'INACTIVE')
      .flatMap(({ capacityProviderStrategy }) => capacityProviderStrategy ?? []);
    return new Set(strategies.flatMap(({ capacityProvider }) => capacityProvider ?? []));
  }
}

export const isRunning = (task: TaskRecord) => task.lastStatus === 'RUNNING';

export const isPending = (task: TaskRecord) =>
  task.lastStatus === 'PROVISIONING' || task.lastStatus === 'PENDING' || task.lastStatus === 'ACTIVATING';
