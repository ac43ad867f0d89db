import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import type { Breach } from '../facts.ts';
import { healthOfAll, type ServiceHealth } from '../readings.ts';

/** Green can carry what it has: every service at its desired count. */
export function greenCapacityVerdict(services: readonly ServiceHealth[]): Verdict {
  const short = services.find((service) => !service.exists || service.healthy < service.desired);
  if (short === undefined) return pass(`green is healthy: ${healthOfAll(services)}`);
  if (!short.exists) return fail(`green service ${short.service} does not exist`);
  return wait(`green service ${short.service} has ${short.healthy} of ${short.desired} healthy: ${short.why}`);
}

/**
 * A green service that should run and has nobody healthy is sick: its share of the traffic fails. One that runs and was
 * not judged has left the rules by another's hand, or has just come back into them: that is no sickness.
 *
 * @param isToRun names of those that are to run whatever their count says: somebody who sets it to 0 sends their users to nobody
 */
export function greenSickness(services: readonly ServiceHealth[], isToRun: ReadonlySet<string>): Breach | undefined {
  const sick = services.find(
    ({ service, exists, desired, healthy, running, checked }) =>
      !exists || ((desired > 0 || isToRun.has(service)) && healthy === 0 && (checked || running === 0)),
  );
  if (sick === undefined) return undefined;
  return {
    reason: 'GreenSick',
    message: sick.exists
      ? `green service ${sick.service} has 0 of ${sick.desired} healthy: ${sick.desired === 0 ? 'somebody has set its desired count to 0' : sick.why}`
      : `green service ${sick.service} is gone`,
  };
}
