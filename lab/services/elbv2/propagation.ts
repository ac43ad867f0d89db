import type { Clock } from '../../clock.ts';
import type { Delays } from '../../delays.ts';
import type { Random } from '../../random.ts';
import { buildRoutingTable } from './routingTable.ts';
import type { Store } from './store.ts';

/**
 * Brings a listener's present rules to every node of its load balancer (row L7): each node draws its own delay, so for a while
 * the nodes route differently and no API says so. A node never goes back to an older table. A listener that a node has never
 * seen is applied at once: it cannot take a connection before.
 */
export function propagate(
  { clock, random, delays, store }: { clock: Clock; random: Random; delays: Delays; store: Store },
  listenerArn: string,
): void {
  const listener = store.listener(listenerArn);
  listener.version += 1;
  const version = listener.version;
  const table = buildRoutingTable(listener, store.rulesOf(listenerArn));
  for (const node of store.loadBalancer(listener.loadBalancerArn).nodes) {
    const isNew = !node.applied.has(listenerArn);
    const { min, max } = delays.ruleApplyMs;
    const delayMs = isNew ? 0 : min + random.next() * (max - min);
    const apply = () => {
      const isGone = !store.listeners.has(listenerArn);
      if (isGone || (node.applied.get(listenerArn)?.version ?? 0) > version) return;
      node.applied.set(listenerArn, { version, table });
    };
    if (delayMs === 0) apply();
    else clock.after(delayMs, apply);
  }
}
