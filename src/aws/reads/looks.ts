import type { Look } from '../callContext.ts';
import { Patience } from './patience.ts';

/** What an answer must be to be given to a look: asked after all of these. */
export interface Floor {
  /** A place in the order in which the process asked. */
  order: number;
  /** Monotonic milliseconds. */
  atMs: number;
}

interface Known {
  id: string;
  /** The look before: what still comes in of it is not a look's any more. */
  past: string | undefined;
  epoch: number;
  floor: Floor;
  /** The last question before the plan was last given an answer: what was asked until then it has had its chance to see. */
  seen: number;
  /** The last question before the plan last changed something. */
  changed: number;
  usedAtMs: number;
  patience: Patience;
}

export interface LooksOptions {
  tickMs: number;
  now: () => number;
  order: () => number;
  /** Runs `action` after so many milliseconds, unless it is cancelled; it keeps no process alive. */
  after: (ms: number, action: () => void) => { cancel(): void };
  /** Hears once of each look that has waited for the budget for more than a tick. */
  onHeldBack: (plan: string, api: string, heldMs: number) => void;
}

/**
 * Plans that have not looked for so many ticks are forgotten; that costs them one look that shares nothing. With the default tick an hour, which is much longer than any
 * plan waits for its next look however short the budget: a fleet whose looks forget each other would never be done.
 */
export const FORGOTTEN_TICKS = 360;
/** A look waits for the budget for so many ticks at most: a plan that has to wait longer looks at its alarms anew first. */
export const PATIENCE_TICKS = 3;

/**
 * How fresh answers must be for each plan:
 * - asked at most a tick before its look began;
 * - asked after its last look was over, so that two looks of a plan never rest on the same answer;
 * - asked after every change that it made itself, whether that succeeded or not;
 * - and asked after its look began where it is the first of this process, or under a new lease: another process may have acted for it.
 */
export class Looks {
  readonly #plans = new Map<string, Known>();
  readonly #options: LooksOptions;
  #sweptAtMs = 0;

  constructor(options: LooksOptions) {
    this.#options = options;
  }

  floorOf(look: Look): Floor {
    return this.#of(look).floor;
  }

  /** What the plan changed last is older than what was asked with a greater number. */
  changedBefore(look: Look): number {
    return this.#of(look).changed;
  }

  /** The plan was given an answer. */
  given({ plan, id }: Look): void {
    const known = this.#plans.get(plan);
    if (known?.id === id) known.seen = this.#options.order();
  }

  patienceOf(look: Look): Patience {
    return this.#of(look).patience;
  }

  /** A call of the look has waited for the budget by itself. */
  waited({ plan, id }: Look, api: string, ms: number): void {
    const known = this.#plans.get(plan);
    if (known?.id === id) known.patience.waited(api, ms);
  }

  /** A look of the plan that waits for the budget waits no longer: something is to be done about the plan. */
  hurry(plan: string): void {
    this.#plans.get(plan)?.patience.end();
  }

  /** A call of the plan that changes something has begun, or is over, however it ended. */
  changed(plan: string): void {
    const known = this.#plans.get(plan);
    if (known === undefined) return;
    const order = this.#options.order();
    known.changed = order;
    known.seen = order;
    known.floor = { ...known.floor, order };
  }

  /** How many plans have looked of late. */
  get plans(): number {
    return this.#plans.size;
  }

  #of({ plan, id, epoch }: Look): Known {
    const { now, order, tickMs } = this.#options;
    const before = this.#plans.get(plan);
    // What an earlier look still asks is given no fresher answers than the present one's, and begins none.
    if (before !== undefined && (before.id === id || before.past === id)) return before;
    this.#sweep();
    const isStranger = before === undefined || before.epoch !== epoch;
    const current = order();
    const known: Known = {
      id,
      past: before?.id,
      epoch,
      floor: { order: isStranger ? current : before.seen, atMs: now() - tickMs },
      seen: current,
      changed: isStranger ? current : before.changed,
      usedAtMs: now(),
      patience: this.#patience(plan),
    };
    this.#plans.set(plan, known);
    return known;
  }

  #patience(plan: string): Patience {
    const { after, now, onHeldBack, tickMs } = this.#options;
    let isTold = false;
    return new Patience({
      maxMs: PATIENCE_TICKS * tickMs,
      now,
      after,
      onWaited: (api, waitedMs) => {
        if (isTold || waitedMs <= tickMs) return;
        isTold = true;
        onHeldBack(plan, api, waitedMs);
      },
    });
  }

  #sweep(): void {
    const { now, tickMs } = this.#options;
    const oldestMs = now() - FORGOTTEN_TICKS * tickMs;
    if (this.#sweptAtMs > oldestMs) return;
    this.#sweptAtMs = now();
    for (const [plan, { usedAtMs }] of this.#plans) if (usedAtMs < oldestMs) this.#plans.delete(plan);
  }
}
