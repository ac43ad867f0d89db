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
