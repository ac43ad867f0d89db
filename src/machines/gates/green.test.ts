import { expect, test } from 'vitest';
import { greenCapacityVerdict, greenSickness } from './green.ts';
import { service } from './testService.ts';

const NONE: ReadonlySet<string> = new Set();

test('green below its desired count is waited for; green with nobody healthy is sick; green at zero by wish is neither', () => {
  expect(greenCapacityVerdict([service(2)]).verdict).toBe('pass');
  expect(greenCapacityVerdict([service(1)]).verdict).toBe('wait');
  expect(greenSickness([service(1)], NONE)).toBeUndefined();
  expect(greenSickness([service(0)], NONE)?.reason).toBe('GreenSick');
  expect(greenSickness([service(0, 0)], NONE)).toBeUndefined();
  const named = new Set([service(0, 0).service]);
  expect(greenSickness([service(0, 0)], named), 'set to 0 by another’s hand').toMatchObject({
    reason: 'GreenSick',
    message: expect.stringContaining('somebody has set its desired count to 0'),
  });
  expect(greenSickness([service(1, 0)], named), 'and its last task still serves').toBeUndefined();
});

test('L8: green that runs where no load balancer has judged it is not sick; green that runs nothing is', () => {
  const unjudged = { ...service(0), running: 2, checked: false };
  expect(greenSickness([unjudged], NONE)).toBeUndefined();
  expect(greenCapacityVerdict([unjudged]).verdict, 'and opens nothing').toBe('wait');
  expect(greenSickness([{ ...unjudged, running: 0 }], NONE)?.reason).toBe('GreenSick');
});

test('says of the first that is not as it should be what it has', () => {
  const gone = { ...service(0), service: 'api', exists: false };
  expect(greenCapacityVerdict([service(2), { ...service(2), service: 'api' }]).why).toBe(
    'green is healthy: frontend 2/2, api 2/2',
  );
  expect(greenCapacityVerdict([service(2), gone])).toEqual({
    verdict: 'fail',
    why: 'green service api does not exist',
  });
  expect(greenCapacityVerdict([{ ...gone, desired: 0 }]).verdict).toBe('fail');
  expect(greenCapacityVerdict([service(1)]).why).toBe('green service frontend has 1 of 2 healthy: because');
  expect(greenSickness([service(2), gone], NONE)?.message).toBe('green service api is gone');
  expect(greenSickness([service(0)], NONE)?.message).toBe('green service frontend has 0 of 2 healthy: because');
});
