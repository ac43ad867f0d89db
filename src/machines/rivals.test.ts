import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REASSERT_EVERY_MS, REASSERT_WINDOW_MS, REASSERTIONS_MAX } from './drift.ts';
import { isContested, mayWriteAgain } from './rivals.ts';

test('the first write and its first repetition wait for nothing', () => {
  expect(mayWriteAgain([], 0)).toBe(true);
  expect(mayWriteAgain([5], 5)).toBe(true);
  expect(mayWriteAgain([5, 5], 4 + REASSERT_EVERY_MS)).toBe(false);
  expect(mayWriteAgain([5, 5], 5 + REASSERT_EVERY_MS)).toBe(true);
});

test('within any window a step is written four times at most before it is another’s too', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 120_000 }), { maxLength: 60, size: 'max' }), (waits) => {
      const writtenAt: number[] = [];
      let now = 1;
      for (const wait of waits) {
        now += wait;
        if (!isContested(writtenAt, now) && mayWriteAgain(writtenAt, now)) writtenAt.push(now);
      }
      for (const at of writtenAt) {
        const within = writtenAt.filter((other) => other >= at && other - at < REASSERT_WINDOW_MS);
        expect(within.length).toBeLessThanOrEqual(REASSERTIONS_MAX + 1);
      }
    }),
  );
});

test('what was contested is ours again after the window', () => {
  const writtenAt = [0, 1, 2, 3];
  expect(isContested(writtenAt, 10)).toBe(true);
  expect(isContested(writtenAt, REASSERT_WINDOW_MS)).toBe(false);
});

test('time counts from the last write', () => {
  expect(mayWriteAgain([0, 20_000], REASSERT_EVERY_MS)).toBe(false);
  expect(mayWriteAgain([0, 20_000], 20_000 + REASSERT_EVERY_MS)).toBe(true);
});
