import type { Timers } from './queue.ts';

/** For tests: timers that come due when they are told to. */
export interface ManualTimers {
  timers: Timers;
  /** All that are set now come due, or those with this delay. */
  fire: (delayMs?: number) => void;
  /** Delays of those that are set and not cancelled, in the order in which they were set. */
  delays: () => number[];
}

export function manualTimers(): ManualTimers {
  let pending: { delayMs: number; action: () => void }[] = [];
  return {
    timers: {
      set: (delayMs, action) => {
        const timer = { delayMs, action };
        pending.push(timer);
        return {
          cancel: () => {
            pending = pending.filter((one) => one !== timer);
          },
        };
      },
    },
    fire: (delayMs) => {
      for (const timer of pending) {
        if (!pending.includes(timer) || (delayMs !== undefined && timer.delayMs !== delayMs)) continue;
        pending = pending.filter((one) => one !== timer);
        timer.action();
      }
    },
    delays: () => pending.map(({ delayMs }) => delayMs),
  };
}
