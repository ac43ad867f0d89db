import type { PlanEvent, PlanStatus } from '../machines/record.ts';
import type { Deadline } from './deadline.ts';
import { LeaseLostError, type HeldLease, type NewNotices, type PlanStore } from './ports.ts';
import type { Timers } from './queue.ts';

/**
 * Keeps one plan's lease while a reconcile is under way, however long AWS makes it wait: renewals and status writes go through
 * here one after the other, each on the version that the last one left. A process that does not run does not renew, and a reconcile whose
 * deadline is over does not either: another operator may have the plan then.
 */
export class LeaseKeeper {
  /** The store as the reconcile uses it. */
  readonly store: PlanStore;
  readonly deadline: Deadline;
  readonly #renewEveryMs: number;
  readonly #timers: Timers;
  #lease: HeldLease;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: { cancel(): void } | undefined;
  #stopped = false;
  #lost = false;

  /** `renewEveryMs` is real, and well under the lease's length. */
  constructor(store: PlanStore, lease: HeldLease, deadline: Deadline, renewEveryMs: number, timers: Timers) {
    this.store = store;
    this.#lease = lease;
    this.deadline = deadline;
    this.#renewEveryMs = renewEveryMs;
    this.#timers = timers;
    this.#arm();
  }

  /** The lease as it was written last. */
  get lease(): HeldLease {
    return this.#lease;
  }

  /**
   * The fence of every mutating call.
   * @throws LeaseLostError where the lease does not cover `callMs` more, or another operator has it.
   * @throws DeadlineExceededError where the reconcile was given up.
   */
  check(callMs: number): void {
    this.deadline.check();
    if (this.#lost || !this.#lease.covers(callMs)) {
      const { plan, epoch } = this.#lease;
      throw new LeaseLostError(
        `The lease of plan ${plan} (epoch ${epoch}) does not cover another call; nothing was sent.`,
      );
    }
  }

  /** Writes status, events and what is to be told, renewing the lease. */
  write(status: PlanStatus, events: readonly PlanEvent[], notices?: NewNotices): Promise<void> {
    return this.#next(async () => {
      this.#lease = await this.store.write(this.#lease, status, events, notices);
    });
  }

  /** No renewal starts after this; one under way is waited for. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#turn.catch(() => undefined);
  }

  #arm(): void {
    if (this.#stopped || this.deadline.isOver) return;
    this.#timer = this.#timers.set(this.#renewEveryMs, () => {
      // A renewal that fails is no news: the fence sees a lease that is not renewed, and the next one tries again.
      void this.#next(() => this.#renew())
        .catch(() => undefined)
        .then(() => this.#arm());
    });
  }

  async #renew(): Promise<void> {
    if (this.#stopped || this.#lost || this.deadline.isOver) return;
    const renewed = await this.store.acquire(this.#lease.plan, () => {
      throw new LeaseLostError(`The record of plan ${this.#lease.plan} is gone.`);
    });
    if (renewed.kind === 'acquired' && renewed.lease.epoch === this.#lease.epoch) this.#lease = renewed.lease;
    else {
      this.#lost = true;
      // Another has had the plan, and gave it back: whoever begins with what that one has written may hold it, and this reconcile has not.
      if (renewed.kind === 'acquired') await this.store.release(renewed.lease);
    }
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.catch(() => undefined).then(work);
    this.#turn = turn;
    return turn;
  }
}
