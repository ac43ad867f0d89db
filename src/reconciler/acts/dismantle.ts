import type { StackResource } from '../../assess/model.ts';
import { isShared } from '../../assess/shared/shared.ts';
import { attempt } from '../observe/attempt.ts';
import type { Observed } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { type Act, tellFailure } from './acting.ts';
import { withdrawGreen, withdrawShared } from './registries.ts';

/** The stack backwards: a resource goes when nothing that depends on it is left. */
export async function dismantle(acting: Act, groundwork: Groundwork): Promise<void> {
  const { stack } = groundwork;
  const { run, world, observation, clock, machine, settings, acted } = acting;
  // The rules are read back as restored, each time; the load balancer's nodes may still send green requests for a while (row L7).
  if (observation.facts.restored.verdict !== 'pass') return;
  await withdrawShared(acting, groundwork);
  const keepMs = Math.max(run.spec.rollback.keepGreenMs, settings.settleMs);
  if (clock.now() < machine.context.enteredAt + keepMs) {
    if (run.spec.rollback.keepGreenMs > settings.settleMs) await withdrawGreen(acting, groundwork);
    return;
  }
  const observed = new Map<string, Observed>(observation.resources.map((one) => [one.resource.id, one.observed]));
  if (observed.size === 0) {
    acted.progress = true;
    return;
  }
  const isGone = (resource: StackResource) => {
    const status = observed.get(resource.id)?.status;
    return status === 'absent' || status === 'foreign';
  };
  const own = stack.resources.filter((resource) => !isShared(resource));
  for (const resource of own.toReversed()) {
    if (isGone(resource) || observed.get(resource.id)?.status === 'unknown') continue;
    const dependents = own.filter((other) => other.dependsOn.includes(resource.id));
    if (!dependents.every(isGone)) continue;
    const removed = await attempt(() => world.resources.remove(resource, run.owner, run.memory.resolved));
    if (!removed.ok) {
      tellFailure(acting, removed.error);
      continue;
    }
    if (removed.value.outcome === 'waiting') {
      run.memory.hindrances.set(resource.id, removed.value.why);
      continue;
    }
    run.memory.hindrances.delete(resource.id);
    acted.progress = true;
    observed.set(resource.id, { status: 'absent' });
    acted.deeds.push({ type: 'Normal', reason: 'Removed', message: resource.id });
  }
}
