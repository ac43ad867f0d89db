import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail, pass, unknown, wait } from '../plan/verdict.ts';
import { isReversible, isSettled, mayCarryGreenWeight } from './classify.ts';
import type { PlanSpec } from '../plan/model.ts';
import { decide, startMachine } from './decide.ts';
import { UnknownMachineVersionError } from './recordMigrations.ts';
import type { Facts } from './facts.ts';
import { intent, phaseOf, wantedRoute } from './intent.ts';
import type { MachineContext, MachineState } from './record.ts';
import { almostCalmFacts, arbitraryContext, arbitraryFacts, arbitrarySpec, HELD, STATES } from './testArbitraries.ts';
import { facts, machineIn, MINUTE_MS, testSpec } from './testFacts.ts';

const ok = pass('yes');
const CHANGED: Facts['drift'] = { message: 'rule changed', change: { kind: 'actions' } };
const next = (state: MachineState, given: Partial<Facts>, context: Partial<MachineContext> = {}) =>
  decide(machineIn(state, context), facts(given), testSpec);

/** Why a plan goes back that ann has asked to be deleted. */
const abortedBecause = (why: string) =>
  next('soak', { request: { kind: 'delete', by: 'ann', why }, now: 5 }).machine.context.backwardBecause;

describe('forward', () => {
  test('a migration without trouble visits every forward state in order', () => {
    let machine = startMachine(0);
    const visited: string[] = [machine.value];
    const everything = {
      admitted: ok,
      preflight: ok,
      provisioned: ok,
      verified: ok,
      weights: ok,
      gates: ok,
      blueReady: ok,
      provenUnused: ok,
      blueQuiet: ok,
      registered: ok,
      handedOver: ok,
      blueScaledDown: ok,
      blueRemoved: ok,
      meshRemoved: ok,
    };
    for (let now = 0; machine.value !== 'succeeded' && now < 1000 * MINUTE_MS; now += MINUTE_MS) {
      const decision = decide(machine, facts({ ...everything, now }), testSpec);
      if (decision.moved) visited.push(decision.to);
      machine = decision.machine;
    }
    expect(visited).toEqual([
      'inventory.assess',
      'inventory.preflight',
      'provision',
      'verify',
      'ramp.shift',
      'ramp.bake',
      'ramp.shift',
      'ramp.bake',
      'soak',
      'retire.prove',
      'retire.drain',
      'retire.handOver',
      'retire.scaleDown',
      'retire.remove',
      'retire.mesh',
      'succeeded',
    ]);
  });

  test('a machine begins when it is made', () => {
    expect(startMachine(5)).toEqual(machineIn('inventory.assess', { enteredAt: 5 }));
  });

  test('what is not admitted any more goes back to be assessed, before anything is made', () => {
    expect(next('inventory.preflight', { admitted: fail('refused'), preflight: ok }).to).toBe('inventory.assess');
    expect(next('inventory.preflight', { admitted: unknown('throttled'), preflight: ok }).to).toBe('provision');
  });

  test('a bake that never began does not end, nor one of a step that the plan has no more', () => {
    const long = { weights: ok, gates: ok, now: 60 * MINUTE_MS };
    expect(next('ramp.bake', long, { verifiedAt: null }).moved).toBe(false);
    expect(next('ramp.bake', long, { verifiedAt: 0, step: 2 }).moved).toBe(false);
  });

  test('blue that is quiet is not enough while a rule does not carry what it should', () => {
    const quiet = { blueQuiet: ok, registered: ok };
    expect(next('retire.drain', { ...quiet, weights: wait('no') }).moved).toBe(false);
    expect(next('retire.drain', { ...quiet, weights: ok }).to).toBe('retire.handOver');
  });

  test('a bake counts from the moment when the weight was read back, not from when it was written', () => {
    const shifted = next('ramp.shift', { weights: ok, now: 7 * MINUTE_MS });
    expect(shifted.machine).toMatchObject({ value: 'ramp.bake', context: { verifiedAt: 7 * MINUTE_MS } });
    const early = decide(shifted.machine, facts({ weights: ok, gates: ok, now: 12 * MINUTE_MS - 1 }), testSpec);
    expect(early.moved).toBe(false);
    const due = decide(shifted.machine, facts({ weights: ok, gates: ok, now: 12 * MINUTE_MS }), testSpec);
    expect(due.machine).toMatchObject({ value: 'ramp.shift', context: { step: 1, verifiedAt: null } });
  });

  test.each([
    ['gates', wait('not yet')],
    ['gates', unknown('the API did not answer')],
    ['gates', fail('no')],
    ['weights', wait('not yet')],
    ['weights', unknown('the API did not answer')],
  ] as const)('a bake does not end while %s is %o', (name, verdict) => {
    const given = { weights: ok, gates: ok, now: 60 * MINUTE_MS, [name]: verdict };
    expect(next('ramp.bake', given, { verifiedAt: 0 }).moved).toBe(false);
  });

  describe('promoted by a person', () => {
    const early = { weights: ok, gates: ok, vitalGates: ok, now: 1 };
    const promotion = { kind: 'asked', by: 'ann', why: '' } as const;

    test('a bake and the soak end at once, with every gate at pass', () => {
      expect(next('ramp.bake', { ...early, promotion }, { verifiedAt: 0 }).machine).toMatchObject({
        value: 'ramp.shift',
        context: { step: 1, forcedBy: null },
      });
      expect(next('soak', { ...early, promotion }, { step: 1 }).to).toBe('retire.prove');
      for (const held of [{ gates: wait('no') }, { weights: wait('no') }, { hold: HELD }]) {
        expect(next('ramp.bake', { ...early, promotion, ...held }, { verifiedAt: 0 }).moved).toBe(false);
        expect(next('soak', { ...early, promotion, ...held }, { step: 1 }).moved).toBe(false);
      }
    });

    test('by force past every gate that is not vital, which is on the record until the next weight is in force', () => {
      const forced = { ...early, gates: unknown('no data'), promotion: { ...promotion, kind: 'forced' as const } };
      const shifted = next('ramp.bake', forced, { verifiedAt: 0 });
      expect(shifted.machine).toMatchObject({ value: 'ramp.shift', context: { step: 1, forcedBy: 'ann' } });
      const baking = decide(shifted.machine, facts({ weights: ok }), testSpec);
      expect(baking.machine).toMatchObject({ value: 'ramp.bake', context: { forcedBy: null } });
      expect(next('ramp.bake', { ...forced, vitalGates: wait('an alarm') }, { verifiedAt: 0 }).moved).toBe(false);
      const breach = { reason: 'AlarmBreach', message: 'x' } as const;
      expect(next('ramp.bake', { ...forced, breach, blueReady: ok }, { verifiedAt: 0 }).to).toBe('backward.shiftBack');
    });

    test('a record from before anybody could force is read as one that nobody forced', () => {
      const { forcedBy: _later, ...context } = machineIn('ramp.shift').context;
      const stored = { ...machineIn('ramp.shift'), context: context as MachineContext };
      expect(decide(stored, facts(), testSpec).machine.context.forcedBy).toBeNull();
    });
  });

  test('an alarm that fired and cleared between two polls makes the step bake again', () => {
    const decision = next(
      'ramp.bake',
      { flapped: 'alarm x', weights: ok, gates: ok, now: 60 * MINUTE_MS },
      { verifiedAt: 0 },
    );
    expect(decision.machine).toMatchObject({ value: 'ramp.shift', context: { step: 0, verifiedAt: null } });
  });

  describe('while green follows a deployment on blue', () => {
    const following = { following: 'green follows', weights: ok, gates: ok, now: 60 * MINUTE_MS };

    test('a bake is broken off, and begins again only when that is over', () => {
      const broken = next('ramp.bake', following, { verifiedAt: 0 });
      expect(broken.machine).toMatchObject({ value: 'ramp.shift', context: { step: 0, verifiedAt: null } });
      expect(decide(broken.machine, facts(following), testSpec).moved).toBe(false);
      const baking = decide(broken.machine, facts({ ...following, following: undefined }), testSpec);
      expect(baking.machine).toMatchObject({ value: 'ramp.bake', context: { verifiedAt: 60 * MINUTE_MS } });
    });

    test('the soak goes back to the last bake, with all of green’s weight', () => {
      const broken = next('soak', following, { step: 1, verifiedAt: 0, adoptedWeight: 60 });
      expect(broken.machine).toMatchObject({
        value: 'ramp.shift',
        context: { step: 1, verifiedAt: null, adoptedWeight: null },
      });
    });

    test.each(['ramp.shift', 'ramp.bake', 'soak'] as const)('an abort is heard in %s', (state) => {
      const request = { kind: 'abort', by: 'ann', why: 'x' } as const;
      expect(next(state, { ...following, request, blueReady: ok }, { step: 1, verifiedAt: 0 }).to).toBe(
        'backward.shiftBack',
      );
    });
  });

  test('a rule changed by others halts the plan; once it is put back the step is verified and baked again', () => {
    const halted = next('soak', { drift: CHANGED }, { step: 1, verifiedAt: 1 });
    expect(halted.machine).toMatchObject({ value: 'halted', context: { haltedBecause: 'rule changed', step: 1 } });
    expect(decide(halted.machine, facts({ drift: CHANGED }), testSpec).moved).toBe(false);
    const unread = { weights: unknown('the API did not answer') };
    expect(decide(halted.machine, facts(unread), testSpec).moved).toBe(false);
    const mended = decide(halted.machine, facts({ weights: ok }), testSpec);
    expect(mended.machine).toMatchObject({
      value: 'ramp.shift',
      context: { haltedBecause: null, step: 1, verifiedAt: null },
    });
  });
});

describe('backward', () => {
  test.each(STATES.filter(mayCarryGreenWeight))(
    'a breach in %s goes back to a blue that is ready, in one decision',
    (state) => {
      const decision = next(state, { breach: { reason: 'AlarmBreach', message: 'x ALARM' }, blueReady: ok, now: 5 });
      expect(decision.machine.value).toBe('backward.shiftBack');
      expect(decision.machine.context.backwardBecause).toEqual({ reason: 'AlarmBreach', message: 'x ALARM', at: 5 });
    },
  );

  test.each(STATES.filter(mayCarryGreenWeight))('a breach in %s revives a blue that is not ready first', (state) => {
    const decision = next(state, { breach: { reason: 'GreenSick', message: 'x' }, blueReady: wait('1 of 2') });
    expect(decision.to).toBe('backward.reviveBlue');
    expect(decide(decision.machine, facts({ blueReady: wait('1 of 2') }), testSpec).moved).toBe(false);
    expect(decide(decision.machine, facts({ blueReady: ok }), testSpec).to).toBe('backward.shiftBack');
  });

  test.each(STATES.filter(isReversible))('an abort in %s is heard, held or not', (state) => {
    for (const hold of [undefined, HELD]) {
      const decision = next(state, { hold, request: { kind: 'abort', by: 'ann', why: 'no' }, blueReady: ok });
      expect(decision.to).toMatch(state.startsWith('inventory.') ? /^rolledBack$/ : /^backward\./);
    }
  });

  test.each(STATES.filter((state) => !isReversible(state)))('an abort in %s changes nothing', (state) => {
    const decision = next(state, { request: { kind: 'abort', by: 'ann', why: 'no' } });
    expect(decision.moved).toBe(false);
  });

  test('a way back that a person asked for says who asked, and why where they said so', () => {
    expect(abortedBecause('a drill')).toEqual({ reason: 'Aborted', message: 'aborted by ann: a drill', at: 5 });
    expect(abortedBecause('')).toEqual({ reason: 'Aborted', message: 'aborted by ann', at: 5 });
  });

  test('a breach outweighs progress', () => {
    const decision = next(
      'ramp.bake',
      { breach: { reason: 'AlarmBreach', message: 'x' }, weights: ok, gates: ok, blueReady: ok, now: 60 * MINUTE_MS },
      { verifiedAt: 0 },
    );
    expect(decision.to).toBe('backward.shiftBack');
  });

  test('a blue that is lost before its rules were written back is revived again, and a blue that was not read is not waited for', () => {
    expect(next('backward.shiftBack', { restored: wait('not yet'), blueReady: fail('nobody is healthy') }).to).toBe(
      'backward.reviveBlue',
    );
    for (const blueReady of [wait('1 of 2'), unknown('the API did not answer')])
      expect(next('backward.shiftBack', { restored: wait('not yet'), blueReady }).moved).toBe(false);
    expect(next('backward.shiftBack', { restored: ok, blueReady: fail('nobody is healthy') }).to).toBe(
      'backward.dismantle',
    );
  });

  test('a way back that is none by steps knows nothing of them', () => {
    const given = { restored: wait('r'), weights: ok, blueReady: ok, now: 60 * MINUTE_MS };
    for (const verifiedAt of [null, 0]) expect(next('backward.shiftBack', given, { verifiedAt }).moved).toBe(false);
  });

  test('weight that came back on green late is shifted back again before anything is dismantled', () => {
    expect(next('backward.dismantle', { restored: fail('rule carries green'), dismantled: ok }).to).toBe(
      'backward.shiftBack',
    );
  });

  test('green that cannot become ready goes backward before it ever had weight', () => {
    for (const state of ['provision', 'verify'] as const) {
      const decision = next(state, { provisioned: fail('deployment failed') });
      expect(decision.machine).toMatchObject({
        value: 'backward.shiftBack',
        context: { backwardBecause: { reason: 'GreenFailed', message: 'deployment failed' } },
      });
    }
  });
});

/** Green's share that a state wants, percent. */
const weightOf = (state: MachineState, context: MachineContext): number => {
  const route = wantedRoute(state, context, testSpec);
  return route?.kind === 'split' ? route.greenWeight : route?.kind === 'greenOnly' ? 100 : 0;
};

describe('invariants', () => {
  // Half of them where weights move, and most of them where little is in the way of that.
  const cases = fc.record({
    state: fc.oneof(fc.constantFrom(...STATES), fc.constantFrom<MachineState>('ramp.shift', 'ramp.bake')),
    context: arbitraryContext,
    given: fc.oneof({ weight: 1, arbitrary: arbitraryFacts }, { weight: 3, arbitrary: almostCalmFacts }),
    spec: arbitrarySpec,
  });

  test('I5, I16: green’s wanted weight rises only while nothing holds it and with every gate at pass, of which a person may pass over those that are not vital', () => {
    let rises = 0;
    fc.assert(
      fc.property(cases, ({ state, context, given, spec }) => {
        const decision = decide(machineIn(state, context), given, spec);
        if (state === 'halted' || state === 'verify' || isSettled(decision.to)) return;
        if (weightOf(decision.to, decision.machine.context) <= weightOf(state, context)) return;
        rises += 1;
        expect(given.hold).toBeUndefined();
        // What others have done already is taken over on stricter terms than a step that a person forces.
        const isForced = given.promotion.kind === 'forced' && decision.machine.context.adoptedWeight === null;
        // The vital ones are among the gates: where all of them pass, nobody needs to pass any over.
        const opening = [given.gates, ...(isForced ? [given.vitalGates] : [])];
        expect(opening.map(({ verdict }) => verdict)).toContain('pass');
      }),
      { numRuns: 2000 },
    );
    expect(rises, 'it was a question').toBeGreaterThan(20);
  });

  test('I6: at most one step per decision', () => {
    fc.assert(
      fc.property(cases, ({ state, context, given, spec }) => {
        const { machine } = decide(machineIn(state, context), given, spec);
        expect(machine.context.step - context.step).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('I7: once backward, always backward', () => {
    const backward = STATES.filter((state) => state.startsWith('backward.') || state === 'rolledBack');
    fc.assert(
      fc.property(fc.constantFrom(...backward), arbitraryContext, arbitraryFacts, (state, context, given) => {
        expect(backward).toContain(decide(machineIn(state, context), given, testSpec).to);
      }),
    );
  });

  test('I15: the same facts and record give the same decision', () => {
    fc.assert(
      fc.property(cases, ({ state, context, given, spec }) => {
        const machine = machineIn(state, context);
        expect(decide(machine, given, spec)).toEqual(decide(structuredClone(machine), structuredClone(given), spec));
      }),
    );
  });

  test('I14: from every state some facts lead on, and a settled state is reached', () => {
    const ready = facts({
      now: 100 * MINUTE_MS,
      admitted: ok,
      preflight: ok,
      provisioned: ok,
      verified: ok,
      weights: ok,
      gates: ok,
      blueStopped: ok,
      cutOver: ok,
      cutBack: ok,
      blueReady: ok,
      provenUnused: ok,
      blueQuiet: ok,
      registered: ok,
      handedOver: ok,
      blueScaledDown: ok,
      blueRemoved: ok,
      meshRemoved: ok,
      restored: ok,
      dismantled: ok,
    });
    for (const services of [{}, { worker: { cutover: 'exclusive' } }] satisfies PlanSpec['services'][]) {
      for (const state of STATES) {
        let machine = machineIn(state, { verifiedAt: 0, step: 1 });
        for (let i = 0; i < 20 && !isSettled(machine.value); i += 1) {
          machine = decide(machine, { ...ready, now: ready.now * (i + 1) }, { ...testSpec, services }).machine;
        }
        expect(isSettled(machine.value), state).toBe(true);
      }
    }
  });

  test('every state has a phase and an intent', () => {
    for (const state of STATES) {
      expect(phaseOf(state)).toMatch(/^(inventory|provision|verify|ramp|retire|rollback)$/);
      expect(intent(state, machineIn(state).context, testSpec).kind).toBeTypeOf('string');
    }
  });
});

describe('services whose sides take turns', () => {
  const spec: PlanSpec = { ...testSpec, services: { worker: { cutover: 'exclusive' } } };
  const quiet = facts({ now: 100 * MINUTE_MS, weights: ok, gates: ok, blueReady: ok });
  const from = (state: MachineState, given: Partial<Facts>) =>
    decide(machineIn(state, { verifiedAt: 0, step: 1 }), { ...quiet, ...given }, spec).to;

  test('blue stops once the last step has baked, and green starts once it has stopped', () => {
    expect(from('ramp.bake', {})).toBe('cutover.stopBlue');
    expect(from('ramp.bake', { now: 1 })).toBe('ramp.bake');
    expect(from('cutover.stopBlue', {})).toBe('cutover.stopBlue');
    expect(from('cutover.stopBlue', { blueStopped: ok, gates: wait('an approval') })).toBe('cutover.stopBlue');
    expect(from('cutover.stopBlue', { blueStopped: ok })).toBe('cutover.startGreen');
    expect(from('cutover.startGreen', { blueStopped: ok })).toBe('cutover.startGreen');
    expect(from('cutover.startGreen', { cutOver: ok })).toBe('soak');
  });

  test('a plan without them knows none of this', () => {
    const baked = machineIn('ramp.bake', { verifiedAt: 0, step: 1 });
    expect(decide(baked, quiet, testSpec).to).toBe('soak');
    const restored = facts({ restored: ok });
    expect(decide(machineIn('backward.shiftBack'), restored, testSpec).to).toBe('backward.dismantle');
  });

  test('requests go back first, then the turn, and then green goes', () => {
    expect(from('cutover.startGreen', { request: { kind: 'abort', by: 'ann', why: '' } })).toBe('backward.shiftBack');
    expect(from('backward.shiftBack', { restored: ok })).toBe('backward.cutBack');
    expect(from('backward.cutBack', { restored: ok })).toBe('backward.cutBack');
    expect(from('backward.cutBack', { restored: fail('written late') })).toBe('backward.shiftBack');
    expect(from('backward.cutBack', { restored: ok, cutBack: ok })).toBe('backward.dismantle');
  });
});

test('a record of another machine version is refused with a word', () => {
  const newer = { ...machineIn('soak'), machineVersion: 2 };
  expect(() => decide(newer, facts(), testSpec)).toThrow(UnknownMachineVersionError);
});

test('a record whose state does not exist is not driven anywhere', () => {
  expect(() => decide(machineIn('nowhere' as MachineState), facts(), testSpec)).toThrow();
});

test('the soak lasts its time from when it began', () => {
  const at = 1_000_000;
  const { soakMs } = testSpec.retire;
  const soak = (now: number) => next('soak', { now, weights: ok, gates: ok }, { enteredAt: at, step: 1 });
  expect(soak(at + soakMs - 1).moved).toBe(false);
  expect(soak(at + soakMs).to).toBe('retire.prove');
});
