import type { CallUnderWay } from './ports.ts';

/** A reconcile took longer than any may. What it was about to change was not changed; the next reconcile begins anew. */
export class DeadlineExceededError extends Error {
  override name = 'DeadlineExceededError';
}

/** One reconcile's patience: once it is over, that reconcile changes nothing any more, in AWS or in the table, however long it goes on. */
export class Deadline {
  /** AWS calls of this reconcile that have begun and not ended. */
  readonly underWay = new Set<CallUnderWay>();
  #stage = 'its record';
  #isOver = false;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** For the log: what a reconcile waits for that is now in this stage. */
  get waitsFor(): string {
    const calls = [...this.underWay].map(({ api, attempt }) => `${api} (attempt ${attempt})`);
    return calls.length === 0 ? this.#stage : `${this.#stage}: ${calls.join(', ')}`;
  }

  /** The reconcile has come to this stage. */
  enter(stage: 'its record' | 'what it observes' | 'the write of its status' | 'what it does'): void {
    this.#stage = stage;
  }

  /** It is over. */
  exceed(): void {
    this.#isOver = true;
  }

  /** @throws DeadlineExceededError where it is over. */
  check(): void {
    if (!this.#isOver) return;
    throw new DeadlineExceededError(
      'The reconcile took too long and was given up; nothing more was changed. The next one begins anew from the record.',
    );
  }
}
