import { expect, test } from 'vitest';
import { type Growth, growthRemedy, growthWords, isComing } from './growth.ts';

const asked = (maximum: number): Growth['follows'] => ({ kind: 'asked', maximum });
const growth = (given: Partial<Growth> = {}): Growth => ({
  service: 'frontend',
  recorded: 2,
  needed: 6,
  healthy: 2,
  follows: asked(8),
  ...given,
});

test('says of each service what it needs, and had', () => {
  expect(growthWords([])).toBeUndefined();
  expect(growthWords([growth(), growth({ service: 'api', recorded: 1, needed: 3 })])).toBe(
    'load has grown since: frontend needs 6 tasks, 2 when it was recorded, api needs 3 tasks, 1 when it was recorded',
  );
});

test('says what is done about those that lack tasks, and nothing of others', () => {
  expect(growthRemedy([growth({ healthy: 6 })])).toBeUndefined();
  expect(growthRemedy([growth({ healthy: 5 }), growth({ service: 'api', healthy: 7 })])).toBe(
    'the scaling of frontend is asked for them',
  );
  expect(
    growthRemedy([
      growth({ follows: asked(5) }),
      growth({ service: 'api', follows: { kind: 'left', why: 'raise it' } }),
    ]),
  ).toBe('the scaling of frontend goes to 5: raise its maximum, or change rollback.viability; raise it');
  expect(growthRemedy([growth({ follows: asked(6) })])).toBe('the scaling of frontend is asked for them');
});

test('what is lacking comes by itself where the scaling may go so far', () => {
  expect(isComing(growth({ follows: asked(6) }))).toBe(true);
  expect(isComing(growth({ follows: asked(5) }))).toBe(false);
  expect(isComing(growth({ follows: { kind: 'left', why: 'raise it' } }))).toBe(false);
});
