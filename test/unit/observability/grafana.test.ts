import { describe, expect, test } from 'vitest';
import { exposed } from './exposed.ts';
import { read } from './page.ts';
import { namesOf, unknownIn } from './promql.ts';

interface Panel {
  id: number;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { refId: string; expr: string; legendFormat: string }[];
}

const real = await exposed();
const { panels, templating } = JSON.parse(await read('deploy/dashboards/grafana.json')) as {
  panels: Panel[];
  templating: { list: { name: string; query: string | { query: string } }[] };
};
const targets = panels.flatMap((panel) => panel.targets);
const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
  Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
);

describe('deploy/dashboards/grafana.json', () => {
  test.each(targets.map(({ expr }) => expr))('every name in %s is one that the operator exposes', (expr) => {
    expect(namesOf(expr).metrics.length).toBeGreaterThan(0);
    expect(unknownIn(expr, real)).toEqual([]);
  });

  test('shows every metric that the operator exposes', () => {
    const shown = targets.flatMap(({ expr }) => namesOf(expr).metrics);
    const missing = [...real.keys()].filter(
      (name) => !shown.some((one) => one.replace(/_(bucket|sum|count)$/, '') === name),
    );
    expect(missing).toEqual([]);
  });

  test('names no label in a legend that its expression has not left', () => {
    for (const { expr, legendFormat } of targets) {
      const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */));
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) expect(kept, expr).toContain(label);
    }
  });

  test('asks its variables of a metric that there is, and uses no other variable', async () => {
    const known = templating.list.map(({ name }) => name);
    const job = templating.list.find(({ name }) => name === 'job')?.query as { query: string };
    expect(unknownIn(/\((\w+),/.exec(job.query)?.[1] ?? '', real)).toEqual([]);
    const used = [...(await read('deploy/dashboards/grafana.json')).matchAll(/\$\{?(\w+)/g)].map(
      ([, name = '']) => name,
    );
    expect([...new Set(used)].filter((name) => !name.startsWith('__')).toSorted()).toEqual(known.toSorted());
  });

  test('has no panel on another, and ids that are one panel’s', () => {
    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

test.each([
  ['sum(rate(reconciles_total[5m]))', ['reconciles_total']],
  ['reconcile_seconds', ['reconcile_seconds']],
  ['leases_held_count', ['leases_held_count']],
  ['sum by (plan) (leases_held)', ['leases_held{plan}']],
  ['aws_calls_total{job="x", code="y"}', ['aws_calls_total{code}']],
  ['sum by (le) (rate(reconcile_seconds_sum[5m]))', ['reconcile_seconds_sum{le}']],
  ['histogram_quantile(0.9, sum by (le) (rate(reconcile_seconds_bucket{job="a"}[5m]))) > 3', []],
])('a name that does not exist is found: %s', (expression, unknown) => {
  expect(unknownIn(expression, real)).toEqual(unknown);
});
