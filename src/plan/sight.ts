/** From the end of a period until CloudWatch has its datapoint and has evaluated it (`aws-behaviour.md` 8.2). */
export const SEEN_AFTER_MS = 2 * 60_000;

/** How long a bake must be for an alarm to fire in it that takes `breachMs` of a metric on the wrong side. */
export const bakeMsFor = (breachMs: number): number => breachMs + SEEN_AFTER_MS;
