import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SimulatedClock } from './clock.ts';

test('timers fire in the order of their due time, then of their setting, and none that was cancelled', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ delayMs: fc.nat({ max: 20 }), isCancelled: fc.boolean() }), { maxLength: 60 }),
      fc.nat({ max: 25 }),
      (timers, passedMs) => {
        const clock = new SimulatedClock(0);
        const fired: string[] = [];
        for (const [index, { delayMs, isCancelled }] of timers.entries()) {
          const timer = clock.after(delayMs, () => fired.push(`${index} at ${clock.now()}`));
          if (isCancelled) timer.cancel();
        }
        clock.advance(passedMs);
        const expected = timers
          .map((timer, index) => ({ ...timer, index }))
          .filter(({ delayMs, isCancelled }) => !isCancelled && delayMs <= passedMs)
          .toSorted((a, b) => a.delayMs - b.delayMs || a.index - b.index)
          .map(({ delayMs, index }) => `${index} at ${delayMs}`);
        expect(fired).toEqual(expected);
        expect(clock.now()).toBe(passedMs);
      },
    ),
  );
});
