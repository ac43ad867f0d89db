import { DueTimers } from './dueTimers.ts';

/** A timer that was set on a {@link Clock}. Cancelling one that has fired, or cancelling twice, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * The lab's only source of time. Every interval of AWS (health checks, drains, alarm periods, propagation) is lab time.
 * Services are handed a clock and never look at another.
 */
export interface Clock {
  /** Lab time, milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once, `delayMs` of lab time from now. An action must not throw. */
  after(delayMs: number, action: () => void): Timer;
}

/** Lab time and real time meet at the origin; from there lab time runs `factor` times as fast. */
export interface ClockScale {
  /** Lab time at the origin, milliseconds since the epoch. */
  labOriginMs: number;
  /** Real time (`Date.now()`) at the origin. */
  realOriginMs: number;
  /** Lab milliseconds per real millisecond, 1 to 30. */
  factor: number;
}

/** The longest that Node's timers can wait; longer waits are made of several. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Lab time over real time. Two processes with the same scale agree on the hour. */
export class ScaledClock implements Clock {
  readonly scale: ClockScale;

  constructor(scale: ClockScale) {
    if (!(scale.factor >= 1 && scale.factor <= 30))
      throw new RangeError(`clock factor ${scale.factor} is not in 1..30`);
    this.scale = scale;
  }

  now(): number {
    return this.scale.labOriginMs + (Date.now() - this.scale.realOriginMs) * this.scale.factor;
  }

  after(delayMs: number, action: () => void): Timer {
    const dueMs = this.now() + delayMs;
    let handle: NodeJS.Timeout;
    const arm = () => {
      const realMs = Math.max(0, (dueMs - this.now()) / this.scale.factor);
      handle = setTimeout(realMs > TIMER_MS_MAX ? arm : action, Math.min(realMs, TIMER_MS_MAX));
      handle.unref();
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }
}

/** A clock that stands still until it is told to move; timers fire in the order of their due time, then of their setting. */
export class SimulatedClock implements Clock {
  #nowMs: number;
  #sequence = 0;
  readonly #timers = new DueTimers();

  constructor(startMs = Date.UTC(2026, 10, 20, 12, 0, 0)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const dueMs = this.#nowMs + Math.max(0, delayMs);
    const timer = { dueMs, sequence: this.#sequence++, action, isCancelled: false };
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.isCancelled = true;
      },
    };
  }

  /** Moves time forward by `durationMs`, firing every timer that falls due on the way, timers set by timers included. */
  advance(durationMs: number): void {
    const untilMs = this.#nowMs + durationMs;
    for (let next = this.#timers.takeDue(untilMs); next !== undefined; next = this.#timers.takeDue(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.action();
    }
    this.#nowMs = untilMs;
  }

  /**
   * Moves time forward in steps of `stepMs`, letting promises settle between steps, since health probes and handlers are
   * asynchronous even in simulation.
   */
  async advanceAsync(durationMs: number, stepMs = 1000): Promise<void> {
    for (let left = durationMs; left > 0; left -= stepMs) {
      this.advance(Math.min(stepMs, left));
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
