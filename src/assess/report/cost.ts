import type { BlueService } from '../../estate/model.ts';
import type { CostRow } from '../report.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import type { Json } from '../../estate/export.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** Prices of Fargate for one hour of a vCPU and of a gigabyte: the user's own, since the product knows none. */
export interface Prices {
  /** ISO 4217. */
  currency: string;
  vcpuHour: number;
  gigabyteHour: number;
}

interface TaskSize {
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

/**
 * What blue and green reserve for every hour in which both run, green at blue's count. With auto scaling the count is today's.
 * Ordered by service, blue first. In money only where prices are given, and for Fargate's prices only: a service on EC2 costs its
 * instances.
 */
export function costOf(
  services: readonly BlueService[],
  taskDefinitions: ReadonlyMap<string, GreenTaskDefinition>,
  prices: Prices | undefined,
  isOnFargate: (service: BlueService) => boolean,
): CostRow[] {
  return services.flatMap((blue) => {
    const green = taskDefinitions.get(blue.name)?.input;
    const tasks = blue.service.desiredCount ?? 0;
    const row = (side: CostRow['side'], size: TaskSize): CostRow => {
      const vcpuHoursPerHour = rounded(tasks * size.vcpu);
      const gigabyteHoursPerHour = rounded(tasks * size.gigabytes);
      const row: CostRow = { service: blue.name, side, tasks, vcpuHoursPerHour, gigabyteHoursPerHour };
      if (prices === undefined || !isOnFargate(blue)) return row;
      const { vcpuHour, gigabyteHour, currency } = prices;
      const hour = vcpuHoursPerHour * vcpuHour + gigabyteHoursPerHour * gigabyteHour;
      return { ...row, pricePerHour: { amount: rounded(hour), currency } };
    };
    return [
      row('blue', taskSize(blue.taskDefinition)),
      ...(green === undefined ? [] : [row('green', taskSize(green))]),
    ];
  });
}

/** To a millionth, so that sums of binary fractions read as written. */
const rounded = (value: number): number => Math.round(value * 1_000_000) / 1_000_000;
