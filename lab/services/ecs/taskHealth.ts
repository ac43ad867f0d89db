import type { TargetGroups } from '../ports.ts';
import type { TaskRecord } from './records.ts';
import { checkedHealthOf } from './containerHealth.ts';

/** Row E47: without load balancer and container health check a task counts only so long after RUNNING. */
const COUNTS_AFTER_MS = 40_000;

/** `pending`: neither yet. */
export type TaskHealth = 'healthy' | 'unhealthy' | 'pending';

/**
 * Row E47: RUNNING, healthy in every target group, and HEALTHY where a container has a check; row E48: what target groups and checks say
 * within the grace period is not held against it. A task that was healthy stays so where its target group is no longer used or asked.
 */
export function healthOf(task: TaskRecord, targetGroups: TargetGroups, nowMs: number): TaskHealth {
  if (task.lastStatus !== 'RUNNING' || task.startedAtMs === undefined) return 'pending';
  const balancers = task.deployment.revision.loadBalancers;
  const sinceMs = nowMs - task.startedAtMs;
  const checked = checkedHealthOf(task);
  if (balancers.length === 0 && checked === undefined) return sinceMs >= COUNTS_AFTER_MS ? 'healthy' : 'pending';
  const states = balancers.map(({ targetGroupArn, containerPort }) => {
    try {
      return targetGroups.health(targetGroupArn ?? '', { ip: task.ip, port: containerPort ?? 0 });
    } catch {
      // A target group that was deleted answers nothing.
      return 'unused';
    }
  });
  if (checked === 'UNHEALTHY' || states.some((state) => state.startsWith('unhealthy'))) {
    const graceMs = (task.service.healthCheckGracePeriodSeconds ?? 0) * 1000;
    return sinceMs >= graceMs ? 'unhealthy' : 'pending';
  }
  if (checked === 'UNKNOWN') return 'pending';
  return task.healthySeen || states.every((state) => state === 'healthy' || state === 'unavailable')
    ? 'healthy'
    : 'pending';
}
