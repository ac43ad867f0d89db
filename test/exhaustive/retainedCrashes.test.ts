import { expect, test, vi } from 'vitest';
import type { Mishap } from '../unit/operator/operatorProcess.ts';
import { expectRetained, RETAIN, stockOf, worldWithOrders } from '../unit/operator/retained.ts';

vi.setConfig({ testTimeout: 900_000 });

const KINDS = ['diesBefore', 'diesAfter', 'answerLost'] as const;

/** To the end, with an operator that meets a mishap. Answers the calls that it began from `retire.prove` on, by number from 1. */
async function toTheEnd(mishap?: Mishap): Promise<{ api: string; call: number }[]> {
  const world = await worldWithOrders(false);
  const before = await stockOf(world);
  const first = mishap === undefined ? world.operator : world.startOperator(mishap);
  await world.apply(RETAIN);
  await world.untilState('retire.prove');
  const begun = first.begun.length;
  await world.untilState('succeeded');
  await world.settle();
  await expectRetained(world, before, JSON.stringify(mishap));
  await world.close();
  return first.begun.slice(begun).map((api, index) => ({ api, call: begun + index + 1 }));
}

test('a crash at any call of retire leaves the blue that stays as it was, and takes away the rest', async () => {
  const calls = (await toTheEnd()).filter(({ api }) => !api.startsWith('dynamodb:'));
  expect(calls.map(({ api }) => api)).toEqual(expect.arrayContaining(['elasticloadbalancing:ModifyRule']));
  expect(calls.length).toBeGreaterThan(8);
  for (const { call } of calls) for (const kind of KINDS) await toTheEnd({ call, kind });
});
