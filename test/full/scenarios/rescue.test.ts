import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

test('a blue that has lost half of its tasks and fails, with App Mesh gone, is left in a rescue, and its users are served again', async () => {
  stage = await Stage.open();
  stage.lab.faults.set('app-mesh-gone', true);
  // Nothing comes back: Envoy gets no configuration, and Cloud Map's endpoints stay as they were.
  await stage.killTasks('frontend', 'one');
  stage.lab.faults.set('blue-errors', true);
  await stage.untilAlarm('shop-5xx');
  await stage.apply({
    strategy: 'rescue',
    steps: [
      { weight: 50, bake: '2m' },
      { weight: 100, bake: '4m' },
    ],
    shortBakes: 'force',
    decisions: [{ code: 'CALL_GRAPH_GUESSED', place: 'cluster/shop', choice: 'confirm' }],
  });
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('a rescue of a blue that has lost half and fails');
  expect(users.green.requests).toBeGreaterThan(0);
  expect(users.green.failed).toBe(0);
});
