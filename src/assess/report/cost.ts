import type { BlueService } from '../../estate/model.ts';
import type { CostRow } from '../report.ts';
import type { GreenTaskDefinition } from '../taskDefinition.ts';
import { type TaskSize, taskSize } from './taskSize.ts';

/** Prices of Fargate for one hour of a vCPU and of a gigabyte: the user's own, since the product knows none. */
export interface Prices {
  /** ISO 4217. */
  currency: string;
  vcpuHour: number;
  gigabyteHour: number;
}

/**
 * What blue and green reserve for every hour in which both run, green at blue's count. With auto scaling the count is today's.
 * Ordered by service, blue first. In money only where prices are given, and for Fargate's prices only: a service on EC2 costs its
 * instances. A service that may run on Spot is priced as if it never did.
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
