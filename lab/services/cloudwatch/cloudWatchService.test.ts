import type {
  DescribeAlarmHistoryOutput,
  DescribeAlarmsOutput,
  GetMetricDataOutput,
  GetMetricStatisticsOutput,
  ListMetricsOutput,
  MetricAlarm,
  MetricStat,
  PutMetricAlarmCommandInput,
  PutMetricAlarmInput,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { AWS_LIKE_DELAYS, NO_DELAYS } from '../../delays.ts';
import { CloudWatchService } from './cloudWatchService.ts';

const MINUTE = 60_000;
const ALB = 'app/shop/50dc6c495c0c9188';
const CALL = { requestId: 'r', accessKeyId: 'a' };

interface Outputs {
  DeleteAlarms: unknown;
  DescribeAlarmHistory: DescribeAlarmHistoryOutput;
  DescribeAlarms: DescribeAlarmsOutput;
  DisableAlarmActions: unknown;
  GetMetricData: GetMetricDataOutput;
  GetMetricStatistics: GetMetricStatisticsOutput;
  ListMetrics: ListMetricsOutput;
  ListTagsForResource: unknown;
  PutCompositeAlarm: unknown;
  PutMetricAlarm: unknown;
  PutMetricData: unknown;
  SetAlarmState: unknown;
}

function stat(metric: string): MetricStat {
  return {
    Metric: { Namespace: 'AWS/ApplicationELB', MetricName: metric, Dimensions: [{ Name: 'LoadBalancer', Value: ALB }] },
    Period: 60,
    Stat: 'Sum',
  };
}

/** An alarm on the sum of the target group errors of a minute. */
function errors(over: Partial<PutMetricAlarmInput> = {}): PutMetricAlarmCommandInput {
  return {
    AlarmName: 'shop-5xx',
    Namespace: 'AWS/ApplicationELB',
    MetricName: 'HTTPCode_Target_5XX_Count',
    Dimensions: [{ Name: 'LoadBalancer', Value: ALB }],
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
    ...over,
  };
}

function lab(delays = NO_DELAYS) {
  const clock = new SimulatedClock();
  const service = new CloudWatchService({ clock, account: { id: '123456789012', region: 'eu-west-1' }, delays });
  const call = <Name extends keyof Outputs>(operation: Name, input: object): Outputs[Name] =>
    service.operations[operation]?.(input, CALL) as Outputs[Name];
  const record = (
    name: string,
    value: number,
    count?: number,
    dimensions: Record<string, string> = { LoadBalancer: ALB },
  ) =>
    service.record({
      namespace: 'AWS/ApplicationELB',
      name,
      dimensions,
      value,
      atMs: clock.now(),
      ...(count === undefined ? {} : { count }),
    });
  const alarm = (name: string): MetricAlarm => call('DescribeAlarms', { AlarmNames: [name] }).MetricAlarms?.[0] ?? {};
  const data = (metric: string, stat: string, over: object = {}): GetMetricDataOutput =>
    call('GetMetricData', {
      StartTime: new Date(clock.now() - 10 * MINUTE),
      EndTime: new Date(clock.now()),
      MetricDataQueries: [
        {
          Id: 'm1',
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApplicationELB',
              MetricName: metric,
              Dimensions: [{ Name: 'LoadBalancer', Value: ALB }],
            },
            Period: 60,
            Stat: stat,
          },
        },
      ],
      ...over,
    });
  return { clock, service, call, record, alarm, data };
}

describe('metrics', () => {
  test('W11: a metric is its exact full set of dimensions, in any order', () => {
    const { clock, record, data, call } = lab();
    record('RequestCount', 1, 5, { LoadBalancer: ALB });
    record('RequestCount', 1, 7, { TargetGroup: 'targetgroup/blue/1', LoadBalancer: ALB });
    record('RequestCount', 1, 2, { LoadBalancer: ALB, TargetGroup: 'targetgroup/blue/1' });
    clock.advance(MINUTE);
    expect(data('RequestCount', 'Sum').MetricDataResults?.[0]?.Values).toEqual([5]);
    const metrics = call('ListMetrics', { Dimensions: [{ Name: 'TargetGroup' }] }).Metrics;
    expect(metrics).toHaveLength(1);
  });

  test('W10: start inclusive, end exclusive, newest first, an empty result is a success', () => {
    const { clock, record, data } = lab();
    for (let minute = 0; minute < 3; minute += 1) {
      record('RequestCount', 1, minute + 1);
      clock.advance(MINUTE);
    }
    const now = clock.now();
    const range = { StartTime: new Date(now - 3 * MINUTE), EndTime: new Date(now - MINUTE) };
    expect(data('RequestCount', 'Sum', range).MetricDataResults?.[0]?.Values).toEqual([2, 1]);
    expect(
      data('RequestCount', 'Sum', { ...range, ScanBy: 'TimestampAscending' }).MetricDataResults?.[0]?.Values,
    ).toEqual([1, 2]);
    const empty = data('HTTPCode_Target_5XX_Count', 'Sum').MetricDataResults?.[0];
    expect(empty).toMatchObject({ Values: [], Timestamps: [], StatusCode: 'Complete' });
  });

  test('W10: pages by points, and later pages see what the first saw', () => {
    const { clock, record, data } = lab();
    for (let minute = 0; minute < 5; minute += 1) {
      record('RequestCount', minute, 1);
      clock.advance(MINUTE);
    }
    const range = { StartTime: new Date(clock.now() - 5 * MINUTE), EndTime: new Date(clock.now() + 5 * MINUTE) };
    const values: number[] = [];
    let token: string | undefined;
    do {
      const page = data('RequestCount', 'Sum', { ...range, MaxDatapoints: 2, NextToken: token });
      values.push(...(page.MetricDataResults?.[0]?.Values ?? []));
      token = page.NextToken;
      record('RequestCount', 99, 1);
      clock.advance(MINUTE);
    } while (token !== undefined);
    expect(values).toEqual([4, 3, 2, 1, 0]);
  });

  test('§8.2: a datapoint becomes visible some time after its minute has ended', () => {
    const { clock, record, data } = lab(AWS_LIKE_DELAYS);
    record('RequestCount', 1);
    clock.advance(MINUTE + AWS_LIKE_DELAYS.metricIngestionMs - 1);
    expect(data('RequestCount', 'Sum').MetricDataResults?.[0]?.Values).toEqual([]);
    clock.advance(1);
    expect(data('RequestCount', 'Sum').MetricDataResults?.[0]?.Values).toEqual([1]);
  });

  test('§8.3: the average of a count metric is 1, its sum is the count; percentiles come from the values', () => {
    const { clock, record, data } = lab();
    record('HTTPCode_Target_5XX_Count', 1, 40);
    for (let value = 1; value <= 100; value += 1) record('TargetResponseTime', value / 1000);
    clock.advance(MINUTE);
    const one = (metric: string, stat: string) => data(metric, stat).MetricDataResults?.[0]?.Values?.[0];
    expect(one('HTTPCode_Target_5XX_Count', 'Average')).toBe(1);
    expect(one('HTTPCode_Target_5XX_Count', 'Sum')).toBe(40);
    expect(one('TargetResponseTime', 'p99')).toBeCloseTo(0.099, 10);
    expect(one('TargetResponseTime', 'p50')).toBeCloseTo(0.05, 10);
    expect(one('TargetResponseTime', 'Maximum')).toBe(0.1);
  });

  test('§8.3: metric math: FILL makes zeros out of sparse counters, a ratio has no value where a side is missing', () => {
    const { clock, record, call } = lab();
    for (let minute = 0; minute < 3; minute += 1) {
      record('RequestCount', 1, 200);
      if (minute === 1) record('HTTPCode_Target_5XX_Count', 1, 10);
      clock.advance(MINUTE);
    }
    const evaluate = (expression: string): number[] | undefined =>
      call('GetMetricData', {
        StartTime: new Date(clock.now() - 3 * MINUTE),
        EndTime: new Date(clock.now()),
        ScanBy: 'TimestampAscending',
        MetricDataQueries: [
          { Id: 'errors', MetricStat: stat('HTTPCode_Target_5XX_Count'), ReturnData: false },
          { Id: 'requests', MetricStat: stat('RequestCount'), ReturnData: false },
          { Id: 'e1', Expression: expression },
        ],
      }).MetricDataResults?.[0]?.Values;
    expect(evaluate('errors / requests * 100')).toEqual([5]);
    expect(evaluate('100 * FILL(errors, 0) / requests')).toEqual([0, 5, 0]);
    expect(evaluate('(FILL(errors, 0) + requests) - -1')).toEqual([201, 211, 201]);
    expect(evaluate('SUM(requests)')).toEqual([600, 600, 600]);
    expect(evaluate('SUM([errors, requests])')).toEqual([200, 210, 200]);
    expect(evaluate('IF(FILL(errors, 0) > 5, errors, -1)')).toEqual([-1, 10, -1]);
    expect(() => evaluate('ANOMALY_DETECTION_BAND(requests)')).toThrow(
      'The lab does not serve other functions of metric math (ANOMALY_DETECTION_BAND).',
    );
    expect(() => evaluate('requests +')).toThrow(expect.objectContaining({ code: 'ValidationError' }));
    expect(() => evaluate('nothing + 1')).toThrow(/no query has the id nothing/);
  });

  test('W7: GetMetricStatistics gives at most 1 440 points, and in no order', () => {
    const { clock, record, call } = lab();
    for (let minute = 0; minute < 4; minute += 1) {
      record('RequestCount', 1, minute + 1);
      clock.advance(MINUTE);
    }
    const input = { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount', Statistics: ['Sum'], Period: 60 };
    const range = (minutes: number) => ({
      ...input,
      Dimensions: [{ Name: 'LoadBalancer', Value: ALB }],
      StartTime: new Date(clock.now() - minutes * MINUTE),
      EndTime: new Date(clock.now()),
    });
    const sums = call('GetMetricStatistics', range(4)).Datapoints?.map(({ Sum, Unit }) => [Sum, Unit]);
    expect(sums).not.toEqual([
      [1, 'Count'],
      [2, 'Count'],
      [3, 'Count'],
      [4, 'Count'],
    ]);
    expect(sums?.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [1, 'Count'],
      [2, 'Count'],
      [3, 'Count'],
      [4, 'Count'],
    ]);
    expect(() => call('GetMetricStatistics', range(2880))).toThrow(
      'You have requested up to 2,880 datapoints, which exceeds the limit of 1,440.',
    );
  });

  test('PutMetricData: single values, values with counts and statistic sets; not in the namespaces of AWS', () => {
    const { clock, call } = lab();
    call('PutMetricData', {
      Namespace: 'Shop',
      MetricData: [
        { MetricName: 'orders', Value: 3 },
        { MetricName: 'orders', Values: [1, 2], Counts: [4, 1] },
        { MetricName: 'orders', StatisticValues: { Sum: 20, SampleCount: 4, Minimum: 5, Maximum: 5 } },
      ],
    });
    clock.advance(MINUTE);
    const { MetricDataResults } = call('GetMetricData', {
      StartTime: new Date(clock.now() - MINUTE),
      EndTime: new Date(clock.now()),
      MetricDataQueries: ['Sum', 'SampleCount', 'p99'].map((Stat, index) => ({
        Id: `q${index}`,
        MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'orders' }, Period: 60, Stat },
      })),
    });
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([[29], [10], [5]]);
    expect(() => call('PutMetricData', { Namespace: 'AWS/ECS', MetricData: [{ MetricName: 'x', Value: 1 }] })).toThrow(
      expect.objectContaining({ code: 'InvalidParameterValueException' }),
    );
  });
});

describe('alarms', () => {
  test('W4: a new alarm is INSUFFICIENT_DATA, the first evaluation moves it', () => {
    const { clock, call, alarm } = lab();
    call('PutMetricAlarm', errors());
    expect(alarm('shop-5xx')).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
    });
    clock.advance(MINUTE);
    expect(alarm('shop-5xx')).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    });
  });

  test('§8.2: a breaching minute alarms once its datapoint is visible, and a good one clears the alarm', () => {
    const { clock, call, alarm, record } = lab(AWS_LIKE_DELAYS);
    call('PutMetricAlarm', errors());
    clock.advance(2 * MINUTE);
    record('HTTPCode_Target_5XX_Count', 1, 3);
    clock.advance(MINUTE);
    expect(alarm('shop-5xx').StateValue).toBe('OK');
    clock.advance(AWS_LIKE_DELAYS.metricIngestionMs);
    expect(alarm('shop-5xx').StateValue).toBe('ALARM');
    expect(alarm('shop-5xx').StateReason).toContain(
      '1 out of the last 1 datapoints [3.0 (20/11/26 12:02:00)] was greater than',
    );
    record('HTTPCode_Target_5XX_Count', 1, 1);
    clock.advance(MINUTE);
    expect(alarm('shop-5xx').StateValue).toBe('OK');
  });

  test('§8.3: an alarm on the average of an error counter never fires', () => {
    const { clock, call, alarm, record } = lab();
    call('PutMetricAlarm', errors({ Statistic: 'Average' }));
    record('HTTPCode_Target_5XX_Count', 1, 500);
    clock.advance(MINUTE);
    expect(alarm('shop-5xx').StateValue).toBe('OK');
  });

  test('§8.3: no errors is no data, so under the default the alarm of a healthy service stays INSUFFICIENT_DATA', () => {
    const { clock, call, alarm, record } = lab();
    const { TreatMissingData: _, ...sparse } = errors();
    call('PutMetricAlarm', sparse);
    for (let minute = 0; minute < 5; minute += 1) {
      record('RequestCount', 1, 100);
      clock.advance(MINUTE);
    }
    expect(alarm('shop-5xx').StateValue).toBe('INSUFFICIENT_DATA');
  });

  test('W6: SetAlarmState lasts until the next evaluation, and the timestamps tell of the flap', () => {
    const { clock, call, alarm } = lab();
    call('PutMetricAlarm', errors());
    clock.advance(MINUTE);
    const before = alarm('shop-5xx').StateTransitionedTimestamp?.getTime();
    expect(before).toBe(clock.now());
    clock.advance(10_000);
    call('SetAlarmState', { AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'drill' });
    expect(alarm('shop-5xx')).toMatchObject({ StateValue: 'ALARM', StateReason: 'drill' });
    clock.advance(10_000);
    call('SetAlarmState', { AlarmName: 'shop-5xx', StateValue: 'ALARM', StateReason: 'drill again' });
    expect(alarm('shop-5xx').StateUpdatedTimestamp?.getTime()).toBe(clock.now());
    expect(alarm('shop-5xx').StateTransitionedTimestamp?.getTime()).toBe(clock.now() - 10_000);
    clock.advance(40_000);
    expect(alarm('shop-5xx').StateValue).toBe('OK');
    expect(alarm('shop-5xx').StateTransitionedTimestamp?.getTime()).toBe(clock.now());
    const history = call('DescribeAlarmHistory', {
      AlarmName: 'shop-5xx',
      HistoryItemType: 'StateUpdate',
    }).AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary);
    expect(history).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from OK to ALARM',
      'Alarm updated from INSUFFICIENT_DATA to OK',
    ]);
  });

  test('W6: DisableAlarmActions does not stop evaluation', () => {
    const { clock, call, alarm, record } = lab();
    call('PutMetricAlarm', errors());
    call('DisableAlarmActions', { AlarmNames: ['shop-5xx'] });
    record('HTTPCode_Target_5XX_Count', 1, 9);
    clock.advance(MINUTE);
    expect(alarm('shop-5xx')).toMatchObject({ ActionsEnabled: false, StateValue: 'ALARM' });
  });

  test('W5: PutMetricAlarm overwrites the definition, keeps the state and ignores tags', () => {
    const { clock, call, alarm } = lab();
    call('PutMetricAlarm', errors({ AlarmDescription: 'errors', Tags: [{ Key: 'team', Value: 'shop' }] }));
    clock.advance(MINUTE);
    call('PutMetricAlarm', errors({ Threshold: 7, Tags: [{ Key: 'team', Value: 'other' }] }));
    const put = alarm('shop-5xx');
    expect(put).toMatchObject({ Threshold: 7, StateValue: 'OK' });
    expect(put.AlarmDescription).toBeUndefined();
    expect(call('ListTagsForResource', { ResourceARN: put.AlarmArn })).toEqual({
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
  });

  test('W1: DescribeAlarms names composite alarms only when asked; W2: unknown names are silently absent', () => {
    const { call } = lab();
    call('PutMetricAlarm', errors());
    call('PutCompositeAlarm', { AlarmName: 'shop', AlarmRule: 'ALARM("shop-5xx")' });
    const both = { AlarmNames: ['shop', 'shop-5xx', 'no-such-alarm'] };
    const plain = call('DescribeAlarms', both);
    expect(plain.MetricAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['shop-5xx']);
    expect(plain.CompositeAlarms).toEqual([]);
    const typed = call('DescribeAlarms', {
      ...both,
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    });
    expect(typed.CompositeAlarms?.map(({ AlarmName }) => AlarmName)).toEqual(['shop']);
  });

  test('W2: DescribeAlarms pages by MaxRecords', () => {
    const { call } = lab();
    for (const name of ['a', 'b', 'c']) call('PutMetricAlarm', errors({ AlarmName: name }));
    const first = call('DescribeAlarms', { MaxRecords: 2 });
    const second = call('DescribeAlarms', { MaxRecords: 2, NextToken: first.NextToken });
    expect([first, second].map(({ MetricAlarms }) => MetricAlarms?.length)).toEqual([2, 1]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    ['a period that does not exist', { Period: 45 }, 'Period must be 10, 20, 30 or a multiple of 60'],
    ['more than a day', { Period: 1800, EvaluationPeriods: 49 }, 'EvaluationPeriods * Period must be <= 86400'],
  ])('W8: %s is refused', (_, over, message) => {
    const { call, alarm } = lab();
    expect(() => call('PutMetricAlarm', errors(over))).toThrow(message);
    expect(alarm('shop-5xx')).toEqual({});
  });

  test('W7: more than five actions are refused', () => {
    const { call, alarm } = lab();
    const AlarmActions = Array.from({ length: 6 }, () => 'arn:x');
    expect(() => call('PutMetricAlarm', errors({ AlarmActions }))).toThrow('AlarmActions must not have a size');
    expect(alarm('shop-5xx')).toEqual({});
  });

  test.each([
    [
      'more datapoints than periods',
      { DatapointsToAlarm: 2 },
      'DatapointsToAlarm must be between 1 and EvaluationPeriods',
    ],
    ['two statistics', { ExtendedStatistic: 'p99' }, 'Exactly one of Statistic and ExtendedStatistic'],
    [
      'anomaly detection',
      { ComparisonOperator: 'GreaterThanUpperThreshold' as const },
      'The lab does not serve anomaly detection',
    ],
  ])('%s is refused', (_, over, message) => {
    const { call, alarm } = lab();
    expect(() => call('PutMetricAlarm', errors(over))).toThrow(message);
    expect(alarm('shop-5xx')).toEqual({});
  });

  test('W7: at most ten metrics in an alarm', () => {
    const { call } = lab();
    const metrics = Array.from({ length: 11 }, (_, index) => ({
      Id: `m${index}`,
      ReturnData: index === 0,
      MetricStat: { Metric: { Namespace: 'Shop', MetricName: `m${index}` }, Period: 60, Stat: 'Sum' },
    }));
    const put = {
      AlarmName: 'x',
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      Metrics: metrics,
    };
    expect(() => call('PutMetricAlarm', put)).toThrow('Too many metrics in alarm, maximum is 10');
  });

  test('W9: a wrong unit keeps the alarm in INSUFFICIENT_DATA', () => {
    const { clock, call, alarm, record } = lab();
    const { TreatMissingData: _, ...input } = errors({ Unit: 'Seconds' });
    call('PutMetricAlarm', input);
    call('PutMetricAlarm', { ...input, AlarmName: 'right-unit', Unit: 'Count' });
    record('HTTPCode_Target_5XX_Count', 1, 9);
    clock.advance(MINUTE);
    expect(alarm('shop-5xx').StateValue).toBe('INSUFFICIENT_DATA');
    expect(alarm('right-unit').StateValue).toBe('ALARM');
  });

  test('an alarm on metric math: an error rate over a floor of requests', () => {
    const { clock, call, alarm, record } = lab();
    call('PutMetricAlarm', {
      AlarmName: 'rate',
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Metrics: [
        { Id: 'e', MetricStat: stat('HTTPCode_Target_5XX_Count'), ReturnData: false },
        { Id: 'r', MetricStat: stat('RequestCount'), ReturnData: false },
        { Id: 'rate', Expression: '100 * FILL(e, 0) / r', Label: 'error rate', ReturnData: true },
      ],
    });
    const states: (string | undefined)[] = [];
    for (const failed of [0, 0, 5, 5, 0]) {
      record('RequestCount', 1, 100);
      if (failed > 0) record('HTTPCode_Target_5XX_Count', 1, failed);
      clock.advance(MINUTE);
      states.push(alarm('rate').StateValue);
    }
    expect(states).toEqual(['OK', 'OK', 'OK', 'ALARM', 'OK']);
  });

  test('§8.2: a period of ten seconds is evaluated every ten seconds on high-resolution data', () => {
    const { clock, call, alarm } = lab();
    call('PutMetricAlarm', {
      AlarmName: 'fast',
      Namespace: 'Shop',
      MetricName: 'queue',
      Statistic: 'Maximum',
      Period: 10,
      EvaluationPeriods: 1,
      Threshold: 5,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    call('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName: 'queue', Value: 9, StorageResolution: 1 }] });
    clock.advance(10_000);
    expect(alarm('fast').StateValue).toBe('ALARM');
  });

  test('W4: a composite alarm is INSUFFICIENT_DATA only right after creation, then follows its children', () => {
    const { clock, call } = lab();
    call('PutMetricAlarm', errors({ AlarmName: 'a' }));
    call('PutMetricAlarm', errors({ AlarmName: 'b' }));
    call('PutCompositeAlarm', { AlarmName: 'both', AlarmRule: '(ALARM("a") AND NOT OK(b)) OR FALSE' });
    const both = () => call('DescribeAlarms', { AlarmTypes: ['CompositeAlarm'] }).CompositeAlarms?.[0];
    expect(both()?.StateValue).toBe('INSUFFICIENT_DATA');
    clock.advance(5_000);
    expect(both()?.StateValue).toBe('OK');
    call('SetAlarmState', { AlarmName: 'a', StateValue: 'ALARM', StateReason: 'drill' });
    expect(both()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a transitioned to ALARM at Friday 20 November, 2026 12:00:05 UTC',
    });
    clock.advance(MINUTE);
    expect(both()?.StateValue).toBe('OK');
  });

  test('a composite alarm refuses unknown alarms and bad rules; its children cannot be deleted before it', () => {
    const { call } = lab();
    call('PutMetricAlarm', errors());
    const put = (AlarmRule: string) => call('PutCompositeAlarm', { AlarmName: 'shop', AlarmRule });
    expect(() => put('ALARM("nobody")')).toThrow('nobody');
    expect(() => put('ALARM("shop-5xx") AND')).toThrow(/ends too early/);
    expect(() => put('AT_LEAST(1, ALARM, (shop-5xx))')).toThrow(/unexpected AT_LEAST/);
    put('ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:shop-5xx")');
    expect(() => call('DeleteAlarms', { AlarmNames: ['shop-5xx'] })).toThrow(
      'Cannot delete shop-5xx as there are composite alarm(s) depending on it.',
    );
    call('DeleteAlarms', { AlarmNames: ['shop'] });
    call('DeleteAlarms', { AlarmNames: ['shop-5xx'] });
    expect(call('DescribeAlarms', {}).MetricAlarms).toEqual([]);
  });

  test('DeleteAlarms deletes none when one name is unknown', () => {
    const { call, alarm } = lab();
    call('PutMetricAlarm', errors());
    expect(() => call('DeleteAlarms', { AlarmNames: ['shop-5xx', 'nobody'] })).toThrow(
      expect.objectContaining({ code: 'ResourceNotFound', status: 404 }),
    );
    expect(alarm('shop-5xx').AlarmName).toBe('shop-5xx');
  });

  test('P6: an alarm of Application Auto Scaling is described like any other, and its owner hears of transitions', () => {
    const { clock, service, alarm, record } = lab();
    const heard: string[] = [];
    const name = 'TargetTracking-service/shop/frontend-AlarmHigh-1';
    service.putOwnedAlarm(errors({ AlarmName: name }), (state) => heard.push(state));
    clock.advance(MINUTE);
    record('HTTPCode_Target_5XX_Count', 1, 9);
    clock.advance(2 * MINUTE);
    expect(heard).toEqual(['OK', 'ALARM']);
    expect(alarm(name).StateValue).toBe('ALARM');
    service.deleteOwnedAlarms([name, 'unknown']);
    expect(alarm(name)).toEqual({});
  });

  test('what DescribeAlarms answers is a copy', () => {
    const { call, alarm } = lab();
    const input = errors();
    call('PutMetricAlarm', input);
    input.Threshold = 99;
    alarm('shop-5xx').Dimensions?.pop();
    expect(alarm('shop-5xx')).toMatchObject({ Threshold: 1, Dimensions: [{ Name: 'LoadBalancer', Value: ALB }] });
  });
});
