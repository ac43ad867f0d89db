import type { Priority } from './queue.ts';
import { PRIORITY } from './queue.ts';
import type { Settings } from './settings.ts';

/**
 * How long to stay away from a plan after an error: from `first` on, doubling with each error in a row up to `max`, and of that a random
 * half to the whole, so that plans which failed together do not come back together. Waiting is not failing: anything but an error forgets
 * the errors before it.
 */
export class Backoff {
  readonly #errors = new Map<string, number>();
  readonly #random: () => number;
  readonly #limits: Settings['backoffRealMs'];
  readonly #tickRealMs: number;

  /** `random`: a number in [0, 1). `tickRealMs`: the tick of plans, in real time. */
  constructor(random: () => number, limits: Settings['backoffRealMs'], tickRealMs: number) {
    this.#random = random;
    this.#limits = limits;
    this.#tickRealMs = tickRealMs;
  }

  /**
   * Real milliseconds to wait after one more error of this plan. While green may have weight a tick at most: a call that fails keeps nobody
   * from looking at the alarms as often as ever.
   */
  afterError(plan: string, priority: Priority): number {
    const errors = (this.#errors.get(plan) ?? 0) + 1;
    this.#errors.set(plan, errors);
    const { first, max } = this.#limits;
    const isUrgent = priority === PRIORITY.rollback || priority === PRIORITY.ramp;
    const longest = isUrgent ? Math.min(max, Math.max(first, this.#tickRealMs)) : max;
    return Math.min(longest, first * 2 ** (errors - 1)) * (0.5 + this.#random() / 2);
  }

  /** The plan went on, or waits. */
  forget(plan: string): void {
    this.#errors.delete(plan);
  }
}
