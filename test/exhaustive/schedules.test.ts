import { expect, test, vi } from 'vitest';
import { expectEverythingWasSeen } from '../unit/schedules/coverage.ts';
import { playMany, runsFrom } from '../unit/schedules/property.ts';

vi.mock(import('../../src/machines/decide.ts'), async (original) =>
  (await import('../unit/schedules/seams.ts')).aroundDecide(await original()),
);
vi.mock(import('../../src/plan/parse.ts'), async (original) =>
  (await import('../unit/schedules/seams.ts')).aroundParse(await original()),
);
vi.mock(import('../../src/plan/canonical.ts'), async (original) =>
  (await import('../unit/schedules/seams.ts')).aroundCanonical(await original()),
);
vi.setConfig({ testTimeout: 1_800_000 });

const runs = runsFrom(process.env, { seed: 20_262, numRuns: 5_000 });

test(`the invariants hold whatever befalls a plan, in ${runs.numRuns} other schedules (seed ${runs.seed})`, async () => {
  const coverage = await playMany(runs);
  expect(coverage.findings.broken).toEqual([]);
  if (runs.path === undefined) expectEverythingWasSeen(coverage, runs.numRuns);
});
