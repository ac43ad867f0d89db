import { afterEach, expect, test } from 'vitest';
import { Stage } from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

test('both sides slow down together: the analysis holds the step, since going back would help nobody, and goes on afterwards', async () => {
  // A percentile is told by a hundred requests a minute and side, and a minute is two seconds.
  stage = await Stage.open({ paths: ['/', '/', '/', '/'] });
  // Of the shop's two alarms the one that does not see a slow shop.
  await stage.apply({ alarms: ['shop-5xx'], analysis: { latencyP95: { max: '700ms', maxVsBlue: 2 } } });
  await stage.untilState('ramp.bake', 1);
  stage.lab.faults.set('all-slow', true);
  await stage.until('the analysis that holds', ({ report }) => /both|blue too|blue as well/.test(report.waitingFor));
  await stage.passes(6);
  await stage.expectIn('ramp.bake', 1);
  stage.lab.faults.set('all-slow', false);
  expect((await stage.untilSettled()).machine.value).toBe('succeeded');
  const users = await stage.users('both sides slow down together, and recover');
  expect(users.failures).toEqual({});
});
