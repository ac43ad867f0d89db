import { PutCompositeAlarmCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WatchedMetric } from '../../machines/readings.ts';
import type { AwsClients } from '../clients.ts';
import { createShop, operatorClients, type Shop } from '../simulatedShop.ts';
import { basisOfComposite, basisOfMetricAlarm } from './alarmBasis.ts';
import { readAlarms, readAlarmsBeneath } from './alarms.ts';
import { readNewestData } from './newestData.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let shop: Shop;
let clients: AwsClients;
beforeEach(async () => {
  shop = await createShop();
  ({ clients } = operatorClients(shop.simulated));
  // To the full minute, so that what is published in a test falls where it says.
  await shop.pass(MINUTE_MS - (shop.clock.now() % MINUTE_MS));
});
afterEach(() => shop.close());

const metric = (name: string, periodMs = MINUTE_MS): WatchedMetric => ({
  kind: 'metric',
  namespace: 'AWS/ApplicationELB',
  name,
  dimensions: { LoadBalancer: 'app/other/1' },
  statistic: 'Sum',
  periodMs,
});

function publish(name: string): void {
  shop.simulated.aws.services.cloudwatch.record({
    namespace: 'AWS/ApplicationELB',
    name,
    dimensions: { LoadBalancer: 'app/other/1' },
    value: 1,
    atMs: shop.clock.now(),
  });
}

const read = (...metrics: WatchedMetric[]) => readNewestData(clients, shop.clock.now(), metrics);

test('W10: each metric’s newest period that holds data is told by its end, and silence is null', async () => {
  publish('Early');
  publish('Late');
  const endMs = shop.clock.now() + MINUTE_MS;
  await shop.pass(MINUTE_MS);
  publish('Late');
  await shop.pass(3 * MINUTE_MS);
  expect(await read(metric('Late'), metric('Never'), metric('Early'))).toEqual([endMs + MINUTE_MS, null, endMs]);
});

test('what was silent for a quarter of an hour has no newest datapoint, but where a period is longer', async () => {
  publish('Silent');
  await shop.pass(20 * MINUTE_MS);
  const [minutes] = await read(metric('Silent'));
  const [hour, day] = await read(metric('Silent', HOUR_MS), metric('Silent', 24 * HOUR_MS));
  expect(minutes).toBeNull();
  expect(hour).toBeGreaterThan(shop.clock.now() - HOUR_MS);
  expect(day).toBeGreaterThan(shop.clock.now() - HOUR_MS);
});

test('a call that fails is told as such, and is no silence', async () => {
  await expect(readNewestData(clients, shop.clock.now(), [metric('Late', 61_000)])).rejects.toThrow(/multiple of 60/);
});

test('composites are looked through a level a call, to where they end', async () => {
  const { cloudWatch } = shop.person;
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'leaf',
      Namespace: 'shop',
      MetricName: 'errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
    }),
  );
  let below = 'leaf';
  for (let level = 1; level <= 6; level += 1) {
    await cloudWatch.send(new PutCompositeAlarmCommand({ AlarmName: `c${level}`, AlarmRule: `ALARM("${below}")` }));
    below = `c${level}`;
  }
  const namesBeneath = async (name: string) =>
    (await readAlarmsBeneath(clients, await readAlarms(clients, [name]))).map((alarm) => alarm.name);
  expect(await namesBeneath('leaf')).toEqual([]);
  expect(await namesBeneath('c5')).toEqual(['c4', 'c3', 'c2', 'c1', 'leaf']);
  // One level too many: what is not read is not known.
  expect(await namesBeneath('c6')).toEqual(['c5', 'c4', 'c3', 'c2', 'c1']);
  const [leaf] = await readAlarms(clients, ['leaf']);
  expect(leaf?.basis).toMatchObject({ kind: 'metrics', periodMs: MINUTE_MS, datapointsToAlarm: 2 });
});

const stat = (name: string, Period: number) => ({
  Metric: { Namespace: 'shop', MetricName: name },
  Period,
  Stat: 'Sum',
});

test('metric math rests on its metrics, a query of Metrics Insights on itself, and what names neither on nothing', () => {
  expect(
    basisOfMetricAlarm({
      Metrics: [
        { Id: 'm1', MetricStat: stat('errors', 60) },
        { Id: 'm2', MetricStat: stat('requests', 300), AccountId: '444455556666' },
        { Id: 'e1', Expression: 'FILL(m1, 0) / m2' },
      ],
      EvaluationPeriods: 2,
    }),
  ).toMatchObject({
    periodMs: 5 * MINUTE_MS,
    datapointsToAlarm: 2,
    metrics: [{ name: 'errors' }, { name: 'requests', accountId: '444455556666' }],
  });
  expect(
    basisOfMetricAlarm({ Metrics: [{ Id: 'q1', Expression: 'SELECT AVG(x) FROM SCHEMA("shop")', Period: 300 }] }),
  ).toMatchObject({ metrics: [{ kind: 'query', periodMs: 5 * MINUTE_MS }] });
  expect(basisOfMetricAlarm({})).toEqual({ kind: 'notTold' });
  expect(basisOfComposite({ AlarmRule: 'ALARM(a) AND NOT ALARM(b)', ActionsSuppressor: 'night' })).toEqual({
    kind: 'composite',
    children: ['a', 'b'],
    suppressor: 'night',
  });
});
