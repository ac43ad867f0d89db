import { expect, test, vi } from 'vitest';
import { pairsBack, playAll, told, undisturbed } from '../simulation/exhaustive.ts';
import { playRandom } from '../simulation/random.ts';
import { ABORT_IN_RAMP, MIGRATION } from '../simulation/scenario.ts';

vi.setConfig({ testTimeout: 3_600_000 });

/** Of the pairs, one in so many. */
const STRIDE = 3;

test(`two faults on the way back end with blue as it was (one pair in ${STRIDE})`, async () => {
  const { end, calls } = await undisturbed(ABORT_IN_RAMP);
  const pairs = (await pairsBack(ABORT_IN_RAMP, calls)).filter((_, index) => index % STRIDE === 0);
  const report = await playAll(ABORT_IN_RAMP, pairs, { end, calls });
  process.stdout.write(`${told('pairs on the way back', report)}\n`);
  expect(report.runs).toBeGreaterThan(100);
  expect(report.wrong).toEqual([]);
});

test('a plan settles and leaves nothing behind after any mixture of faults and incidents, in 300 random runs', async () => {
  const ends = { succeeded: (await undisturbed(MIGRATION)).end, rolledBack: (await undisturbed(ABORT_IN_RAMP)).end };
  const wrong: string[] = [];
  for (let number = 1; number <= 300; number += 1) {
    const run = await playRandom(27, number, ends);
    if (run.wrong.length > 0) wrong.push(`npm run soak -- --seed=27 --run=${number}\n${run.wrong.join('\n')}`);
  }
  expect(wrong).toEqual([]);
});
