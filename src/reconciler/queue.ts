/** Lower runs first. Severity decides, so a busy queue never delays a rollback. */
export const PRIORITY = { rollback: 0, ramp: 1, verify: 2, inventory: 3, sweep: 4 } as const;

export type Priority = (typeof PRIORITY)[keyof typeof PRIORITY];

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

/**
 * A queue of keys in the manner of client-go's.
 * - Fair to each key: a key is never handed out twice at once.
 * - Stingy: a key that is added several times before it is handed out is handed out once.
 * - Nothing is lost: a key that is added while it is in work is handed out again when that work is done.
 * - The most urgent first, then the longest waiting; a key that is added again keeps the better of its priorities.
 */
export class WorkQueue {
  readonly #timers: Timers;
  readonly #dirty = new Map<string, { priority: Priority; order: number }>();
  readonly #processing = new Set<string>();
  readonly #delayed = new Map<string, { cancel(): void }>();
  readonly #waiters: ((key: string | undefined) => void)[] = [];
  #order = 0;
  #closed = false;

  constructor(timers: Timers = realTimers) {
    this.#timers = timers;
  }

  /** Keys that wait to be handed out; those in work are not counted. */
  get depth(): number {
    return this.#dirty.size;
  }

  add(key: string, priority: Priority): void {
    if (this.#closed) return;
    const before = this.#dirty.get(key);
    if (before !== undefined) {
      if (priority < before.priority) before.priority = priority;
    } else {
      this.#dirty.set(key, { priority, order: this.#order++ });
    }
    this.#hand();
  }

  /** Adds the key after `delayMs` of real time. A later call replaces an earlier one that has not come due. */
  addAfter(key: string, delayMs: number, priority: Priority): void {
    if (this.#closed) return;
    this.#delayed.get(key)?.cancel();
    const timer = this.#timers.set(Math.max(0, delayMs), () => {
      this.#delayed.delete(key);
      this.add(key, priority);
    });
    this.#delayed.set(key, timer);
  }

  /** The next key; waits for one. `undefined` once the queue is closed. The caller must call {@link done}. */
  next(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
      this.#hand();
    });
  }

  done(key: string): void {
    this.#processing.delete(key);
    this.#hand();
  }

  /** No key is handed out any more; work under way is not touched. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#dirty.clear();
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
  }

  #hand(): void {
    while (this.#waiters.length > 0) {
      if (this.#closed) {
        this.#waiters.shift()?.(undefined);
        continue;
      }
      let best: { key: string; priority: Priority; order: number } | undefined;
      for (const [key, entry] of this.#dirty) {
        if (this.#processing.has(key)) continue;
        if (
          best === undefined ||
          entry.priority < best.priority ||
          (entry.priority === best.priority && entry.order < best.order)
        ) {
          best = { key, ...entry };
        }
      }
      if (best === undefined) return;
      this.#dirty.delete(best.key);
      this.#processing.add(best.key);
      this.#waiters.shift()?.(best.key);
    }
  }
}
