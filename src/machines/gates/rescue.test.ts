import { expect, test } from 'vitest';
import type { AlarmReading, EdgeMinute, SideMinute, WatchedMetric } from '../readings.ts';
import { unknown } from '../../plan/verdict.ts';
import {
  ALARM_CLEARS_MS,
  alarmSight,
  compares,
  type RescueLook,
  rescueAlarmVerdict,
  withoutComparisons,
} from './rescue.ts';
import { compositeAlarm, edgeMetric, metricAlarm } from './testAlarms.ts';
import { BLUE } from './testBlue.ts';
import { ERRORS_ONLY, minutesOf, side } from './testMinutes.ts';

const SINCE = 1_000_000;
const ERRORS = edgeMetric('HTTPCode_Target_5XX_Count');
const SLOWNESS = edgeMetric('TargetResponseTime');
const OF_BUSINESS = { ...edgeMetric('Orders'), namespace: 'Shop' };

const firing = (metric = ERRORS, transitionedAt = 0): AlarmReading =>
  metricAlarm('shop', [metric], { state: 'ALARM', stateReason: 'too many', transitionedAt });

const FAILING = side(100, 25);

const requests = (green: SideMinute, blue: SideMinute = FAILING): { minutes: readonly EdgeMinute[] } => ({
  minutes: minutesOf(5, blue, green),
});

const verdictOf = (alarm: AlarmReading, look: Partial<RescueLook> = {}) =>
  rescueAlarmVerdict(alarm, new Map([[alarm.name, alarm]]), {
    share: { kind: 'part' },
    requests: requests(side(10)),
    rampedAt: SINCE,
    now: SINCE,
    ...look,
  });

test('an alarm that is OK, or has no data, counts as in any plan', () => {
  expect(verdictOf({ ...firing(), state: 'OK' })).toBeUndefined();
  expect(verdictOf({ ...firing(), state: 'INSUFFICIENT_DATA' })).toBeUndefined();
});

test('before green serves anything an alarm is blue’s, and says that it is waived', () => {
  const verdict = verdictOf(firing(), { share: { kind: 'none' }, rampedAt: null });
  expect(verdict).toMatchObject({ verdict: 'pass', why: expect.stringMatching(/ALARM: too many.*waived by strategy/) });
});

test('while blue has a share, a green that is not worse than blue is not held to blue’s alarm, whenever that fired', () => {
  expect(verdictOf(firing(ERRORS, SINCE + 1))).toMatchObject({
    verdict: 'pass',
    why: expect.stringMatching(/green failed 0 of 50 requests.*blue 125 of 500.*waived by strategy: rescue$/),
  });
  expect(verdictOf(firing(), { requests: { minutes: [] } })?.verdict).toBe('pass');
});

test('a green that is proven worse than blue fails it, whatever blue does', () => {
  for (const share of [{ kind: 'part' }, { kind: 'all', sinceMs: SINCE }] as const) {
    expect(verdictOf(firing(), { share, requests: requests(side(10, 8)) })).toMatchObject({
      verdict: 'fail',
      why: expect.stringContaining("it is green's"),
    });
  }
});

test('only an alarm that looks at response times holds a slow green to blue’s', () => {
  const slow = requests(side(100, 0, { 50: 900 }), side(100, 25, { 50: 20 }));
  expect(verdictOf(firing(SLOWNESS), { requests: slow })?.verdict).toBe('fail');
  expect(verdictOf(firing(ERRORS), { requests: slow })?.verdict).toBe('pass');
});

test('what requests cannot judge is waived only where it fired before green had weight', () => {
  expect(verdictOf(firing(OF_BUSINESS, SINCE - 1))?.verdict).toBe('pass');
  expect(verdictOf(firing(OF_BUSINESS, SINCE + 1))).toBeUndefined();
});

test('requests that could not be read hold the step and take nothing back', () => {
  expect(verdictOf(firing(), { requests: { unread: unknown('denied') } })).toMatchObject({
    verdict: 'unknown',
    why: expect.stringContaining('denied'),
  });
});

test('with everything on green it has a while to be OK, and counts after that', () => {
  const share = { kind: 'all', sinceMs: SINCE } as const;
  expect(verdictOf(firing(), { share })?.verdict).toBe('wait');
  expect(verdictOf(firing(), { share, now: SINCE + ALARM_CLEARS_MS - 1 })?.verdict).toBe('wait');
  expect(verdictOf(firing(), { share, now: SINCE + ALARM_CLEARS_MS })).toBeUndefined();
  expect(verdictOf(firing(ERRORS, SINCE + 1), { share })).toBeUndefined();
});

test('an analysis without its comparisons keeps its limits, and is nothing where it had none', () => {
  const both = { ...ERRORS_ONLY, errorRate: { max: 0.01, maxVsBlue: 2 } };
  expect(compares(both)).toBe(true);
  expect(withoutComparisons(both)).toEqual(ERRORS_ONLY);
  expect(compares(ERRORS_ONLY)).toBe(false);
  expect(withoutComparisons({ ...ERRORS_ONLY, errorRate: { max: null, maxVsBlue: 2 } })).toBeNull();
});

test('so do its response times, each by itself', () => {
  const limited = { percentile: 95, maxMs: 300, maxVsBlue: 2 } as const;
  const comparedOnly = { percentile: 50, maxMs: null, maxVsBlue: 1.5 } as const;
  const given = { ...ERRORS_ONLY, errorRate: null, latencies: [limited, comparedOnly] };
  expect(compares(given)).toBe(true);
  expect(withoutComparisons(given)).toEqual({
    ...given,
    latencies: [{ percentile: 95, maxMs: 300, maxVsBlue: null }],
  });
  expect(compares({ ...given, latencies: [{ ...limited, maxVsBlue: null }] })).toBe(false);
  expect(compares({ ...given, latencies: [] })).toBe(false);
  expect(withoutComparisons({ ...given, latencies: [comparedOnly] })).toBeNull();
});

test('an alarm of which it is not known since when it fires was not there before green', () => {
  expect(verdictOf({ ...firing(OF_BUSINESS), transitionedAt: null })).toBeUndefined();
  expect(verdictOf(firing(OF_BUSINESS, SINCE))?.verdict).toBe('pass');
  expect(verdictOf(firing(OF_BUSINESS), { rampedAt: null })).toBeUndefined();
});

test('says what is waited for, with the time that it has', () => {
  expect(verdictOf(firing(), { share: { kind: 'all', sinceMs: SINCE } })?.why).toMatch(
    /too many.*; it was before green had all traffic, and has 10m from then to be OK \(/,
  );
  expect(verdictOf(firing(), { requests: { unread: unknown('denied') } })?.why).toMatch(
    /too many.*; whether it is green's could not be read: denied$/,
  );
});

test('a composite is one of requests only where all beneath it is', () => {
  const composite: AlarmReading = {
    ...compositeAlarm('any', ['errors', 'other']),
    state: 'ALARM',
    transitionedAt: SINCE + 1,
  };
  const verdict = (...beneath: AlarmReading[]) =>
    rescueAlarmVerdict(composite, new Map([composite, ...beneath].map((one) => [one.name, one])), {
      share: { kind: 'part' },
      requests: requests(side(10)),
      rampedAt: SINCE,
      now: SINCE,
    });
  const errors = metricAlarm('errors', [ERRORS]);
  expect(verdict(errors, metricAlarm('other', [SLOWNESS]))?.verdict).toBe('pass');
  expect(verdict(errors, metricAlarm('other', [OF_BUSINESS]))).toBeUndefined();
  expect(verdict(errors, metricAlarm('other', [ERRORS, OF_BUSINESS])), 'one metric of several').toBeUndefined();
  expect(verdict(errors), 'what is not known').toBeUndefined();
  expect(verdict(), 'nothing known at all').toBeUndefined();
});

const OF_BLUE = edgeMetric('RequestCount', { TargetGroup: 'targetgroup/frontend/0123456789abcdef' });
const OF_GREEN = edgeMetric('RequestCount', { TargetGroup: 'targetgroup/frontend-sc/1123456789abcdef' });
const ofService = (ServiceName: string): WatchedMetric => ({
  kind: 'metric',
  namespace: 'AWS/ECS',
  name: 'CPUUtilization',
  dimensions: { ClusterName: 'shop', ServiceName },
  statistic: 'Average',
  periodMs: 60_000,
});
const QUERY: WatchedMetric = { kind: 'query', expression: 'SELECT AVG(x) FROM y', periodMs: 60_000 };

test.each<[string, WatchedMetric[], ReturnType<typeof alarmSight>]>([
  ['blue’s target group', [OF_BLUE], 'blue'],
  ['blue’s service', [ofService('frontend')], 'blue'],
  ['green’s target group', [OF_GREEN], 'green'],
  ['green’s service', [ofService('frontend-sc')], 'green'],
  ['both by name', [OF_BLUE, OF_GREEN], 'green'],
  ['the load balancer', [ERRORS], 'both'],
  ['a service of nobody’s', [ofService('billing')], 'both'],
  ['a query', [QUERY], 'both'],
  ['blue and a query', [OF_BLUE, QUERY], 'both'],
])('an alarm on %s', (_what, metrics, sight) => {
  const alarm = metricAlarm('shop', metrics);
  expect(alarmSight(alarm, new Map([[alarm.name, alarm]]), [BLUE], ['frontend-sc'])).toBe(sight);
});

const known = (...all: AlarmReading[]) => new Map(all.map((one) => [one.name, one]));

test('a composite sees what those beneath it see, and what is not known may see both', () => {
  const any = compositeAlarm('any', ['one']);
  expect(alarmSight(any, known(any, metricAlarm('one', [OF_GREEN])), [BLUE], ['frontend-sc'])).toBe('green');
  expect(alarmSight(any, known(any), [BLUE], ['frontend-sc'])).toBe('both');
});
