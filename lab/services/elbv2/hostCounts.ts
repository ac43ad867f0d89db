import type { Clock } from '../../clock.ts';
import type { MetricSink } from '../ports.ts';
import { loadBalancerDimension, targetGroupDimension } from './context.ts';
import type { Store } from './store.ts';

const MINUTE_MS = 60_000;

/**
 * HealthyHostCount and UnHealthyHostCount of every group in use that has targets, once a lab minute, zeros included. A target
 * that has not passed a check yet is not healthy; one that drains is neither.
 */
export function publishHostCounts({
  clock,
  metrics,
  store,
}: {
  clock: Clock;
  metrics: MetricSink;
  store: Store;
}): void {
  const publish = () => {
    const atMs = clock.now();
    for (const group of store.targetGroups.values()) {
      if (group.usedBy === undefined) continue;
      const targets = [...group.targets.values()].filter((target) => target.state !== 'draining');
      if (targets.length === 0) continue;
      const healthy = targets.filter((target) => target.state === 'healthy').length;
      const dimensions = {
        LoadBalancer: loadBalancerDimension(group.usedBy),
        TargetGroup: targetGroupDimension(group.arn),
      };
      const namespace = 'AWS/ApplicationELB';
      metrics.record({ namespace, name: 'HealthyHostCount', dimensions, value: healthy, atMs });
      metrics.record({ namespace, name: 'UnHealthyHostCount', dimensions, value: targets.length - healthy, atMs });
    }
    clock.after(MINUTE_MS, publish);
  };
  clock.after(MINUTE_MS, publish);
}
