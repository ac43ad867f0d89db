import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Clock } from '../../clock.ts';
import type { TaskRecord } from './records.ts';
import { proxyContainerOf } from './taskMesh.ts';

/** `healthStatus` of a container and of a task (row E80). */
export type HealthStatus = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/**
 * Row E80: a container without a check is UNKNOWN, and so is one whose check has neither passed nor failed often enough. The App Mesh
 * proxy is not among the containers that are run: a task of its runs only once that one is healthy.
 */
export function healthOfContainer(task: TaskRecord, container: ContainerDefinition): HealthStatus {
  if (container.healthCheck === undefined) return 'UNKNOWN';
  if (container.name === proxyContainerOf(task.definition)) {
    return task.lastStatus === 'RUNNING' ? 'HEALTHY' : 'UNKNOWN';
  }
  return task.containerHealth[container.name ?? ''] ?? 'UNKNOWN';
}

/** Row E80: of the essential containers, the worst. */
export const healthOfTask = (task: TaskRecord): HealthStatus => worst(essentialOf(task), task);

/** What the scheduler goes by (row E47): the essential containers that have a check; `undefined` where none has. */
export function checkedHealthOf(task: TaskRecord): HealthStatus | undefined {
  const checked = essentialOf(task).filter(({ healthCheck }) => healthCheck !== undefined);
  return checked.length === 0 ? undefined : worst(checked, task);
}

/**
 * Asks the checks of a task that has just started, each for itself, until the task is stopped. The first comes an interval after the start, each
 * other one an interval after the end of the one before.
 */
export function watchHealth(task: TaskRecord, clock: Clock, changed: () => void): void {
  const proxy = proxyContainerOf(task.definition);
  for (const container of task.definition.containerDefinitions ?? []) {
    if (container.name !== proxy) watchContainer(task, container, clock, changed);
  }
}

function watchContainer(task: TaskRecord, container: ContainerDefinition, clock: Clock, changed: () => void): void {
  const { name = '', healthCheck } = container;
  if (healthCheck === undefined) return;
  const { command = [], interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const graceEndsAtMs = clock.now() + startPeriod * 1000;
  let failures = 0;
  const heard = (isHealthy: boolean) => {
    if (task.desiredStatus === 'STOPPED') return;
    const before = task.containerHealth[name] ?? 'UNKNOWN';
    if (isHealthy) {
      failures = 0;
      task.containerHealth[name] = 'HEALTHY';
    } else if (before !== 'UNKNOWN' || clock.now() >= graceEndsAtMs) {
      failures += 1;
      if (failures >= retries) task.containerHealth[name] = 'UNHEALTHY';
    }
    if (task.containerHealth[name] !== before) changed();
    next();
  };
  const next = () =>
    void clock.after(interval * 1000, () => {
      if (task.desiredStatus === 'STOPPED') return;
      task.runner?.check({ container: name, command, timeoutMs: timeout * 1000 }, heard);
    });
  next();
}

const essentialOf = ({ definition }: TaskRecord): ContainerDefinition[] =>
  (definition.containerDefinitions ?? []).filter(({ essential }) => essential !== false);

function worst(containers: readonly ContainerDefinition[], task: TaskRecord): HealthStatus {
  const states = containers.map((container) => healthOfContainer(task, container));
  if (states.includes('UNHEALTHY')) return 'UNHEALTHY';
  return states.includes('UNKNOWN') ? 'UNKNOWN' : 'HEALTHY';
}
