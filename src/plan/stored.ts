import type { PlanSpec } from './model.ts';

/** A spec as an operator of any version stored it: keys that came later are not there. */
export type StoredSpec = Omit<PlanSpec, 'gates' | 'notify'> & {
  notify?: PlanSpec['notify'];
  gates: Omit<PlanSpec['gates'], 'windows'> & Partial<Pick<PlanSpec['gates'], 'windows'>>;
};

/**
 * The spec with every key of today, those that came later at their defaults: a plan goes on under a newer operator as it went
 * before, and the user's unchanged spec is no change.
 */
export const completed = (stored: StoredSpec): PlanSpec => ({
  ...stored,
  gates: { ...stored.gates, windows: stored.gates.windows ?? [] },
  notify: stored.notify ?? [],
});
