import type { NamedMessage } from './message.ts';

/** For tests: what a plan says when it goes back. */
export const GOES_BACK: NamedMessage = {
  id: 'uid-1.1.42.0',
  kind: 'transition',
  topics: ['transitions', 'rollback'],
  at: Date.UTC(2026, 10, 20, 12),
  plan: 'shop',
  uid: 'uid-1',
  attempt: 1,
  title: 'shop goes back: every request is given to blue',
  from: 'ramp.bake',
  to: 'backward.shiftBack',
  greenWeight: 25,
  because: 'alarm shop-5xx is in ALARM',
  next: 'meshlift explain shop',
};
