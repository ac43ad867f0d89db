import { afterEach, beforeEach, expect, test } from 'vitest';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { Budget } from '../budget.ts';
import { withCallContext } from '../callContext.ts';
import { type AwsClients, createClients } from '../clients.ts';
import { createShop, type Shop } from '../simulatedShop.ts';
import { readMetricData } from './metricData.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };
const MINUTE_MS = 60_000;
const QUERY = {
  MetricStat: { Metric: { Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' }, Period: 60, Stat: 'Sum' },
};

let shop: Shop;
let clients: AwsClients;
/** The stretches that were asked for, in minutes before now. */
let asked: string[];

beforeEach(async () => {
  shop = await createShop();
  asked = [];
  let nowMs = 0;
  clients = createClients({
    ...shop.simulated.clientConfig,
    log: SILENT,
    budget: new Budget({ monotonicMs: () => (nowMs += 1_000), sleep: () => Promise.resolve() }),
    attemptsMax: 1,
    reads: { monotonicMs: () => shop.clock.now(), nowMs: () => shop.clock.now(), gatherMs: 0 },
  });
  clients.cloudWatch.middlewareStack.add(
    (next) => (args) => {
      const { StartTime, EndTime } = args.input as GetMetricDataCommand['input'];
      asked.push(`${ago(StartTime)} to ${ago(EndTime)}`);
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterEach(() => shop.close());

const ago = (at: Date | undefined): number => ((at?.getTime() ?? Number.NaN) - shop.clock.now()) / MINUTE_MS;

/** From and until so many minutes ago. */
const read = (plan: string, from: number, until: number) =>
  withCallContext({ plan, look: { plan, id: `look-of-${plan}-${from}`, epoch: 1 } }, () =>
    readMetricData(clients, [QUERY], {
      fromMs: shop.clock.now() + from * MINUTE_MS,
      untilMs: shop.clock.now() + until * MINUTE_MS,
    }),
  );

test('plans that look at the last minutes share a call, which covers each of them', async () => {
  await Promise.all([read('one', -15, 0), read('other', -14, -1)]);
  expect(asked).toEqual(['-17 to 0']);
});

test('one that looks at minutes of long ago goes by itself, and nobody else’s reaches back to them', async () => {
  const day = 24 * 60;
  await Promise.all([read('old', -3 * day - 15, -3 * day), read('one', -15, 0)]);
  expect(asked.toSorted()).toEqual(['-17 to 0', `${-3 * day - 15} to ${-3 * day}`]);
});
