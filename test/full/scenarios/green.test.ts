import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

test('a green that starts to fail at 50 % is left, and only what it served failed', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 1);
  stage.lab.faults.set('green-errors', true);
  const status = await stage.untilSettled();
  expect(status.machine.value).toBe('rolledBack');
  const users = await stage.users('green fails from 50 % on');
  expect(users.green.failed).toBeGreaterThan(0);
  expect(users.green.failed).toBeLessThan(users.green.requests / 2);
  expect(users.blue.failed).toBe(0);
  expect(users.nobody.failed).toBe(0);
});
