/** One that waits for its time. */
export interface DueTimer {
  dueMs: number;
  /** Of two that are due at the same time the smaller one is first. */
  sequence: number;
  action: () => void;
  isCancelled: boolean;
}

const isBefore = (one: DueTimer, other: DueTimer): boolean =>
  one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.sequence < other.sequence);

/** Timers by when they are due: a binary heap, for an account of thousands of tasks has as many. One that was cancelled is left in it until it is due. */
export class DueTimers {
  readonly #heap: DueTimer[] = [];

  add(timer: DueTimer): void {
    const heap = this.#heap;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(timer, heap[parent] as DueTimer)) break;
      heap[place] = heap[parent] as DueTimer;
      place = parent;
    }
    heap[place] = timer;
  }

  /** Takes the next that is due by then; `undefined` where none is. */
  takeDue(byMs: number): DueTimer | undefined {
    for (let first = this.#heap[0]; first !== undefined && first.dueMs <= byMs; first = this.#heap[0]) {
      this.#dropFirst();
      if (!first.isCancelled) return first;
    }
    return undefined;
  }

  #dropFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as DueTimer, heap[left] as DueTimer) ? right : left;
      if (!isBefore(heap[child] as DueTimer, last)) break;
      heap[place] = heap[child] as DueTimer;
      place = child;
    }
    heap[place] = last;
  }
}
