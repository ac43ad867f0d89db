import { expect, test } from 'vitest';
import { healthApp } from './health.ts';
import { createMetrics } from './metrics.ts';

const appAt = (now: number, lastPollAt: number | undefined) =>
  healthApp({
    lastPollAt: () => lastPollAt,
    now: () => now,
    staleMs: 1_000,
    metrics: createMetrics({ queueDepth: () => 3 }),
  });

test('an operator is live before it is ready, and ready only while the table was read lately', async () => {
  expect((await appAt(0, undefined).request('/livez')).status).toBe(200);
  expect((await appAt(0, undefined).request('/readyz')).status).toBe(503);
  expect((await appAt(1_500, 1_000).request('/readyz')).status).toBe(200);
  const stale = await appAt(9_000, 1_000).request('/readyz');
  expect(stale.status).toBe(503);
  expect(await stale.text()).toContain('8 s ago');
});

test('the metrics carry the queue’s depth, reconciles and calls', async () => {
  const metrics = createMetrics({ queueDepth: () => 3 });
  metrics.reconciled('after');
  metrics.awsCall('ecs:CreateService', 'ok', false);
  metrics.awsCall('ecs:CreateService', 'fail', true);
  const { text } = await metrics.render();
  expect(text).toContain('workqueue_depth 3');
  expect(text).toContain('reconcile_total{result="after"} 1');
  expect(text).toContain('aws_throttles_total{api="ecs:CreateService"} 1');
});
