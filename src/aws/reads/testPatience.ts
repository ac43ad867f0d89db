import { Patience } from './patience.ts';

/** For tests: one that is over when it is ended, and not before. */
export const endless = (now: () => number, waits: number[] = []): Patience =>
  new Patience({
    maxMs: Number.POSITIVE_INFINITY,
    now,
    after: () => ({ cancel: () => {} }),
    onWaited: (_api, waitedMs) => waits.push(waitedMs),
  });
