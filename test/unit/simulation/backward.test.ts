import { expect, test, vi } from 'vitest';
import { isWrite, playAll, singleFaults, told, undisturbed } from '../../simulation/exhaustive.ts';
import { playRandom } from '../../simulation/random.ts';
import { ABORT_IN_RAMP, MIGRATION } from '../../simulation/scenario.ts';

vi.setConfig({ testTimeout: 600_000 });

test('a rollback ends with blue as it was, whatever befalls one of its calls: every change on the way back times every fault', async () => {
  const { end, calls } = await undisturbed(ABORT_IN_RAMP);
  const faults = singleFaults(calls, 'writes').filter(({ call }) => {
    const met = calls[call - 1];
    return met !== undefined && isWrite(met) && met.state.startsWith('backward.');
  });
  const report = await playAll(
    ABORT_IN_RAMP,
    faults.map((one) => [one]),
    { end, calls },
  );
  process.stdout.write(`${told('the way back', report)}\n`);
  expect(report.runs).toBeGreaterThan(80);
  expect(report.wrong).toEqual([]);
});

test('a plan settles and leaves nothing behind after any mixture of faults and incidents, in 25 random runs', async () => {
  const ends = { succeeded: (await undisturbed(MIGRATION)).end, rolledBack: (await undisturbed(ABORT_IN_RAMP)).end };
  const wrong: string[] = [];
  let faults = 0;
  for (let number = 1; number <= 25; number += 1) {
    const run = await playRandom(26, number, ends);
    faults += run.faults;
    if (run.wrong.length > 0) wrong.push(`npm run soak -- --seed=26 --run=${number}\n${run.wrong.join('\n')}`);
  }
  expect(faults).toBeGreaterThan(50);
  expect(wrong).toEqual([]);
});

test('a run is drawn from its seed and number alone', async () => {
  const ends = { succeeded: [], rolledBack: [] };
  const [one, again] = [await playRandom(3, 5, ends), await playRandom(3, 5, ends)];
  expect(again.story).toEqual(one.story);
  expect(again.end).toBe(one.end);
});
