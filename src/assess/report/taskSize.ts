import { cpuUnitsOf, mebibytesOf } from '../taskAmounts.ts';
import type { Json } from '../../estate/export.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

export interface TaskSize {
  vcpu: number;
  gigabytes: number;
}

/** What one task reserves: what the task declares, else the sum of what its containers do. */
export function taskSize(task: Json<Pick<Ecs.TaskDefinition, 'cpu' | 'memory' | 'containerDefinitions'>>): TaskSize {
  const containers = task.containerDefinitions ?? [];
  const sum = (of: (container: Json<Ecs.ContainerDefinition>) => number): number =>
    containers.reduce((total, container) => total + of(container), 0);
  return {
    vcpu: (cpuUnitsOf(task.cpu) ?? sum((one) => one.cpu ?? 0)) / 1024,
    gigabytes: (mebibytesOf(task.memory) ?? sum((one) => one.memory ?? one.memoryReservation ?? 0)) / 1024,
  };
}
