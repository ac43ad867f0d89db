import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import { isSettled } from './classify.ts';
import { decide } from './decide.ts';
import { driftAnswer } from './drift.ts';
import { NO_FACTS, NOT_OBSERVED, type Facts } from './facts.ts';
import { guardsOf, openGuards } from './guards.ts';
import type { MachineContext, MachineState } from './record.ts';
import { almostCalmFacts, arbitraryMachine, arbitraryFacts, arbitrarySpec, STATES } from './testArbitraries.ts';
import { facts, machineIn, MINUTE_MS, testSpec } from './testFacts.ts';

/** What takes a plan off its way: told by other means than by a guard of the state. */
const isTakenAway = (given: Facts, state: string): boolean =>
  (state === 'inventory.preflight' && given.admitted.verdict === 'fail') ||
  ((state === 'provision' || state === 'verify') && given.provisioned.verdict === 'fail') ||
  (state === 'backward.shiftBack' && given.blueReady.verdict === 'fail') ||
  ((state === 'backward.cutBack' || state === 'backward.dismantle') && given.restored.verdict === 'fail');

/** Facts without an abort and without a breach, which outweigh all that a guard tells. */
const undisturbed = fc
  .oneof(arbitraryFacts, almostCalmFacts)
  .map((given): Facts => ({ ...given, breach: undefined, request: { kind: 'none' } }));

test('a plan leaves its state on its own way exactly when every guard that is told passes', () => {
  const left = new Set<string>();
  fc.assert(
    fc.property(arbitraryMachine, undisturbed, arbitrarySpec, (machine, given, spec) => {
      fc.pre(!isTakenAway(given, machine.value) && !isSettled(machine.value));
      // A weight is verified before its bake begins; nothing else is stored.
      fc.pre(machine.value !== 'ramp.bake' || machine.context.verifiedAt !== null);
      // A rehearsal is over before the first step's weight is waited for.
      fc.pre(machine.context.rehearsal === null);
      const guards = guardsOf(machine, given, spec);
      expect(guards.length).toBeGreaterThan(0);
      const decision = decide(machine, given, spec);
      const isBakedAgain =
        decision.to === 'ramp.shift' &&
        (driftAnswer(machine.context, given, spec) !== 'none'
          ? machine.value !== 'verify' && machine.value !== 'halted'
          : (machine.value === 'ramp.bake' && (given.flapped ?? given.following) !== undefined) ||
            (machine.value === 'soak' && given.following !== undefined));
      const isEased =
        machine.value === 'backward.shiftBack' &&
        decision.to !== 'backward.cutBack' &&
        decision.to !== 'backward.dismantle';
      const isOnItsWay = decision.moved && !isEased && decision.to !== 'halted' && !isBakedAgain;
      if (isOnItsWay) left.add(machine.value);
      expect(guards.every((guard) => guard.verdict === 'pass')).toBe(isOnItsWay);
    }),
    { numRuns: 4_000 },
  );
  expect([...left].toSorted(), 'each was left').toEqual(STATES.filter((state) => !isSettled(state)).toSorted());
});

const isVerdict = (name: string): boolean => NO_FACTS[name as keyof typeof NO_FACTS] === NOT_OBSERVED;

/** What a guard of a state says. */
function told(
  name: string,
  state: MachineState,
  given: Partial<Facts>,
  context: Partial<MachineContext> = {},
): Verdict {
  const found = guardsOf(machineIn(state, context), facts(given), testSpec).find((guard) => guard.name === name);
  if (found === undefined) throw new Error(`no guard of ${state} is called ${name}`);
  const { name: _, ...verdict } = found;
  return verdict;
}

describe('what is told', () => {
  test('how long a bake has lasted, and by whom it was ended', () => {
    const baking = machineIn('ramp.bake', { verifiedAt: 0 });
    const given = facts({ now: 2 * MINUTE_MS + 400, weights: pass('w'), gates: pass('g') });
    expect(openGuards(guardsOf(baking, given, testSpec))).toEqual([{ name: 'bake', ...wait('2m of 5m') }]);
    const promotion = { kind: 'asked', by: 'ann', why: '' } as const;
    const [bake] = guardsOf(baking, { ...given, promotion }, testSpec).filter((guard) => guard.name === 'bake');
    expect(bake).toEqual({ name: 'bake', ...pass('2m of 5m; ended by ann') });
  });

  test('the worst first', () => {
    const given = facts({
      hold: { reason: 'SpecPaused', message: 'spec.paused is true' },
      weights: unknown('the API did not answer'),
      gates: fail('an alarm'),
    });
    const names = openGuards(guardsOf(machineIn('ramp.bake', { verifiedAt: 0 }), given, testSpec));
    expect(names.map((guard) => guard.name)).toEqual(['gates', 'weights', 'hold', 'bake']);
  });

  test('nothing of a settled plan', () => {
    expect(guardsOf(machineIn('succeeded'), facts(), testSpec)).toEqual([]);
    expect(guardsOf(machineIn('rolledBack'), facts(), testSpec)).toEqual([]);
  });

  // Each fact has its own name for words, so that a guard that tells another fact is seen.
  const NAMED = facts({
    now: 100 * MINUTE_MS,
    ...Object.fromEntries(Object.keys(NO_FACTS).flatMap((name) => (isVerdict(name) ? [[name, wait(`${name}?`)]] : []))),
  });
  const HOLD = 'hold: nothing holds the plan';
  const RULE = 'rule: nobody else has changed a rule';
  const FOLLOW = 'follow: green is not being deployed';
  const STEADY = 'alarms: no alarm has changed its state since the step began';

  test.each<[MachineState, string[]]>([
    ['inventory.assess', [HOLD, 'inventory: admitted?']],
    ['inventory.preflight', [HOLD, 'preflight: preflight?']],
    ['provision', [HOLD, 'green: provisioned?']],
    ['verify', [HOLD, 'green: verified?']],
    ['ramp.shift', [HOLD, RULE, FOLLOW, 'gates: gates?', 'weights: weights?']],
    ['ramp.bake', [HOLD, RULE, STEADY, FOLLOW, 'bake: 0s of 5m', 'weights: weights?', 'gates: gates?']],
    ['cutover.stopBlue', [HOLD, RULE, 'blue: blueStopped?', 'weights: weights?', 'gates: gates?']],
    ['cutover.startGreen', [HOLD, RULE, 'green: cutOver?', 'weights: weights?']],
    ['soak', [HOLD, RULE, FOLLOW, 'soak: 1h40m of 10m', 'weights: weights?', 'gates: gates?']],
    ['retire.prove', [HOLD, RULE, 'unused: provenUnused?', 'weights: weights?', 'gates: gates?']],
    ['retire.drain', [HOLD, RULE, 'quiet: blueQuiet?', 'registries: registered?', 'weights: weights?']],
    ['retire.handOver', [HOLD, 'handOver: handedOver?', 'gates: gates?']],
    ['retire.scaleDown', [HOLD, 'blue: blueScaledDown?']],
    ['retire.remove', [HOLD, 'blue: blueRemoved?']],
    ['retire.mesh', [HOLD, 'mesh: meshRemoved?']],
    ['backward.reviveBlue', ['blue: blueReady?']],
    ['backward.shiftBack', ['rules: restored?']],
    ['backward.cutBack', ['blue: cutBack?']],
    ['backward.dismantle', ['green: dismantled?']],
    ['halted', [RULE]],
  ])('in %s what is waited for, in its order', (state, expected) => {
    const guards = guardsOf(machineIn(state), NAMED, testSpec);
    expect(guards.map(({ name, why }) => `${name}: ${why}`)).toEqual(expected);
    const ofFacts = guards.filter(({ why }) => why.endsWith('?'));
    expect(new Set(ofFacts.map(({ verdict }) => verdict))).toEqual(new Set(ofFacts.length === 0 ? [] : ['wait']));
  });

  test('a rule that others changed, a green that follows, an alarm that flapped, and what holds the plan', () => {
    const drift = { message: 'weights 10 → 60', change: { kind: 'actions' } } as const;
    expect(told('rule', 'soak', { drift })).toEqual(fail('weights 10 → 60'));
    expect(told('rule', 'soak', {}).verdict).toBe('pass');
    expect(told('rule', 'halted', { drift, weights: unknown('throttled') })).toEqual(unknown('throttled'));
    expect(told('rule', 'halted', { drift, weights: wait('w') })).toEqual(fail('weights 10 → 60'));
    expect(told('follow', 'soak', { following: 'green follows' })).toEqual(wait('green follows'));
    expect(told('follow', 'soak', {}).verdict).toBe('pass');
    expect(told('alarms', 'ramp.bake', { flapped: 'shop-5xx' })).toEqual(fail('shop-5xx: the step bakes again'));
    expect(told('alarms', 'ramp.bake', {}).verdict).toBe('pass');
    const hold = { reason: 'SpecPaused', message: 'spec.paused is true' } as const;
    expect(told('hold', 'soak', { hold })).toEqual(wait('spec.paused is true'));
    expect(told('hold', 'soak', {}).verdict).toBe('pass');
  });

  test('gates that pass as one sentence, and those that count where a person has passed some over', () => {
    const given = { weights: wait('w'), gates: wait('an approval'), vitalGates: pass('a; b') };
    expect(told('gates', 'ramp.shift', given)).toEqual(wait('an approval'));
    expect(told('gates', 'ramp.shift', given, { forcedBy: 'ann' })).toEqual(pass('every gate passes'));
    const promotion = { kind: 'forced', by: 'ann', why: '' } as const;
    expect(told('gates', 'soak', { ...given, promotion })).toEqual(pass('every gate passes'));
    expect(told('gates', 'retire.prove', { ...given, promotion })).toEqual(wait('an approval'));
  });

  test('once a weight is in force neither gates nor a hold matter to the shift', () => {
    const names = guardsOf(machineIn('ramp.shift'), facts({ weights: pass('w') }), testSpec).map(({ name }) => name);
    expect(names).toEqual(['rule', 'follow', 'weights']);
  });

  test('a bake whose weight was not read back yet has not begun, and the time of one never runs backward', () => {
    expect(told('bake', 'ramp.bake', { now: 9 * MINUTE_MS }).why).toBe('0s of 5m');
    expect(told('bake', 'ramp.bake', { now: MINUTE_MS }, { verifiedAt: 2 * MINUTE_MS })).toEqual(wait('0s of 5m'));
    expect(told('bake', 'ramp.bake', { now: 5 * MINUTE_MS }, { verifiedAt: 0 })).toEqual(pass('5m of 5m'));
    expect(told('bake', 'ramp.bake', {}, { step: 2, verifiedAt: 0 })).toEqual(pass('0s of 0s'));
  });

  test('green that is kept after a rollback is not waited for as one that cannot be taken away', () => {
    const spec = { ...testSpec, rollback: { ...testSpec.rollback, keepGreenMs: 10 * MINUTE_MS } };
    const dismantled = (given: Partial<Facts>) =>
      guardsOf(machineIn('backward.dismantle', { enteredAt: MINUTE_MS }), facts(given), spec)[0];
    const kept = 'all traffic is on blue; green is kept 7m more (rollback.keepGreen)';
    expect(dismantled({ now: 4 * MINUTE_MS, dismantled: wait('d') })).toEqual({ name: 'green', ...wait(kept) });
    expect(dismantled({ now: 4 * MINUTE_MS, dismantled: pass('d') })).toEqual({ name: 'green', ...pass('d') });
    expect(dismantled({ now: 11 * MINUTE_MS, dismantled: wait('d') })).toEqual({ name: 'green', ...wait('d') });
  });

  test('on the way down by steps what is left for green, and not that the rules are not as recorded', () => {
    const context = { easedTo: 75, verifiedAt: 0 };
    const rules = (given: Partial<Facts>) => told('rules', 'backward.shiftBack', given, context);
    const given = { now: 20_900, weights: pass('w'), blueReady: pass('b'), restored: wait('r') };
    const words = 'back in steps (rollback.strategy: gradual), green has 75 % left';
    expect(rules(given)).toEqual(wait(`${words} for 20s of 1m`));
    expect(rules({ ...given, weights: wait('not read back') })).toEqual(wait(`${words}: not read back`));
    expect(rules({ ...given, blueReady: wait('1 of 2') })).toEqual(wait(`${words}: 1 of 2`));
    expect(rules({ ...given, restored: pass('as recorded') })).toEqual(pass('as recorded'));
    const unverified = { easedTo: 75, verifiedAt: null };
    expect(told('rules', 'backward.shiftBack', given, unverified)).toEqual(wait(`${words}: w`));
  });
});
