import { describe, expect, test } from 'vitest';
import {
  cutBackVerdict,
  cutOverVerdict,
  hasStopped,
  isToRun,
  isToStop,
  stoppedVerdict,
  type Turn,
  type TurnReading,
} from './turns.ts';

const MINUTE_MS = 60_000;
const DEADLINE_MS = 10 * MINUTE_MS;

const running: TurnReading = {
  service: 'mailer',
  exists: true,
  desired: 2,
  alive: 2,
  steady: true,
  failed: undefined,
  scaling: 'none',
  why: 'mailer runs 2 of 2',
};
const stopped: TurnReading = { ...running, desired: 0, alive: 0, why: 'mailer runs 0 of 0' };
const green = (given: Partial<TurnReading>): TurnReading => ({
  ...running,
  service: 'mailer-sc',
  why: 'mailer-sc runs 1 of 2',
  ...given,
});

describe('a side', () => {
  test.each<[string, TurnReading, boolean, boolean]>([
    ['with a count', running, false, false],
    ['with a count of 1', { ...running, desired: 1 }, false, false],
    ['without a count whose tasks still run', { ...stopped, alive: 1 }, true, false],
    ['without a count or tasks', stopped, true, true],
    ['that may be scaled out', { ...stopped, scaling: 'awake' }, false, false],
    ['whose scaling sleeps', { ...stopped, scaling: 'asleep' }, true, true],
    ['that does not exist', { ...running, exists: false, alive: 0 }, true, true],
    ['that does not exist and whose tasks still run', { ...running, exists: false }, true, false],
  ])('%s', (_what, side, toStop, hasNothing) => {
    expect([isToStop(side), hasStopped(side)]).toEqual([toStop, hasNothing]);
    expect(stoppedVerdict(side).verdict).toBe(hasNothing ? 'pass' : 'wait');
  });

  test('says what it still has', () => {
    expect(stoppedVerdict(stopped).why).toBe('mailer runs nothing');
    expect(stoppedVerdict({ ...running, desired: 1 }).why).toBe('mailer still has a desired count of 1');
    expect(stoppedVerdict({ ...stopped, scaling: 'awake' }).why).toBe('mailer may still be scaled out');
    expect(stoppedVerdict({ ...stopped, alive: 3 }).why).toBe('mailer has 3 tasks that have not ended yet');
    expect(stoppedVerdict({ ...stopped, alive: 3, scaling: 'asleep' }).why).toContain('3 tasks');
  });

  test.each<[number, TurnReading['scaling'], boolean, boolean]>([
    [2, 'none', false, true],
    [3, 'awake', false, true],
    [1, 'awake', false, false],
    [2, 'asleep', false, false],
    [2, 'asleep', true, true],
    [2, 'awake', true, true],
    [1, 'asleep', true, false],
  ])(
    'with a count of %d, scaling %s, of two recorded (slept then: %s): is to run: %s',
    (desired, scaling, wasAsleep, is) => {
      expect(isToRun({ ...running, desired, scaling }, { count: 2, wasAsleep })).toBe(is);
    },
  );
});

const cutOver = (given: Partial<Turn>, waitedMs = 0) =>
  cutOverVerdict({ blue: stopped, green: green({}), count: 2, wasAsleep: false, ...given }, waitedMs, DEADLINE_MS);

describe('the cutover', () => {
  test('waits for all of blue', () => {
    expect(cutOver({ blue: { ...stopped, alive: 1 } }, 2 * DEADLINE_MS)).toMatchObject({
      verdict: 'wait',
      why: 'mailer has 1 tasks that have not ended yet; green does not start beside it',
    });
  });

  test('fails on a green that is gone or cannot start, at once', () => {
    expect(cutOver({ green: green({ exists: false }) })).toMatchObject({
      verdict: 'fail',
      why: 'green service mailer-sc does not exist',
    });
    expect(cutOver({ green: green({ failed: 'no such image' }) })).toMatchObject({
      verdict: 'fail',
      why: 'mailer-sc does not start: no such image',
    });
  });

  test('is done once green runs as many as blue did, however late', () => {
    for (const waitedMs of [0, 2 * DEADLINE_MS])
      expect(cutOver({}, waitedMs)).toMatchObject({ verdict: 'pass', why: 'mailer-sc runs in the place of mailer' });
  });

  test.each([
    ['is not steady', { steady: false }],
    ['runs too few', { desired: 1 }],
    ['is not awake', { scaling: 'asleep' }],
  ] as const)('waits for a green that %s, until the deadline is over', (_what, given) => {
    expect(cutOver({ green: green(given) }, DEADLINE_MS)).toMatchObject({
      verdict: 'wait',
      why: 'mailer has stopped, mailer-sc starts: mailer-sc runs 1 of 2',
    });
    expect(cutOver({ green: green(given) }, DEADLINE_MS + 1)).toMatchObject({
      verdict: 'fail',
      why: 'mailer-sc was not up after 10 minutes: mailer-sc runs 1 of 2',
    });
  });
});

describe('the way back', () => {
  const REVIVE_MS = 5 * MINUTE_MS;
  const nobody = green({ desired: 0, alive: 0 });
  const verdict = (given: Partial<Turn>, waitedMs = 0) =>
    cutBackVerdict({ blue: running, green: nobody, count: 2, wasAsleep: false, ...given }, waitedMs, REVIVE_MS);

  test('waits for all of green', () => {
    expect(verdict({ green: green({ desired: 0, alive: 1 }) }, 2 * REVIVE_MS)).toMatchObject({
      verdict: 'wait',
      why: 'mailer-sc has 1 tasks that have not ended yet; blue does not start beside it',
    });
  });

  test('fails where blue is gone', () => {
    expect(verdict({ blue: { ...running, exists: false } })).toMatchObject({
      verdict: 'fail',
      why: 'blue service mailer does not exist',
    });
  });

  test('is done once blue runs as it was recorded', () => {
    expect(verdict({})).toMatchObject({ verdict: 'pass', why: 'mailer runs again' });
  });

  test('waits for a blue that was set back, and keeps green no longer once that has taken too long', () => {
    const blue = { ...running, steady: false, why: 'mailer runs 1 of 2' };
    expect(verdict({ blue }, REVIVE_MS)).toMatchObject({
      verdict: 'wait',
      why: 'mailer-sc runs nothing, mailer starts: mailer runs 1 of 2',
    });
    expect(verdict({ blue }, REVIVE_MS + 1)).toMatchObject({
      verdict: 'pass',
      why: 'mailer is set back to 2 tasks and has not come up in time: mailer runs 1 of 2',
    });
  });

  test('waits for ever for a blue that is not set back, steady as it may be', () => {
    for (const blue of [
      { ...running, desired: 1 },
      { ...running, scaling: 'asleep' },
    ] as const)
      expect(verdict({ blue }, 2 * REVIVE_MS).verdict).toBe('wait');
  });
});
