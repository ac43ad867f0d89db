import { AwsCallError } from '../../reconciler/ports.ts';

export interface PatienceOptions {
  /** So long a look waits for the budget at most. */
  maxMs: number;
  now: () => number;
  /** Runs `action` after so many milliseconds, unless it is cancelled. */
  after: (ms: number, action: () => void) => { cancel(): void };
  /** Hears whenever the look has waited, for which API last and for how long in all. */
  onWaited: (api: string, waitedMs: number) => void;
}

/**
 * How long one look waits for the budget, and for nothing else: how long AWS takes to answer does not count. What the look has not asked once it is over, it goes
 * without.
 */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #waiting = new Map<object, () => void>();
  #waitedMs = 0;
  #sinceMs = 0;
  #timer: { cancel(): void } | undefined;
  #isOver = false;

  constructor(options: PatienceOptions) {
    this.#options = options;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A question waits for the budget from now on; `giveUp` runs once the patience is over. Answers what to call when it is sent. */
  wait(api: string, giveUp: () => void): () => void {
    const { after, maxMs, now } = this.#options;
    if (this.#isOver) {
      giveUp();
      return () => {};
    }
    const question = {};
    this.#waiting.set(question, giveUp);
    if (this.#waiting.size === 1) {
      this.#sinceMs = now();
      this.#timer = after(Math.max(0, maxMs - this.#waitedMs), () => this.end(api));
    }
    return () => {
      if (this.#waiting.delete(question) && this.#waiting.size === 0) this.#pause(api);
    };
  }

  /** The look has waited in another way, and does no longer. */
  waited(api: string, ms: number): void {
    this.#waitedMs += ms;
    this.#options.onWaited(api, this.#waitedMs);
  }

  /** It is over, whatever is left of it. */
  end(api?: string): void {
    this.#isOver = true;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    if (waiting.length > 0) this.#pause(api);
    for (const giveUp of waiting) giveUp();
  }

  #pause(api: string | undefined): void {
    this.#timer?.cancel();
    const ms = this.#options.now() - this.#sinceMs;
    if (api === undefined) this.#waitedMs += ms;
    else this.waited(api, ms);
  }
}

/** A question of a look that the budget held back for too long. It is asked all the same, for the next look. */
export const heldBack = (api: string): AwsCallError =>
  new AwsCallError(
    api,
    'HeldBack',
    'unknown',
    `${api} was not asked in time: what AWS allows of it is used up by the plans together. Nothing was done; the next look goes on.`,
  );
