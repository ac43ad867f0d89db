import type { RuleResource } from '../../assess/model.ts';
import type { EdgeMinute, SideMinute } from '../../machines/readings.ts';
import type { Percentile } from '../../plan/model.ts';
import { AwsCallError, type Resolved } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { edgeMetrics, INGESTION_MS_MAX } from '../edgeTraffic.ts';
import { type Datapoint, type MetricId, minuteStatistics, PERIOD_MS, type Statistic } from '../metrics.ts';

const MS_IN_SECOND = 1000;

/**
 * Both sides of an entry by the minute, in one GetMetricData call. Only minutes that the load balancer has published itself are
 * told: in those, a counter that is not there is 0, and in any other it says nothing (`aws-behaviour.md` 8.3). A target group that
 * serves two entries of one load balancer is counted for both together.
 *
 * Empty where the newest minute is older than CloudWatch's own delay: numbers of then say nothing of now.
 */
export async function readEdgeMinutes(
  clients: AwsClients,
  nowMs: number,
  rule: RuleResource,
  resolved: Resolved,
  fromMs: number,
  percentiles: readonly Percentile[],
): Promise<EdgeMinute[]> {
  const greenArn = resolved.get(rule.greenTargetGroup.ref);
  if (greenArn === undefined) {
    const message = `${rule.greenTargetGroup.ref} could not be read, so nobody knows what green served`;
    throw new AwsCallError('cloudwatch:GetMetricData', 'NotAsked', 'unknown', message);
  }
  const untilMs = Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
  const window = { fromMs: Math.ceil(fromMs / PERIOD_MS) * PERIOD_MS, untilMs };
  if (window.fromMs >= window.untilMs) return [];
  const metric = edgeMetrics(rule);
  const sideOf = (arn: string) => sideQueries((name) => metric(name, arn), percentiles);
  const blueQueries = sideOf(rule.blueTargetGroupArn);
  const [edge = [], ...sides] = await minuteStatistics(
    clients,
    [sum(metric('RequestCount')), ...blueQueries, ...sideOf(greenArn)],
    window,
  );
  const published = edge.map(({ atMs }) => atMs).toSorted((one, other) => one - other);
  const latestMs = published.at(-1);
  if (latestMs === undefined || latestMs + PERIOD_MS < untilMs - INGESTION_MS_MAX) return [];
  const blue = sides.slice(0, blueQueries.length);
  const green = sides.slice(blueQueries.length);
  return published.map((atMs) => ({
    atMs,
    blue: sideMinute(blue, atMs, percentiles),
    green: sideMinute(green, atMs, percentiles),
  }));
}

interface Query {
  metric: MetricId;
  statistic: Statistic;
}

const sum = (metric: MetricId): Query => ({ metric, statistic: 'Sum' });

const sideQueries = (metric: (name: string) => MetricId, percentiles: readonly Percentile[]): Query[] => [
  sum(metric('RequestCount')),
  sum(metric('HTTPCode_Target_5XX_Count')),
  sum(metric('TargetConnectionErrorCount')),
  ...percentiles.map((percentile): Query => ({ metric: metric('TargetResponseTime'), statistic: `p${percentile}` })),
];

/** @param series as {@link sideQueries} asked for them. */
function sideMinute(
  [requests, answered5xx, unconnected, ...latencies]: readonly Datapoint[][],
  atMs: number,
  percentiles: readonly Percentile[],
): SideMinute {
  const at = (points: readonly Datapoint[] | undefined) => points?.find((point) => point.atMs === atMs)?.value;
  const counted = at(requests) ?? 0;
  // A load balancer tries another target where one does not take the connection: there may be more of those than requests.
  const errors = Math.min(counted, (at(answered5xx) ?? 0) + (at(unconnected) ?? 0));
  return {
    requests: counted,
    errors,
    latencyMs: Object.fromEntries(
      percentiles.flatMap((percentile, index) => {
        const seconds = at(latencies[index]);
        return seconds === undefined ? [] : [[percentile, seconds * MS_IN_SECOND]];
      }),
    ),
  };
}
