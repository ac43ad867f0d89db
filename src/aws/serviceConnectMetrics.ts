import { lastPart } from '../estate/order.ts';
import type { ServiceConnectAnswers } from '../reconciler/ports.ts';
import type { AwsClients } from './clients.ts';
import { completeMinutes, type MetricId, minuteSums, total } from './metrics.ts';

export const METRIC_ACTIONS = ['cloudwatch:GetMetricData'] as const;

const STATUSES = ['2XX', '3XX', '4XX', '5XX'] as const;

/** Who calls whom, in which cluster. */
export interface Calls {
  cluster: string;
  callingService: string;
  discoveryName: string;
}

const callMetrics =
  ({ cluster, callingService, discoveryName }: Calls) =>
  (name: string): MetricId => ({
    namespace: 'AWS/ECS',
    name,
    dimensions: {
      TargetDiscoveryName: discoveryName,
      ServiceName: callingService,
      ClusterName: lastPart(cluster),
    },
  });

/**
 * What the clients of one service were answered, in one GetMetricData call for all of them; 5xx are errors. All zero for a `tcp`
 * endpoint, which has no status codes.
 */
export async function readServiceConnectAnswers(
  clients: AwsClients,
  nowMs: number,
  calls: readonly Calls[],
  windowMs: number,
): Promise<ServiceConnectAnswers> {
  const metrics = STATUSES.map((status) => calls.map((call) => callMetrics(call)(`HTTPCode_Target_${status}_Count`)));
  const sums = await minuteSums(clients, metrics.flat(), completeMinutes(nowMs, windowMs));
  return { requests: total(sums.flat()), errors: total(sums.slice(-calls.length).flat()) };
}

/**
 * Requests from one Service Connect client to one discovery name, as the client's side counted them: in this set of dimensions
 * `ServiceName` is the caller, and traffic from a load balancer is not in it (`aws-behaviour.md` 8.3). A `tcp` endpoint
 * publishes no status codes; there the count is of requests per target, which tells calls from none.
 */
export async function readServiceConnectCalls(
  clients: AwsClients,
  nowMs: number,
  call: Calls & { windowMs: number },
): Promise<number> {
  const metric = callMetrics(call);
  const answered = STATUSES.map((status) => metric(`HTTPCode_Target_${status}_Count`));
  const sums = await minuteSums(
    clients,
    [...answered, metric('RequestCountPerTarget')],
    completeMinutes(nowMs, call.windowMs),
  );
  const perTarget = total(sums.at(-1) ?? []);
  const byStatus = total(sums.slice(0, -1).flat());
  return byStatus > 0 ? byStatus : perTarget;
}
