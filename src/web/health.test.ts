import { expect, test } from 'vitest';
import { healthApp } from './health.ts';
import { createMetrics } from './metrics.ts';

const SOURCES = {
  queue: () => ({ depths: { rollback: 1, sweep: 2 }, oldestWaitMs: 1_500 }),
  leasesHeld: () => 7,
  budget: () => [{ family: 'ecs/service-read', tokens: -1, perSecond: 10, waits: 3, waitedMs: 1_500 }],
};

const appAt = (now: number, lastPollAt: number | undefined) =>
  healthApp({
    lastPollAt: () => lastPollAt,
    now: () => now,
    staleMs: 1_000,
    metrics: createMetrics(SOURCES),
  });

test('an operator is live before it is ready, and ready only while the table was read lately', async () => {
  expect((await appAt(0, undefined).request('/livez')).status).toBe(200);
  expect((await appAt(0, undefined).request('/readyz')).status).toBe(503);
  expect((await appAt(1_500, 1_000).request('/readyz')).status).toBe(200);
  const stale = await appAt(9_000, 1_000).request('/readyz');
  expect(stale.status).toBe(503);
  expect(await stale.text()).toContain('8 s ago');
});

test('the metrics carry queue, leases, reconciles and calls', async () => {
  const metrics = createMetrics(SOURCES);
  metrics.reconciled('after', 80);
  metrics.reconciled('backoff', 80);
  metrics.reconciled('error', 80);
  metrics.reconciled('panic', 80);
  metrics.reconciled('deadlineExceeded', 400_000);
  metrics.tookOver();
  metrics.awsCall('ecs:CreateService', 'ok', false);
  metrics.awsCall('ecs:CreateService', 'fail', true);
  await metrics.render();
  const { text } = await metrics.render();
  for (const line of [
    'workqueue_depth{priority="rollback"} 1',
    'workqueue_depth{priority="sweep"} 2',
    'workqueue_oldest_wait_seconds 1.5',
    'workqueue_retries_total 3',
    'leases_held 7',
    'lease_takeovers_total 1',
    'reconcile_total{result="after"} 1',
    'reconcile_panics_total 1',
    'reconcile_deadlines_exceeded_total 1',
    'reconcile_seconds_bucket{le="0.1"} 4',
    'reconcile_seconds_count 5',
    'aws_throttles_total{api="ecs:CreateService"} 1',
    'aws_budget_tokens{family="ecs/service-read"} -1',
    'aws_budget_per_second{family="ecs/service-read"} 10',
    'aws_budget_waits_total{family="ecs/service-read"} 3',
    'aws_budget_waited_seconds_total{family="ecs/service-read"} 1.5',
  ])
    expect(text.split('\n')).toContain(line);
});
