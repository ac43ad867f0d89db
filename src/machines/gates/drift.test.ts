import { expect, test } from 'vitest';
import { driftVerdict } from './drift.ts';

const change = { id: 'service/web-sc', why: 'desired count 2 → 1', hindrance: undefined };

test.each([
  ['pause', 'wait', /desired count 2 → 1\. Put it back, or abort the plan$/],
  ['reassert', 'wait', /it is put back once every other gate passes$/],
  ['adopt', 'pass', /the plan takes it as wanted$/],
] as const)('with %s a change is a %s, and says what is to be done', (onDrift, verdict, words) => {
  const told = driftVerdict([change], [], onDrift);
  expect(told.verdict).toBe(verdict);
  expect(told.why).toMatch(words);
});

test('what the plan cannot put back is left to a person', () => {
  const told = driftVerdict([{ ...change, hindrance: 'it was put back 3 times' }], [], 'reassert');
  expect(told.why).toMatch(/Put it back, or abort the plan \(service\/web-sc: it was put back 3 times\)$/);
});

test('what could not be read opens nothing', () => {
  expect(driftVerdict([], ['ecs: throttled'], 'adopt').verdict).toBe('unknown');
  expect(driftVerdict([], [], 'pause').verdict).toBe('pass');
});

test('tells all that was changed, all that hinders, and all that was not read', () => {
  const other = { ...change, id: 'scaling/web-sc', why: 'maximum 4 → 2' };
  const hindered = [change, other].map((one) => ({ ...one, hindrance: 'it cannot' }));
  expect(driftVerdict([], [], 'pause').why).toBe('green is as it was made');
  expect(driftVerdict([], ['ecs: throttled', 'elb: denied'], 'pause').why).toBe('ecs: throttled; elb: denied');
  expect(driftVerdict(hindered, [], 'reassert').why).toBe(
    'service/web-sc was changed by others: desired count 2 → 1; scaling/web-sc was changed by others: maximum 4 → 2. ' +
      'Put it back, or abort the plan (service/web-sc: it cannot; scaling/web-sc: it cannot)',
  );
});
