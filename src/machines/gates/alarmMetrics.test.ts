import { describe, expect, test } from 'vitest';
import type { AlarmReading, WatchedMetric } from '../readings.ts';
import { beneath, companionOf, metricsToRead } from './alarmMetrics.ts';
import { compositeAlarm, edgeMetric, metricAlarm } from './testAlarms.ts';

const known = (...alarms: AlarmReading[]) => new Map(alarms.map((alarm) => [alarm.name, alarm]));
const QUERY: WatchedMetric = { kind: 'query', expression: 'SELECT AVG(x) FROM y', periodMs: 60_000 };
const TARGET_GROUP = { TargetGroup: 'targetgroup/frontend/1' };
const inside = (name: string) =>
  ({
    kind: 'metric',
    namespace: 'AWS/ECS',
    name,
    dimensions: { DiscoveryName: 'api', ServiceName: 'web' },
    statistic: 'Sum',
    periodMs: 60_000,
  }) as const satisfies WatchedMetric;

describe('what lies beneath an alarm', () => {
  test('is told where it cannot be seen', () => {
    const untold = { ...compositeAlarm('one', []), basis: { kind: 'notTold' } } as const;
    expect(beneath(untold, known()).unseen).toEqual(['CloudWatch does not tell which metrics one is made of']);
    expect(beneath({ ...untold, state: 'missing' }, known()).unseen).toEqual(['alarm one does not exist']);
    expect(beneath(compositeAlarm('any', []), known()).unseen).toEqual(['the rule of any names no alarm']);
    expect(beneath(compositeAlarm('any', ['far']), known()).unseen).toEqual([
      'alarm far beneath it is too deep to be looked at',
    ]);
  });

  test('is each alarm once, whatever circle they make', () => {
    const one = metricAlarm('one', [QUERY]);
    const circle = [compositeAlarm('a', ['b', 'one']), compositeAlarm('b', ['a', 'one'])] as const;
    expect(beneath(circle[0], known(one, ...circle))).toEqual({ metricAlarms: [one], unseen: [] });
  });
});

describe('a counter without zeros', () => {
  test.each([
    'HTTPCode_ELB_5XX_Count',
    'HTTPCode_Target_2XX_Count',
    'TargetConnectionErrorCount',
    'ClientTLSNegotiationErrorCount',
    'TargetTLSNegotiationErrorCount',
    'RejectedConnectionCount',
  ])('%s of a load balancer is accompanied by its requests', (name) => {
    expect(companionOf(edgeMetric(name))).toEqual({ ...edgeMetric('RequestCount'), statistic: 'Sum' });
  });

  test.each(['RequestCount', 'TargetResponseTime'])(
    '%s of a target group is, and of a load balancer is not',
    (name) => {
      expect(companionOf(edgeMetric(name, TARGET_GROUP))).toEqual(edgeMetric('RequestCount'));
      expect(companionOf(edgeMetric(name))).toBeUndefined();
    },
  );

  test.each(['HTTPCode_Target_3XX_Count', 'HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'])(
    '%s of Service Connect is accompanied by the good answers to the same client',
    (name) => expect(companionOf(inside(name))).toEqual(inside('HTTPCode_Target_2XX_Count')),
  );

  test('is looked for in the account that it is in', () => {
    expect(companionOf({ ...edgeMetric('RejectedConnectionCount'), accountId: '111122223333' })).toEqual({
      ...edgeMetric('RequestCount'),
      accountId: '111122223333',
    });
  });

  test.each<[string, WatchedMetric]>([
    ['a query', QUERY],
    ['another metric', edgeMetric('ActiveConnectionCount')],
    ['another metric of a target group', edgeMetric('HealthyHostCount', TARGET_GROUP)],
    ['a name that only begins so', edgeMetric('RejectedConnectionCountTotal')],
    ['a name that only ends so', edgeMetric('AllRejectedConnectionCount')],
    ['a name of a group that only begins so', edgeMetric('RequestCountPerTarget', TARGET_GROUP)],
    ['a name of a group that only ends so', edgeMetric('AnomalousRequestCount', TARGET_GROUP)],
    ['one of no load balancer', { ...edgeMetric('RejectedConnectionCount'), dimensions: {} }],
    ['one of another namespace', { ...edgeMetric('RejectedConnectionCount'), namespace: 'Shop' }],
    ['good answers', inside('HTTPCode_Target_2XX_Count')],
    ['a name inside that only ends so', inside('My_HTTPCode_Target_5XX_Count')],
    ['a name inside that only begins so', inside('HTTPCode_Target_5XX_CountTotal')],
    ['one inside of another namespace', { ...inside('HTTPCode_Target_5XX_Count'), namespace: 'Shop' }],
  ])('%s has to show itself', (_what, metric) => expect(companionOf(metric)).toBeUndefined());
});

test('what is to be read is each metric and its companion, once', () => {
  const errors = edgeMetric('HTTPCode_ELB_5XX_Count');
  const alarms = [metricAlarm('one', [errors, QUERY]), metricAlarm('other', [errors])];
  const all = [...alarms, compositeAlarm('any', ['one', 'other'])];
  expect(metricsToRead(all, known(...all))).toEqual([errors, edgeMetric('RequestCount'), QUERY]);
});
