import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanSpec } from '../plan/model.ts';
import { fail, pass, unknown, wait } from '../plan/verdict.ts';
import { mayCarryGreenWeight } from './classify.ts';
import { decide } from './decide.ts';
import { haltWords, isReasserting, REASSERT_EVERY_MS, REASSERT_WINDOW_MS, REASSERTIONS_MAX } from './drift.ts';
import type { Drift, Facts } from './facts.ts';
import { greenWeight } from './intent.ts';
import type { MachineContext, MachineState, StoredMachine } from './record.ts';
import { arbitraryContext, arbitraryFacts, HELD, STATES } from './testArbitraries.ts';
import { facts, machineIn, MINUTE_MS, testSpec } from './testFacts.ts';

const STEPS = [10, 25, 50, 100].map((weight) => ({ weight, bakeMs: 5 * MINUTE_MS }));
const specWith = (onDrift: PlanSpec['onDrift']): PlanSpec => ({
  ...testSpec,
  onDrift,
  ramp: { rehearse: false, steps: STEPS },
});
const weightsOf = (weight: number): Drift => ({ message: 'edited', change: { kind: 'weights', greenWeight: weight } });
const ACTIONS: Drift = { message: 'edited', change: { kind: 'actions' } };
const GONE: Drift = { message: 'gone', change: { kind: 'gone' } };
/** Nobody asks for anything, and nothing breaches or holds the plan. */
const NOTHING_ELSE = { request: { kind: 'none' }, breach: undefined, hold: undefined } satisfies Partial<Facts>;
const open = { gates: pass('g'), vitalGates: pass('g'), weights: wait('not as written') };

const ANSWERED: MachineState[] = ['ramp.shift', 'ramp.bake', 'soak', 'retire.prove', 'retire.drain'];

const answer = (
  onDrift: PlanSpec['onDrift'],
  given: Partial<Facts>,
  state: MachineState = 'ramp.bake',
  context: Partial<MachineContext> = {},
) => decide(machineIn(state, { step: 1, verifiedAt: 0, ...context }), facts({ ...open, ...given }), specWith(onDrift));

describe('reassert', () => {
  test.each(ANSWERED)('in %s goes back to the step as it was, and writes it again', (state) => {
    const { machine } = answer('reassert', { drift: ACTIONS, now: 7 }, state);
    expect(machine).toMatchObject({ value: 'ramp.shift', context: { step: 1, enteredAt: 7, reassertedAt: [7] } });
    expect(greenWeight(machine.context, specWith('reassert'))).toBe(25);
  });

  test.each([
    ['a gate is against it', { gates: wait('not yet') }],
    ['a gate fails', { gates: fail('no') }],
    ['the rule is gone', { drift: GONE }],
  ])('halts where %s', (_why, given) => {
    const { machine } = answer('reassert', { drift: ACTIONS, ...given });
    expect(machine.value).toBe('halted');
    expect(machine.context.reassertedAt).toBeNull();
  });

  test.each([
    ['the plan is held', { hold: HELD }],
    ['a gate is not known', { gates: unknown('throttled') }],
    ['a rule could not be read', { weights: unknown('throttled') }],
  ])('waits while %s, and nothing goes forward', (_why, given) => {
    expect(answer('reassert', { drift: ACTIONS, now: 100 * MINUTE_MS, flapped: 'x', ...given }).moved).toBe(false);
  });

  test('is repeated in measure, and then halts with what happened', () => {
    let machine: StoredMachine = machineIn('ramp.bake', { step: 1, verifiedAt: 0 });
    const at: number[] = [];
    for (let now = 0; machine.value !== 'halted' && now < 100 * MINUTE_MS; now += 1000) {
      const decision = decide(machine, facts({ ...open, drift: ACTIONS, now }), specWith('reassert'));
      if (decision.moved && decision.to === 'ramp.shift') at.push(now);
      machine = decision.machine;
    }
    expect(at).toHaveLength(REASSERTIONS_MAX);
    for (const [index, now] of at.entries())
      expect(now - (at[index - 1] ?? -Infinity)).toBeGreaterThanOrEqual(REASSERT_EVERY_MS);
    expect(machine.context.haltedBecause).toMatch(/^edited; it was written over 3 times within 10 minutes/);
  });

  test('what is long ago does not count', () => {
    const { machine } = answer('reassert', { drift: ACTIONS, now: REASSERT_WINDOW_MS }, 'ramp.bake', {
      reassertedAt: [-2, -1, 0],
    });
    expect(machine.context.reassertedAt).toEqual([REASSERT_WINDOW_MS]);
  });

  test('never means another weight for green than the step says', () => {
    let asked = 0;
    fc.assert(
      fc.property(fc.constantFrom(...ANSWERED), arbitraryContext, arbitraryFacts, (state, context, any) => {
        // Whatever else was observed: somebody has changed a rule, and nothing keeps it from being written over.
        const given = { ...any, ...NOTHING_ELSE, drift: ACTIONS, gates: pass('g') };
        const { machine } = decide(machineIn(state, context), given, { ...testSpec, onDrift: 'reassert' });
        if (machine.value !== 'ramp.shift') return;
        asked += 1;
        expect(machine.context).toMatchObject({ step: context.step, adoptedWeight: context.adoptedWeight });
      }),
    );
    expect(asked, 'it was a question').toBeGreaterThan(20);
  });
});

describe('adopt', () => {
  test.each([
    [60, { step: 3, adoptedWeight: 60 }, [60, 100]],
    [3, { step: 0, adoptedWeight: 3 }, [3, 10, 25, 50, 100]],
    [10, { step: 0, adoptedWeight: 10 }, [10, 25, 50, 100]],
    [100, { step: 3, adoptedWeight: 100 }, [100]],
  ])('bakes %i as it was found, then goes on to the steps above it', (weight, context, path) => {
    const spec = specWith('adopt');
    const adopted = answer('adopt', { drift: weightsOf(weight) });
    expect(adopted.machine).toMatchObject({ value: 'ramp.shift', context });
    const baked: number[] = [];
    let { machine } = adopted;
    for (let now = 1; machine.value !== 'soak' && now < 1000 * MINUTE_MS; now += MINUTE_MS) {
      const decision = decide(machine, facts({ gates: pass('g'), weights: pass('w'), now }), spec);
      if (decision.moved && decision.to === 'ramp.bake') baked.push(greenWeight(decision.machine.context, spec));
      machine = decision.machine;
    }
    expect(baked).toEqual(path);
  });

  test('less for green is taken as it is, whatever the gates say', () => {
    for (const given of [{ gates: fail('no') }, { hold: HELD }]) {
      expect(answer('adopt', { drift: weightsOf(5), ...given }).machine.context.adoptedWeight).toBe(5);
      // The step's own weight beside something that was changed and changed back is no more either.
      expect(answer('adopt', { drift: weightsOf(25), ...given }).machine.context.adoptedWeight).toBe(25);
    }
  });

  test('more for green needs what a step needs', () => {
    expect(answer('adopt', { drift: weightsOf(60), gates: wait('no') }).to).toBe('halted');
    expect(answer('adopt', { drift: weightsOf(60), hold: HELD }).moved).toBe(false);
    expect(answer('adopt', { drift: weightsOf(60), gates: unknown('throttled') }).moved).toBe(false);
  });

  test.each([
    ['anything but weights', ACTIONS],
    ['a weight of 0', weightsOf(0)],
    ['a rule that is gone', GONE],
  ])('%s halts', (_what, drift) => {
    expect(answer('adopt', { drift }).to).toBe('halted');
  });
});

const reassertedAfter = (now: number, reassertedAt: number[]) =>
  answer('reassert', { drift: ACTIONS, flapped: 'x', now }, 'ramp.bake', { reassertedAt });

describe('a halt says why, in the words of the policy', () => {
  const LESS = 'that is more than a change of weights, so it was not adopted';
  const MORE = 'that is more for green than the step says, and was not adopted: an alarm';
  const TWICE =
    'it was written over 3 times within 10 minutes, and changed again each time: two want different things of it';
  test.each<[PlanSpec['onDrift'], Partial<Facts>, string]>([
    ['pause', { drift: ACTIONS }, 'edited'],
    ['pause', { drift: ACTIONS, weights: unknown('throttled') }, 'edited'],
    ['reassert', { drift: GONE }, 'gone'],
    ['adopt', { drift: GONE }, 'gone'],
    ['adopt', { drift: ACTIONS }, `edited; ${LESS}`],
    ['adopt', { drift: weightsOf(0) }, 'edited; a weight of 0 is no step, so it was not adopted'],
    ['adopt', { drift: weightsOf(60), gates: wait('an alarm') }, `edited; ${MORE}`],
    ['reassert', { drift: ACTIONS, gates: wait('an alarm') }, 'edited; it was not written over: an alarm'],
    ['reassert', { drift: ACTIONS, now: REASSERT_EVERY_MS }, `edited; ${TWICE}`],
  ])('%s, %j', (onDrift, given, words) => {
    const { machine } = answer(onDrift, given, 'ramp.bake', { reassertedAt: [0, 0, 0] });
    expect(machine).toMatchObject({ value: 'halted', context: { haltedBecause: words } });
  });

  test('and where nothing was changed there is nothing to say', () => {
    expect(haltWords(machineIn('ramp.bake').context, facts(), specWith('pause'))).toBe('');
  });
});

test('a reassertion waits its time after the one before, to the millisecond, and counts for the whole window', () => {
  expect(reassertedAfter(REASSERT_EVERY_MS - 1, [0]).moved).toBe(false);
  expect(reassertedAfter(REASSERT_EVERY_MS, [0]).machine.context.reassertedAt).toEqual([0, REASSERT_EVERY_MS]);
  expect(reassertedAfter(REASSERT_WINDOW_MS - 1, [0, 1, 2]).to).toBe('halted');
  const [now, again] = [REASSERT_WINDOW_MS, [1, 2, REASSERT_WINDOW_MS]];
  expect(reassertedAfter(now, [0, 1, 2]).machine.context.reassertedAt).toEqual(again);
});

test('a state is a reassertion where it was entered with the last of them', () => {
  const { context } = machineIn('ramp.shift', { enteredAt: 7 });
  expect(isReasserting({ ...context, reassertedAt: [1, 2, 7] })).toBe(true);
  expect(isReasserting({ ...context, reassertedAt: [7, 8] })).toBe(false);
  expect(isReasserting({ ...context, reassertedAt: [] })).toBe(false);
  expect(isReasserting(context)).toBe(false);
});

test.each(['reassert', 'adopt'] as const)(
  'with %s too a breach takes everything back at once, drift or not',
  (onDrift) => {
    const breach = { reason: 'AlarmBreach', message: 'x ALARM' } as const;
    for (const state of STATES.filter(mayCarryGreenWeight)) {
      for (const drift of [weightsOf(60), ACTIONS, GONE]) {
        expect(answer(onDrift, { breach, drift, blueReady: pass('b') }, state).to).toBe('backward.shiftBack');
      }
    }
  },
);
