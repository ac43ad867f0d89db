import { expect, test } from 'vitest';
import { blueReadyVerdict } from './blue.ts';
import { service } from './testService.ts';

/** Blue is being revived since just now, or for longer than patience lasts. */
const AT_ONCE = { waitedMs: 0, reviveMs: 1_000 };
const LATER = { waitedMs: 2_000, reviveMs: 1_000 };

test('blue is measured by what it had when it was recorded, not by what it is set to now', () => {
  const recorded = new Map([['frontend', 4]]);
  expect(blueReadyVerdict([service(2, 2)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
  expect(blueReadyVerdict([service(4, 4)], recorded, AT_ONCE, 'serves').verdict).toBe('pass');
  const nobodyRevives = { ...AT_ONCE, waitedMs: undefined };
  expect(blueReadyVerdict([service(2, 2)], recorded, nobodyRevives, 'serves').why).toContain('set its count back');
});

test('a blue that cannot be revived in time is the better side while it serves at all, and never when it is dead', () => {
  const recorded = new Map([['frontend', 2]]);
  expect(blueReadyVerdict([service(1)], recorded, LATER, 'serves').verdict).toBe('pass');
  expect(blueReadyVerdict([service(0)], recorded, LATER, 'serves').verdict).toBe('fail');
  expect(blueReadyVerdict([service(0)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
});

test('a green that serves nobody is left at once for a blue that serves at all, never for a dead one', () => {
  const recorded = new Map([['frontend', 2]]);
  expect(blueReadyVerdict([service(1)], recorded, AT_ONCE, 'serves nobody').verdict).toBe('pass');
  expect(blueReadyVerdict([service(1)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
  expect(blueReadyVerdict([service(0)], recorded, AT_ONCE, 'serves nobody').verdict).toBe('wait');
});
