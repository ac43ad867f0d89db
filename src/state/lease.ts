import type { HeldLease, LeaseState, MonotonicClock } from '../reconciler/ports.ts';

/** A lease of ours: what {@link HeldLease} promises, measured from when the last renewal was sent. */
export class Lease implements HeldLease {
  readonly plan: string;
  readonly epoch: number;
  readonly version: number;
  readonly renewals: number;
  readonly #endsMs: number;
  readonly #monotonicMs: MonotonicClock;

  constructor(
    plan: string,
    state: { epoch: number; version: number; renewals: number; leaseMs: number; sentMs: number },
    monotonicMs: MonotonicClock,
  ) {
    this.plan = plan;
    this.epoch = state.epoch;
    this.version = state.version;
    this.renewals = state.renewals;
    this.#endsMs = state.sentMs + state.leaseMs;
    this.#monotonicMs = monotonicMs;
  }

  covers(callMs: number): boolean {
    return this.#monotonicMs() + callMs <= this.#endsMs;
  }
}

/**
 * Watches the leases of others. There is no absolute time in a lease: one that was seen unchanged, holder, epoch and renewals,
 * for a whole `leaseMs` of our own monotonic clock has ended. Seeing it for the first time starts the watch anew, and so does
 * a change of anything in it.
 */
export class LeaseWatch {
  readonly #seen = new Map<string, { lease: LeaseState; sinceMs: number }>();

  /**
   * @param sentMs when the read was sent: the lease was unchanged at least until then.
   * @param receivedMs when it was answered: a first sight counts from here.
   */
  hasEnded(plan: string, lease: LeaseState, sentMs: number, receivedMs: number): boolean {
    const seen = this.#seen.get(plan);
    if (seen === undefined || !sameLease(seen.lease, lease)) {
      this.#seen.set(plan, { lease, sinceMs: receivedMs });
      return false;
    }
    return sentMs - seen.sinceMs >= lease.leaseMs;
  }

  forget(plan: string): void {
    this.#seen.delete(plan);
  }
}

const sameLease = (a: LeaseState, b: LeaseState): boolean =>
  a.holder === b.holder && a.epoch === b.epoch && a.renewals === b.renewals && a.leaseMs === b.leaseMs;
