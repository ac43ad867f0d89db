import { Lane, type Place } from './lane.ts';

/**
 * Lower runs first. Severity decides, so a busy queue never delays a rollback. `changed`: a person has just changed the plan, and may want it to
 * go back.
 */
export const PRIORITY = { rollback: 0, changed: 1, ramp: 2, verify: 3, inventory: 4, sweep: 5 } as const;

export type PriorityName = keyof typeof PRIORITY;
export type Priority = (typeof PRIORITY)[PriorityName];

/**
 * Of so many keys in a row that are handed out and are no rollbacks, the last is the one that waits longest, whatever its priority.
 * A key with `k` others before it that are no rollbacks is so handed out with the `EVERY_OLDEST * (k + 1)`th of them at the latest. What is handed
 * out while only spared workers are free is not counted.
 */
export const EVERY_OLDEST = 4;

/** Real timers, injected so that tests need not wait. */
export interface Timers {
  set(delayMs: number, action: () => void): { cancel(): void };
}

export const realTimers: Timers = {
  set: (delayMs, action) => {
    const handle = setTimeout(action, delayMs);
    return { cancel: () => clearTimeout(handle) };
  },
};

/** What is known of a key that waits to be handed out. */
interface Waiting {
  readonly sinceMs: number;
  priority: Priority;
  /** Among the keys of its priority. */
  inLane: Place<string>;
  /** Among all keys. */
  readonly inTurn: Place<string>;
}

/**
 * A queue of keys in the manner of client-go's.
 * - Fair to each key: a key is never handed out twice at once, and keys of one priority are handed out in the order in which they came.
 * - Stingy: a key that is added several times before it is handed out is handed out once.
 * - Nothing is lost: a key that is added while it is in work is handed out again when that work is done, behind those that waited meanwhile.
 * - The most urgent first; a key that is added again keeps the better of its priorities.
 * - Rollbacks before everything, and else nobody starves: see {@link EVERY_OLDEST}.
 * - A rollback, and what a person has changed, need not wait for a worker: some are spared for them.
 *
 * Every operation takes the same time however many keys wait.
 */
export class WorkQueue {
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #lanes: Record<Priority, Lane<string>> = {
    0: new Lane(),
    1: new Lane(),
    2: new Lane(),
    3: new Lane(),
    4: new Lane(),
    5: new Lane(),
  };
  /** All that wait, the longest waiting first. */
  readonly #turns = new Lane<string>();
  readonly #inWork = new Set<string>();
  /** Added while in work: they wait for the end of it. */
  readonly #again = new Map<string, Priority>();
  readonly #delayed = new Map<string, { timer: { cancel(): void }; priority: Priority }>();
  readonly #workers = new Lane<(key: string | undefined) => void>();
  /** Keys that were no rollbacks, handed out since the last that was handed out because it had waited longest. */
  #handed = 0;
  readonly #spared: number;
  #closed = false;

  /**
   * @param nowMs real and monotonic, for {@link oldestWaitMs}
   * @param spared so many workers that wait are given nothing but rollbacks and what a person has changed
   */
  constructor(timers: Timers = realTimers, nowMs: () => number = () => performance.now(), spared = 0) {
    this.#timers = timers;
    this.#nowMs = nowMs;
    this.#spared = spared;
  }

  /** Keys that wait to be handed out; those that are in work, or not due yet, are not counted. */
  get depth(): number {
    return this.#waiting.size;
  }

  /** The same by priority. */
  get depths(): Record<PriorityName, number> {
    const of = (priority: Priority): number => this.#lanes[priority].length;
    const { rollback, changed, ramp, verify, inventory, sweep } = PRIORITY;
    return {
      rollback: of(rollback),
      changed: of(changed),
      ramp: of(ramp),
      verify: of(verify),
      inventory: of(inventory),
      sweep: of(sweep),
    };
  }

  /** How long the key that waits longest has waited, real milliseconds; 0 where none waits. */
  get oldestWaitMs(): number {
    const oldest = this.#turns.first === undefined ? undefined : this.#waiting.get(this.#turns.first);
    return oldest === undefined ? 0 : this.#nowMs() - oldest.sinceMs;
  }

  /** At once: a delay that the key has is over, and the better of both priorities counts. */
  add(key: string, priority: Priority): void {
    if (this.#closed) return;
    const delayed = this.#delayed.get(key);
    delayed?.timer.cancel();
    this.#delayed.delete(key);
    this.#put(key, delayed === undefined ? priority : better(priority, delayed.priority));
    this.#hand();
  }

  /** Adds the key after `delayMs` of real time. A later call replaces an earlier one that has not come due. */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#closed) return;
    this.#delayed.get(key)?.timer.cancel();
    const timer = this.#timers.set(Math.max(0, delayMs), () => this.add(key, priority));
    this.#delayed.set(key, { timer, priority });
  }

  /** The next key; waits for one. `undefined` once the queue is closed. The caller must call {@link done}. */
  next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      if (this.#closed) return resolve(undefined);
      this.#workers.join(resolve);
      this.#hand();
    });
  }

  /** The work on a key that {@link next} gave has ended. */
  done(key: string): void {
    this.#inWork.delete(key);
    const priority = this.#again.get(key);
    this.#again.delete(key);
    if (priority !== undefined) this.#put(key, priority);
    this.#hand();
  }

  /** No key is handed out any more; work under way is not touched. */
  close(): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#again.clear();
    for (const key of this.#waiting.keys()) this.#take(key);
    for (let worker = this.#workers.shift(); worker !== undefined; worker = this.#workers.shift()) worker(undefined);
  }

  #put(key: string, priority: Priority): void {
    const waiting = this.#waiting.get(key);
    if (this.#inWork.has(key)) this.#again.set(key, better(priority, this.#again.get(key) ?? priority));
    else if (waiting === undefined) this.#join(key, priority);
    else if (priority < waiting.priority) this.#raise(key, waiting, priority);
  }

  #join(key: string, priority: Priority): void {
    const [inLane, inTurn] = [this.#lanes[priority].join(key), this.#turns.join(key)];
    this.#waiting.set(key, { priority, sinceMs: this.#nowMs(), inLane, inTurn });
  }

  /** Behind those that have the priority already; how long it has waited counts on. */
  #raise(key: string, waiting: Waiting, priority: Priority): void {
    this.#lanes[waiting.priority].leave(waiting.inLane);
    waiting.inLane = this.#lanes[priority].join(key);
    waiting.priority = priority;
  }

  #take(key: string): void {
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#lanes[waiting.priority].leave(waiting.inLane);
    this.#turns.leave(waiting.inTurn);
    this.#waiting.delete(key);
  }

  #hand(): void {
    while (this.#workers.length > 0) {
      const key = this.#choose();
      if (key === undefined) return;
      this.#take(key);
      this.#inWork.add(key);
      this.#workers.shift()?.(key);
    }
  }

  #choose(): string | undefined {
    const firstOf = (priority: Priority): string | undefined => this.#lanes[priority].first;
    const { rollback, changed, ramp, verify, inventory, sweep } = PRIORITY;
    const oldest = this.#turns.first;
    if (oldest === undefined || firstOf(rollback) !== undefined) return firstOf(rollback);
    if (this.#workers.length <= this.#spared) return firstOf(changed);
    this.#handed = (this.#handed + 1) % EVERY_OLDEST;
    if (this.#handed === 0) return oldest;
    return [changed, ramp, verify, inventory, sweep].map(firstOf).find((one) => one !== undefined);
  }
}

const better = (one: Priority, other: Priority): Priority => (one < other ? one : other);
