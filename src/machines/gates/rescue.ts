import { metricName, serviceNames } from '../../estate/alarms/ofEstate.ts';
import type { BlueService } from '../../estate/model.ts';
import { formatDuration } from '../../plan/duration.ts';
import type { Analysis } from '../../plan/model.ts';
import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { AlarmReading, EdgeMinute } from '../readings.ts';
import { beneath } from './alarmMetrics.ts';
import { alarmVerdict } from './alarms.ts';
import { analysisVerdict } from './analysis.ts';
import { blindness } from './sight.ts';
import { WAIVED } from './waived.ts';

/** How far back green's and blue's requests are looked at when an alarm has to be told from blue's failing. */
export const RESCUE_WINDOW_MS = 10 * 60_000;

/**
 * How long an alarm that blue's failing has set may stay in ALARM once green has everything: its own window still holds requests of
 * blue, and CloudWatch is late with each.
 */
export const ALARM_CLEARS_MS = 10 * 60_000;

/** What an alarm of a rescue looks at. */
export type AlarmSight =
  /** Blue alone: of green it says nothing, ever. */
  | 'blue'
  /** Green by its own names: it counts as in any plan. */
  | 'green'
  /** Both sides together, as at the load balancer, or nobody knows what. */
  | 'both';

/** @param greenNames names of green's services. */
export function alarmSight(
  alarm: AlarmReading,
  known: ReadonlyMap<string, AlarmReading>,
  blue: readonly BlueService[],
  greenNames: readonly string[],
): AlarmSight {
  if (blindness(alarm, known, blue) !== undefined) return 'blue';
  const blueGroups = blue.flatMap((service) => serviceNames(service).targetGroupArns.map(metricName));
  const isOfGreen = beneath(alarm, known)
    .metricAlarms.flatMap(({ basis }) => (basis.kind === 'metrics' ? basis.metrics : []))
    .some((metric) => {
      if (metric.kind === 'query') return false;
      const { TargetGroup, ServiceName } = metric.dimensions;
      return (
        (ServiceName !== undefined && greenNames.includes(ServiceName)) ||
        (TargetGroup !== undefined && !blueGroups.includes(TargetGroup))
      );
    });
  return isOfGreen ? 'green' : 'both';
}

/** What green has of the traffic while an alarm over both sides is judged. */
export type GreenShare =
  | { kind: 'none' }
  /** Blue serves the rest, and may have set the alarm by itself. */
  | { kind: 'part' }
  /** @property sinceMs when that was read back, milliseconds since the epoch. */
  | { kind: 'all'; sinceMs: number };

/** Both sides' requests of the last ten minutes; why they could not be read, where they could not. */
export type RescueMinutes = { minutes: readonly EdgeMinute[] } | { unread: Verdict };

export interface RescueLook {
  share: GreenShare;
  requests: RescueMinutes;
  /** When green was first to have weight; `null` before. */
  rampedAt: number | null;
  now: number;
}

/**
 * An alarm over both sides in a rescue. While it is not in ALARM, it counts as in any plan. In ALARM it is blue's affair where green
 * serves nothing, and where green is not proven worse than blue by its own requests; that is waived. A green that is worse fails it
 * as ever, and so does an alarm on anything but requests that was not in ALARM before green had weight: there is nothing to judge it by. Once green has everything it has {@link ALARM_CLEARS_MS} to leave the ALARM that it was in before, and then counts.
 *
 * @returns `undefined` where nothing of it is waived: the alarm's own verdict counts.
 */
export function rescueAlarmVerdict(
  alarm: AlarmReading,
  known: ReadonlyMap<string, AlarmReading>,
  { share, requests, rampedAt, now }: RescueLook,
): Verdict | undefined {
  if (alarm.state !== 'ALARM') return undefined;
  const words = alarmVerdict(alarm).why;
  if (share.kind === 'none') return pass(`${words}; green serves nothing yet, so it is blue's: ${WAIVED}`);
  const isBefore = (atMs: number | null): boolean =>
    atMs !== null && alarm.transitionedAt !== null && alarm.transitionedAt <= atMs;
  if (!isOfRequests(alarm, known) && !isBefore(rampedAt)) return undefined;
  if (share.kind === 'all' && (!isBefore(share.sinceMs) || now - share.sinceMs >= ALARM_CLEARS_MS)) return undefined;
  if ('unread' in requests) {
    return { ...requests.unread, why: `${words}; whether it is green's could not be read: ${requests.unread.why}` };
  }
  const judged = analysisVerdict(limitsOf(alarm, known), requests.minutes, { as: 'watch', blueServes: true });
  if (judged.verdict === 'fail') return fail(`${words}; by its own requests it is green's: ${judged.why}`);
  return share.kind === 'part'
    ? pass(`${words}; by green's own requests it is blue's (${judged.why}): ${WAIVED}`)
    : wait(
        `${words}; it was before green had all traffic, and has ${formatDuration(ALARM_CLEARS_MS)} from then to be OK (${judged.why})`,
      );
}

/** It looks at nothing but what the load balancer counts, which it counts for each side by itself too. */
function isOfRequests(alarm: AlarmReading, known: ReadonlyMap<string, AlarmReading>): boolean {
  const { metricAlarms, unseen } = beneath(alarm, known);
  return (
    unseen.length === 0 &&
    metricAlarms.length > 0 &&
    metricAlarms.every(
      ({ basis }) =>
        basis.kind === 'metrics' &&
        basis.metrics.every((metric) => metric.kind === 'metric' && metric.namespace === 'AWS/ApplicationELB'),
    )
  );
}

/** Errors always; the response time only for an alarm that looks at it, since a blue that fails at once is fast. */
function limitsOf(alarm: AlarmReading, known: ReadonlyMap<string, AlarmReading>): Analysis {
  const isSlowness = beneath(alarm, known)
    .metricAlarms.flatMap(({ basis }) => (basis.kind === 'metrics' ? basis.metrics : []))
    .some((metric) => metric.kind === 'metric' && metric.name === 'TargetResponseTime');
  return {
    errorRate: { max: null, maxVsBlue: 1 },
    latencies: isSlowness ? [{ percentile: RESCUE_PERCENTILE, maxMs: null, maxVsBlue: 1 }] : [],
    requestsMin: 1,
    windowMs: RESCUE_WINDOW_MS,
  };
}

/** The median needs the fewest requests to be measured by. */
export const RESCUE_PERCENTILE = 50;

/** An analysis without its comparisons, which a failing blue makes meaningless; `null` where nothing is left of it. */
export function withoutComparisons(analysis: Analysis): Analysis | null {
  const max = analysis.errorRate?.max ?? null;
  const latencies = analysis.latencies
    .filter(({ maxMs }) => maxMs !== null)
    .map((limits) => ({ ...limits, maxVsBlue: null }));
  if (max === null && latencies.length === 0) return null;
  return { ...analysis, errorRate: max === null ? null : { max, maxVsBlue: null }, latencies };
}

/** Whether an analysis compares green with blue. */
export const compares = ({ errorRate, latencies }: Analysis): boolean =>
  (errorRate?.maxVsBlue ?? null) !== null || latencies.some(({ maxVsBlue }) => maxVsBlue !== null);
