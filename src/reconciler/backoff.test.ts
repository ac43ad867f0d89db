import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { PRIORITY } from './queue.ts';

const LIMITS = { first: 250, max: 30_000 };
const TICK_MS = 10_000;

test('doubles with each error up to its limit, and a wait or a success forgets them', () => {
  const backoff = new Backoff(() => 1, LIMITS, TICK_MS);
  const waits = Array.from({ length: 9 }, () => backoff.afterError('shop', PRIORITY.inventory));
  expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(backoff.afterError('other', PRIORITY.inventory)).toBe(250);
  backoff.forget('shop');
  expect(backoff.afterError('shop', PRIORITY.inventory)).toBe(250);
});

test('while green may have weight a failing call is backed off from for a tick at most: the alarms are looked at', () => {
  for (const [priority, longest] of [
    [PRIORITY.ramp, TICK_MS],
    [PRIORITY.rollback, TICK_MS],
    [PRIORITY.verify, LIMITS.max],
    [PRIORITY.inventory, LIMITS.max],
  ] as const) {
    const backoff = new Backoff(() => 1, LIMITS, TICK_MS);
    for (let errors = 0; errors < 50; errors += 1) backoff.afterError('shop', priority);
    expect(backoff.afterError('shop', priority)).toBe(longest);
  }
});

test('a tick that is shorter than the first wait does not shorten it', () => {
  expect(new Backoff(() => 1, LIMITS, 10).afterError('shop', PRIORITY.rollback)).toBe(250);
});

test('the jitter takes half of it at most', () => {
  fc.assert(
    fc.property(fc.nat(2_000), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (errors, random) => {
      const backoff = new Backoff(() => random, LIMITS, TICK_MS);
      const full = Math.min(LIMITS.max, LIMITS.first * 2 ** errors);
      for (let before = 0; before < errors; before += 1) backoff.afterError('shop', PRIORITY.sweep);
      const wait = backoff.afterError('shop', PRIORITY.sweep);
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }),
  );
});
