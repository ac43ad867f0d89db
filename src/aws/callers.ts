import type { BlueService, Edge } from '../estate/model.ts';
import { lastPart } from '../estate/order.ts';
import { pass, unknown, type Verdict } from '../plan/verdict.ts';
import type { AwsClients } from './clients.ts';
import { completeMinutes, minuteSums, PERIOD_MS, total } from './metrics.ts';

/** How far back the evidence is looked for. */
const WINDOW_MS = 15 * PERIOD_MS;

/**
 * What AWS publishes of traffic inside the cluster: Container Insights' received bytes, where it is on. Bytes cannot tell a call
 * from a health check or from Envoy's own control traffic, so only silence proves anything, and everything else is `unknown`
 * with the names of the services that a person would have to vouch for.
 */
export async function readCallers(
  clients: AwsClients,
  nowMs: number,
  clusterArn: string,
  services: readonly BlueService[],
  edges: readonly Edge[],
): Promise<Verdict> {
  if (services.length === 0) return pass('no blue service is left to be called');
  const sums = await minuteSums(
    clients,
    services.map((service) => ({
      namespace: 'ECS/ContainerInsights',
      name: 'NetworkRxBytes',
      dimensions: { ClusterName: lastPart(clusterArn), ServiceName: service.name },
    })),
    completeMinutes(nowMs, WINDOW_MS),
  );
  const described = services.map((service, index) => {
    const callers = edges.filter((edge) => edge.to === service.name).map((edge) => edge.from);
    const who = callers.length === 0 ? 'no caller in the call graph' : `called by ${[...new Set(callers)].join(', ')}`;
    return { name: service.name, who, points: sums[index] ?? [] };
  });
  const unpublished = described.filter(({ points }) => points.length === 0);
  if (unpublished.length > 0) {
    const names = unpublished.map(({ name, who }) => `${name} (${who})`).join(', ');
    return unknown(`nothing is published that shows who still calls ${names}: Container Insights has no data on them`);
  }
  const busy = described.filter(({ points }) => total(points) > 0);
  if (busy.length > 0) {
    const names = busy
      .map(({ name, who, points }) => `${name} (${Math.round(total(points))} bytes, ${who})`)
      .join(', ');
    return unknown(`still receiving, and bytes do not tell calls from health checks: ${names}`);
  }
  return pass(`Container Insights saw no byte received by ${services.map((one) => one.name).join(', ')} in 15 minutes`);
}
