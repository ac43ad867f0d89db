import type { RuleResource } from '../assess/model.ts';
import { entryArn } from '../plan/model.ts';
import type { EdgeTraffic, Resolved } from '../reconciler/ports.ts';
import { loadBalancerDimension, targetGroupDimension } from './arns.ts';
import type { AwsClients } from './clients.ts';
import { completeMinutes, type Datapoint, type MetricId, minuteSums, PERIOD_MS, total } from './metrics.ts';

/** CloudWatch shows a minute one to three minutes after its end; data that is older than this is stale. */
export const INGESTION_MS_MAX = 5 * PERIOD_MS;

/** Names a metric of the entry's load balancer, or of one target group behind it. */
export const edgeMetrics =
  (rule: RuleResource) =>
  (name: string, targetGroupArn?: string): MetricId => {
    const LoadBalancer = loadBalancerDimension(entryArn(rule.entry));
    return {
      namespace: 'AWS/ApplicationELB',
      name,
      dimensions:
        targetGroupArn === undefined
          ? { LoadBalancer }
          : { LoadBalancer, TargetGroup: targetGroupDimension(targetGroupArn) },
    };
  };

/**
 * Requests that each side's target group counted at the load balancer. The window ends with the last minute that the load
 * balancer has published itself, since a minute that nobody has published yet would look like one without requests.
 */
export async function readEdgeTraffic(
  clients: AwsClients,
  nowMs: number,
  rule: RuleResource,
  resolved: Resolved,
  windowMs: number,
): Promise<EdgeTraffic> {
  const greenArn = resolved.get(rule.greenTargetGroup.ref);
  const metric = edgeMetrics(rule);
  const metrics = [
    metric('RequestCount'),
    metric('RequestCount', rule.blueTargetGroupArn),
    metric('HTTPCode_Target_5XX_Count', rule.blueTargetGroupArn),
    ...(greenArn === undefined
      ? []
      : [metric('RequestCount', greenArn), metric('HTTPCode_Target_5XX_Count', greenArn)]),
  ];
  const asked = completeMinutes(nowMs, windowMs);
  const [edge = [], blue = [], blue5xx = [], green = [], green5xx = []] = await minuteSums(clients, metrics, {
    fromMs: asked.fromMs - INGESTION_MS_MAX,
    untilMs: asked.untilMs,
  });
  const latestMs = edge.reduce((latest, point) => Math.max(latest, point.atMs), 0);
  const untilMs = latestMs + PERIOD_MS;
  const fromMs = untilMs - (asked.untilMs - asked.fromMs);
  const counted = (points: readonly Datapoint[]) =>
    total(points.filter((point) => point.atMs >= fromMs && point.atMs < untilMs));
  return {
    blue: counted(blue),
    green: counted(green),
    blue5xx: counted(blue5xx),
    green5xx: counted(green5xx),
    hasData: latestMs > 0,
  };
}
