import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBalancerDimension, targetGroupDimension } from '../arns.ts';
import type { AwsClients } from '../clients.ts';
import { createShop, greenOf, operatorClients, type Shop } from '../simulatedShop.ts';
import { readEdgeMinutes } from './edgeMinutes.ts';

const MINUTE_MS = 60_000;
const greenArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/frontend-sc/0123456789abcdef';

let shop: Shop;
let clients: AwsClients;
let beganMs: number;
beforeEach(async () => {
  shop = await createShop();
  ({ clients } = operatorClients(shop.simulated));
  await shop.pass(MINUTE_MS - (shop.clock.now() % MINUTE_MS));
  beganMs = shop.clock.now();
});
afterEach(() => shop.close());

const edge = () => ({ LoadBalancer: loadBalancerDimension(shop.loadBalancerArn) });
const side = (arn: string) => ({ ...edge(), TargetGroup: targetGroupDimension(arn) });

function publish(name: string, dimensions: Record<string, string>, ...values: number[]): void {
  for (const value of values) {
    const sample = { namespace: 'AWS/ApplicationELB', name, dimensions, value, atMs: shop.clock.now() };
    shop.simulated.aws.services.cloudwatch.record(sample);
  }
}

const read = (fromMs = beganMs, isGreenKnown = true) => {
  const { rule, targetGroup } = greenOf(shop);
  const resolved = new Map(isGreenKnown ? [[targetGroup.id, greenArn]] : []);
  return readEdgeMinutes(clients, shop.clock.now(), rule, resolved, fromMs, [50, 99]);
};

test('§8.3: seconds become milliseconds, percentiles come of each side’s own requests, absent counters are 0', async () => {
  publish('RequestCount', edge(), 14);
  publish('RequestCount', side(shop.blueTargetGroupArn), 10);
  publish('RequestCount', side(greenArn), 4);
  publish('HTTPCode_Target_5XX_Count', side(greenArn), 1);
  publish('TargetConnectionErrorCount', side(greenArn), 2);
  publish('TargetResponseTime', side(shop.blueTargetGroupArn), 0.01, 0.02, 0.9);
  publish('TargetResponseTime', edge(), 5, 5, 5, 5, 5, 5);
  await shop.pass(MINUTE_MS);
  expect(await read()).toEqual([
    {
      atMs: beganMs,
      blue: { requests: 10, errors: 0, latencyMs: { 50: 20, 99: 900 } },
      green: { requests: 4, errors: 3, latencyMs: {} },
    },
  ]);
});

test('§8.3: connections that were tried again are no more errors than there were requests', async () => {
  publish('RequestCount', edge(), 2);
  publish('RequestCount', side(greenArn), 2);
  publish('TargetConnectionErrorCount', side(greenArn), 6);
  await shop.pass(MINUTE_MS);
  expect(await read()).toMatchObject([{ green: { requests: 2, errors: 2 } }]);
});

test('a minute that is not over, one before the window, and one that the load balancer did not publish are not told', async () => {
  publish('RequestCount', edge(), 1);
  await shop.pass(MINUTE_MS);
  publish('RequestCount', side(greenArn), 1);
  await shop.pass(MINUTE_MS);
  publish('RequestCount', edge(), 3);
  await shop.pass(MINUTE_MS);
  publish('RequestCount', edge(), 9);
  await shop.pass(MINUTE_MS / 2);
  expect((await read()).map(({ atMs }) => atMs)).toEqual([beganMs, beganMs + 2 * MINUTE_MS]);
  expect((await read(beganMs + 1)).map(({ atMs }) => atMs)).toEqual([beganMs + 2 * MINUTE_MS]);
});

test('minutes of long ago say nothing of now', async () => {
  publish('RequestCount', edge(), 3);
  await shop.pass(6 * MINUTE_MS);
  expect(await read()).toHaveLength(1);
  await shop.pass(MINUTE_MS);
  expect(await read()).toEqual([]);
});

test('a green target group that was not read is not taken for one without requests', async () => {
  await expect(read(beganMs, false)).rejects.toMatchObject({ name: 'AwsCallError', kind: 'unknown' });
});
