import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';

/** One side of a service whose sides take turns, as it was read. */
export interface TurnReading {
  /** Its name on that side: `mailer`, `mailer-sc`. */
  service: string;
  exists: boolean;
  desired: number;
  /** Tasks that have not ended, those that are starting or stopping among them. */
  alive: number;
  /** As many run as are desired, by one completed deployment. */
  steady: boolean;
  /** Its deployment failed, or `undefined`. */
  failed: string | undefined;
  /** `asleep`: a minimum of 0, and nothing moves the count. `none`: it does not scale. */
  scaling: 'none' | 'asleep' | 'awake';
  why: string;
}

/** Both sides, and how many tasks blue had when it was recorded: whoever has the turn runs as many. */
export interface Turn {
  blue: TurnReading;
  green: TurnReading;
  count: number;
  /** Blue's scaling slept when it was recorded, and so it is to sleep on. */
  wasAsleep: boolean;
}

/** Whether the side is told to run nothing: its count is 0, and no scaling would raise it. */
export const isToStop = ({ exists, desired, scaling }: TurnReading): boolean =>
  !exists || (desired === 0 && scaling !== 'awake');

/** Whether the side runs nothing, and will not by itself. */
export const hasStopped = (side: TurnReading): boolean => isToStop(side) && side.alive === 0;

/** Whether the side is told to run as blue was recorded to. */
export const isToRun = (
  { desired, scaling }: TurnReading,
  { count, wasAsleep }: Pick<Turn, 'count' | 'wasAsleep'>,
): boolean => desired >= count && (scaling !== 'asleep' || wasAsleep);

const stopWords = ({ service, desired, alive, scaling }: TurnReading): string =>
  desired > 0
    ? `${service} still has a desired count of ${desired}`
    : scaling === 'awake'
      ? `${service} may still be scaled out`
      : `${service} has ${alive} tasks that have not ended yet`;

/** What is left of a side: its tasks end when their work in hand is done, and none of them is waited for by a count alone. */
export const stoppedVerdict = (side: TurnReading): Verdict =>
  hasStopped(side) ? pass(`${side.service} runs nothing`) : wait(stopWords(side));

/**
 * Whether green has the turn. `fail` where green cannot start, or did not within `deadlineMs`: nobody does its work meanwhile.
 *
 * @param waitedMs since blue was seen to have stopped; what a hold has held up does not count
 */
export function cutOverVerdict(turn: Turn, waitedMs: number, deadlineMs: number): Verdict {
  const { blue, green } = turn;
  if (!hasStopped(blue)) return wait(`${stopWords(blue)}; green does not start beside it`);
  if (!green.exists) return fail(`green service ${green.service} does not exist`);
  if (green.failed !== undefined) return fail(`${green.service} does not start: ${green.failed}`);
  if (isToRun(green, turn) && green.steady) return pass(`${green.service} runs in the place of ${blue.service}`);
  if (waitedMs > deadlineMs) {
    return fail(`${green.service} was not up after ${Math.round(waitedMs / 60_000)} minutes: ${green.why}`);
  }
  return wait(`${blue.service} has stopped, ${green.service} starts: ${green.why}`);
}

/**
 * Whether blue has the turn again. A blue that does not come up within `reviveMs` keeps green no longer: green has stopped, and does
 * not start again.
 */
export function cutBackVerdict(turn: Turn, waitedMs: number, reviveMs: number): Verdict {
  const { blue, green, count } = turn;
  if (!hasStopped(green)) return wait(`${stopWords(green)}; blue does not start beside it`);
  if (!blue.exists) return fail(`blue service ${blue.service} does not exist`);
  const isSet = isToRun(blue, turn);
  if (isSet && blue.steady) return pass(`${blue.service} runs again`);
  return isSet && waitedMs > reviveMs
    ? pass(`${blue.service} is set back to ${count} tasks and has not come up in time: ${blue.why}`)
    : wait(`${green.service} runs nothing, ${blue.service} starts: ${blue.why}`);
}
