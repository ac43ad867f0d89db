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

const whyOf = (state: AlarmReading['state'], name = 'shop-5xx') => alarmVerdict({ ...alarm(state), name }).why;

test('says what there is, and what to do about one that is not there', () => {
  expect(whyOf('OK')).toBe('alarm shop-5xx is OK');
  expect(whyOf('ALARM')).toBe('alarm shop-5xx is in ALARM: 3 of 3 datapoints > 1%');
  expect(whyOf('INSUFFICIENT_DATA')).toBe('alarm shop-5xx has insufficient data: 3 of 3 datapoints > 1%');
  expect(whyOf('missing')).toBe('alarm shop-5xx does not exist; create it or take it out of spec.gates.alarms');
  expect(whyOf('missing', 'meshlift/shop/frontend-sc/errors')).toBe(
    'alarm meshlift/shop/frontend-sc/errors, which Meshlift had made, does not exist any more; onDrift: reassert makes it again; otherwise abort the plan',
  );
});

test('only an alarm that is OK now has flapped, the first of several', () => {
  const states = ['ALARM', 'INSUFFICIENT_DATA', 'missing'] as const;
  expect(
    flappedAlarm(
      states.map((state) => alarm(state, 100)),
      99,
    ),
  ).toBeUndefined();
  expect(flappedAlarm([alarm('OK', null), alarm('OK', 100)], 99)).toBe(
    'alarm shop-5xx changed its state since the step began',
  );
});
