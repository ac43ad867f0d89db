import type { Clock, Timer } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Network, TargetGroups } from '../ports.ts';
import type { Deployments } from './deployments.ts';
import { checkedHealthOf } from './containerHealth.ts';
import type { Events } from './events.ts';
import { type DeploymentRecord, primaryOf, type ServiceRecord, type TaskRecord } from './records.ts';
import { healthOf, type TaskHealth } from './taskHealth.ts';
import { TaskLife, type TaskLifeParts, type TaskListener } from './taskLife.ts';
import type { TaskDefinitions } from './taskDefinitions.ts';
import { subnetsIn } from './taskNetwork.ts';
import { taskTags } from './taskTags.ts';

/** How soon the scheduler looks again at a service that is not where it should be. */
const UNSETTLED_MS = 1_000;
/** How often it looks at the target health of a service in a steady state. */
const SETTLED_MS = 5_000;
/** Row E44: the pause after a task that never ran doubles with each, up to 15 minutes. */
const BACKOFF_MS = { first: 10_000, max: 900_000 };
const START_FAILURES_TOLD = 3;

interface Look {
  task: TaskRecord;
  health: TaskHealth;
}

/**
 * The service scheduler: keeps each service at its desired count and its PRIMARY deployment, within minimumHealthyPercent and
 * maximumPercent, replaces what has died or is unhealthy, and says when a service is in a steady state.
 */
export class Scheduler implements TaskListener {
  readonly #clock: Clock;
  readonly #delays: Delays;
  readonly #targetGroups: TargetGroups;
  readonly #network: Network;
  readonly #events: Events;
  readonly #deployments: Deployments;
  readonly #definitions: TaskDefinitions;
  readonly #onTask: (task: TaskRecord) => void;
  readonly #timers = new Map<ServiceRecord, { timer: Timer; dueMs: number }>();
  readonly life: TaskLife;

  /** `onTask` sees every task that is started. */
  constructor(
    parts: TaskLifeParts & {
      network: Network;
      events: Events;
      deployments: Deployments;
      definitions: TaskDefinitions;
      onTask: (task: TaskRecord) => void;
    },
  ) {
    this.#clock = parts.clock;
    this.#delays = parts.delays;
    this.#targetGroups = parts.targetGroups;
    this.#network = parts.network;
    this.#events = parts.events;
    this.#deployments = parts.deployments;
    this.#definitions = parts.definitions;
    this.#onTask = parts.onTask;
    this.life = new TaskLife(parts, this);
  }

  /** Looks at the service within `delayMs`. */
  poke(service: ServiceRecord, delayMs = 0): void {
    const dueMs = this.#clock.now() + delayMs;
    const set = this.#timers.get(service);
    if (set !== undefined) {
      if (set.dueMs <= dueMs) return;
      set.timer.cancel();
    }
    const timer = this.#clock.after(delayMs, () => {
      this.#timers.delete(service);
      this.#reconcile(service);
    });
    this.#timers.set(service, { timer, dueMs });
  }

  running(task: TaskRecord): void {
    task.deployment.startFailures = 0;
    task.deployment.nextStartAtMs = 0;
    this.poke(task.service, UNSETTLED_MS);
  }

  healthChanged(task: TaskRecord): void {
    this.poke(task.service, UNSETTLED_MS);
  }

  registered(task: TaskRecord, targetGroupArns: string[]): void {
    for (const arn of targetGroupArns) this.#events.add(task.service, `registered 1 targets in (target-group ${arn})`);
  }

  deregistered(task: TaskRecord, targetGroupArns: string[]): void {
    for (const arn of targetGroupArns)
      this.#events.add(task.service, `deregistered 1 targets in (target-group ${arn})`);
    this.#events.add(task.service, 'has begun draining connections on 1 tasks.');
  }

  registrationFailed(task: TaskRecord, where: string, why: string): void {
    this.#events.add(task.service, `failed to register or deregister (task ${task.id}) in ${where}: ${why}`);
  }

  stopped(task: TaskRecord): void {
    const { service, deployment } = task;
    service.tasks.delete(task);
    const died = task.stopCode === 'TaskFailedToStart' || task.stopCode === 'EssentialContainerExited';
    if (died && task.startedAtMs === undefined && service.status === 'ACTIVE') {
      deployment.startFailures += 1;
      const pauseMs = BACKOFF_MS.first * 2 ** Math.min(30, deployment.startFailures - 1);
      deployment.nextStartAtMs = this.#clock.now() + Math.min(BACKOFF_MS.max, pauseMs);
      if (deployment.startFailures >= START_FAILURES_TOLD) {
        this.#events.add(service, 'is unable to consistently start tasks successfully.');
      }
      this.#deployments.noteFailedTask(service, deployment, 'start');
    }
    this.poke(service, UNSETTLED_MS);
  }

  #reconcile(service: ServiceRecord): void {
    if (service.status === 'INACTIVE') return;
    if (service.status === 'DRAINING') {
      this.#drain(service);
      return;
    }
    const looks = this.#look(service);
    this.#noteHealthy(service, looks);
    const stopped = this.#stopFailing(service, looks);
    const kept = looks.filter(({ task }) => task.desiredStatus === 'RUNNING');
    const started = this.#start(service, kept);
    const retired = this.#stopSurplus(service, kept);
    this.#retireDeployments(service);
    if (started + retired + stopped === 0) this.#tellDeadlock(service, kept);
    this.#settle(service);
    if (!service.steady) this.poke(service, UNSETTLED_MS);
    else if (service.tasks.size > 0 && primaryOf(service).revision.loadBalancers.length > 0) {
      this.poke(service, SETTLED_MS);
    }
  }

  #look(service: ServiceRecord): Look[] {
    return [...service.tasks]
      .filter((task) => task.desiredStatus === 'RUNNING')
      .map((task) => ({ task, health: healthOf(task, this.#targetGroups, this.#clock.now()) }));
  }

  #noteHealthy(service: ServiceRecord, looks: readonly Look[]): void {
    const reset = service.deploymentConfiguration.deploymentCircuitBreaker?.resetOnHealthyTask !== false;
    for (const { task, health } of looks) {
      if (health !== 'healthy' || task.healthySeen) continue;
      task.healthySeen = true;
      if (reset) task.deployment.failedTasks = 0;
    }
  }

  /**
   * Unhealthy tasks of a deployment in progress go at once and count as failed. Those of a completed one are replaced first,
   * as far as maximumPercent allows: they may be all there is.
   */
  #stopFailing(service: ServiceRecord, looks: readonly Look[]): number {
    const primary = primaryOf(service);
    const unhealthy = looks.filter(({ task, health }) => health === 'unhealthy' && task.deployment === primary);
    if (unhealthy.length === 0) return 0;
    if (primary.rolloutState === 'IN_PROGRESS') {
      for (const { task } of unhealthy) {
        this.#stopUnhealthy(service, task);
        this.#deployments.noteFailedTask(service, primary, 'health');
      }
      return unhealthy.length;
    }
    const healthy = looks.filter(({ task, health }) => health === 'healthy' && task.deployment === primary).length;
    const replaced = healthy + unhealthy.length - service.desiredCount;
    const full = looks.length >= maximumOf(service) && looks.every(({ health }) => health !== 'pending');
    const goes = unhealthy.slice(0, Math.max(replaced, full ? 1 : 0));
    for (const { task } of goes) this.#stopUnhealthy(service, task);
    return goes.length;
  }

  #stopUnhealthy(service: ServiceRecord, task: TaskRecord): void {
    if (checkedHealthOf(task) === 'UNHEALTHY') {
      this.#events.add(service, `(task ${task.id}) failed container health checks.`);
      this.life.stop(task, 'ServiceSchedulerInitiated', 'Task failed container health checks', { drain: true });
      return;
    }
    const targetGroup = task.targets[0]?.targetGroupArn ?? '';
    const port = task.targets[0]?.address.port ?? 0;
    this.#events.add(
      service,
      `(port ${port}) is unhealthy in (target-group ${targetGroup}) due to (reason Health checks failed).`,
    );
    this.life.stop(
      task,
      'ServiceSchedulerInitiated',
      `Task failed ELB health checks in (target-group ${targetGroup})`,
      { drain: true },
    );
  }

  #start(service: ServiceRecord, kept: readonly Look[]): number {
    const primary = primaryOf(service);
    if (primary.rolloutState === 'FAILED') return 0;
    const wanted = service.desiredCount - usable(kept, primary).length;
    const count = Math.min(wanted, maximumOf(service) - kept.length);
    if (count <= 0) return 0;
    if (this.#clock.now() < primary.nextStartAtMs) return 0;
    const record = this.#definitions.find(primary.revision.taskDefinitionArn);
    if (record === undefined) {
      this.#events.add(service, `was unable to start tasks: ${primary.revision.taskDefinitionArn} does not exist.`);
      return 0;
    }
    const named = primary.revision.networkConfiguration?.awsvpcConfiguration?.subnets;
    if (subnetsIn(this.#network, named) === undefined) {
      this.#events.add(service, `was unable to place a task: the subnets ${named?.join(', ') ?? ''} do not exist.`);
      return 0;
    }
    const started = Array.from({ length: count }, () => {
      // Each task takes an address that the next one cannot have.
      const subnets = subnetsIn(this.#network, named);
      if (subnets === undefined) throw new Error(`the subnets of ${service.name} went while its tasks were placed`);
      const task = this.life.launch(service, primary, record.definition, subnets, taskTags(service, record.tags));
      service.tasks.add(task);
      this.#onTask(task);
      return `(task ${task.id})`;
    });
    this.#events.add(service, `has started ${count} tasks: ${started.join(' ')}.`);
    return count;
  }

  /** Stops what the desired count has no place for, and the older deployments as minimumHealthyPercent allows. */
  #stopSurplus(service: ServiceRecord, kept: readonly Look[]): number {
    const primary = primaryOf(service);
    // Unhealthy tasks are not surplus beside their replacements until those are healthy.
    const current = usable(kept, primary).sort(leastWorthFirst);
    const surplus = current.slice(0, Math.max(0, current.length - service.desiredCount));
    const goes = [...surplus, ...this.#dispensable(service, kept, surplus)].map(({ task }) => task);
    for (const task of goes) {
      const reason = `Scaling activity initiated by (deployment ${primary.id})`;
      this.life.stop(task, 'ServiceSchedulerInitiated', reason, { drain: true });
    }
    if (goes.length > 0) {
      const names = goes.map((task) => `(task ${task.id})`).join(' ');
      this.#events.add(service, `has stopped ${goes.length} running tasks: ${names}.`);
    }
    return goes.length;
  }

  /** Tasks of older deployments that may go now. A failed deployment replaces nothing. */
  #dispensable(service: ServiceRecord, kept: readonly Look[], surplus: readonly Look[]): Look[] {
    const primary = primaryOf(service);
    if (primary.rolloutState === 'FAILED' && service.desiredCount > 0) return [];
    const older = kept.filter(({ task }) => task.deployment !== primary).sort(leastWorthFirst);
    const minimum = Math.ceil((service.desiredCount * service.deploymentConfiguration.minimumHealthyPercent) / 100);
    const healthy = kept.filter((look) => look.health === 'healthy' && !surplus.includes(look)).length;
    let spare = Math.max(0, healthy - minimum);
    return older.filter(({ health }) => {
      if (health !== 'healthy') return true;
      spare -= 1;
      return spare >= 0;
    });
  }

  #retireDeployments(service: ServiceRecord): void {
    for (const deployment of service.deployments.slice(1)) {
      const left = [...service.tasks].some((task) => task.deployment === deployment && !hasDrained(task));
      if (!left) this.#deployments.retire(service, deployment);
    }
  }

  #tellDeadlock(service: ServiceRecord, kept: readonly Look[]): void {
    const primary = primaryOf(service);
    const wanted = service.desiredCount - usable(kept, primary).length;
    const waiting = kept.some(({ health }) => health === 'pending') || primary.rolloutState === 'FAILED';
    if (wanted > 0 && !waiting && kept.length >= maximumOf(service)) {
      this.#events.add(
        service,
        'was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
      );
    }
  }

  #settle(service: ServiceRecord): void {
    const primary = primaryOf(service);
    const looks = this.#look(service);
    const steady =
      primary.rolloutState !== 'FAILED' &&
      service.deployments.length === 1 &&
      looks.length === service.desiredCount &&
      looks.every(({ health }) => health === 'healthy');
    if (steady && primary.rolloutState === 'IN_PROGRESS') this.#deployments.complete(service, primary);
    if (steady && !service.steady) this.#events.add(service, 'has reached a steady state.');
    service.steady = steady;
  }

  /** Row E2: INACTIVE a while after all tasks are STOPPING or STOPPED; the processes may still be there. */
  #drain(service: ServiceRecord): void {
    for (const task of service.tasks) {
      this.life.stop(task, 'ServiceSchedulerInitiated', `Service ${service.name} was deleted`, { drain: true });
    }
    if (![...service.tasks].every(hasDrained)) {
      this.poke(service, UNSETTLED_MS);
      return;
    }
    this.#clock.after(this.#delays.serviceDrainingMs, () => {
      if (service.status !== 'DRAINING') return;
      service.status = 'INACTIVE';
      // The Cloud Map services behind a deleted service's names go later still (rows S3, S16).
      this.#clock.after(this.#delays.serviceDrainingMs, () => this.#deployments.releaseNames(service));
    });
  }
}

const maximumOf = (service: ServiceRecord) =>
  Math.floor((service.desiredCount * service.deploymentConfiguration.maximumPercent) / 100);

/** The tasks of a deployment that need no replacement. */
const usable = (looks: readonly Look[], deployment: DeploymentRecord) =>
  looks.filter(({ task, health }) => task.deployment === deployment && health !== 'unhealthy');

const WORTH: Record<TaskHealth, number> = { unhealthy: 0, pending: 1, healthy: 2 };

const leastWorthFirst = (a: Look, b: Look) =>
  WORTH[a.health] - WORTH[b.health] || a.task.createdAtMs - b.task.createdAtMs;

const hasDrained = (task: TaskRecord) =>
  task.lastStatus === 'STOPPING' || task.lastStatus === 'DEPROVISIONING' || task.lastStatus === 'STOPPED';
