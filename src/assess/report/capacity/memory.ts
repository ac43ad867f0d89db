import type { Estate } from '../../../estate/model.ts';

type Instances = NonNullable<Estate['containerInstances']>;

/** Memory, MiB, that remains on each active instance; `undefined` for one that does not tell. */
const remainingOf = (instance: Instances[number]): number | undefined =>
  instance.remainingResources?.find((resource) => resource.name === 'MEMORY')?.integerValue;

/**
 * MiB that the instances can give to tasks of these sizes. A task fits on one instance or on none, so what is left over on each is
 * not added up: the largest tasks are placed first, and where all have a place it is everything that remains. `undefined` where
 * the instances are not told, or do not tell what remains.
 */
export function instanceMemory(instances: Instances | undefined, tasks: readonly number[]): number | undefined {
  const active = instances?.filter((instance) => instance.status === 'ACTIVE');
  const remaining = active?.map(remainingOf);
  if (remaining === undefined || remaining.some((one) => one === undefined)) return undefined;
  const free = remaining.flatMap((one) => one ?? []);
  const all = free.reduce((sum, one) => sum + one, 0);
  let placed = 0;
  let isEveryOnePlaced = true;
  for (const task of tasks.toSorted((left, right) => right - left)) {
    const at = free.findIndex((one) => one >= task);
    if (at < 0) {
      isEveryOnePlaced = false;
      continue;
    }
    free[at] = (free[at] ?? 0) - task;
    placed += task;
  }
  return isEveryOnePlaced ? all : placed;
}
