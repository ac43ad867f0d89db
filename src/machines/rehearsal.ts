import type { Facts } from './facts.ts';
import type { MachineContext } from './record.ts';

/**
 * `ramp.rehearse`: before the first step green has one per cent for as long as it takes to read that back, and then none again, so that the way
 * back was taken once, in the rule that counts, before anybody depends on it.
 */

/** Green's share at the far end of a rehearsal, percent. */
export const REHEARSED_WEIGHT = 1;

/** How long the way back of a rehearsal may take to be read back; a plan whose way back is not confirmed goes back for good. */
export const REHEARSAL_MS_MAX = 2 * 60_000;

/** One per cent is to be taken away again, or was. Nothing holds that. */
export const isRehearsingBack = ({ rehearsal }: MachineContext): boolean => rehearsal === 'back';

/** How long the way back took, from its decision until it was read back; told once. */
export const isJustRehearsed = ({ rehearsal, rehearsedMs }: MachineContext, { weights }: Facts): boolean =>
  rehearsal === 'back' && rehearsedMs === null && weights.verdict === 'pass';

export const hasRehearsalFailed = ({ rehearsal, rehearsedMs, enteredAt }: MachineContext, facts: Facts): boolean =>
  rehearsal === 'back' && rehearsedMs === null && facts.now - enteredAt >= REHEARSAL_MS_MAX;
