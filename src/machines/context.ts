import type { MachineContext } from './record.ts';

/** A machine that has seen nothing yet: what a record of an older operator lacks is so too. */
export const initialContext = (now: number): MachineContext => ({
  step: 0,
  enteredAt: now,
  verifiedAt: null,
  rampedAt: null,
  backwardBecause: null,
  easedTo: null,
  rehearsal: null,
  rehearsedMs: null,
  haltedBecause: null,
  forcedBy: null,
  reassertedAt: null,
  adoptedWeight: null,
  load: null,
});
