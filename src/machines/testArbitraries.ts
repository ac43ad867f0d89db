import fc from 'fast-check';
import { fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import type { PlanSpec } from '../plan/model.ts';
import { NO_FACTS, NOT_OBSERVED, type Facts } from './facts.ts';
import {
  MACHINE_STATES,
  MACHINE_VERSION,
  type MachineContext,
  type MachineState,
  type StoredMachine,
} from './record.ts';
import { facts, MINUTE_MS, testSpec } from './testFacts.ts';

export const STATES: readonly MachineState[] = MACHINE_STATES;

export const HELD = { reason: 'FreezeWindow', message: 'frozen until Mon 06:00 UTC' } as const;

const verdict = fc.constantFrom<Verdict>(pass('p'), wait('w'), fail('f'), unknown('u'));
/** Facts of any kind, also such as no world has at once. */
export const arbitraryFacts: fc.Arbitrary<Facts> = fc.record({
  now: fc.integer({ min: 0, max: 100 * MINUTE_MS }),
  hold: fc.constantFrom<Facts['hold']>(undefined, HELD),
  request: fc.constantFrom<Facts['request']>(
    { kind: 'none' },
    { kind: 'abort', by: 'a', why: 'b' },
    { kind: 'delete', by: 'a', why: 'b' },
  ),
  breach: fc.constantFrom<Facts['breach']>(
    undefined,
    { reason: 'AlarmBreach', message: 'm' },
    { reason: 'AnalysisFailed', message: 'm' },
  ),
  drift: fc.constantFrom<Facts['drift']>(
    undefined,
    { message: 'drift', change: { kind: 'actions' } },
    { message: 'drift', change: { kind: 'gone' } },
    ...[0, 5, 10, 60, 100].map((greenWeight) => ({
      message: 'drift',
      change: { kind: 'weights' as const, greenWeight },
    })),
  ),
  flapped: fc.constantFrom(undefined, 'flapped'),
  following: fc.constantFrom(undefined, 'following'),
  load: fc.constantFrom<Facts['load']>(undefined, {}, { frontend: { blue: 2, needed: 5 } }),
  admitted: verdict,
  preflight: verdict,
  provisioned: verdict,
  verified: verdict,
  weights: verdict,
  gates: verdict,
  vitalGates: verdict,
  promotion: fc.constantFrom<Facts['promotion']>(
    { kind: 'none' },
    { kind: 'asked', by: 'ann', why: '' },
    { kind: 'forced', by: 'ann', why: '' },
  ),
  blueStopped: verdict,
  cutOver: verdict,
  cutBack: verdict,
  blueReady: verdict,
  provenUnused: verdict,
  blueQuiet: verdict,
  registered: verdict,
  handedOver: verdict,
  blueScaledDown: verdict,
  blueRemoved: verdict,
  meshRemoved: verdict,
  meshLeft: fc.constant(undefined),
  restored: verdict,
  dismantled: verdict,
});
const CALM: Facts = facts({
  now: 100 * MINUTE_MS,
  ...Object.fromEntries(
    Object.entries(NO_FACTS).flatMap(([name, fact]) => (fact === NOT_OBSERVED ? [[name, pass('p')]] : [])),
  ),
});

/**
 * Facts with which everything goes on, but for two at most: where any of them may be anything a plan hardly ever moves, and what is said
 * of its moves would be no question.
 */
export const almostCalmFacts: fc.Arbitrary<Facts> = fc
  .tuple(arbitraryFacts, fc.subarray(Object.keys(CALM), { maxLength: 2 }))
  .map(([any, disturbed]) => ({
    ...CALM,
    ...Object.fromEntries(Object.entries(any).filter(([name]) => disturbed.includes(name))),
  }));

/** The plan of the tests, under each policy. */
export const arbitrarySpec: fc.Arbitrary<PlanSpec> = fc
  .constantFrom<PlanSpec['onDrift']>('pause', 'reassert', 'adopt')
  .chain((onDrift) =>
    fc
      .constantFrom<PlanSpec['services']>({}, { worker: { cutover: 'exclusive' } }, { worker: { cutover: 'manual' } })
      .map((services) => ({ ...testSpec, onDrift, services })),
  );

/** As a plan of two steps may have it. */
export const arbitraryContext: fc.Arbitrary<MachineContext> = fc.record({
  step: fc.constantFrom(0, 1),
  enteredAt: fc.constant(0),
  rampedAt: fc.constantFrom(null, 0),
  verifiedAt: fc.constantFrom(null, 0),
  backwardBecause: fc.constant(null),
  rehearsal: fc.constantFrom<MachineContext['rehearsal']>(null, 'out', 'back'),
  rehearsedMs: fc.constantFrom(null, 0),
  easedTo: fc.constantFrom(null, 25, 75),
  haltedBecause: fc.constant(null),
  forcedBy: fc.constantFrom(null, 'ann'),
  reassertedAt: fc.constantFrom<number[] | null>(null, [0], [0, 0, 0]),
  adoptedWeight: fc.constantFrom(null, 5, 60),
  load: fc.constantFrom<MachineContext['load']>(null, { frontend: { blue: 3, needed: 4 } }),
});

export const arbitraryMachine: fc.Arbitrary<StoredMachine> = fc
  .record({ value: fc.constantFrom(...STATES), context: arbitraryContext })
  .map((stored) => ({ machineVersion: MACHINE_VERSION, ...stored }));
