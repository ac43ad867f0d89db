import { assign, setup } from 'xstate';
import type { PlanSpec } from '../plan/model.ts';
import { hasTurnTakers } from '../plan/turns.ts';
import { initialContext } from './context.ts';
import { driftAnswer, haltWords, recentReassertions, type DriftAnswer } from './drift.ts';
import { gatesOf, isPromoted, type Breach, type Facts } from './facts.ts';
import { easedBelow, firstEased, hasEased, mustEndEasing } from './easing.ts';
import { hasRehearsalFailed, isJustRehearsed } from './rehearsal.ts';
import type { MachineContext } from './record.ts';
import { isLastStep, stepAfter, stepOf } from './steps.ts';

/** What the reconciler tells the machine. Severity was decided before (`classify.ts`), so progress cannot outrun a breach. */
export type MigrationEvent =
  | { type: 'FACTS'; facts: Facts; spec: PlanSpec }
  | { type: 'BREACH'; facts: Facts; spec: PlanSpec; breach: Breach }
  | { type: 'ABORT'; facts: Facts; spec: PlanSpec; by: string; why: string };

type GuardArgs = { context: MachineContext; event: MigrationEvent };

/** Forward steps wait while the plan is held; nothing else does. */
const forward = (holds: (facts: Facts, args: GuardArgs) => boolean) => (args: GuardArgs) =>
  args.event.facts.hold === undefined && holds(args.event.facts, args);

const passes = (fact: 'restored' | 'cutBack' | 'dismantled' | 'blueReady' | 'weights') => (args: GuardArgs) =>
  args.event.facts[fact].verdict === 'pass';

const stepsOf = (event: MigrationEvent) => event.spec.ramp.steps;

/** A bake counts from the moment when the weight was read back, and ends with every gate at `pass`; a person may end it sooner. */
const baked = ({ context, event }: GuardArgs): boolean => {
  const { facts } = event;
  const step = stepsOf(event)[context.step];
  return (
    step !== undefined &&
    context.verifiedAt !== null &&
    (isPromoted(facts) || facts.now - context.verifiedAt >= step.bakeMs) &&
    facts.weights.verdict === 'pass' &&
    gatesOf(facts).verdict === 'pass'
  );
};

const isOnLastStep = ({ context, event }: GuardArgs): boolean => isLastStep(context, stepsOf(event));

const answersDrift =
  (answer: DriftAnswer) =>
  ({ context, event }: GuardArgs): boolean =>
    driftAnswer(context, event.facts, event.spec) === answer;

/** Where green may have weight, before anything goes forward: what others made of the rules is answered. */
const answerToDrift = [
  { guard: 'driftHalts', target: '#migration.halted', actions: ['enter', 'halt'] },
  { guard: 'driftReasserted', target: '#migration.ramp.shift', reenter: true, actions: ['enter', 'reassert'] },
  { guard: 'driftAdopted', target: '#migration.ramp.shift', reenter: true, actions: ['enter', 'adopt'] },
  // An arrow that leads nowhere keeps the ones after it from being taken.
  { guard: 'driftWaits' },
] as const;

/** Straight to a blue that can take it, otherwise blue is revived first: never onto a blue that cannot. */
const toBlue = [
  { guard: 'blueReady', target: '#migration.backward.shiftBack', actions: ['enter', 'goBackward'] },
  { target: '#migration.backward.reviveBlue', actions: ['enter', 'goBackward'] },
] as const;

/** Where green may have weight and blue is still whole, an abort and a breach take everything back. */
const wayBack = { ABORT: toBlue, BREACH: toBlue } as const;

/** The same from where blue has left the rules: there is no share to go down from. */
const toBlueAtOnce = [
  { guard: 'blueReady', target: '#migration.backward.shiftBack', actions: ['enter', 'goBackward', 'endEasing'] },
  { target: '#migration.backward.reviveBlue', actions: ['enter', 'goBackward', 'endEasing'] },
] as const;

const wayBackAtOnce = { ABORT: toBlueAtOnce, BREACH: toBlueAtOnce } as const;

/** Before green had weight there is nothing to shift but the empty place in the rule. */
const toBlueUnweighted = { target: '#migration.backward.shiftBack', actions: ['enter', 'goBackward'] } as const;

/**
 * The plan's machine. It decides, the reconciler acts: no invoke, no timers, no clock in a guard; time comes with the facts.
 * A state's exit guard is the postcondition of its whole intent (`intent.ts`), so a crash between persisting and acting
 * loses nothing.
 */
export const migrationMachine = setup({
  types: {
    context: {} as MachineContext,
    events: {} as MigrationEvent,
    input: {} as { now: number },
  },
  guards: {
    admitted: forward((facts) => facts.admitted.verdict === 'pass'),
    notAdmitted: ({ event }) => event.facts.admitted.verdict === 'fail',
    preflightPassed: forward((facts) => facts.preflight.verdict === 'pass'),
    provisioned: forward((facts) => facts.provisioned.verdict === 'pass'),
    greenFailed: ({ event }) => event.facts.provisioned.verdict === 'fail',
    verified: forward((facts) => facts.verified.verdict === 'pass'),
    driftHalts: answersDrift('halt'),
    driftReasserted: answersDrift('reassert'),
    driftAdopted: answersDrift('adopt'),
    driftWaits: answersDrift('wait'),
    // Seen, not assumed: a rule that could not be read tells of no drift either.
    driftMended: ({ event }) => event.facts.drift === undefined && event.facts.weights.verdict !== 'unknown',
    rehearsalFailed: ({ context, event }) => hasRehearsalFailed(context, event.facts),
    rehearsalFailedOnBlue: ({ context, event }) =>
      hasRehearsalFailed(context, event.facts) && event.facts.blueReady.verdict === 'pass',
    rehearsedOut: ({ context, event }) => context.rehearsal === 'out' && event.facts.weights.verdict === 'pass',
    rehearsedBack: ({ context, event }) => isJustRehearsed(context, event.facts),
    // From none to the first step's weight green rises, which needs what every rise needs.
    rehearsalOver: forward(
      (facts, { context }) =>
        context.rehearsal === 'back' &&
        context.rehearsedMs !== null &&
        facts.weights.verdict === 'pass' &&
        facts.gates.verdict === 'pass',
    ),
    isRehearsing: ({ context }) => context.rehearsal !== null,
    weightsReadBack: passes('weights'),
    followsSource: ({ event }) => event.facts.following !== undefined,
    alarmFlapped: ({ event }) => event.facts.flapped !== undefined,
    stepDone: forward((_facts, args) => baked(args) && !isOnLastStep(args)),
    rampDone: forward((_facts, args) => baked(args) && isOnLastStep(args)),
    // Services whose sides take turns do so once every entry has baked at 100 %.
    rampDoneThenCutover: forward((_facts, args) => baked(args) && isOnLastStep(args) && hasTurnTakers(args.event.spec)),
    blueStopped: forward(
      (facts) =>
        facts.blueStopped.verdict === 'pass' && facts.weights.verdict === 'pass' && facts.gates.verdict === 'pass',
    ),
    cutOver: forward((facts) => facts.cutOver.verdict === 'pass' && facts.weights.verdict === 'pass'),
    soaked: forward(
      (facts, { context, event }) =>
        (isPromoted(facts) || facts.now - context.enteredAt >= event.spec.retire.soakMs) &&
        facts.weights.verdict === 'pass' &&
        gatesOf(facts).verdict === 'pass',
    ),
    provenUnused: forward(
      (facts) =>
        facts.provenUnused.verdict === 'pass' && facts.weights.verdict === 'pass' && facts.gates.verdict === 'pass',
    ),
    blueQuiet: forward(
      (facts) =>
        facts.blueQuiet.verdict === 'pass' && facts.registered.verdict === 'pass' && facts.weights.verdict === 'pass',
    ),
    handedOver: forward((facts) => facts.handedOver.verdict === 'pass' && facts.gates.verdict === 'pass'),
    blueScaledDown: forward((facts) => facts.blueScaledDown.verdict === 'pass'),
    blueRemoved: forward((facts) => facts.blueRemoved.verdict === 'pass'),
    meshRemoved: forward((facts) => facts.meshRemoved.verdict === 'pass'),
    blueReady: passes('blueReady'),
    easingEnds: ({ context, event }) => context.easedTo !== null && mustEndEasing(context, event.facts, event.spec),
    easingEndsOnBlue: ({ context, event }) =>
      context.easedTo !== null &&
      mustEndEasing(context, event.facts, event.spec) &&
      event.facts.blueReady.verdict === 'pass',
    easedReadBack: ({ context, event }) =>
      context.easedTo !== null && context.verifiedAt === null && event.facts.weights.verdict === 'pass',
    eased: ({ context, event }) => context.easedTo !== null && hasEased(context, event.facts),
    // Green serves, and blue was ready no more before its rules were written back.
    blueLost: ({ event }) => event.facts.blueReady.verdict === 'fail',
    restored: passes('restored'),
    restoredThenCutBack: ({ event }) => event.facts.restored.verdict === 'pass' && hasTurnTakers(event.spec),
    cutBack: passes('cutBack'),
    restorationUndone: ({ event }) => event.facts.restored.verdict === 'fail',
    dismantled: passes('dismantled'),
  },
  actions: {
    enter: assign({ enteredAt: ({ event }) => event.facts.now }),
    startRamp: assign({
      rehearsal: ({ event }) => (event.spec.ramp.rehearse ? 'out' : null),
      rehearsedMs: null,
      step: 0,
      verifiedAt: null,
      adoptedWeight: null,
      rampedAt: ({ event }) => event.facts.now,
    }),
    nextStep: assign({
      step: ({ context, event }) => stepAfter(context, stepsOf(event)),
      verifiedAt: null,
      adoptedWeight: null,
      forcedBy: ({ event: { facts } }) => (facts.promotion.kind === 'forced' ? facts.promotion.by : null),
    }),
    verifyAgain: assign({ verifiedAt: null }),
    bakeLastAgain: assign({ verifiedAt: null, adoptedWeight: null }),
    weightVerified: assign({ verifiedAt: ({ event }) => event.facts.now, forcedBy: null }),
    halt: assign({ haltedBecause: ({ context, event }) => haltWords(context, event.facts, event.spec) }),
    // What was read back before stays on the record: a rule that is not as it was then is no step that has just begun.
    reassert: assign({
      reassertedAt: ({ context, event: { facts } }) => [...recentReassertions(context, facts.now), facts.now],
    }),
    adopt: assign(({ context, event: { facts, spec } }) => {
      if (facts.drift?.change.kind !== 'weights') return context;
      const { greenWeight } = facts.drift.change;
      return { step: stepOf(greenWeight, spec.ramp.steps), adoptedWeight: greenWeight, rehearsal: null };
    }),
    endEasing: assign({ easedTo: null, verifiedAt: null }),
    easedVerified: assign({ verifiedAt: ({ event }) => event.facts.now }),
    easeOn: assign({ easedTo: ({ context }) => easedBelow(context.easedTo ?? 0), verifiedAt: null }),
    rehearseBack: assign({ rehearsal: 'back' }),
    noteRehearsal: assign({ rehearsedMs: ({ context, event }) => event.facts.now - context.enteredAt }),
    endRehearsal: assign({ rehearsal: null }),
    unhalt: assign({ haltedBecause: null }),
    goBackward: assign({
      easedTo: ({ context, event }) => (event.type === 'ABORT' ? firstEased(context, event.facts, event.spec) : null),
      verifiedAt: null,
      forcedBy: null,
      haltedBecause: null,
      rehearsal: null,
      backwardBecause: ({ context, event }) => {
        const at = event.facts.now;
        switch (event.type) {
          case 'ABORT':
            return {
              reason: 'Aborted',
              message: `aborted by ${event.by}${event.why === '' ? '' : `: ${event.why}`}`,
              at,
            };
          case 'BREACH':
            return { reason: event.breach.reason, message: event.breach.message, at };
          case 'FACTS':
            if (context.rehearsal === 'back') {
              return {
                reason: 'RehearsalFailed',
                message: `the rehearsed way back was not read back: ${event.facts.weights.why}`,
                at,
              };
            }
            return { reason: 'GreenFailed', message: event.facts.provisioned.why, at };
        }
      },
    }),
  },
}).createMachine({
  id: 'migration',
  context: ({ input }) => initialContext(input.now),
  initial: 'inventory',
  states: {
    inventory: {
      initial: 'assess',
      // Nothing was made, and a rule that is not as it was recorded was changed by others: there is nothing to put back.
      on: { ABORT: { target: '#migration.rolledBack', actions: ['enter', 'goBackward'] } },
      states: {
        assess: { on: { FACTS: { guard: 'admitted', target: 'preflight', actions: 'enter' } } },
        preflight: {
          on: {
            FACTS: [
              { guard: 'notAdmitted', target: 'assess', actions: 'enter' },
              { guard: 'preflightPassed', target: '#migration.provision', actions: 'enter' },
            ],
          },
        },
      },
    },
    provision: {
      on: {
        ABORT: toBlueUnweighted,
        FACTS: [
          { guard: 'greenFailed', ...toBlueUnweighted },
          { guard: 'provisioned', target: 'verify', actions: 'enter' },
        ],
      },
    },
    verify: {
      on: {
        ABORT: toBlueUnweighted,
        FACTS: [
          { guard: 'greenFailed', ...toBlueUnweighted },
          { guard: 'verified', target: 'ramp', actions: ['enter', 'startRamp'] },
        ],
      },
    },
    ramp: {
      initial: 'shift',
      on: wayBack,
      states: {
        shift: {
          on: {
            FACTS: [
              ...answerToDrift,
              { ...toBlue[0], guard: 'rehearsalFailedOnBlue' },
              { ...toBlue[1], guard: 'rehearsalFailed' },
              { guard: 'rehearsedOut', target: 'shift', reenter: true, actions: ['enter', 'rehearseBack'] },
              { guard: 'rehearsedBack', target: 'shift', reenter: true, actions: ['noteRehearsal', 'enter'] },
              { guard: 'rehearsalOver', target: 'shift', reenter: true, actions: ['enter', 'endRehearsal'] },
              { guard: 'isRehearsing' },
              // No bake begins on a green that is being deployed.
              { guard: 'followsSource' },
              { guard: 'weightsReadBack', target: 'bake', actions: ['enter', 'weightVerified'] },
            ],
          },
        },
        bake: {
          on: {
            FACTS: [
              ...answerToDrift,
              { guard: 'alarmFlapped', target: 'shift', actions: ['enter', 'verifyAgain'] },
              { guard: 'followsSource', target: 'shift', actions: ['enter', 'verifyAgain'] },
              { guard: 'stepDone', target: 'shift', actions: ['enter', 'nextStep'] },
              { guard: 'rampDoneThenCutover', target: '#migration.cutover', actions: 'enter' },
              { guard: 'rampDone', target: '#migration.soak', actions: 'enter' },
            ],
          },
        },
      },
    },
    cutover: {
      initial: 'stopBlue',
      on: wayBack,
      states: {
        stopBlue: {
          on: { FACTS: [...answerToDrift, { guard: 'blueStopped', target: 'startGreen', actions: 'enter' }] },
        },
        startGreen: {
          on: { FACTS: [...answerToDrift, { guard: 'cutOver', target: '#migration.soak', actions: 'enter' }] },
        },
      },
    },
    soak: {
      on: {
        ...wayBack,
        FACTS: [
          ...answerToDrift,
          // What green runs from now on has not baked at all.
          { guard: 'followsSource', target: '#migration.ramp.shift', actions: ['enter', 'bakeLastAgain'] },
          { guard: 'soaked', target: 'retire', actions: 'enter' },
        ],
      },
    },
    retire: {
      initial: 'prove',
      states: {
        prove: {
          on: {
            ...wayBack,
            FACTS: [...answerToDrift, { guard: 'provenUnused', target: 'drain', actions: 'enter' }],
          },
        },
        drain: {
          on: {
            ...wayBack,
            FACTS: [...answerToDrift, { guard: 'blueQuiet', target: 'handOver', actions: 'enter' }],
          },
        },
        handOver: {
          on: {
            ...wayBackAtOnce,
            FACTS: { guard: 'handedOver', target: 'scaleDown', actions: 'enter' },
          },
        },
        scaleDown: { on: { FACTS: { guard: 'blueScaledDown', target: 'remove', actions: 'enter' } } },
        remove: { on: { FACTS: { guard: 'blueRemoved', target: 'mesh', actions: 'enter' } } },
        mesh: { on: { FACTS: { guard: 'meshRemoved', target: '#migration.succeeded', actions: 'enter' } } },
      },
    },
    succeeded: {},
    backward: {
      initial: 'reviveBlue',
      states: {
        reviveBlue: { on: { FACTS: { guard: 'blueReady', target: 'shiftBack', actions: ['enter', 'endEasing'] } } },
        shiftBack: {
          on: {
            FACTS: [
              { guard: 'restoredThenCutBack', target: 'cutBack', actions: ['enter', 'endEasing'] },
              { guard: 'restored', target: 'dismantle', actions: ['enter', 'endEasing'] },
              // The blue that is left with everything must be one that can take it, as at the beginning.
              { guard: 'easingEndsOnBlue', target: 'shiftBack', reenter: true, actions: ['enter', 'endEasing'] },
              { guard: 'easingEnds', target: 'reviveBlue', actions: ['enter', 'endEasing'] },
              { guard: 'easedReadBack', target: 'shiftBack', reenter: true, actions: ['enter', 'easedVerified'] },
              { guard: 'eased', target: 'shiftBack', reenter: true, actions: ['enter', 'easeOn'] },
              { guard: 'blueLost', target: 'reviveBlue', actions: ['enter', 'endEasing'] },
            ],
          },
        },
        // Requests are on blue already: they never wait for what is done here.
        cutBack: {
          on: {
            FACTS: [
              { guard: 'restorationUndone', target: 'shiftBack', actions: ['enter', 'endEasing'] },
              { guard: 'cutBack', target: 'dismantle', actions: 'enter' },
            ],
          },
        },
        dismantle: {
          on: {
            FACTS: [
              { guard: 'restorationUndone', target: 'shiftBack', actions: ['enter', 'endEasing'] },
              { guard: 'dismantled', target: '#migration.rolledBack', actions: 'enter' },
            ],
          },
        },
      },
    },
    rolledBack: {},
    halted: {
      on: {
        ...wayBack,
        FACTS: { guard: 'driftMended', target: 'ramp.shift', actions: ['enter', 'unhalt', 'verifyAgain'] },
      },
    },
  },
});
