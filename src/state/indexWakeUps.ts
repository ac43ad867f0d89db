import type { Changed, WakeUps } from '../reconciler/wakeUps.ts';
import type { Table } from './table.ts';
import { changedPlans, changeWasRead, unreadChange } from './wakeItems.ts';

/** {@link WakeUps} by a look at the index: one query, whose cost grows with what has changed alone. */
export class IndexWakeUps implements WakeUps {
  readonly #table: Table;
  /** What was told of before and stands still: a plan that is backed off from is not woken by the same change again. */
  #told: ReadonlySet<string> = new Set();

  constructor(table: Table) {
    this.#table = table;
  }

  async look(): Promise<Changed> {
    const plans = await changedPlans(this.#table);
    const fresh = plans.filter((plan) => !this.#told.has(plan));
    this.#told = new Set(plans);
    return { plans: fresh, mayHaveMissed: false };
  }

  asked(plan: string): Promise<string | undefined> {
    return unreadChange(this.#table, plan);
  }

  async heard(plan: string, asked: string): Promise<boolean> {
    const isLast = await changeWasRead(this.#table, plan, asked);
    if (isLast) this.#told = new Set([...this.#told].filter((one) => one !== plan));
    return isLast;
  }
}
