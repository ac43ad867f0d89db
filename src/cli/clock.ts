import type { Clock } from '../reconciler/ports.ts';

/** Names the variable that the lab sets for everything that runs in it. */
export const CLOCK_VARIABLE = 'MESHLIFT_CLOCK';

/** The time of day. */
export const wallClock: Clock = {
  now: () => Date.now(),
  realMs: (durationMs) => durationMs,
};

/**
 * The clock that records are written and read by: the lab's where `MESHLIFT_CLOCK` is
 * `<labOriginMs>,<realOriginMs>,<factor>` (milliseconds since the epoch, factor 1 to 30), and the time of day where it is
 * absent or empty. Throws for anything else: a wrong clock would end bakes early.
 */
export function clockFromEnvironment(environment: Readonly<Record<string, string | undefined>> = process.env): Clock {
  const text = environment[CLOCK_VARIABLE];
  if (text === undefined || text === '') return wallClock;
  const [labOriginMs, realOriginMs, factor, ...rest] = text.split(',').map((part) => Number(part.trim() || Number.NaN));
  if (
    labOriginMs === undefined ||
    realOriginMs === undefined ||
    factor === undefined ||
    rest.length > 0 ||
    !Number.isFinite(labOriginMs) ||
    !Number.isFinite(realOriginMs) ||
    !(factor >= 1 && factor <= 30)
  ) {
    throw new Error(
      `${CLOCK_VARIABLE} is "${text}"; it must be <labOriginMs>,<realOriginMs>,<factor> with a factor from 1 to 30, or be unset`,
    );
  }
  return {
    now: () => labOriginMs + (Date.now() - realOriginMs) * factor,
    realMs: (durationMs) => durationMs / factor,
  };
}
