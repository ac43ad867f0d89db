import { expect, test } from 'vitest';
import { runDemo } from '../runDemo.ts';

test('a running App Mesh application is migrated under load, and no user sees it', async () => {
  const { exitCode, summary } = await runDemo([]);
  expect(summary.problems).toEqual([]);
  expect(summary).toMatchObject({
    outcome: 'Succeeded',
    failed: 0,
    maxGreenWeight: 100,
    leaked: [],
    blueLeft: [],
    rollbackSeconds: null,
  });
  expect(summary.greenServed).toBeGreaterThan(0);
  expect(summary.blueServed + summary.greenServed).toBe(summary.requests);
  expect(exitCode).toBe(0);
});

test('an alarm takes every request back to blue, and nothing of green is left', async () => {
  const { exitCode, summary, output } = await runDemo(['--fault', 'green-errors']);
  expect(summary.problems).toEqual([]);
  expect(summary.outcome).toBe('RolledBack');
  expect(summary.blueLeft.toSorted()).toEqual(['frontend', 'stock-api', 'user-api']);
  expect(summary.leaked).toEqual([]);
  expect(summary.rollbackSeconds).toBeGreaterThan(0);
  // Only what green served, failed.
  expect(summary.failed).toBeLessThanOrEqual(summary.greenServed);
  expect(output).toContain('AlarmBreach');
  expect(exitCode).toBe(0);
});
