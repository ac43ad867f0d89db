import { formatDuration } from '../plan/duration.ts';
import { mayCarryGreenWeight } from './classify.ts';
import type { Facts } from './facts.ts';
import type { MachineContext, MachineState } from './record.ts';
import type { PlanSpec } from '../plan/model.ts';

/**
 * `rollback.strategy: gradual`: a way back that nothing forces goes down in steps, so that a blue that is cold has time to grow and to fill its
 * caches. Green's weight only falls, and whatever speaks against green or takes too long ends it with everything on blue at once.
 */

/** Green's shares on the way down, percent; from the last of them everything goes back. */
const EASED_WEIGHTS = [75, 50, 25] as const;

/** How long each of them lasts, from when it was read back. */
export const EASE_DWELL_MS = 60_000;

/** How long the whole way down may take, from when it was decided. */
export const EASE_MS_MAX = 10 * 60_000;

/** On the way down by steps, whatever the state's name is for all ways back. */
export const isEasing = (state: MachineState, context: MachineContext): boolean =>
  state === 'backward.shiftBack' && typeof context.easedTo === 'number';

/** States and times in which green may serve, and so may turn out to be bad. */
export const mayGreenServe = (state: MachineState, context: MachineContext): boolean =>
  mayCarryGreenWeight(state) || isEasing(state, context);

/** The next share below one; `null` where everything goes back. */
export const easedBelow = (weight: number): number | null => EASED_WEIGHTS.find((share) => share < weight) ?? null;

/**
 * The first share on the way down of a way back that a person asked for; `null` where it goes at once: by the plan, where something speaks
 * against green or a rule is not as it was written, and where green has had no weight yet.
 */
export function firstEased(context: MachineContext, facts: Facts, { rollback, ramp }: PlanSpec): number | null {
  if (rollback.strategy !== 'gradual' || context.rampedAt === null) return null;
  if (facts.breach !== undefined || facts.drift !== undefined) return null;
  const step = context.verifiedAt === null ? context.step - 1 : context.step;
  const weight = ramp.steps[step]?.weight ?? 0;
  return easedBelow(context.verifiedAt === null ? weight : (context.adoptedWeight ?? weight));
}

/**
 * Whether a way down is over before its time: the plan wants it at once now, green is bad, others changed a rule, or it
 * takes too long.
 */
export const mustEndEasing = ({ backwardBecause }: MachineContext, facts: Facts, { rollback }: PlanSpec): boolean =>
  rollback.strategy !== 'gradual' ||
  facts.breach !== undefined ||
  facts.drift !== undefined ||
  facts.now - (backwardBecause?.at ?? 0) >= EASE_MS_MAX;

/** What the way down waits for: one sentence. */
export function easingWords({ easedTo, verifiedAt }: MachineContext, { now, weights, blueReady }: Facts): string {
  const words = `back in steps (rollback.strategy: gradual), green has ${easedTo} % left`;
  if (verifiedAt === null || weights.verdict !== 'pass') return `${words}: ${weights.why}`;
  if (blueReady.verdict !== 'pass') return `${words}: ${blueReady.why}`;
  const servedMs = Math.floor((now - verifiedAt) / 1000) * 1000;
  return `${words} for ${formatDuration(servedMs)} of ${formatDuration(EASE_DWELL_MS)}`;
}

/** Whether a share has been served for its time by a blue that copes. */
export const hasEased = ({ verifiedAt }: MachineContext, facts: Facts): boolean =>
  verifiedAt !== null &&
  facts.now - verifiedAt >= EASE_DWELL_MS &&
  facts.weights.verdict === 'pass' &&
  facts.blueReady.verdict === 'pass';
