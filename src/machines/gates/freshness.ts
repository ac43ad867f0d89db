import { formatDuration } from '../../plan/duration.ts';
import { pass, unknown, type Verdict } from '../../plan/verdict.ts';
import type { AlarmReading, WatchedMetric } from '../readings.ts';
import { beneath, companionOf, metricKey } from './alarmMetrics.ts';
import { alarmVerdict } from './alarms.ts';

/**
 * CloudWatch shows a minute one to three minutes after its end, and the next one a minute later (`aws-behaviour.md` 8.2). Who has been
 * silent for longer is late or gone.
 */
const AGE_MS_MAX = 5 * 60_000;

/** What is known of the alarms' data. */
export interface AlarmData {
  /** Every alarm that was read, children of composites included, by name. */
  known: ReadonlyMap<string, AlarmReading>;
  /** When the newest period with data of a metric ends, by its key; absent where there is none. */
  newest: ReadonlyMap<string, number>;
  now: number;
  /** Data must be of after this moment to mean anything; `null` where it may be of any. */
  sinceMs: number | null;
}

/**
 * One alarm as a gate, with its data: an alarm that is OK on old data, or on none, is not known to be OK. DescribeAlarms does not
 * tell which it is. What is not OK stays what it is.
 */
export function freshAlarmVerdict(alarm: AlarmReading, data: AlarmData): Verdict {
  const byState = alarmVerdict(alarm);
  if (byState.verdict !== 'pass') return byState;
  const { metricAlarms, unseen } = beneath(alarm, data.known);
  const [blind] = unseen;
  if (blind !== undefined) return unknown(`${byState.why}, but how old its data are is not known: ${blind}`);
  const oldest = metricAlarms
    .flatMap(({ basis }) => (basis.kind === 'metrics' ? basis.metrics : []))
    .map((metric) => newestOf(metric, data))
    .reduce<Newest | undefined>((old, next) => (old === undefined || next.endMs < old.endMs ? next : old), undefined);
  if (oldest === undefined) return unknown(`${byState.why}, but it rests on no metric`);
  const ageMs = Math.max(0, data.now - oldest.endMs);
  if (ageMs > AGE_MS_MAX) {
    const silence =
      oldest.endMs === NEVER ? 'no datapoint that is not long past' : `no datapoint for ${inMinutes(ageMs)}`;
    return unknown(`${byState.why}, but ${oldest.of} has ${silence}; CloudWatch may be late or the metric gone`);
  }
  if (data.sinceMs !== null && oldest.endMs <= data.sinceMs) {
    return unknown(`${byState.why}, but ${oldest.of} has no datapoint since the step began; CloudWatch may be late`);
  }
  return pass(`${byState.why}, data ${inSeconds(ageMs)} old${suppressionOf(alarm)}`);
}

interface Newest {
  endMs: number;
  /** `TargetResponseTime`, or the companion of a counter that has no zeros. */
  of: string;
}

const NEVER = Number.NEGATIVE_INFINITY;

function newestOf(metric: WatchedMetric, { newest }: AlarmData): Newest {
  const own = newest.get(metricKey(metric)) ?? NEVER;
  const companion = companionOf(metric);
  if (companion === undefined) return { endMs: own, of: nameOf(metric) };
  return {
    endMs: Math.max(own, newest.get(metricKey(companion)) ?? NEVER),
    of: `${nameOf(metric)}, which is published only where it is not zero, and with it ${nameOf(companion)}`,
  };
}

const nameOf = (metric: WatchedMetric): string =>
  metric.kind === 'metric' ? `${metric.namespace} ${metric.name}` : 'its query';

/** A suppressor keeps an alarm from telling people, not from being in ALARM: the plan goes by the state all the same. */
const suppressionOf = ({ basis }: AlarmReading): string =>
  basis.kind === 'composite' && basis.suppressor !== undefined
    ? `; ${basis.suppressor.slice(basis.suppressor.lastIndexOf(':') + 1)} may keep it from telling people, which the plan does not go by`
    : '';

const inSeconds = (durationMs: number): string => formatDuration(Math.floor(durationMs / 1000) * 1000);

const inMinutes = (durationMs: number): string => `${Math.floor(durationMs / 60_000)} minutes`;
