import type { PlanSpec } from './model.ts';
import { DEFAULT_ROLLBACK_STRATEGY, DEFAULT_VIABILITY } from './schema/rollback.ts';

/** What came into a plan after the first version. */
type Later<Section, Keys extends keyof Section> = Omit<Section, Keys> & Partial<Pick<Section, Keys>>;

/** A spec as an operator of any version stored it: keys that came later are not there. */
export type StoredSpec = Omit<PlanSpec, 'access' | 'target' | 'gates' | 'ramp' | 'rollback' | 'retire' | 'notify'> & {
  access?: PlanSpec['access'];
  target: Later<PlanSpec['target'], 'shared'>;
  ramp: Later<PlanSpec['ramp'], 'rehearse'>;
  gates: Later<PlanSpec['gates'], 'createAlarms' | 'windows' | 'analysis' | 'shortBakes' | 'probes'>;
  notify?: PlanSpec['notify'];
  rollback: Later<PlanSpec['rollback'], 'viability' | 'strategy'>;
  retire: Later<PlanSpec['retire'], 'registries'>;
};

/**
 * The spec with every key of today, those that came later at their defaults: a plan goes on under a newer operator as it went
 * before, and the user's unchanged spec is no change.
 */
export const completed = (stored: StoredSpec): PlanSpec => ({
  ...stored,
  access: stored.access ?? null,
  target: { ...stored.target, shared: stored.target.shared ?? [] },
  ramp: { ...stored.ramp, rehearse: stored.ramp.rehearse ?? false },
  gates: {
    ...stored.gates,
    createAlarms: stored.gates.createAlarms ?? null,
    windows: stored.gates.windows ?? [],
    analysis: stored.gates.analysis ?? null,
    shortBakes: stored.gates.shortBakes ?? 'refuse',
    probes: stored.gates.probes ?? [],
  },
  rollback: {
    ...stored.rollback,
    viability: stored.rollback.viability ?? DEFAULT_VIABILITY,
    strategy: stored.rollback.strategy ?? DEFAULT_ROLLBACK_STRATEGY,
  },
  retire: { ...stored.retire, registries: stored.retire.registries ?? 'handOver' },
  notify: stored.notify ?? [],
});
