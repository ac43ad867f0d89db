import { isBackward, isSettled } from '../../machines/classify.ts';
import { isEasing, mayGreenServe } from '../../machines/easing.ts';
import { alarmBreach, alarmVerdict, flappedAlarm } from '../../machines/gates/alarms.ts';
import type { MachineState } from '../../machines/record.ts';
import { all, pass } from '../../plan/verdict.ts';
import type { AlarmReading } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { watchedAlarms } from '../watchedAlarms.ts';
import { attempt, judge, type Read } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

const watchesAlarms = (state: MachineState): boolean => !isBackward(state) && !isSettled(state);

export async function observeAlarms(
  { run, world, state, now }: Look,
  groundwork: Groundwork,
  observation: Observation,
): Promise<void> {
  const { context } = run.status.machine;
  if (!watchesAlarms(state) && !isEasing(state, context)) return;
  const names = watchedAlarms(run.spec, groundwork, state);
  const readings: Read<AlarmReading[]> =
    names.length === 0 ? { ok: true, value: [] } : await attempt(() => world.alarms(names));
  observation.alarms = judge(readings, (alarms) => all(alarms.map(alarmVerdict), pass('the plan names no alarm')));
  if (!readings.ok) {
    observation.gates.push({ name: 'alarms', ...readings.verdict });
    return;
  }
  observation.alarmReadings = readings.value;
  observation.gates.push(...readings.value.map((alarm) => ({ name: `alarm/${alarm.name}`, ...alarmVerdict(alarm) })));
  observation.facts.flapped = flappedAlarm(readings.value, run.status.machine.context.verifiedAt);
  const breach = alarmBreach(readings.value);
  if (breach !== undefined && mayGreenServe(state, context)) {
    observation.facts.breach = { ...breach, message: `${breach.message} (read at ${new Date(now).toISOString()})` };
  }
}
