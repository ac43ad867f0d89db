import type { PlanSpec } from '../../plan/model.ts';
import { pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';

/** Something of the stack that others changed under the plan. */
export interface StackChange {
  /** `service/frontend-sc`. */
  id: string;
  /** Field by field: `desired count 2 → 1`. */
  why: string;
  /** What keeps it from being put back by the plan; `undefined` where nothing does. */
  hindrance: string | undefined;
}

/**
 * Green, and the freeze on blue's scaling, as they were made: `spec.onDrift`. With `pause` forward steps wait until a person has put
 * back what was changed, with `reassert` until the plan has; with `adopt` it is told and let be. A gate holds no rollback.
 *
 * @param unread why something could not be read; what is not known opens nothing.
 */
export function driftVerdict(
  changes: readonly StackChange[],
  unread: readonly string[],
  onDrift: PlanSpec['onDrift'],
): Verdict {
  if (changes.length === 0) return unread.length === 0 ? pass('green is as it was made') : unknown(unread.join('; '));
  const what = changes.map(({ id, why }) => `${id} was changed by others: ${why}`).join('; ');
  switch (onDrift) {
    case 'pause':
      return wait(`${what}. Put it back, or abort the plan`);
    case 'adopt':
      return pass(`${what}; the plan takes it as wanted`);
    case 'reassert': {
      const hindrances = changes.flatMap(({ id, hindrance }) =>
        hindrance === undefined ? [] : [`${id}: ${hindrance}`],
      );
      return hindrances.length === 0
        ? wait(`${what}; it is put back once every other gate passes`)
        : wait(`${what}. Put it back, or abort the plan (${hindrances.join('; ')})`);
    }
  }
}
