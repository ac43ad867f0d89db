/** A lease as it stands on the record. */
export interface LeaseState {
  /** Name of the operator that holds the plan; empty when released. */
  holder: string;
  /** Grows with every take-over, never falls. */
  epoch: number;
  /** How long the lease lasts, real milliseconds. A challenger watches an unchanged lease for that long on its own clock. */
  leaseMs: number;
  /** Changes with every renewal. */
  renewals: number;
}

/** Ours for now. Every status write carries it; a write under a lost lease throws {@link LeaseLostError}. */
export interface HeldLease {
  plan: string;
  epoch: number;
  /** The version that was read or written last. */
  version: number;
  /** True while the lease, measured on the monotonic clock from when the last renewal was sent, covers `callMs` more. */
  covers(callMs: number): boolean;
}

/** Another has the plan, or may have it before the call would end. Nothing was sent or written. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
}
