import type { RuleResource } from '../../assess/model.ts';
import type { Drift } from '../../machines/facts.ts';
import { REASSERT_WINDOW_MS, REASSERTIONS_MAX } from '../../machines/drift.ts';
import type { WantedRoute } from '../../machines/intent.ts';
import type { RouterReading } from '../ports.ts';

/** A rule that does not carry what was read back before. */
export interface RuleDrift {
  rule: RuleResource;
  /** `undefined` where the rule is gone. */
  reading: RouterReading | undefined;
  was: WantedRoute;
  /** What becomes of blue although the rule is gone; `undefined` where that is no question. */
  why?: string | undefined;
  /** It was written several times, and others wrote it back each time. Default: not. */
  isContested?: boolean;
}

/**
 * What others made of the plan's rules, in one: a change of weights only where every rule of the plan got the same one, since the
 * weights of a plan move together.
 *
 * @param rules how many the plan has.
 */
export function driftOf(drifted: readonly RuleDrift[], rules: number): Drift | undefined {
  if (drifted.length === 0) return undefined;
  return { message: drifted.map(words).join('; '), change: changeOf(drifted, rules) };
}

function words({ rule, reading, was, why, isContested = false }: RuleDrift): string {
  if (reading === undefined) return why ?? `${rule.id} does not exist any more`;
  const changed = `${rule.id} was changed by others: ${reading.changesSince(was).join(', ')}`;
  return isContested
    ? `${changed}; it was written over ${REASSERTIONS_MAX} times within ${REASSERT_WINDOW_MS / 60_000} minutes, and changed back each time`
    : changed;
}

function changeOf(drifted: readonly RuleDrift[], rules: number): Drift['change'] {
  if (drifted.some(({ reading }) => reading === undefined)) return { kind: 'gone' };
  const weights = new Set(
    drifted.map(({ reading }) => (reading?.route.kind === 'split' ? reading.route.greenWeight : null)),
  );
  const [greenWeight] = weights;
  return typeof greenWeight === 'number' && weights.size === 1 && drifted.length === rules
    ? { kind: 'weights', greenWeight }
    : { kind: 'actions' };
}
