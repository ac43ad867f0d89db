import { describe, expect, test } from 'vitest';
import {
  alarmBreach,
  alarmVerdict,
  blueReadyVerdict,
  flappedAlarm,
  greenCapacityVerdict,
  greenSickness,
  sourceVerdict,
} from './gates.ts';
import type { AlarmReading, ServiceHealth } from './readings.ts';

const alarm = (state: AlarmReading['state'], transitionedAt: number | null = 0): AlarmReading => ({
  name: 'shop-5xx',
  state,
  stateReason: '3 of 3 datapoints > 1%',
  transitionedAt,
});

const service = (healthy: number, desired = 2): ServiceHealth => ({
  service: 'frontend',
  exists: true,
  desired,
  running: healthy,
  healthy,
  checked: true,
  steady: healthy === desired,
  taskDefinition: 'frontend:1',
  why: 'because',
});

describe('alarms', () => {
  test.each([
    ['OK', 'pass'],
    ['ALARM', 'fail'],
    ['INSUFFICIENT_DATA', 'wait'],
    ['missing', 'unknown'],
  ] as const)('%s answers %s', (state, verdict) => {
    expect(alarmVerdict(alarm(state)).verdict).toBe(verdict);
  });

  test('only ALARM is a breach, and it carries CloudWatch’s own reason', () => {
    expect(alarmBreach([alarm('OK'), alarm('INSUFFICIENT_DATA'), alarm('missing', null)])).toBeUndefined();
    expect(alarmBreach([alarm('OK'), alarm('ALARM')])).toEqual({
      reason: 'AlarmBreach',
      message: 'shop-5xx ALARM: 3 of 3 datapoints > 1%',
    });
  });

  test('an alarm that is OK but changed since the step began has flapped; before a step begins nothing has', () => {
    expect(flappedAlarm([alarm('OK', 100)], 99)).toContain('shop-5xx');
    expect(flappedAlarm([alarm('OK', 100)], 100)).toBeUndefined();
    expect(flappedAlarm([alarm('OK', 100)], null)).toBeUndefined();
  });
});

describe('source', () => {
  const recorded = new Map([['frontend', 'frontend:1']]);

  test('a deployment on blue under the plan holds it, and says what to do', () => {
    expect(sourceVerdict([{ service: 'frontend', taskDefinition: 'frontend:1' }], recorded).verdict).toBe('pass');
    const verdict = sourceVerdict([{ service: 'frontend', taskDefinition: 'frontend:2' }], recorded);
    expect(verdict.verdict).toBe('wait');
    expect(verdict.why).toMatch(/frontend:2.*frontend:1.*abort/);
  });

  test('a service that does not exist is the capacity gate’s affair', () => {
    expect(sourceVerdict([{ service: 'frontend', taskDefinition: '' }], recorded).verdict).toBe('pass');
  });
});

/** Blue is being revived since just now, or for longer than patience lasts. */
const AT_ONCE = { waitedMs: 0, reviveMs: 1_000 };
const LATER = { waitedMs: 2_000, reviveMs: 1_000 };

describe('capacity', () => {
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

  test('blue is measured by what it had when it was recorded, not by what it is set to now', () => {
    const recorded = new Map([['frontend', 4]]);
    expect(blueReadyVerdict([service(2, 2)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
    expect(blueReadyVerdict([service(4, 4)], recorded, AT_ONCE, 'serves').verdict).toBe('pass');
    const nobodyRevives = { ...AT_ONCE, waitedMs: undefined };
    expect(blueReadyVerdict([service(2, 2)], recorded, nobodyRevives, 'serves').why).toContain('set its count back');
  });

  test('a blue that cannot be revived in time is the better side while it serves at all, and never when it is dead', () => {
    const recorded = new Map([['frontend', 2]]);
    expect(blueReadyVerdict([service(1)], recorded, LATER, 'serves').verdict).toBe('pass');
    expect(blueReadyVerdict([service(0)], recorded, LATER, 'serves').verdict).toBe('fail');
    expect(blueReadyVerdict([service(0)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
  });

  test('a green that serves nobody is left at once for a blue that serves at all, never for a dead one', () => {
    const recorded = new Map([['frontend', 2]]);
    expect(blueReadyVerdict([service(1)], recorded, AT_ONCE, 'serves nobody').verdict).toBe('pass');
    expect(blueReadyVerdict([service(1)], recorded, AT_ONCE, 'serves').verdict).toBe('wait');
    expect(blueReadyVerdict([service(0)], recorded, AT_ONCE, 'serves nobody').verdict).toBe('wait');
  });
});
