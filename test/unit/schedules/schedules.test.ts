import { expect, test, vi } from 'vitest';
import { expectEverythingWasSeen } from './coverage.ts';
import { playMany, runsFrom } from './property.ts';

vi.mock(import('../../../src/machines/decide.ts'), async (original) =>
  (await import('./seams.ts')).aroundDecide(await original()),
);
vi.mock(import('../../../src/plan/parse.ts'), async (original) =>
  (await import('./seams.ts')).aroundParse(await original()),
);
vi.mock(import('../../../src/plan/canonical.ts'), async (original) =>
  (await import('./seams.ts')).aroundCanonical(await original()),
);
vi.setConfig({ testTimeout: 600_000 });

const runs = runsFrom(process.env, { seed: 20_261, numRuns: 1_000 });

test(`the invariants hold whatever befalls a plan, in ${runs.numRuns} schedules (seed ${runs.seed})`, async () => {
  const coverage = await playMany(runs);
  expect(coverage.findings.broken).toEqual([]);
  if (runs.path === undefined) expectEverythingWasSeen(coverage, runs.numRuns);
});
