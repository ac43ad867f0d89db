import type { MonotonicClock } from './ports.ts';

/** From whom a plan was taken over, and under which epoch. */
export interface TakeOver {
  from: string;
  epoch: number;
}

/**
 * Plans that were taken over from an operator that did not give them back. Its fence lets no call begin after its lease, but the last one that
 * it let pass may still be on its way to AWS. For as long as one call may take, whatever is left of any lease, such a plan is left alone; then
 * everything is read afresh, and what that call has done with it.
 */
export class Quarantine {
  readonly #callMsMax: number;
  readonly #monotonicMs: MonotonicClock;
  readonly #plans = new Map<string, TakeOver & { endsMs: number }>();

  /** @param callMsMax real */
  constructor(callMsMax: number, monotonicMs: MonotonicClock) {
    this.#callMsMax = callMsMax;
    this.#monotonicMs = monotonicMs;
  }

  begin(plan: string, takeOver: TakeOver): void {
    this.#plans.set(plan, { ...takeOver, endsMs: this.#monotonicMs() + this.#callMsMax });
  }

  /** Whether a plan must wait, and how long, real; `over` once, when it need not any more. */
  look(plan: string): { kind: 'none' } | { kind: 'wait'; realMs: number } | ({ kind: 'over' } & TakeOver) {
    const held = this.#plans.get(plan);
    if (held === undefined) return { kind: 'none' };
    const { from, epoch, endsMs } = held;
    const realMs = endsMs - this.#monotonicMs();
    if (realMs > 0) return { kind: 'wait', realMs };
    this.#plans.delete(plan);
    return { kind: 'over', from, epoch };
  }

  /** The plan is another's by now, or gone. */
  forget(plan: string): void {
    this.#plans.delete(plan);
  }
}
