import { expect, test, vi } from 'vitest';
import { callContext } from '../../../src/aws/callContext.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test('the look that hears an abort draws on the share of the budget that is kept for the way back, and shares no answer', async () => {
  const seen = { priorities: new Set<string>() };
  const world = await OperatorWorld.create({
    wire: false,
    direct:
      ({ aws }) =>
      (call) => {
        seen.priorities.add(callContext().priority ?? 'normal');
        return aws.direct(call);
      },
  });
  await world.apply({
    steps: [
      { weight: 10, bake: '1h' },
      { weight: 100, bake: '1h' },
    ],
  });
  await world.untilState('ramp.bake', 0);
  seen.priorities.clear();
  await world.pass();
  expect([...seen.priorities]).toEqual(['normal']);
  seen.priorities.clear();
  await world.requests.requestAbort('shop', { by: 'someone', at: world.clock.now(), why: 'a drill' });
  await world.pass();
  expect([...seen.priorities]).toEqual(['rollback']);
  await world.untilState('backward.dismantle');
  seen.priorities.clear();
  await world.pass();
  // The traffic is on blue: what is saved up is for those who have not come so far.
  expect([...seen.priorities]).toEqual(['normal']);
  await world.close();
});
