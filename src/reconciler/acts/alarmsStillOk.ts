import { alarmVerdict } from '../../machines/gates/alarms.ts';
import { attempt } from '../observe/attempt.ts';
import type { AlarmReading } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { watchedAlarms } from '../watchedAlarms.ts';
import { type Act, tellFailure } from './acting.ts';

/** What a rescue was seen to waive a moment ago it still waives. */
const isPassedOver = ({ observation }: Act, { name }: AlarmReading): boolean =>
  observation.alarmWaivers.get(name)?.verdict === 'pass';

/** @param leaveOut ids of what is changed, an alarm among them: it cannot be OK before it is put back. */
export async function areAlarmsStillOk(
  acting: Act,
  groundwork: Groundwork,
  leaveOut: ReadonlySet<string> = new Set(),
): Promise<boolean> {
  const { run, machine } = acting;
  const names = watchedAlarms(run.spec, groundwork, machine.value).filter((name) => !leaveOut.has(`alarm/${name}`));
  if (names.length === 0) return true;
  const readings = await attempt(() => acting.world.alarms(names));
  if (!readings.ok) tellFailure(acting, readings.error);
  return (
    readings.ok &&
    readings.value.every((alarm) => isPassedOver(acting, alarm) || alarmVerdict(alarm).verdict === 'pass')
  );
}
