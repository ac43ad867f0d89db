import type { EntryOf } from '../history.ts';
import type { Violation } from './violation.ts';
import { writtenWeights } from './weights.ts';

/** How long a load balancer's nodes may still route as before (row L7), lab time. */
const PROPAGATION_LAB_MS = 6_000;
/** A request that had begun by then may take so long to fail, real time. */
const IN_FLIGHT_MS = 1_000;

/** When a plan's green may cost users requests. */
interface Window {
  fromMs: number;
  toMs: number;
}

/**
 * Requests that failed without an excuse. The only excuse is a fault that was put into a plan's green, from then until its rule had been
 * written back to blue and was in force; and blue has none.
 */
export function failedUsers(parts: {
  begin: EntryOf<'begin'>;
  plans: readonly EntryOf<'plan'>[];
  acts: readonly EntryOf<'act'>[];
  calls: ReadonlyMap<string, readonly EntryOf<'call'>[]>;
  requests: readonly EntryOf<'request'>[];
}): Violation[] {
  const { begin, plans, acts, calls, requests } = parts;
  const windows = new Map(
    plans.flatMap((plan) => {
      const fault = acts.find(({ act, on }) => act === 'green falls sick' && on === plan.plan);
      if (fault === undefined || plan.story !== 'sickGreen') return [];
      return [[plan.plan, windowOf(fault.at, calls.get(plan.plan) ?? [], plan, begin)] as const];
    }),
  );
  return requests.flatMap(({ at, ms, plan, side, ok, result }) => {
    if (ok) return [];
    const window = windows.get(plan);
    const isExcused = side !== 'blue' && window !== undefined && at + ms >= window.fromMs && at <= window.toMs;
    if (isExcused) return [];
    return [{ rule: 'userFailed', plan, what: `${result} by ${side} at ${new Date(at).toISOString()}` }];
  });
}

function windowOf(
  fromMs: number,
  calls: readonly EntryOf<'call'>[],
  { blueTargetGroup }: EntryOf<'plan'>,
  { clockFactor }: EntryOf<'begin'>,
): Window {
  const back = calls.find(
    (call) => call.at >= fromMs && call.outcome === 'ok' && writtenWeights(call, blueTargetGroup)?.green === 0,
  );
  // A plan that never goes back is a violation of its own.
  const backMs = back === undefined ? Number.POSITIVE_INFINITY : back.at + back.ms;
  return { fromMs, toMs: backMs + PROPAGATION_LAB_MS / clockFactor + IN_FLIGHT_MS };
}
