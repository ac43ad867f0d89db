import { expect, test } from 'vitest';
import { isLastStep, stepAfter, stepOf } from './steps.ts';

const STEPS = [10, 50, 100].map((weight) => ({ weight, bakeMs: 1 }));

test.each([
  ['a step leads to the one after it', { step: 0, adoptedWeight: null }, 1, false],
  ['so does one whose own weight was adopted', { step: 1, adoptedWeight: 50 }, 2, false],
  ['and one whose adopted weight is above it', { step: 0, adoptedWeight: 11 }, 1, false],
  ['a weight below its step leads to that step first', { step: 1, adoptedWeight: 49 }, 1, false],
  ['also below the last', { step: 2, adoptedWeight: 60 }, 2, false],
  ['after the last there is none', { step: 2, adoptedWeight: null }, 3, true],
  ['nor after one that is none', { step: 3, adoptedWeight: null }, 4, true],
])('%s', (_what, place, after, isLast) => {
  expect(stepAfter(place, STEPS)).toBe(after);
  expect(isLastStep(place, STEPS)).toBe(isLast);
});

test.each([
  [1, 0],
  [10, 0],
  [11, 1],
  [50, 1],
  [100, 2],
])('a weight of %i is on the way of step %i', (weight, step) => {
  expect(stepOf(weight, STEPS)).toBe(step);
});
