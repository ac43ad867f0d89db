import type { BlueService } from '../estate/model.ts';
import { lastPart } from '../estate/order.ts';
import type { ReceivedBytes } from '../machines/gates/unused.ts';
import type { AwsClients } from './clients.ts';
import { completeMinutes, type Datapoint, minuteStatistics, PERIOD_MS, total } from './metrics.ts';

/** How far back is looked, now and before the plan. */
const WINDOW_MS = 15 * PERIOD_MS;

/**
 * What Container Insights publishes of the bytes that blue's tasks receive, where it is on: of the last 15 minutes, and of those before
 * `sinceMs`, in the order given.
 */
export async function readReceivedBytes(
  clients: AwsClients,
  nowMs: number,
  clusterArn: string,
  services: readonly BlueService[],
  sinceMs: number,
): Promise<ReceivedBytes[]> {
  if (services.length === 0) return [];
  const asked = services.map(
    (service) =>
      ({
        metric: {
          namespace: 'ECS/ContainerInsights',
          name: 'NetworkRxBytes',
          dimensions: { ClusterName: lastPart(clusterArn), ServiceName: service.name },
        },
        statistic: 'Average',
      }) as const,
  );
  const now = await minuteStatistics(clients, asked, completeMinutes(nowMs, WINDOW_MS));
  const before = await minuteStatistics(clients, asked, completeMinutes(sinceMs, WINDOW_MS));
  return services.map(({ name }, index) => ({
    service: name,
    minutes: now[index]?.length ?? 0,
    mean: meanOf(now[index] ?? []),
    meanBefore: meanOf(before[index] ?? []),
  }));
}

const meanOf = (points: readonly Datapoint[]): number | null =>
  points.length === 0 ? null : total(points) / points.length;
