import { expect, test } from 'vitest';
import { pass, wait } from '../plan/verdict.ts';
import { decide } from './decide.ts';
import type { Facts } from './facts.ts';
import { greenWeight } from './intent.ts';
import type { MachineContext } from './record.ts';
import { isRehearsingBack, REHEARSAL_MS_MAX } from './rehearsal.ts';
import { facts, machineIn, testSpec } from './testFacts.ts';

const SPEC = { ...testSpec, ramp: { ...testSpec.ramp, rehearse: true } };
const READ = { weights: pass('read back') };

const shifting = (context: Partial<MachineContext>, given: Partial<Facts>) =>
  decide(machineIn('ramp.shift', context), facts(given), SPEC);

test('a ramp that is rehearsed begins with one per cent, and one that is not with its first step', () => {
  const verified = facts({ verified: pass('ready') });
  const rehearsed = decide(machineIn('verify'), verified, SPEC);
  expect(greenWeight(rehearsed.machine.context, SPEC)).toBe(1);
  expect(greenWeight(decide(machineIn('verify'), verified, testSpec).machine.context, testSpec)).toBe(10);
});

test('what was read back is taken back, held or not, and timed; the first step follows where it may', () => {
  const hold = { reason: 'SpecPaused', message: '' } as const;
  expect(shifting({ rehearsal: 'out' }, { weights: wait('none yet') }).moved).toBe(false);
  const out = shifting({ rehearsal: 'out' }, { ...READ, now: 5, hold });
  expect(out.machine.context).toMatchObject({ rehearsal: 'back', enteredAt: 5 });
  expect(greenWeight(out.machine.context, SPEC)).toBe(0);
  expect(shifting({ rehearsal: 'back', enteredAt: 5 }, { now: 6, weights: wait('1 %') }).moved).toBe(false);
  const back = shifting({ rehearsal: 'back', enteredAt: 5 }, { ...READ, now: 3_005 });
  expect(back.machine.context).toMatchObject({ rehearsal: 'back', rehearsedMs: 3_000 });
  const done = { rehearsal: 'back', rehearsedMs: 3_000 } as const;
  expect(shifting(done, { ...READ, gates: wait('an alarm') }).moved).toBe(false);
  expect(shifting(done, { weights: wait('1 %'), gates: pass('') }).moved).toBe(false);
  expect(shifting(done, { ...READ, gates: pass(''), hold }).moved).toBe(false);
  const over = shifting(done, { ...READ, gates: pass('') });
  expect(over).toMatchObject({
    to: 'ramp.shift',
    machine: { context: { rehearsal: null, rehearsedMs: 3_000, step: 0 } },
  });
});

test('a way back that is not read back in time is taken for good', () => {
  const late = { now: REHEARSAL_MS_MAX, weights: wait('it carries 1 %') };
  expect(shifting({ rehearsal: 'back' }, { ...late, now: REHEARSAL_MS_MAX - 1 }).moved).toBe(false);
  for (const [blueReady, to] of [
    [pass('ready'), 'backward.shiftBack'],
    [wait('1 of 2'), 'backward.reviveBlue'],
  ] as const) {
    expect(shifting({ rehearsal: 'back' }, { ...late, blueReady })).toMatchObject({
      to,
      machine: {
        context: {
          rehearsal: null,
          backwardBecause: { reason: 'RehearsalFailed', message: expect.stringContaining('it carries 1 %') },
        },
      },
    });
  }
});

test('its time counts from when the way back began, and only until it was read back', () => {
  const begun: Partial<MachineContext> = { rehearsal: 'back', enteredAt: 5_000 };
  const unread = { weights: wait('it carries 1 %'), blueReady: pass('ready') };
  const after = (ms: number, context: Partial<MachineContext> = begun) =>
    shifting(context, { ...unread, now: 5_000 + ms });
  expect(after(REHEARSAL_MS_MAX - 1).moved).toBe(false);
  expect(after(REHEARSAL_MS_MAX).to).toBe('backward.shiftBack');
  expect(after(REHEARSAL_MS_MAX, { ...begun, rehearsedMs: 3_000 }).moved).toBe(false);
  expect(after(REHEARSAL_MS_MAX, { ...begun, rehearsal: 'out' }).moved).toBe(false);
});

const isOnItsWayBack = (rehearsal: MachineContext['rehearsal']) =>
  isRehearsingBack(machineIn('ramp.shift', { rehearsal }).context);

test('is on its way back from the decision on, and not before', () => {
  expect([isOnItsWayBack(null), isOnItsWayBack('out'), isOnItsWayBack('back')]).toEqual([false, false, true]);
});
