import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chanceOfAtLeast, chanceOfAtMost } from './binomial.ts';

test('more than all cannot succeed, and none at least always do', () => {
  expect(chanceOfAtLeast(3, 2, 1)).toBe(0);
  expect(chanceOfAtLeast(3, 2, 0.5)).toBe(0);
  expect(chanceOfAtLeast(0, 2, 0)).toBe(1);
  expect(chanceOfAtLeast(1, 2, 0)).toBe(0);
  expect(chanceOfAtLeast(2, 2, 1)).toBe(1);
});

test.each([
  [5, 5, 0.5, 1 / 32],
  [3, 4, 0.5, 5 / 16],
  [1, 3, 0.1, 0.271],
  [20, 20, 0.9, 0.9 ** 20],
  [1, 1_000, 0.001, 1 - 0.999 ** 1_000],
])('the chance that %d of %d succeed at least, each with %d', (successes, trials, chance, expected) => {
  expect(chanceOfAtLeast(successes, trials, chance)).toBeCloseTo(expected, 9);
});

test('at most so many, and at least one more, are everything', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (some, more, chance) => {
      const trials = some + more;
      expect(chanceOfAtMost(some, trials, chance) + chanceOfAtLeast(some + 1, trials, chance)).toBeCloseTo(1, 8);
    }),
  );
});
