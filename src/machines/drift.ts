import type { PlanSpec } from '../plan/model.ts';
import type { Facts } from './facts.ts';
import { greenWeight } from './intent.ts';
import type { MachineContext } from './record.ts';

/** What the plan makes of a rule that others changed. */
export type DriftAnswer =
  | 'none'
  /** A person decides. */
  | 'halt'
  /** The answer waits for something that is not known yet, or for the end of a hold; nothing goes forward meanwhile. */
  | 'wait'
  /** The step's own weights are written over the change. */
  | 'reassert'
  /** Green's weight as it was found is what bakes. */
  | 'adopt';

/** Two that want different things of one rule would write over each other for ever: plan time, and how often within it. */
export const REASSERT_EVERY_MS = 30_000;
export const REASSERT_WINDOW_MS = 10 * 60_000;
export const REASSERTIONS_MAX = 3;

/** The reassertions that still count against {@link REASSERTIONS_MAX}, oldest first. */
export const recentReassertions = ({ reassertedAt }: MachineContext, now: number): number[] =>
  recentAmong(reassertedAt ?? [], now);

export const recentAmong = (times: readonly number[], now: number): number[] =>
  times.filter((at) => now - at < REASSERT_WINDOW_MS);

/** Whether the state was entered to write over what others wrote; lasts until its weight is read back. */
export const isReasserting = ({ reassertedAt, enteredAt }: MachineContext): boolean =>
  reassertedAt?.at(-1) === enteredAt;

/**
 * `spec.onDrift`, where green may have weight and the plan goes forward.
 *
 * - `pause` halts: nobody's edit is written over, and nothing goes on on top of it.
 * - `reassert` writes what the step says, and so never more for green than that (I6: no step is taken by it). It may raise green's
 *   weight, so it needs what a step needs: every gate at pass, and nothing that holds the plan (I5, I16); where a gate is against it, it
 *   halts. A rule out of which green was taken halts for that reason: in no rule nobody checks green's health (row L8), and an unchecked
 *   green is given no weight (I2). The third repetition within the window is the last.
 * - `adopt` makes no call at all (I16 holds by itself): green's weight as it was found becomes the current step's, which bakes anew
 *   before anything else goes forward (I6). Less than before is taken as it is; more needs what a step needs (I5). Weights of 0 are no
 *   step, since nothing would bake. Whatever is no pure change of weights halts: it would be lost with the first step after it.
 *
 * None of this delays the way back: an abort and a breach are other events, and come first (I8, I9). Once backward nothing here
 * is asked (I7).
 */
export function driftAnswer(context: MachineContext, facts: Facts, spec: PlanSpec): DriftAnswer {
  const { drift } = facts;
  if (drift === undefined) return 'none';
  if (spec.onDrift === 'pause' || drift.change.kind === 'gone') return 'halt';
  if (facts.weights.verdict === 'unknown') return 'wait';
  const { onDrift } = spec;
  switch (onDrift) {
    case 'reassert':
      return mayRise(facts, () => reassertion(context, facts.now));
    case 'adopt': {
      if (drift.change.kind !== 'weights' || drift.change.greenWeight === 0) return 'halt';
      const isLess = drift.change.greenWeight <= greenWeight(context, spec);
      return isLess ? 'adopt' : mayRise(facts, () => 'adopt');
    }
  }
}

/** What is not known opens nothing, and halts nothing either. */
function mayRise({ hold, gates }: Facts, then: () => DriftAnswer): DriftAnswer {
  if (hold !== undefined || gates.verdict === 'unknown') return 'wait';
  return gates.verdict === 'pass' ? then() : 'halt';
}

function reassertion(context: MachineContext, now: number): DriftAnswer {
  const recent = recentReassertions(context, now);
  if (recent.length >= REASSERTIONS_MAX) return 'halt';
  return now - (recent.at(-1) ?? Number.NEGATIVE_INFINITY) < REASSERT_EVERY_MS ? 'wait' : 'reassert';
}

/** Why the plan was halted, in the words of the policy. */
export function haltWords(context: MachineContext, facts: Facts, spec: PlanSpec): string {
  const { drift, gates, now } = facts;
  if (drift === undefined) return '';
  const { message, change } = drift;
  if (spec.onDrift === 'pause' || change.kind === 'gone') return message;
  if (spec.onDrift === 'adopt') {
    if (change.kind === 'actions') return `${message}; that is more than a change of weights, so it was not adopted`;
    if (change.greenWeight === 0) return `${message}; a weight of 0 is no step, so it was not adopted`;
    return `${message}; that is more for green than the step says, and was not adopted: ${gates.why}`;
  }
  if (gates.verdict !== 'pass') return `${message}; it was not written over: ${gates.why}`;
  const times = recentReassertions(context, now).length;
  return `${message}; it was written over ${times} times within ${REASSERT_WINDOW_MS / 60_000} minutes, and changed again each time: two want different things of it`;
}
