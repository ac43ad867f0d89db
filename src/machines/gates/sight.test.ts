import { describe, expect, test } from 'vitest';
import type { CreatedAlarms } from '../../plan/createdAlarms.ts';
import type { AlarmReading, WatchedMetric } from '../readings.ts';
import { blindAlarms, blindness } from './sight.ts';
import { testSpec } from '../testFacts.ts';
import { compositeAlarm, edgeMetric, metricAlarm } from './testAlarms.ts';
import { BLUE } from './testBlue.ts';

const blueGroup = edgeMetric('RequestCount', { TargetGroup: 'targetgroup/frontend/0123456789abcdef' });
const greenGroup = edgeMetric('RequestCount', { TargetGroup: 'targetgroup/frontend-sc/1123456789abcdef' });
const ofService = (namespace: string, ServiceName: string): WatchedMetric => ({
  kind: 'metric',
  namespace,
  name: 'CPUUtilization',
  dimensions: { ClusterName: 'shop', ServiceName },
  statistic: 'Average',
  periodMs: 60_000,
});

const blind = (...alarms: AlarmReading[]) => {
  const [first] = alarms;
  if (first === undefined) throw new Error('an alarm is wanted');
  return blindness(first, new Map(alarms.map((alarm) => [alarm.name, alarm])), [BLUE]);
};

test('an alarm on blue’s target group or on a blue service alone would never fire for green, and says what to watch', () => {
  expect(blind(metricAlarm('a', [blueGroup]))).toBe(
    "alarm a watches TargetGroup targetgroup/frontend/0123456789abcdef alone, which is blue's, and would never fire for green; let it watch the load balancer as a whole, or take it out of spec.gates.alarms",
  );
  expect(blind(metricAlarm('a', [ofService('AWS/ECS', 'frontend'), blueGroup]))).toContain('ServiceName frontend and');
});

test.each([
  ['the load balancer', edgeMetric('RequestCount')],
  ['green’s own target group', greenGroup],
  ['a service that does not move', ofService('AWS/ECS', 'billing')],
  ['what the application publishes itself, under the service’s name', ofService('Shop', 'frontend')],
])('one on %s would', (_what, metric) => {
  expect(blind(metricAlarm('a', [metric]))).toBeUndefined();
  expect(blind(metricAlarm('a', [blueGroup, metric]))).toBeUndefined();
});

test('a composite sees green where one beneath it does', () => {
  const onBlue = metricAlarm('on-blue', [blueGroup]);
  const onBoth = metricAlarm('on-both', [edgeMetric('RequestCount')]);
  expect(blind(compositeAlarm('any', ['on-blue']), onBlue)).toContain('alarm any watches');
  expect(blind(compositeAlarm('any', ['on-blue', 'on-both']), onBlue, onBoth)).toBeUndefined();
});

test('nothing is said of an alarm that does not tell what it comes down to', () => {
  expect(blind(compositeAlarm('any', ['gone']))).toBeUndefined();
  expect(blind({ ...metricAlarm('a', [blueGroup]), basis: { kind: 'notTold' } })).toBeUndefined();
});

const refused = (strategy: 'migrate' | 'rescue', alarms: AlarmReading[], createAlarms: CreatedAlarms | null = null) =>
  blindAlarms({ strategy, gates: { ...testSpec.gates, createAlarms } }, alarms, new Map(), [BLUE]).length;

describe('a rescue passes over an alarm that sees blue alone', () => {
  const onBlue = metricAlarm('on-blue', [blueGroup]);
  const onBoth = metricAlarm('on-both', [edgeMetric('RequestCount')]);

  test('where another alarm sees green, or the plan creates one that does', () => {
    expect(refused('rescue', [onBlue, onBoth])).toBe(0);
    expect(refused('rescue', [onBlue], { errorRateMax: 0.05, latencyP99MaxMs: null, requestsMin: 20 })).toBe(0);
  });

  test('but not where none is left, and a migration never does', () => {
    expect(refused('rescue', [onBlue])).toBe(1);
    expect(refused('migrate', [onBlue, onBoth])).toBe(1);
  });
});
