import type { Outcome } from './load.ts';

export type Side = 'blue' | 'green' | 'nobody';

export interface Count {
  requests: number;
  failed: number;
}

export type SideCounts = Record<Side, Count>;

const NOBODY = '';

/** Counts what the users of the demo saw, by the task that answered and by the second of the request's start. */
export class Tally {
  readonly #sideOf: (taskId: string) => Side;
  readonly #seconds = new Map<number, Map<string, Count>>();
  readonly #total = new Map<string, Count>();
  /** What failed, in words, with how often. */
  readonly failures = new Map<string, number>();
  /** Real times of failed requests' starts. */
  readonly failedAt: number[] = [];
  requests = 0;
  failed = 0;

  /** `sideOf` may learn of a task later than its first answer: sides are looked up when a sum is asked for. */
  constructor(sideOf: (taskId: string) => Side) {
    this.#sideOf = sideOf;
  }

  add(outcome: Outcome): void {
    const taskId = outcome.servedBy?.split('/').at(-1) ?? NOBODY;
    const key = Math.floor(outcome.at / 1000);
    const second = this.#seconds.get(key) ?? new Map<string, Count>();
    this.#seconds.set(key, second);
    this.requests += 1;
    count(second, taskId, outcome.ok);
    count(this.#total, taskId, outcome.ok);
    if (outcome.ok) return;
    this.failed += 1;
    this.failedAt.push(outcome.at);
    const what = `${outcome.servedBy ?? 'nobody'}: ${outcome.result}`;
    this.failures.set(what, (this.failures.get(what) ?? 0) + 1);
  }

  total(): SideCounts {
    return this.#bySide([this.#total]);
  }

  /** Sums over the last `seconds` whole seconds before `now` (real time). */
  last(seconds: number, now: number): SideCounts {
    const end = Math.floor(now / 1000);
    const maps: Map<string, Count>[] = [];
    for (let key = end - seconds; key < end; key += 1) {
      const second = this.#seconds.get(key);
      if (second !== undefined) maps.push(second);
    }
    return this.#bySide(maps);
  }

  #bySide(maps: Iterable<Map<string, Count>>): SideCounts {
    const sums: SideCounts = {
      blue: { requests: 0, failed: 0 },
      green: { requests: 0, failed: 0 },
      nobody: { requests: 0, failed: 0 },
    };
    for (const map of maps) {
      for (const [taskId, one] of map) {
        const sum = sums[taskId === NOBODY ? 'nobody' : this.#sideOf(taskId)];
        sum.requests += one.requests;
        sum.failed += one.failed;
      }
    }
    return sums;
  }
}

function count(map: Map<string, Count>, key: string, ok: boolean): void {
  const one = map.get(key) ?? { requests: 0, failed: 0 };
  one.requests += 1;
  if (!ok) one.failed += 1;
  map.set(key, one);
}
