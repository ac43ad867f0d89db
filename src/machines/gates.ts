import { fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import type { Breach } from './facts.ts';
import type { AlarmReading, ServiceHealth } from './readings.ts';

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
      return unknown(`alarm ${alarm.name} does not exist; create it or take it out of spec.gates.alarms`);
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

/** Green can carry what it has: every service at its desired count. */
export function greenCapacityVerdict(services: readonly ServiceHealth[]): Verdict {
  const short = services.find((service) => !service.exists || service.healthy < service.desired);
  if (short === undefined) return pass(`green is healthy: ${summary(services)}`);
  if (!short.exists) return fail(`green service ${short.service} does not exist`);
  return wait(`green service ${short.service} has ${short.healthy} of ${short.desired} healthy: ${short.why}`);
}

/**
 * Blue as it was recorded: green was made from that revision, and a deployment on blue under the plan would be lost with it.
 * `spec.source.onSourceChange: pause`, the default and so far the only choice: forward steps wait.
 */
export function sourceVerdict(
  services: readonly { service: string; taskDefinition: string }[],
  recorded: ReadonlyMap<string, string>,
): Verdict {
  const changed = services.find(
    ({ service, taskDefinition }) => taskDefinition !== '' && taskDefinition !== recorded.get(service),
  );
  if (changed === undefined) return pass('blue runs what was recorded');
  return wait(
    `service ${changed.service} was deployed under the plan: it runs ${changed.taskDefinition}, green was made from ` +
      `${recorded.get(changed.service) ?? 'nothing'}. Deploy the recorded revision again, or abort and apply the plan anew`,
  );
}

/**
 * A green service that should run and has nobody healthy is sick: its share of the traffic fails. One that runs and was
 * not judged has left the rules by another's hand, or has just come back into them: that is no sickness.
 */
export function greenSickness(services: readonly ServiceHealth[]): Breach | undefined {
  const sick = services.find(
    ({ exists, desired, healthy, running, checked }) =>
      !exists || (desired > 0 && healthy === 0 && (checked || running === 0)),
  );
  if (sick === undefined) return undefined;
  return {
    reason: 'GreenSick',
    message: sick.exists
      ? `green service ${sick.service} has 0 of ${sick.desired} healthy: ${sick.why}`
      : `green service ${sick.service} is gone`,
  };
}

/**
 * Whether all traffic may go back to blue. Blue is compared with what it had when it was recorded. A blue that serves at all
 * is the better side at once where green has nobody healthy, and otherwise when it could not be had back whole within
 * `reviveMs`; a blue with nobody healthy never is.
 *
 * @param patience `waitedMs`: how long blue has been revived; `undefined` while nobody does that.
 */
export function blueReadyVerdict(
  services: readonly ServiceHealth[],
  recorded: ReadonlyMap<string, number>,
  patience: { waitedMs: number | undefined; reviveMs: number },
  green: 'serves' | 'serves nobody',
): Verdict {
  const short = services.filter((service) => service.healthy < (recorded.get(service.service) ?? service.desired));
  if (short.length === 0) return pass(`blue can take everything: ${summary(services)}`);
  const names = short
    .map((one) => `${one.service} ${one.healthy}/${recorded.get(one.service) ?? one.desired}`)
    .join(', ');
  const dead = short.find((service) => service.healthy === 0);
  const { waitedMs = 0, reviveMs } = patience;
  const isBeingRevived = waitedMs < reviveMs;
  const lacking =
    patience.waitedMs === undefined
      ? `blue is not what it was: ${names} healthy; set its count back, or let it recover`
      : `blue is being revived: ${names}`;
  if (dead !== undefined) {
    return isBeingRevived
      ? wait(lacking)
      : fail(`blue cannot take traffic: ${names}; green keeps it until ${dead.service} is healthy again`);
  }
  if (green === 'serves nobody') {
    return pass(`blue is short (${names}), but green has nobody healthy: blue is the better side at once`);
  }
  return isBeingRevived
    ? wait(lacking)
    : pass(`blue is short (${names}) and could not be revived in time; it still serves, and is the better side`);
}

const summary = (services: readonly ServiceHealth[]): string =>
  services.map((service) => `${service.service} ${service.healthy}/${service.desired}`).join(', ');
