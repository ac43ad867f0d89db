import { PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { describe, expect, test, vi } from 'vitest';
import { expectRolledBack } from '../operator/endStates.ts';
import { PLAN } from '../operator/manifest.ts';
import { OperatorWorld } from '../operator/operatorWorld.ts';
import { greenWeight } from './mishaps.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What others write is as long as they like, and the record of a plan has 400 KB: nothing of it may keep a decision from being written. */

const STEPS = [
  { weight: 10, bake: '1m' },
  { weight: 100, bake: '1m' },
];
const SETTINGS = { tickMs: 20_000 };

/** The table of the lab counts characters, DynamoDB bytes (row D5). */
const ROOM_BYTES = 400 * 1024;
const bytesOf = async (world: OperatorWorld): Promise<number> =>
  Buffer.byteLength(JSON.stringify(await world.status()));

describe('a hundred alarms with the longest of names and reasons', () => {
  const REASON = '網'.repeat(1023);
  const names = Array.from({ length: 98 }, (_, index) => `${'網'.repeat(250)}-${index}`);

  async function worldOfAlarms(): Promise<OperatorWorld> {
    const world = await OperatorWorld.create({ settings: SETTINGS });
    for (const AlarmName of names) {
      await world.person.cloudWatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: 'AWS/ApplicationELB',
          MetricName: 'RequestCount',
          Dimensions: [{ Name: 'LoadBalancer', Value: world.edge.loadBalancerArn.split(':loadbalancer/')[1] }],
          Statistic: 'Sum',
          Period: 60,
          EvaluationPeriods: 1,
          Threshold: 1e9,
          ComparisonOperator: 'GreaterThanThreshold',
        }),
      );
    }
    await world.apply({ steps: STEPS, alarms: ['shop-5xx', 'shop-latency', ...names] });
    await world.untilState('ramp.bake', 0);
    return world;
  }

  const setAll = async (world: OperatorWorld, StateValue: 'ALARM' | 'INSUFFICIENT_DATA') => {
    for (const AlarmName of names) {
      await world.person.cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: REASON }));
    }
  };

  test('I9: that fire all at once take everything back in that very look', async () => {
    const world = await worldOfAlarms();
    await setAll(world, 'ALARM');
    await world.pass();
    expect(await bytesOf(world)).toBeLessThan(ROOM_BYTES);
    expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'AlarmBreach');
  });

  test('I9: that have no data hold the plan, and an abort is heard', async () => {
    const world = await worldOfAlarms();
    await setAll(world, 'INSUFFICIENT_DATA');
    await world.pass();
    expect(await bytesOf(world)).toBeLessThan(ROOM_BYTES);
    expect(await greenWeight(world)).toBe(10);
    expect((await world.status()).conditions).toContainEqual(
      expect.objectContaining({ type: 'AlarmsOK', reason: 'NotOK' }),
    );
    await setAll(world, 'INSUFFICIENT_DATA');
    await world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: 'a drill' });
    await world.untilState('rolledBack');
    await expectRolledBack(world, 'Aborted');
  });
});

test('an abort whose reason is a whole log is heard', async () => {
  const world = await OperatorWorld.create({ settings: SETTINGS });
  await world.apply({ steps: STEPS });
  await world.untilState('ramp.bake', 0);
  const log = 'it does not work\n'.repeat(20_000);
  await world.requests.requestAbort(PLAN, { by: 'ann', at: world.clock.now(), why: log });
  await world.pass();
  expect((await world.lookAtBlue()).rule).toEqual(world.blue.rule);
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'Aborted');
  const { conditions } = await world.status();
  expect(conditions.find(({ type }) => type === 'RolledBack')?.message).toMatch(/^aborted by ann: it does not work/);
});

const probe = (text: string) => ({ service: 'frontend', path: '/health', expect: { json: { '/greeting': text } } });

test('a change under way that has room in characters and not in bytes is refused, and an alarm is heard', async () => {
  const world = await OperatorWorld.create({ settings: SETTINGS });
  world.asked.answers.green.body = JSON.stringify({ greeting: 'hello' });
  await world.apply({ steps: STEPS, probes: [probe('hello')] });
  await world.untilState('ramp.bake', 0);
  await world.apply({ steps: STEPS, probes: [probe('網'.repeat(120_000))] });
  await world.pass();
  const ready = (await world.status()).conditions.find(({ type }) => type === 'Ready');
  expect(ready).toMatchObject({ status: 'False', reason: 'InvalidPlan' });
  await world.fireAlarm();
  await world.untilState('rolledBack');
  await expectRolledBack(world, 'AlarmBreach');
});
