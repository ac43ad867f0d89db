import { isCreatedAlarm } from '../../plan/createdAlarms.ts';
import { fail, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import type { Breach } from '../facts.ts';
import type { AlarmReading } from '../readings.ts';

/**
 * One alarm as a gate. Only OK opens it: an alarm that the API does not name is not safe (row W2), one without data is
 * waited for (row W4).
 */
export function alarmVerdict(alarm: AlarmReading): Verdict {
  switch (alarm.state) {
    case 'OK':
      return pass(`alarm ${alarm.name} is OK`);
    case 'ALARM':
      return fail(`alarm ${alarm.name} is in ALARM: ${alarm.stateReason}`);
    case 'INSUFFICIENT_DATA':
      return wait(`alarm ${alarm.name} has insufficient data: ${alarm.stateReason}`);
    case 'missing':
      return unknown(
        isCreatedAlarm(alarm.name)
          ? `alarm ${alarm.name}, which Meshlift had made, does not exist any more; onDrift: reassert makes it again; otherwise abort the plan`
          : `alarm ${alarm.name} does not exist; create it or take it out of spec.gates.alarms`,
      );
  }
}

/** The first alarm in ALARM, as a breach. */
export function alarmBreach(alarms: readonly AlarmReading[]): Breach | undefined {
  const firing = alarms.find((alarm) => alarm.state === 'ALARM');
  if (firing === undefined) return undefined;
  return { reason: 'AlarmBreach', message: `${firing.name} ALARM: ${firing.stateReason}` };
}

/** Alarms that are OK now but changed their state since the step began: they may have fired and cleared between two polls. */
export function flappedAlarm(alarms: readonly AlarmReading[], sinceMs: number | null): string | undefined {
  if (sinceMs === null) return undefined;
  const flapped = alarms.find(
    (alarm) => alarm.state === 'OK' && alarm.transitionedAt !== null && alarm.transitionedAt > sinceMs,
  );
  return flapped === undefined ? undefined : `alarm ${flapped.name} changed its state since the step began`;
}
