import { test, vi } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import { expectRolledBack } from './endStates.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { abort } from './turns.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Longer than a rollback leaves green alone before it is dismantled. */
const SLOW_TO_SHOW = { ...AWS_LIKE_DELAYS, cloudMapOperationMs: 60_000 };
const worldOf = () => OperatorWorld.create({ delays: SLOW_TO_SHOW, settings: { tickMs: 5_000 } });
const CALL = 'servicediscovery:CreateHttpNamespace';

test('C1, E11: what nobody heard to be made, and AWS does not show yet, is not left behind by an abort', async () => {
  const rehearsal = await worldOf();
  await rehearsal.apply();
  await rehearsal.until('the namespace was asked for', () => rehearsal.operator.begun.includes(CALL));
  const call = rehearsal.operator.begun.indexOf(CALL) + 1;
  await rehearsal.close();

  for (const kind of ['diesAfter', 'answerLost'] as const) {
    const world = await worldOf();
    const first = world.startOperator({ call, kind });
    await world.apply();
    await world.until('the namespace was asked for', () => first.begun.includes(CALL));
    await abort(world);
    await world.untilState('rolledBack');
    await world.clock.advanceAsync(300_000);
    await expectRolledBack(world, 'Aborted');
    await world.close();
  }
});
