import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Follows, isComing } from './growth.ts';
import { service } from './testService.ts';
import { blueViability, fadingBlue, viabilityVerdict } from './viability.ts';

const named = (name: string, healthy: number) => ({ ...service(healthy), service: name });
const NEEDED = new Map([
  ['frontend', 2],
  ['user-api', 4],
]);

test('it is the least of the whole subgraph, of what all traffic needs', () => {
  expect(blueViability([named('frontend', 2), named('user-api', 3)], NEEDED, undefined)).toEqual({
    percent: 75,
    words: 'frontend 2/2, user-api 3/4',
  });
  expect(blueViability([named('frontend', 2), named('user-api', 6)], NEEDED, undefined).percent).toBe(100);
  expect(blueViability([named('frontend', 2), named('user-api', 0)], NEEDED, undefined).percent).toBe(0);
});

test('a service that needs nobody takes nothing away', () => {
  expect(blueViability([named('frontend', 0)], new Map([['frontend', 0]]), undefined).percent).toBe(100);
});

test('errors of its own take their part, once there are enough answers to tell', () => {
  const whole = [named('frontend', 2), named('user-api', 4)];
  expect(blueViability(whole, NEEDED, { requests: 1000, errors: 200 }).percent).toBe(80);
  expect(blueViability(whole, NEEDED, { requests: 1000, errors: 200 }).words).toContain('200 of its 1000 answers');
  expect(blueViability(whole, NEEDED, { requests: 40, errors: 40 }).percent).toBe(100);
});

const grown = (healthy: number, follows: Follows) => {
  const growth = [{ service: 'frontend', recorded: 2, needed: 6, healthy, follows }];
  return blueViability([named('frontend', healthy)], new Map([['frontend', 6]]), undefined, growth);
};

describe('where load has grown since blue was recorded', () => {
  const hold = { min: 100, below: 'hold' } as const;

  test.each<[string, Follows, string]>([
    ['its scaling is asked', { kind: 'asked', maximum: 8 }, 'the scaling of frontend is asked for them'],
    [
      'its scaling ends before that',
      { kind: 'asked', maximum: 4 },
      'the scaling of frontend goes to 4: raise its maximum',
    ],
    ['nothing is done', { kind: 'left', why: 'App Mesh is gone' }, 'App Mesh is gone'],
  ])('it says so, and what comes of it: %s', (_what, follows, remedy) => {
    const verdict = viabilityVerdict(grown(3, follows), hold, 'migrate');
    expect(verdict.verdict).toBe('wait');
    expect(verdict.why).toContain(
      '50 % of all traffic: frontend 3/6; load has grown since: frontend needs 6 tasks, 2 when',
    );
    expect(verdict.why).toContain(`the plan wants 100 %: ${remedy}`);
    expect(isComing({ service: 'frontend', recorded: 2, needed: 6, healthy: 3, follows })).toBe(
      follows.kind === 'asked' && follows.maximum === 8,
    );
  });

  test('and it still says so where blue has come to what is needed', () => {
    const verdict = viabilityVerdict(grown(6, { kind: 'asked', maximum: 8 }), hold, 'migrate');
    expect(verdict).toMatchObject({ verdict: 'pass', why: expect.stringContaining('load has grown since') });
  });
});

describe('below what the plan wants', () => {
  const half = { percent: 50, words: 'frontend 1/2' };

  test('forward steps wait, or go on, or the plan goes back while it still can', () => {
    expect(viabilityVerdict(half, { min: 100, below: 'hold' }, 'migrate').verdict).toBe('wait');
    expect(fadingBlue(half, { min: 100, below: 'hold' })).toBeUndefined();
    expect(viabilityVerdict(half, { min: 100, below: 'goForward' }, 'migrate').verdict).toBe('pass');
    expect(fadingBlue(half, { min: 100, below: 'goForward' })).toBeUndefined();
    expect(viabilityVerdict(half, { min: 100, below: 'rollBackNow' }, 'migrate').verdict).toBe('wait');
    expect(fadingBlue(half, { min: 100, below: 'rollBackNow' })?.reason).toBe('BlueFading');
  });

  test('a blue that carries nothing is nowhere to go back to', () => {
    expect(fadingBlue({ percent: 0, words: '' }, { min: 100, below: 'rollBackNow' })).toBeUndefined();
  });

  test('a rescue says that it passes that over', () => {
    const goForward = { min: 100, below: 'goForward' } as const;
    expect(viabilityVerdict(half, goForward, 'rescue').why).toMatch(/50 %.*waived by strategy: rescue$/);
    expect(viabilityVerdict(half, goForward, 'migrate').why).not.toMatch(/waived/);
  });

  test('at what it wants nothing is done', () => {
    expect(viabilityVerdict(half, { min: 50, below: 'rollBackNow' }, 'migrate').verdict).toBe('pass');
    expect(fadingBlue(half, { min: 50, below: 'rollBackNow' })).toBeUndefined();
  });
});

test('one more healthy task never makes it less, one more error never more', () => {
  const counts = fc.record({ frontend: fc.nat(6), users: fc.nat(6), requests: fc.nat(500), errors: fc.nat(500) });
  fc.assert(
    fc.property(counts, ({ frontend, users, requests, errors }) => {
      fc.pre(errors < requests);
      const percentOf = (more: number, worse: number): number =>
        blueViability([named('frontend', frontend + more), named('user-api', users)], NEEDED, {
          requests,
          errors: errors + worse,
        }).percent;
      expect(percentOf(1, 0)).toBeGreaterThanOrEqual(percentOf(0, 0));
      expect(percentOf(0, 1)).toBeLessThanOrEqual(percentOf(0, 0));
      expect(percentOf(0, 0)).toBeGreaterThanOrEqual(0);
      expect(percentOf(0, 0)).toBeLessThanOrEqual(100);
    }),
  );
});
