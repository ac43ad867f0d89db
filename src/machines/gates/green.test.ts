import { expect, test } from 'vitest';
import { greenCapacityVerdict, greenSickness } from './green.ts';
import { service } from './testService.ts';

test('green below its desired count is waited for; green with nobody healthy is sick; green at zero by wish is neither', () => {
  expect(greenCapacityVerdict([service(2)]).verdict).toBe('pass');
  expect(greenCapacityVerdict([service(1)]).verdict).toBe('wait');
  expect(greenSickness([service(1)])).toBeUndefined();
  expect(greenSickness([service(0)])?.reason).toBe('GreenSick');
  expect(greenSickness([service(0, 0)])).toBeUndefined();
});

test('L8: green that runs where no load balancer has judged it is not sick; green that runs nothing is', () => {
  const unjudged = { ...service(0), running: 2, checked: false };
  expect(greenSickness([unjudged])).toBeUndefined();
  expect(greenCapacityVerdict([unjudged]).verdict, 'and opens nothing').toBe('wait');
  expect(greenSickness([{ ...unjudged, running: 0 }])?.reason).toBe('GreenSick');
});
