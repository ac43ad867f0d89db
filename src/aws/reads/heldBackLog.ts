import type { Log } from '../../reconciler/ports.ts';
import { familyOf } from '../budget.ts';

/** Real. Looks that are held back come by the hundred: one line tells of all of them since the last. */
const LINE_EVERY_MS = 60_000;

/**
 * Says in the log that looks of plans wait for the budget, a line a minute at most: how many since the last line, and which of them waited longest,
 * last for which family.
 */
export function createHeldBackLog(
  log: Log,
  monotonicMs: () => number,
): (plan: string, api: string, heldMs: number) => void {
  let looks = 0;
  let longest = { plan: '', family: '', heldMs: 0 };
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return (plan, api, heldMs) => {
    looks += 1;
    if (heldMs > longest.heldMs) longest = { plan, family: familyOf(api), heldMs: Math.round(heldMs) };
    if (monotonicMs() - toldAtMs < LINE_EVERY_MS) return;
    log.warn({ looks, ...longest }, 'looksHeldBack');
    looks = 0;
    longest = { plan: '', family: '', heldMs: 0 };
    toldAtMs = monotonicMs();
  };
}
