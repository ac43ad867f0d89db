import { REASSERT_EVERY_MS, REASSERTIONS_MAX, recentAmong } from './drift.ts';

/*
 * Somebody writes a rule back after each write of ours. Going forward that is bounded: what was written over so often within the window
 * is drift. The plan's policy answers it in the ramp; while the rule is handed over it is left as it is for the rest of the window. On the
 * way back it is told and written over for as long as it takes, at once each time.
 */

/**
 * Whether a rule that does not carry what was written is another's too: written, and written over {@link REASSERTIONS_MAX} times within the
 * window of reassertions.
 *
 * @param writtenAt plan times at which this very route was written to the rule, oldest first
 */
export const isContested = (writtenAt: readonly number[], now: number): boolean =>
  recentAmong(writtenAt, now).length > REASSERTIONS_MAX;

/** Whether a step is written once more now. The first repetition waits for nothing: a read may have been older than the write. */
export function mayWriteAgain(writtenAt: readonly number[], now: number): boolean {
  const recent = recentAmong(writtenAt, now);
  return recent.length < 2 || now - (recent.at(-1) ?? 0) >= REASSERT_EVERY_MS;
}
