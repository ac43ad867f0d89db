import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOfAtLeast, chanceOfAtMost } from './binomial.ts';
import { chanceOfMinutes, chanceUnderLimit, chanceUnderRatio } from './significance.ts';

/** By the definition, every term by itself. */
function slowTail(successes: number, trials: number, chance: number): number {
  let sum = 0;
  for (let count = successes; count <= trials; count += 1) {
    let term = 1;
    for (let factor = 1; factor <= count; factor += 1) term *= ((trials - count + factor) / factor) * chance;
    sum += term * (1 - chance) ** (trials - count);
  }
  return sum;
}

describe('the binomial tail', () => {
  test('is what its definition says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }).chain((trials) => fc.tuple(fc.constant(trials), fc.nat(trials))),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        ([trials, successes], chance) => {
          expect(chanceOfAtLeast(successes, trials, chance)).toBeCloseTo(slowTail(successes, trials, chance), 9);
          expect(chanceOfAtMost(successes, trials, chance)).toBeCloseTo(1 - slowTail(successes + 1, trials, chance), 9);
        },
      ),
    );
  });

  test('holds at ten million requests, on both sides of the middle', () => {
    expect(chanceOfAtLeast(5_000_000, 10_000_000, 0.5)).toBeCloseTo(0.500126, 5);
    expect(chanceOfAtLeast(5_010_000, 10_000_000, 0.5)).toBeLessThan(1e-9);
    expect(chanceOfAtLeast(4_990_000, 10_000_000, 0.5)).toBeGreaterThan(1 - 1e-9);
  });

  test('of what cannot be and of what must be', () => {
    expect(chanceOfAtLeast(0, 10, 0)).toBe(1);
    expect(chanceOfAtLeast(1, 10, 0)).toBe(0);
    expect(chanceOfAtLeast(10, 10, 1)).toBe(1);
  });
});

test('one error in fifty requests is no proof against a limit of 1 %, four are', () => {
  expect(chanceUnderLimit({ errors: 1, requests: 50 }, 0.01)).toBeCloseTo(0.395, 3);
  expect(chanceUnderLimit({ errors: 4, requests: 50 }, 0.01)).toBeCloseTo(0.0016, 4);
});

test('the ratio of two rates: each side’s requests count, and so does what is allowed', () => {
  const blue = { errors: 0, requests: 950 };
  expect(chanceUnderRatio({ errors: 1, requests: 50 }, blue, 1)).toBeCloseTo(0.05, 9);
  expect(chanceUnderRatio({ errors: 2, requests: 50 }, blue, 2)).toBeCloseTo((100 / 1050) ** 2, 9);
  expect(chanceUnderRatio({ errors: 0, requests: 0 }, { errors: 0, requests: 0 }, 2)).toBe(1);
});

/** How likely so many errors are in 40 requests at a rate of 5 %. */
const likely = (errors: number) => chanceOfAtLeast(errors, 40, 0.05) - chanceOfAtLeast(errors + 1, 40, 0.05);

test('at the edge of what is allowed, one in a hundred looks is wrong at most', () => {
  const chances: number[] = [];
  let wrong = 0;
  for (let green = 0; green <= 40; green += 1) {
    for (let blue = 0; blue <= 40; blue += 1) {
      const chance = chanceUnderRatio({ errors: green, requests: 40 }, { errors: blue, requests: 40 }, 1);
      chances.push(chance);
      if (chance < 0.01) wrong += likely(green) * likely(blue);
    }
  }
  expect(wrong).toBeLessThan(0.01);
  expect(Math.min(...chances), 'and the worst outcome is found').toBeLessThan(1e-9);
});

test('five minutes of five are proof, four of four and six of seven are not', () => {
  expect(chanceOfMinutes(5, 5)).toBeCloseTo(1 / 32, 12);
  expect(chanceOfMinutes(4, 4)).toBeGreaterThan(0.05);
  expect(chanceOfMinutes(6, 7)).toBeGreaterThan(0.05);
});
