import { expect, test, vi } from 'vitest';
import { partsFrom, playAll, singleFaults, told, undisturbed } from '../simulation/exhaustive.ts';
import { MIGRATION, SCENARIOS } from '../simulation/scenario.ts';

vi.setConfig({ testTimeout: 3_600_000 });

test.each(SCENARIOS)(
  '$name: ends as it would have ended, whatever befalls one call: every change times every fault, and every sort of read in every state',
  async (scenario) => {
    const migration = await undisturbed(MIGRATION);
    const { end, calls } = await undisturbed(scenario);
    const from = scenario === MIGRATION ? 1 : partsFrom(calls, migration.calls);
    const faults = singleFaults(calls, 'writes', from);
    const report = await playAll(
      scenario,
      faults.map((one) => [one]),
      { end, calls },
    );
    process.stdout.write(`${told(`${scenario.name}, from call ${from} on`, report)}\n`);
    expect(report.runs).toBeGreaterThan(50);
    expect(report.wrong).toEqual([]);
  },
);
