import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';
import { parseAlarmRule } from './alarmRule.ts';
import { dimensionRecord } from './metricQuery.ts';

const metric: MetricDataQuery = {
  Id: 'm',
  MetricStat: { Metric: { Namespace: 'shop', MetricName: 'requests' }, Period: 60, Stat: 'Sum' },
};

function getMetricData(queries: MetricDataQuery[], StartTime = new Date('2026-01-01T00:00:00Z')): unknown {
  const { aws } = createSimulatedAws({ clock: new SimulatedClock() });
  const EndTime = new Date('2026-01-01T01:00:00Z');
  const input = { StartTime, EndTime, MetricDataQueries: queries };
  return aws.services.cloudwatch.operations['GetMetricData']?.(input, { requestId: 'r', accessKeyId: 'a' });
}

test('an expression over more periods than an answer holds is refused, not filled for minutes', () => {
  const filled: MetricDataQuery = { Id: 'f', Expression: 'FILL(m, 0)' };
  expect(() => getMetricData([metric, filled], new Date(0))).toThrow('at most 100800 periods');
  expect(getMetricData([metric, filled])).toMatchObject({ MetricDataResults: [{ Id: 'm' }, { Id: 'f' }] });
});

test('lists of lists do not double with every query', () => {
  const doubled = Array.from({ length: 40 }, (_, index) => {
    const before = index === 0 ? 'm' : `l${index - 1}`;
    return { Id: `l${index}`, Expression: `[${before}, ${before}]`, ReturnData: index === 39 };
  });
  expect(() => getMetricData([metric, ...doubled])).toThrow('a list has at most 500 series');
});

test.each([
  ['parentheses', '('.repeat(2000)],
  ['signs', `${'-'.repeat(2000)}1`],
])('an expression of nothing but %s is refused in words', (_, Expression) => {
  expect(() => getMetricData([metric, { Id: 'e', Expression }])).toThrow('nested too deep');
});

test.each([
  ['parentheses', `${'('.repeat(5000)}TRUE${')'.repeat(5000)}`],
  ['negations', `${'NOT '.repeat(2000)}TRUE`],
])('a rule of nothing but %s is refused in words', (_, rule) => {
  expect(() => parseAlarmRule(rule)).toThrow('nested too deep');
});

test('a dimension may have any name', () => {
  const record = dimensionRecord(['constructor', '__proto__'].map((Name) => ({ Name, Value: 'a' })));
  expect(Object.entries(record)).toEqual([
    ['constructor', 'a'],
    ['__proto__', 'a'],
  ]);
});
