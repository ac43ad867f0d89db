import type { PlanSpec } from '../plan/model.ts';
import type { Facts } from './facts.ts';
import type { MigrationEvent } from './migration.ts';
import type { MachineState } from './record.ts';

/** States in which green may have weight and blue is still whole: here a breach takes everything back. */
const WEIGHTED: ReadonlySet<MachineState> = new Set<MachineState>([
  'ramp.shift',
  'ramp.bake',
  'cutover.stopBlue',
  'cutover.startGreen',
  'soak',
  'retire.prove',
  'retire.drain',
  'retire.handOver',
  'halted',
]);

/** States from which there is a way back at all. */
const REVERSIBLE: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.assess',
  'inventory.preflight',
  'provision',
  'verify',
  ...WEIGHTED,
]);

export const mayCarryGreenWeight = (state: MachineState): boolean => WEIGHTED.has(state);

export const isReversible = (state: MachineState): boolean => REVERSIBLE.has(state);

export const isSettled = (state: MachineState): boolean => state === 'succeeded' || state === 'rolledBack';

/** Going back to blue already. */
export const isBackward = (state: MachineState): boolean => state.startsWith('backward.');

/**
 * Severity first: an abort outweighs a breach, a breach outweighs progress. Before green has weight an alarm only holds the
 * plan; after the point of no return there is nothing to go back to, and the reconciler says so.
 */
export function classify(state: MachineState, facts: Facts, spec: PlanSpec): MigrationEvent {
  if (facts.request.kind !== 'none' && isReversible(state)) {
    return { type: 'ABORT', facts, spec, by: facts.request.by, why: facts.request.why };
  }
  if (facts.breach !== undefined && mayCarryGreenWeight(state)) {
    return { type: 'BREACH', facts, spec, breach: facts.breach };
  }
  return { type: 'FACTS', facts, spec };
}
