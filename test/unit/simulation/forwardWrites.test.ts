import { expect, test, vi } from 'vitest';
import { isWrite, playAll, singleFaults, told, undisturbed } from '../../simulation/exhaustive.ts';
import { MIGRATION } from '../../simulation/scenario.ts';

vi.setConfig({ testTimeout: 600_000 });

test('a migration ends as it would have ended, whatever befalls a change that it makes: each kind of change in each state times each fault', async () => {
  const { end, calls } = await undisturbed(MIGRATION);
  const faults = singleFaults(calls, 'sorts').filter(({ call }) => calls.slice(call - 1, call).some(isWrite));
  const report = await playAll(
    MIGRATION,
    faults.map((one) => [one]),
    { end, calls },
  );
  process.stdout.write(`${told('changes of a migration', report)}\n`);
  expect(report.runs).toBeGreaterThan(100);
  expect(report.wrong).toEqual([]);
});
