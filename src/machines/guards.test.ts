import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail, pass, unknown, wait } from '../plan/verdict.ts';
import { isSettled } from './classify.ts';
import { decide } from './decide.ts';
import { driftAnswer } from './drift.ts';
import type { Facts } from './facts.ts';
import { guardsOf, openGuards } from './guards.ts';
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
  });
});
