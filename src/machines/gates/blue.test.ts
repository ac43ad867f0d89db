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

test.each([
  [
    'all',
    [service(2), { ...service(3), service: 'api' }],
    AT_ONCE,
    'serves',
    'blue can take everything: frontend 2/2, api 3/2',
  ],
  [
    'too few, and nobody revives it',
    [service(1), { ...service(1), service: 'api' }],
    { ...AT_ONCE, waitedMs: undefined },
    'serves',
    'blue is not what it was: frontend 1/4, api 1/2 healthy; set its count back, or let it recover',
  ],
  ['too few', [service(1)], AT_ONCE, 'serves', 'blue is being revived: frontend 1/4'],
  [
    'too few for too long',
    [service(1)],
    LATER,
    'serves',
    'blue is short (frontend 1/4) and could not be revived in time; it still serves, and is the better side',
  ],
  [
    'too few, and green nobody',
    [service(1)],
    AT_ONCE,
    'serves nobody',
    'blue is short (frontend 1/4), but green has nobody healthy: blue is the better side at once',
  ],
  [
    'nobody for too long',
    [service(1), { ...service(0), service: 'api' }],
    LATER,
    'serves',
    'blue cannot take any more traffic: frontend 1/4, api 0/2; green keeps its share until api is healthy again',
  ],
] as const)('says what there is of a blue that has %s', (what, services, patience, green, why) => {
  const recorded = new Map(what === 'all' ? [] : [['frontend', 4]]);
  expect(blueReadyVerdict(services, recorded, patience, green).why).toBe(why);
});

const ready = (waitedMs: number) => blueReadyVerdict([service(1)], new Map(), { waitedMs, reviveMs: 1_000 }, 'serves');

test('patience ends with its last millisecond', () => {
  expect([ready(999).verdict, ready(1_000).verdict]).toEqual(['wait', 'pass']);
});
