import { expect, test } from 'vitest';
import type { AlarmReading } from '../readings.ts';
import { alarmBreach, alarmVerdict, flappedAlarm } from './alarms.ts';

const alarm = (state: AlarmReading['state'], transitionedAt: number | null = 0): AlarmReading => ({
  name: 'shop-5xx',
  state,
  stateReason: '3 of 3 datapoints > 1%',
  transitionedAt,
  basis: { kind: 'notTold' },
});

test.each([
  ['OK', 'pass'],
  ['ALARM', 'fail'],
  ['INSUFFICIENT_DATA', 'wait'],
  ['missing', 'unknown'],
] as const)('%s answers %s', (state, verdict) => {
  expect(alarmVerdict(alarm(state)).verdict).toBe(verdict);
});

test('only ALARM is a breach, and it carries CloudWatch’s own reason', () => {
  expect(alarmBreach([alarm('OK'), alarm('INSUFFICIENT_DATA'), alarm('missing', null)])).toBeUndefined();
  expect(alarmBreach([alarm('OK'), alarm('ALARM')])).toEqual({
    reason: 'AlarmBreach',
    message: 'shop-5xx ALARM: 3 of 3 datapoints > 1%',
  });
});

test('an alarm that is OK but changed since the step began has flapped; before a step begins nothing has', () => {
  expect(flappedAlarm([alarm('OK', 100)], 99)).toContain('shop-5xx');
  expect(flappedAlarm([alarm('OK', 100)], 100)).toBeUndefined();
  expect(flappedAlarm([alarm('OK', 100)], null)).toBeUndefined();
});
