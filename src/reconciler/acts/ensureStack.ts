import { isShared } from '../../assess/shared/shared.ts';
import { attempt } from '../observe/attempt.ts';
import type { Observed } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { type Act, tellFailure } from './acting.ts';

export async function ensureStack(acting: Act, { stack }: Groundwork): Promise<void> {
  const { run, world, observation, acted } = acting;
  const { memory, owner } = run;
  const observed = new Map<string, Observed>(observation.resources.map((one) => [one.resource.id, one.observed]));
  // Entering the state: nothing was read for it yet, the next reconcile does.
  if (observed.size === 0) {
    acted.progress = true;
    return;
  }
  for (const resource of stack.resources.filter((one) => !isShared(one))) {
    const status = observed.get(resource.id)?.status;
    if (status !== 'absent' && status !== 'differs' && status !== 'waiting') continue;
    if (!resource.dependsOn.every((id) => observed.get(id)?.status === 'ready')) continue;
    const ensured = await attempt(() => world.resources.ensure(resource, owner, memory.resolved));
    if (!ensured.ok) {
      tellFailure(acting, ensured.error);
      continue;
    }
    if (ensured.value.outcome === 'waiting') {
      memory.hindrances.set(resource.id, ensured.value.why);
      continue;
    }
    memory.hindrances.delete(resource.id);
    memory.resolved.set(resource.id, ensured.value.arn);
    if (ensured.value.outcome === 'unchanged') continue;
    acted.progress = true;
    acted.deeds.push({
      type: 'Normal',
      reason: ensured.value.outcome === 'created' ? 'Created' : 'Updated',
      message: `${resource.id} ${ensured.value.arn}`,
    });
  }
}
