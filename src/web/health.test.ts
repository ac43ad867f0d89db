import { expect, test } from 'vitest';
import { healthApp, listen } from './health.ts';
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
    plans: () => [{ plan: 'shop', state: 'ramp.bake', lookedAtMs: now - 12_400 }],
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

test('the plans that an operator holds are told with their states, and how long ago each was looked at', async () => {
  const answer = await appAt(60_000, 60_000).request('/plans');
  expect(await answer.json()).toEqual({ plans: [{ plan: 'shop', state: 'ramp.bake', lookedSecondsAgo: 12 }] });
});

test('the port answers GET and HEAD of four pages, whoever asks for what, and changes nothing', async () => {
  const asked: string[] = [];
  const app = healthApp({
    lastPollAt: () => 0,
    now: () => 0,
    staleMs: 1_000,
    metrics: createMetrics({ ...SOURCES, leasesHeld: () => asked.push('leases') }),
    plans: () => [],
  });
  const pages = ['/livez', '/readyz', '/metrics', '/plans'];
  const others = [
    '/',
    '/plans/shop',
    '/metrics/shop',
    '/livez/',
    '/%2e%2e/etc/passwd',
    '/__proto__',
    '/metrics?plan=shop',
  ];
  const { port, close } = await listen(app, 0, '127.0.0.1');
  try {
    const answers: string[] = [];
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      for (const path of [...pages, ...others]) {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
          method,
          ...(method === 'GET' || method === 'HEAD' ? {} : { body: method === 'OPTIONS' ? null : '{"paused":true}' }),
        });
        await answer.text();
        expect(answer.headers.get('set-cookie')).toBeNull();
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
        if (answer.status !== 404) answers.push(`${method} ${path} ${answer.status}`);
      }
    }
    expect(answers).toEqual(
      ['GET', 'HEAD'].flatMap((method) => [...pages, '/metrics?plan=shop'].map((path) => `${method} ${path} 200`)),
    );
    expect(asked, 'nothing but the metrics’ own look').toHaveLength(4);
  } finally {
    await close();
  }
});

test('no label of a metric has room for the name of a plan, a service or an account', async () => {
  const metrics = createMetrics(SOURCES);
  metrics.reconciled('after', 80);
  metrics.awsCall('ecs:CreateService', 'fail', true);
  metrics.batch('ecs:DescribeServices', 3);
  metrics.answer('ecs:DescribeServices', 'shared');
  metrics.heldBack('ecs/service-read');
  const { text } = await metrics.render();
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name = '']) => name));
  expect(labels).toEqual(new Set(['api', 'family', 'from', 'le', 'outcome', 'priority', 'result']));
});
