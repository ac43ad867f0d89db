import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { AwsClients } from '../clients.ts';
import { loadBalancerDimension, targetGroupDimension } from '../arns.ts';
import { INGESTION_MS_MAX } from '../edgeTraffic.ts';
import { PERIOD_MS } from '../metrics.ts';
import { readMetricData } from '../reads/metricData.ts';
import type { SharedLook } from '../reads/reader.ts';
import type { TargetCounts } from './targetHealth.ts';

/**
 * Whether what was counted of a target group goes without being counted anew. Only where all of its targets were healthy, and the load balancer's own
 * newest minute of both says the same: `HealthyHostCount` no less, `UnHealthyHostCount` 0. It may be of before the count, by five minutes at most, as CloudWatch is
 * late by as much. Anything else, a minute without data included, is no confirmation.
 */
export async function areConfirmed(
  clients: AwsClients,
  targetGroupArn: string,
  counts: TargetCounts,
): Promise<boolean> {
  const look = clients.reader?.look();
  if (look === undefined || counts.healthy === 0 || counts.healthy < counts.registered) return false;
  try {
    const loadBalancerArn = await loadBalancerOf(look, targetGroupArn);
    if (loadBalancerArn === undefined) return false;
    const query = (MetricName: string, Stat: string) => ({
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ApplicationELB',
          MetricName,
          Dimensions: [
            { Name: 'LoadBalancer', Value: loadBalancerDimension(loadBalancerArn) },
            { Name: 'TargetGroup', Value: targetGroupDimension(targetGroupArn) },
          ],
        },
        Period: PERIOD_MS / 1000,
        Stat,
      },
    });
    const untilMs = Math.floor(look.reader.nowMs() / PERIOD_MS) * PERIOD_MS;
    const [healthy = [], unhealthy = []] = await readMetricData(
      clients,
      [query('HealthyHostCount', 'Minimum'), query('UnHealthyHostCount', 'Maximum')],
      { fromMs: untilMs - INGESTION_MS_MAX, untilMs },
    );
    const ill = new Map(minutesOf(unhealthy));
    const [minute, least = 0] = minutesOf(healthy).findLast(([at]) => ill.has(at)) ?? [];
    return minute !== undefined && least >= counts.healthy && ill.get(minute) === 0;
  } catch {
    // What cannot be confirmed is counted.
    return false;
  }
}

const minutesOf = (pages: readonly MetricDataResult[]): [number, number][] =>
  pages.flatMap(({ Timestamps = [], Values = [] }) =>
    Timestamps.map((at, index): [number, number] => [at.getTime(), Values[index] ?? 0]),
  );

/**
 * A group belongs to one load balancer (row L18). Asked once: should it come to another, there are no minutes of it where they are looked for, and
 * its targets are counted.
 */
async function loadBalancerOf(look: SharedLook, targetGroupArn: string): Promise<string | undefined> {
  const { loadBalancers, targetGroups } = look.reader;
  const known = loadBalancers.get(targetGroupArn);
  if (known !== undefined) return known;
  const group = await look.load(targetGroups, { arn: targetGroupArn });
  const [loadBalancerArn] = group?.LoadBalancerArns ?? [];
  if (loadBalancerArn !== undefined) loadBalancers.set(targetGroupArn, loadBalancerArn);
  return loadBalancerArn;
}
