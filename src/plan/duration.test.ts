import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DURATION_MS_MAX, formatDuration, parseDuration } from './duration.ts';

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['24h', 86_400_000],
    ['1h30m', 5_400_000],
    ['1m30s', 90_000],
    ['1m500ms', 60_500],
    ['90m', 5_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    ' ',
    '5',
    '5 m',
    ' 5m',
    '5m ',
    '5M',
    '-5m',
    '+5m',
    '1.5h',
    '5 minutes please',
    '5min',
    '30m1h',
    '5m5m',
    '1d',
    'm',
    'h30m',
    '1e3s',
    '５m',
    '5m\n',
    '99999999999h',
  ])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('the longest is 90 days', () => {
    expect(parseDuration('2160h')).toBe(DURATION_MS_MAX);
    expect(parseDuration('2160h1ms')).toBeUndefined();
  });

  test('what is formatted is read back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: DURATION_MS_MAX }), (ms) => parseDuration(formatDuration(ms)) === ms),
    );
  });
});
