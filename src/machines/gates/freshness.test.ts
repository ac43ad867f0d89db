import { describe, expect, test } from 'vitest';
import type { AlarmReading, WatchedMetric } from '../readings.ts';
import { metricKey, metricsToRead } from './alarmMetrics.ts';
import { freshAlarmVerdict } from './freshness.ts';
import { compositeAlarm, edgeMetric, metricAlarm } from './testAlarms.ts';

const NOW = 100 * 60_000;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

const latency = edgeMetric('TargetResponseTime');
const errors = edgeMetric('HTTPCode_Target_5XX_Count');
const requests = edgeMetric('RequestCount');

/** The verdict on the first alarm, with these ages of data, in milliseconds. */
function judged(alarms: AlarmReading[], ages: [WatchedMetric, number][], sinceMs: number | null = null) {
  const [first] = alarms;
  if (first === undefined) throw new Error('an alarm is wanted');
  return freshAlarmVerdict(first, {
    known: new Map(alarms.map((alarm) => [alarm.name, alarm])),
    newest: new Map(ages.map(([metric, ageMs]) => [metricKey(metric), NOW - ageMs])),
    now: NOW,
    sinceMs,
  });
}

describe('an alarm that is OK', () => {
  const alarm = metricAlarm('shop-latency', [latency]);

  test('on fresh data passes, and tells how old they are', () => {
    expect(judged([alarm], [[latency, 41 * SECOND_MS]])).toEqual({
      verdict: 'pass',
      why: 'alarm shop-latency is OK, data 41s old',
    });
  });

  test('on a period that is not over yet is as fresh as can be', () => {
    expect(judged([alarm], [[latency, -20 * SECOND_MS]]).why).toBe('alarm shop-latency is OK, data 0s old');
  });

  test('on data that are older than CloudWatch ever is late is not known to be OK', () => {
    expect(judged([alarm], [[latency, 5 * MINUTE_MS]]).verdict).toBe('pass');
    expect(judged([alarm], [[latency, 6 * MINUTE_MS]])).toEqual({
      verdict: 'unknown',
      why: 'alarm shop-latency is OK, but AWS/ApplicationELB TargetResponseTime has no datapoint for 6 minutes; CloudWatch may be late or the metric gone',
    });
  });

  test('on no data at all is not known to be OK', () => {
    expect(judged([alarm], [])).toMatchObject({ verdict: 'unknown', why: expect.stringContaining('no datapoint') });
  });

  test('on data of before the step began is not known to be OK in it', () => {
    const began = NOW - 3 * MINUTE_MS;
    expect(judged([alarm], [[latency, 3 * MINUTE_MS]], began)).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('no datapoint since the step began'),
    });
    expect(judged([alarm], [[latency, 2 * MINUTE_MS]], began).verdict).toBe('pass');
  });
});

test.each([
  ['ALARM', 'fail'],
  ['INSUFFICIENT_DATA', 'wait'],
  ['missing', 'unknown'],
] as const)('an alarm in %s stays what it is, however fresh its data are', (state, verdict) => {
  expect(judged([metricAlarm('a', [latency], { state })], [[latency, 0]]).verdict).toBe(verdict);
});

describe('a counter that has no zeros', () => {
  const alarm = metricAlarm('shop-5xx', [errors]);

  test('is as fresh as the requests of its load balancer', () => {
    expect(metricsToRead([alarm], new Map()).map(metricKey)).toEqual([errors, requests].map(metricKey));
    expect(judged([alarm], [[requests, 50 * SECOND_MS]]).why).toBe('alarm shop-5xx is OK, data 50s old');
  });

  test('is fresh by itself too, and stale when both are silent', () => {
    expect(judged([alarm], [[errors, 0]]).verdict).toBe('pass');
    expect(judged([alarm], [[requests, 10 * MINUTE_MS]])).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining(
        'which is published only where it is not zero, and with it AWS/ApplicationELB RequestCount',
      ),
    });
  });

  test('of one target group is vouched for by the whole load balancer: a green without errors is silent', () => {
    const ofGreen = edgeMetric('HTTPCode_Target_5XX_Count', { TargetGroup: 'targetgroup/green/2' });
    expect(judged([metricAlarm('green-5xx', [ofGreen])], [[requests, 0]]).verdict).toBe('pass');
  });

  test('of one target group is the requests and the response times too: a green without weight has none', () => {
    const group = { TargetGroup: 'targetgroup/green/2' };
    const ofGreen = [edgeMetric('RequestCount', group), edgeMetric('TargetResponseTime', group)];
    const alarmOfGreen = metricAlarm('green', ofGreen);
    expect(judged([alarmOfGreen], [[requests, 50 * SECOND_MS]]).why).toBe('alarm green is OK, data 50s old');
    expect(judged([alarmOfGreen], [[requests, 10 * MINUTE_MS]]).verdict).toBe('unknown');
    expect(judged([metricAlarm('whole', [requests])], [[ofGreen[0] ?? requests, 0]]).verdict).toBe('unknown');
  });

  test('of Service Connect is vouched for by the good answers to the same client', () => {
    const dimensions = { TargetDiscoveryName: 'user-api', ServiceName: 'frontend-sc', ClusterName: 'shop' };
    const inside = (name: string): WatchedMetric => ({
      kind: 'metric',
      namespace: 'AWS/ECS',
      name,
      dimensions,
      statistic: 'Sum',
      periodMs: MINUTE_MS,
    });
    const alarmInside = metricAlarm('inside', [inside('HTTPCode_Target_5XX_Count')]);
    expect(judged([alarmInside], [[inside('HTTPCode_Target_2XX_Count'), 0]]).verdict).toBe('pass');
    expect(judged([alarmInside], [[requests, 0]]).verdict).toBe('unknown');
  });

  test('is none where it has zeros: response times vouch for themselves', () => {
    expect(judged([metricAlarm('shop-latency', [latency])], [[requests, 0]]).verdict).toBe('unknown');
  });
});

test('metric math is as old as the oldest of its metrics', () => {
  const math = metricAlarm('ratio', [errors, requests, latency]);
  const fresh: [WatchedMetric, number][] = [
    [requests, 10 * SECOND_MS],
    [latency, 30 * SECOND_MS],
  ];
  expect(judged([math], fresh).why).toContain('data 30s old');
  expect(judged([math], [[requests, 0]]).verdict).toBe('unknown');
});

describe('a composite alarm', () => {
  const leaf = metricAlarm('shop-latency', [latency]);
  const inner = compositeAlarm('inner', ['shop-latency']);

  test('is as old as what is beneath it, however deep', () => {
    const alarms = [compositeAlarm('outer', ['inner']), inner, leaf];
    expect(judged(alarms, [[latency, 20 * SECOND_MS]]).why).toBe('alarm outer is OK, data 20s old');
    expect(judged(alarms, []).verdict).toBe('unknown');
  });

  test('that names an alarm that is gone, one that was not read, or none, is not known to be OK', () => {
    const gone: AlarmReading = { ...leaf, name: 'gone', state: 'missing', basis: { kind: 'notTold' } };
    expect(judged([compositeAlarm('any', ['gone']), gone], []).why).toContain('alarm gone does not exist');
    expect(judged([compositeAlarm('any', ['deep'])], []).why).toContain('deep beneath it is too deep');
    expect(judged([compositeAlarm('any', [])], []).why).toContain('names no alarm');
  });

  test('that comes back to itself ends there', () => {
    const circle = [compositeAlarm('left', ['right', 'shop-latency']), compositeAlarm('right', ['left']), leaf];
    expect(judged(circle, [[latency, 0]]).verdict).toBe('pass');
  });

  test('whose actions another suppresses tells so, and goes by its state', () => {
    const suppressed = compositeAlarm(
      'any',
      ['shop-latency'],
      'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:maintenance',
    );
    expect(judged([suppressed, leaf], [[latency, 0]])).toEqual({
      verdict: 'pass',
      why: 'alarm any is OK, data 0s old; maintenance may keep it from telling people, which the plan does not go by',
    });
  });
});
