import { expect, test, vi } from 'vitest';
import type { Mishap } from '../unit/operator/operatorProcess.ts';
import { abort, scalingOf, worldOfTurns } from '../unit/operator/turns.ts';
import { alive } from '../unit/operator/worker.ts';

vi.setConfig({ testTimeout: 900_000 });

/** The calls that give the turn to the other side. */
const CALLS = ['ecs:UpdateService', 'application-autoscaling:RegisterScalableTarget'];
const KINDS = ['diesBefore', 'diesAfter', 'answerLost'] as const;

/** Through the cutover and back, with an operator that meets a mishap. Answers the calls that it began. */
async function thereAndBack(mishap?: Mishap): Promise<string[]> {
  const { world, together } = await worldOfTurns({}, 'App Mesh answers', false);
  const first = mishap === undefined ? world.operator : world.startOperator(mishap);
  await world.untilState('soak');
  await abort(world);
  await world.untilState('rolledBack');
  expect(together, JSON.stringify(mishap)).toEqual([]);
  expect(world.referee.breaches, JSON.stringify(mishap)).toEqual([]);
  expect(alive(world, 'worker'), JSON.stringify(mishap)).toBe(2);
  expect(await scalingOf(world, 'worker')).toMatchObject({ min: 2, max: 5, DynamicScalingInSuspended: false });
  await world.close();
  return first.begun;
}

test('a crash at any call of the turns ends as if there had been none', async () => {
  const begun = await thereAndBack();
  const ofTurns = begun.flatMap((api, index) => (CALLS.includes(api) ? [index + 1] : []));
  expect(ofTurns.length).toBeGreaterThan(7);
  for (const [index, call] of ofTurns.entries()) {
    const kind = KINDS[index % KINDS.length] ?? 'diesAfter';
    await thereAndBack({ call, kind });
  }
});
