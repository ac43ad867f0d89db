import { expect, test } from 'vitest';
import type { PlanSpec } from '../plan/model.ts';
import { pass, wait } from '../plan/verdict.ts';
import { decide } from './decide.ts';
import { EASE_DWELL_MS, EASE_MS_MAX, easedBelow, easingWords, isEasing, mayGreenServe } from './easing.ts';
import type { Facts } from './facts.ts';
import type { MachineContext, MachineState } from './record.ts';
import { facts, machineIn, testSpec } from './testFacts.ts';

const GRADUAL: PlanSpec = { ...testSpec, rollback: { ...testSpec.rollback, strategy: 'gradual' } };
const ABORT = { kind: 'abort', by: 'ann', why: 'a drill' } as const;
const READY = { blueReady: pass('blue is whole') };
const SERVING = { step: 1, verifiedAt: 0, rampedAt: 0 };
const GREEN_IS_BAD = { reason: 'GreenSick', message: 'dead' } as const;

const aborted = (state: MachineState, context: Partial<MachineContext>, given: Partial<Facts> = {}, spec = GRADUAL) =>
  decide(machineIn(state, context), facts({ request: ABORT, ...READY, ...given }), spec);

const easing = (given: Partial<Facts>, context: Partial<MachineContext> = {}, spec = GRADUAL) =>
  decide(
    machineIn('backward.shiftBack', {
      ...SERVING,
      easedTo: 75,
      backwardBecause: { reason: 'Aborted', message: '', at: 0 },
      ...context,
    }),
    facts({ ...READY, weights: pass('read back'), ...given }),
    spec,
  );

test('an abort of a green that serves everything goes down in steps, where the plan says so and nothing is wrong', () => {
  expect(aborted('soak', SERVING)).toMatchObject({ to: 'backward.shiftBack', machine: { context: { easedTo: 75 } } });
  expect(aborted('soak', SERVING, {}, { ...GRADUAL, rollback: testSpec.rollback }).machine.context.easedTo).toBeNull();
});

test('a breach, another hand on the rule, and a green that has a quarter at most go back at once', () => {
  const bad = decide(machineIn('soak', SERVING), facts({ breach: GREEN_IS_BAD, ...READY }), GRADUAL);
  expect(bad).toMatchObject({ to: 'backward.shiftBack', machine: { context: { easedTo: null } } });
  expect(aborted('soak', SERVING, { breach: GREEN_IS_BAD }).machine.context.easedTo).toBeNull();
  const drift = { message: 'changed', change: { kind: 'actions' } } as const;
  expect(aborted('soak', SERVING, { drift }).machine.context.easedTo).toBeNull();
  expect(aborted('ramp.bake', { ...SERVING, step: 0 }).machine.context.easedTo).toBeNull();
  // Whether the step was written is not known before it was read back: the step before it is what green has at least.
  expect(aborted('ramp.shift', { ...SERVING, verifiedAt: null }).machine.context.easedTo).toBeNull();
  expect(aborted('verify', { rampedAt: null, verifiedAt: 0 }).machine.context.easedTo).toBeNull();
});

test('each share is read back, and lasts its time with a blue that copes', () => {
  const written = easing({ now: 5 }, { verifiedAt: null });
  expect(written.machine.context).toMatchObject({ easedTo: 75, verifiedAt: 5 });
  expect(easing({ now: 5, weights: wait('not read back') }, { verifiedAt: null }).moved).toBe(false);
  expect(easing({ now: EASE_DWELL_MS - 1 }).moved).toBe(false);
  expect(easing({ now: EASE_DWELL_MS, blueReady: wait('1 of 2') }).moved).toBe(false);
  expect(easing({ now: EASE_DWELL_MS, weights: wait('not read back') }).moved).toBe(false);
  expect(easing({ now: EASE_DWELL_MS }).machine.context).toMatchObject({ easedTo: 50, verifiedAt: null });
  expect(easing({ now: EASE_DWELL_MS }, { easedTo: 25 }).machine.context).toMatchObject({ easedTo: null });
});

test('green’s share only falls', () => {
  for (let weight = 100; weight > 0; weight -= 1) expect(easedBelow(weight) ?? 0).toBeLessThan(weight);
  expect([100, 76, 75, 51, 50, 26, 25].map(easedBelow)).toEqual([75, 75, 50, 50, 25, 25, null]);
});

test('the first share is below what green has at least: the step that was read back, what was adopted in its place, or the step before', () => {
  const steps = [60, 100].map((weight) => ({ weight, bakeMs: 1 }));
  const spec = { ...GRADUAL, ramp: { ...GRADUAL.ramp, steps } };
  const first = (context: Partial<MachineContext>) =>
    aborted('ramp.shift', { ...SERVING, ...context }, {}, spec).machine.context.easedTo;
  expect(first({})).toBe(75);
  expect(first({ step: 0 })).toBe(50);
  expect(first({ adoptedWeight: 45 })).toBe(25);
  expect(first({ verifiedAt: null })).toBe(50);
  expect(first({ verifiedAt: null, adoptedWeight: 90 })).toBe(50);
  expect(first({ step: 0, verifiedAt: null })).toBeNull();
  expect(first({ step: 2 })).toBeNull();
  expect(first({ rampedAt: null })).toBeNull();
});

test('only the way of the rules themselves is one by steps, and there green may serve', () => {
  const { context } = machineIn('backward.shiftBack', { easedTo: 75 });
  expect(isEasing('backward.shiftBack', context)).toBe(true);
  expect(isEasing('backward.reviveBlue', context)).toBe(false);
  expect(isEasing('backward.shiftBack', { ...context, easedTo: null })).toBe(false);
  expect(mayGreenServe('backward.shiftBack', context)).toBe(true);
  expect(mayGreenServe('backward.shiftBack', { ...context, easedTo: null })).toBe(false);
  expect(mayGreenServe('soak', { ...context, easedTo: null })).toBe(true);
  expect(mayGreenServe('verify', context)).toBe(false);
});

test('what speaks against green, and time, end it; on a blue that can take it, or on one that is revived first', () => {
  const over = { to: 'backward.shiftBack', machine: { context: { easedTo: null } } };
  expect(easing({ breach: GREEN_IS_BAD })).toMatchObject(over);
  expect(easing({ now: EASE_MS_MAX })).toMatchObject(over);
  expect(easing({ now: EASE_MS_MAX - 1, weights: wait('not read back') }).moved).toBe(false);
  expect(easing({ drift: { message: 'changed', change: { kind: 'actions' } } })).toMatchObject(over);
  expect(easing({}, {}, { ...GRADUAL, rollback: testSpec.rollback })).toMatchObject(over);
  const late = { now: EASE_MS_MAX, blueReady: wait('1 of 2') };
  expect(easing(late)).toMatchObject({ to: 'backward.reviveBlue', machine: { context: { easedTo: null } } });
});

test('its times count from when each began', () => {
  const at = 1_000_000;
  const begun = { backwardBecause: { reason: 'Aborted', message: '', at }, verifiedAt: at } as const;
  expect(easing({ now: at + EASE_DWELL_MS - 1 }, begun).moved).toBe(false);
  expect(easing({ now: at + EASE_DWELL_MS }, begun).machine.context.easedTo).toBe(50);
  const last = { ...begun, verifiedAt: null };
  const slow = { weights: wait('not yet') };
  expect(easing({ ...slow, now: at + EASE_MS_MAX - 1 }, last).machine.context.easedTo).toBe(75);
  expect(easing({ ...slow, now: at + EASE_MS_MAX }, last).machine.context.easedTo).toBeNull();
  const words = easingWords(machineIn('backward.shiftBack', { ...begun, easedTo: 75 }).context, {
    ...facts({ ...READY, weights: pass('read back') }),
    now: at + 2_900,
  });
  expect(words).toMatch(/^back in steps \(rollback\.strategy: gradual\), green has 75 % left for 2s of /);
});
