import { expect, test, vi } from 'vitest';
import { isWrite, playAll, singleFaults, told, undisturbed } from '../../simulation/exhaustive.ts';
import { MIGRATION } from '../../simulation/scenario.ts';

vi.setConfig({ testTimeout: 600_000 });

test('a migration ends as it would have ended, whatever befalls a read, or a call of its table: each kind of call times each fault', async () => {
  const { end, calls } = await undisturbed(MIGRATION);
  const faults = singleFaults(calls, 'sorts').filter(({ call }) => !calls.slice(call - 1, call).some(isWrite));
  const report = await playAll(
    MIGRATION,
    faults.map((one) => [one]),
    { end, calls },
  );
  process.stdout.write(`${told('reads of a migration', report)}\n`);
  expect(report.runs).toBeGreaterThan(50);
  expect(report.wrong).toEqual([]);
});
