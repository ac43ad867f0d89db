import { lastPart } from '../estate/order.ts';
import type { AwsClients } from './clients.ts';
import { completeMinutes, type MetricId, minuteSums, total } from './metrics.ts';

export const METRIC_ACTIONS = ['cloudwatch:GetMetricData'] as const;

/**
 * Requests from one Service Connect client to one discovery name, as the client's side counted them: in this set of dimensions
 * `ServiceName` is the caller, and traffic from a load balancer is not in it (`aws-behaviour.md` 8.3). A `tcp` endpoint
 * publishes no status codes; there the count is of requests per target, which tells calls from none.
 */
export async function readServiceConnectCalls(
  clients: AwsClients,
  nowMs: number,
  call: { cluster: string; callingService: string; discoveryName: string; windowMs: number },
): Promise<number> {
  const metric = (name: string): MetricId => ({
    namespace: 'AWS/ECS',
    name,
    dimensions: {
      TargetDiscoveryName: call.discoveryName,
      ServiceName: call.callingService,
      ClusterName: lastPart(call.cluster),
    },
  });
  const answered = ['2XX', '3XX', '4XX', '5XX'].map((status) => metric(`HTTPCode_Target_${status}_Count`));
  const sums = await minuteSums(
    clients,
    [...answered, metric('RequestCountPerTarget')],
    completeMinutes(nowMs, call.windowMs),
  );
  const perTarget = total(sums.at(-1) ?? []);
  const byStatus = total(sums.slice(0, -1).flat());
  return byStatus > 0 ? byStatus : perTarget;
}
