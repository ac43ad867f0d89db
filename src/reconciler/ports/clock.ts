/** Time, as data: AWS times, record times, bakes, windows. In the lab it is lab time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Real milliseconds that `durationMs` of this clock takes; the queue and its timers are real. */
  realMs(durationMs: number): number;
}

/** A monotonic clock of real milliseconds: `performance.now()`. Leases never look at the time of day. */
export type MonotonicClock = () => number;
