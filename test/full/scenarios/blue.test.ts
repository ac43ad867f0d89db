import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** What was in the hands of a process when it was killed; at 60 requests a second that are a few. */
const IN_FLIGHT_MAX = 10;

test('blue’s tasks die during the ramp while App Mesh is there: ECS replaces them, and the plan comes to its end', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 0);
  await stage.killTasks('frontend', 'one');
  await stage.untilState('ramp.bake', 1);
  await stage.killTasks('user-api', 'one');
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('two of blue’s tasks die during the ramp');
  expect(users.green.failed).toBe(0);
  expect(users.blue.failed + users.nobody.failed).toBeLessThanOrEqual(IN_FLIGHT_MAX);
});

test('with App Mesh gone a dead task of blue’s stays dead: the ramp holds for want of a way back, and goes on when a person says so', async () => {
  stage = await Stage.open();
  await stage.apply();
  await stage.untilState('ramp.bake', 0);
  stage.lab.faults.set('app-mesh-gone', true);
  await stage.killTasks('frontend', 'one');
  const held = await stage.until('a way back that is too small', ({ report }) =>
    /way back|could carry/.test(report.waitingFor),
  );
  expect(held.report.wayBack).toContain('frontend 1/2 healthy');
  await stage.passes(8);
  await stage.expectIn('ramp.bake', 0);
  await stage.apply({ viability: { below: 'goForward' } });
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('App Mesh is gone, and a task of blue’s dies during the ramp');
  expect(users.green.failed).toBe(0);
  expect(users.blue.failed + users.nobody.failed).toBeLessThanOrEqual(IN_FLIGHT_MAX);
});
