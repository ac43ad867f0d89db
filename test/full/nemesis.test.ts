import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { check } from '../nemesis/checker/check.ts';
import { verdictLines } from '../nemesis/checker/verdictLines.ts';
import { readHistory } from '../nemesis/history.ts';
import { runNemesis } from '../nemesis/run.ts';

vi.setConfig({ testTimeout: 900_000 });

const SEED = Number(process.env['MESHLIFT_NEMESIS_SEED'] ?? 7);

const say = (line: string) => void process.stdout.write(`${line}\n`);

test('fifty plans of three operators that are killed, stopped and cut off all end as they should, and no user and no lease is the worse for it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'meshlift-nemesis-'));
  const file = await runNemesis({ plans: 50, durationMs: 120_000, seed: SEED, directory, say });
  const verdict = check(readHistory(file));
  say(verdictLines(verdict).join('\n'));
  // The history stays where something is against it.
  expect(verdict.violations, `see ${file}`).toEqual([]);
  expect(verdict.summary.acts['kill -9']).toBeGreaterThan(3);
  expect(verdict.summary.takeOvers).toBeGreaterThan(0);
  expect(verdict.summary.requests).toBeGreaterThan(10_000);
  rmSync(directory, { recursive: true });
});
