import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FreezeWindow, frozenUntil, isTimeZone, parseFreeze } from './freeze.ts';

function windowOf(text: string, timeZone = 'Europe/Berlin'): FreezeWindow[] {
  const freeze = parseFreeze(text);
  if (freeze === undefined) throw new Error(`${text} is no freeze`);
  return [{ timeZone, freeze }];
}

describe('a weekend, in wall time', () => {
  // 2026-11-27 is a Friday; Berlin is an hour ahead of UTC in winter and two in summer.
  test.each([
    ['2026-11-27T14:59:59Z', undefined],
    ['2026-11-27T15:00:00Z', 'Mon 06:00 Europe/Berlin'],
    ['2026-11-29T23:30:00Z', 'Mon 06:00 Europe/Berlin'],
    ['2026-11-30T04:59:59Z', 'Mon 06:00 Europe/Berlin'],
    ['2026-11-30T05:00:00Z', undefined],
    ['2026-07-03T13:59:00Z', undefined],
    ['2026-07-03T14:00:00Z', 'Mon 06:00 Europe/Berlin'],
  ])('at %s: %s', (at, until) => {
    expect(frozenUntil(windowOf('Fri 16:00 - Mon 06:00'), Date.parse(at))).toBe(until);
  });
});

test.each([
  ['22:00 - 06:00', '2026-11-25T21:00:00Z', true],
  ['22:00 - 06:00', '2026-11-25T04:59:00Z', true],
  ['22:00 - 06:00', '2026-11-25T05:00:00Z', false],
  ['22:00 - 06:00', '2026-11-25T20:59:00Z', false],
  ['09:00 - 17:00', '2026-11-25T08:00:00Z', true],
  ['09:00 - 17:00', '2026-11-25T16:00:00Z', false],
  ['2026-12-20 00:00 - 2027-01-04 08:00', '2026-12-19T22:59:00Z', false],
  ['2026-12-20 00:00 - 2027-01-04 08:00', '2026-12-31T12:00:00Z', true],
  ['2026-12-20 00:00 - 2027-01-04 08:00', '2027-01-04T07:00:00Z', false],
])('%s at %s in Berlin: frozen %s', (text, at, frozen) => {
  expect(frozenUntil(windowOf(text), Date.parse(at)) !== undefined).toBe(frozen);
});

// Sunday, 29 March 2026: at 02:00 clocks in Berlin go to 03:00; at 02:00 on Lord Howe, on 5 April, they go back by half an hour.
test.each([
  ['22:00 - 06:00', 'Europe/Berlin', '2026-03-28T21:00:00Z', '2026-03-29T04:00:00Z', 7],
  ['22:00 - 06:00', 'Europe/Berlin', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z', 9],
  ['02:30 - 03:30', 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T01:30:00Z', 0.5],
  ['22:00 - 06:00', 'Australia/Lord_Howe', '2026-04-04T11:00:00Z', '2026-04-04T19:30:00Z', 8.5],
  ['Sat 12:00 - Sun 12:00', 'Asia/Kathmandu', '2026-11-28T06:15:00Z', '2026-11-29T06:15:00Z', 24],
  ['2011-12-29 12:00 - 2011-12-31 12:00', 'Pacific/Apia', '2011-12-29T22:00:00Z', '2011-12-30T22:00:00Z', 24],
])('%s in %s lasts from %s to %s, %d hours', (text, timeZone, from, until, hours) => {
  const windows = windowOf(text, timeZone);
  const frozenAt = (at: number) => frozenUntil(windows, at) !== undefined;
  expect((Date.parse(until) - Date.parse(from)) / 3_600_000).toBe(hours);
  expect([-60_000, 0].map((ms) => frozenAt(Date.parse(from) + ms))).toEqual([false, true]);
  expect([-60_000, 0].map((ms) => frozenAt(Date.parse(until) + ms))).toEqual([true, false]);
});

test('any of several windows freezes, each in its own time zone', () => {
  const windows = [...windowOf('22:00 - 23:00', 'Asia/Tokyo'), ...windowOf('22:00 - 23:00', 'America/New_York')];
  expect(frozenUntil(windows, Date.parse('2026-11-25T13:30:00Z'))).toBe('23:00 Asia/Tokyo');
  expect(frozenUntil(windows, Date.parse('2026-11-26T03:30:00Z'))).toBe('23:00 America/New_York');
  expect(frozenUntil(windows, Date.parse('2026-11-26T06:00:00Z'))).toBeUndefined();
  expect(frozenUntil([], 0)).toBeUndefined();
});

test.each([
  '',
  'Fri 16:00',
  'Fri 16:00-Mon 06:00',
  'fri 16:00 - mon 06:00',
  'Fri 24:00 - Mon 06:00',
  'Fri 16:60 - Mon 06:00',
  'Fri 16:00 - Fri 16:00',
  '16:00 - 16:00',
  '4pm - 6am',
  '2026-02-30 00:00 - 2026-03-01 00:00',
  '2026-13-01 00:00 - 2027-01-01 00:00',
  '2027-01-04 08:00 - 2026-12-20 00:00',
  'Fri 16:00 - Mon 06:00 ',
])('"%s" is no freeze', (text) => {
  expect(parseFreeze(text)).toBeUndefined();
});

test('time zones are those that the platform knows', () => {
  expect(['Europe/Berlin', 'UTC', 'America/Argentina/Ushuaia'].map(isTimeZone)).toEqual([true, true, true]);
  expect(['Berlin', 'Europe/Berlinn', ''].map(isTimeZone)).toEqual([false, false, false]);
});

test('a window in a time zone that the platform does not know is open: another one took the plan', () => {
  const windows = windowOf('09:00 - 17:00', 'Atlantis/Capital');
  expect(frozenUntil(windows, 0)).toBe('an operator that knows the time zone Atlantis/Capital has the plan');
});

test('of a window and of what is left of the week, each moment lies in exactly one', () => {
  const day = fc.constantFrom('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun');
  const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
  const moment = fc
    .tuple(day, time)
    .map(([name, [hour, minute]]) => `${name} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  fc.assert(
    fc.property(moment, moment, fc.integer({ min: 0, max: 4e12 }), (from, until, now) => {
      fc.pre(from !== until);
      const inside = frozenUntil(windowOf(`${from} - ${until}`), now) !== undefined;
      const outside = frozenUntil(windowOf(`${until} - ${from}`), now) !== undefined;
      expect(inside).toBe(!outside);
    }),
  );
});
