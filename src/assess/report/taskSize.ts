import type { Json } from '../../estate/export.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

export interface TaskSize {
  vcpu: number;
  gigabytes: number;
}

const CPU_UNITS = 1024;
const MEBIBYTES = 1024;

/** `1024`, `1 vCPU`, `2048`, `2 GB`: task definitions write both. `undefined` for a text that is neither. */
function amount(text: string | undefined, unit: RegExp, divisor: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const isWhole = unit.test(text);
  const number = Number(text.replace(unit, '').trim());
  return Number.isFinite(number) ? (isWhole ? number : number / divisor) : undefined;
}

/** What one task reserves: what the task declares, else the sum of what its containers do. */
export function taskSize(task: Json<Pick<Ecs.TaskDefinition, 'cpu' | 'memory' | 'containerDefinitions'>>): TaskSize {
  const containers = task.containerDefinitions ?? [];
  const sum = (of: (container: Json<Ecs.ContainerDefinition>) => number): number =>
    containers.reduce((total, container) => total + of(container), 0);
  return {
    vcpu: amount(task.cpu, /vcpu/i, CPU_UNITS) ?? sum((one) => one.cpu ?? 0) / CPU_UNITS,
    gigabytes:
      amount(task.memory, /gb/i, MEBIBYTES) ?? sum((one) => one.memory ?? one.memoryReservation ?? 0) / MEBIBYTES,
  };
}
