import { mayCarryGreenWeight } from '../../machines/classify.ts';
import type { BlueService } from '../../estate/model.ts';
import { metricKey, metricsToRead } from '../../machines/gates/alarmMetrics.ts';
import { alarmVerdict } from '../../machines/gates/alarms.ts';
import { blindness } from '../../machines/gates/sight.ts';
import { freshAlarmVerdict } from '../../machines/gates/freshness.ts';
import { all, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import type { AlarmReading } from '../ports.ts';
import { migratedServices, type Groundwork } from '../run.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/**
 * How old the data are that the alarms are OK on, where green may have weight or is about to get it. Observed only once it is certain
 * that this reconcile goes no way back: nothing here may delay one. An alarm whose data cannot be read is not known to be OK.
 */
export async function observeFreshness(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { state } = look;
  const alarms = observation.alarmReadings;
  if (alarms.length === 0 || (!mayCarryGreenWeight(state) && state !== 'verify')) return;
  // Should anything below fail, what stands here opens nothing.
  observation.alarms = all([observation.alarms, unknown('how old the data of the alarms are is not known')], pass(''));
  const judge = await judgeOf(look, alarms, migratedServices(groundwork), observation.alarmWaivers);
  const verdicts = new Map(alarms.map((alarm) => [`alarm/${alarm.name}`, judge(alarm)]));
  observation.gates = observation.gates.map((gate) => ({ name: gate.name, ...(verdicts.get(gate.name) ?? gate) }));
  observation.alarms = all([...verdicts.values()], pass(''));
}

async function judgeOf(
  look: Look,
  alarms: readonly AlarmReading[],
  blue: readonly BlueService[],
  waivers: ReadonlyMap<string, Verdict>,
): Promise<(alarm: AlarmReading) => Verdict> {
  const { world, now } = look;
  const read = await attempt(async () => {
    const known = new Map([...(await world.alarmsBeneath(alarms)), ...alarms].map((alarm) => [alarm.name, alarm]));
    const metrics = metricsToRead(alarms, known);
    const ends = metrics.length === 0 ? [] : await world.newestData(metrics);
    const newest = new Map<string, number>();
    for (const [index, metric] of metrics.entries()) {
      const endMs = ends[index] ?? null;
      if (endMs !== null) newest.set(metricKey(metric), endMs);
    }
    return { known, newest };
  });
  if (!read.ok) {
    const { message } = read.error;
    return (alarm) => {
      const waiver = waivers.get(alarm.name);
      if (waiver !== undefined) return waiver;
      const byState = alarmVerdict(alarm);
      return byState.verdict === 'pass'
        ? unknown(`${byState.why}, but how old its data are is not known: ${message}`)
        : byState;
    };
  }
  const data = { ...read.value, now, sinceMs: dueSince(look) };
  return (alarm) => {
    const waiver = waivers.get(alarm.name);
    if (waiver !== undefined) return waiver;
    const verdict = freshAlarmVerdict(alarm, data);
    const blind = verdict.verdict === 'fail' ? undefined : blindness(alarm, data.known, blue);
    return blind === undefined ? verdict : wait(blind);
  };
}

/**
 * When the step or the soak began, once its time is over: it does not end on data of before it. Until then older data are no reason
 * to speak of it.
 */
function dueSince({ run: { spec, status }, state, now }: Look): number | null {
  const { step, verifiedAt, enteredAt } = status.machine.context;
  switch (state) {
    case 'ramp.bake': {
      const bakeMs = spec.ramp.steps[step]?.bakeMs ?? 0;
      return verifiedAt !== null && now >= verifiedAt + bakeMs ? verifiedAt : null;
    }
    case 'soak':
      return now >= enteredAt + spec.retire.soakMs ? enteredAt : null;
    default:
      return null;
  }
}
