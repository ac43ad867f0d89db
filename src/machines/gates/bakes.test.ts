import { describe, expect, test } from 'vitest';
import { testSpec } from '../testFacts.ts';
import type { AlarmReading } from '../readings.ts';
import { shortBakes } from './bakes.ts';
import { compositeAlarm, edgeMetric, metricAlarm } from './testAlarms.ts';

const MINUTE_MS = 60_000;

const found = (alarms: AlarmReading[], bakesMs: number[], how: 'refuse' | 'force' = 'refuse') =>
  shortBakes(
    {
      ramp: {
        rehearse: false,
        steps: bakesMs.map((bakeMs, index) => ({ weight: index === bakesMs.length - 1 ? 100 : 10, bakeMs })),
      },
      gates: { ...testSpec.gates, shortBakes: how },
    },
    alarms,
    new Map(alarms.map((alarm) => [alarm.name, alarm])),
  );

const errors = metricAlarm('shop-5xx', [edgeMetric('HTTPCode_Target_5XX_Count')]);
const latency = metricAlarm('shop-latency', [edgeMetric('TargetResponseTime')], { datapointsToAlarm: 2 });

describe('§8.2: a bake', () => {
  test('as long as the slowest alarm needs is long enough; a moment less is not', () => {
    expect(found([errors, latency], [4 * MINUTE_MS])).toEqual([]);
    expect(found([errors, latency], [4 * MINUTE_MS - 1_000])).toHaveLength(1);
    expect(found([errors], [3 * MINUTE_MS])).toEqual([]);
  });

  test('that is too short is named by its place, with what it lacks, and the others are not', () => {
    expect(found([errors, latency], [10 * MINUTE_MS, 3 * MINUTE_MS])).toEqual([
      {
        place: 'spec.ramp.steps[1].bake',
        message:
          '3m at 100 % is over before alarm shop-latency could have fired: it needs 2 datapoints of 1m, and 2m until CloudWatch has seen that; bake for at least 4m, or write spec.gates.shortBakes: force',
      },
    ]);
  });

  test('is held against what is beneath a composite', () => {
    const any = compositeAlarm('any', ['shop-latency']);
    expect(found([any, latency], [3 * MINUTE_MS])[0]?.message).toContain('alarm any by shop-latency');
  });

  test('is held against what the plan creates before it exists', () => {
    const createAlarms = { errorRateMax: 0.05, latencyP99MaxMs: null, requestsMin: 20 };
    const gates = { ...testSpec.gates, alarms: [], createAlarms };
    const ofBake = (bakeMs: number) =>
      shortBakes({ ramp: { rehearse: false, steps: [{ weight: 100, bakeMs }] }, gates }, [], new Map());
    expect(ofBake(4 * MINUTE_MS)).toEqual([]);
    expect(ofBake(4 * MINUTE_MS - 1_000)[0]?.message).toContain(
      'before an alarm that the plan creates could have fired',
    );
  });

  test('may be as short as it likes where the plan forces it', () => {
    expect(found([latency], [0], 'force')).toEqual([]);
  });

  test('is held against nothing where an alarm does not tell what it is made of', () => {
    expect(found([{ ...errors, state: 'missing', basis: { kind: 'notTold' } }], [0])).toEqual([]);
  });
});
