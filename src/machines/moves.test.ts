import { expect, test } from 'vitest';
import type { PlanSpec } from '../plan/model.ts';
import { fail, pass, wait } from '../plan/verdict.ts';
import { isBackward } from './classify.ts';
import { decide, type Decision } from './decide.ts';
import { NO_FACTS, NOT_OBSERVED, type Facts } from './facts.ts';
import type { MachineContext } from './record.ts';
import { HELD, STATES } from './testArbitraries.ts';
import { facts, machineIn, MINUTE_MS, testSpec } from './testFacts.ts';

const NOW = 100 * MINUTE_MS;
const VERDICTS = Object.entries(NO_FACTS).flatMap(([name, fact]) => (fact === NOT_OBSERVED ? [name] : []));
const ALL_PASS = facts({ now: NOW, ...Object.fromEntries(VERDICTS.map((name) => [name, pass('p')])) });
const ABORT = { request: { kind: 'abort', by: 'ann', why: '' } } as const;
const BREACH = { breach: { reason: 'AlarmBreach', message: 'm' } } as const;
const COLD = { blueReady: wait('1 of 2') };

/** What else there may be where everything passes. */
const DISTURBANCES: Partial<Facts>[] = [
  {},
  ...VERDICTS.map((name) => ({ [name]: fail('f') })),
  { hold: HELD },
  ABORT,
  { ...ABORT, ...COLD },
  BREACH,
  { ...BREACH, ...COLD },
  { drift: { message: 'drift', change: { kind: 'actions' } } },
  { drift: { message: 'drift', change: { kind: 'weights', greenWeight: 5 } } },
  { flapped: 'flapped' },
  { following: 'following' },
  { restored: wait('r') },
  { restored: wait('r'), ...COLD },
  { restored: wait('r'), blueReady: fail('lost') },
  { restored: wait('r'), weights: wait('not read back') },
];

const BECAUSE = { reason: 'Aborted', message: 'aborted by ann', at: NOW - MINUTE_MS };
const LAST = { step: 1, rampedAt: 0 };
const CONTEXTS: Partial<MachineContext>[] = [
  { verifiedAt: 0 },
  { ...LAST, verifiedAt: 0, haltedBecause: 'before', forcedBy: 'ann', backwardBecause: BECAUSE },
];
const REHEARSED: Partial<MachineContext>[] = [
  { rehearsal: 'out', rampedAt: 0 },
  { rehearsal: 'back', rampedAt: 0, enteredAt: NOW - 1 },
  { rehearsal: 'back', rampedAt: 0 },
  { rehearsal: 'back', rehearsedMs: 1, rampedAt: 0 },
];
const EASED: Partial<MachineContext>[] = [
  { ...LAST, easedTo: 75, verifiedAt: null, backwardBecause: BECAUSE },
  { ...LAST, easedTo: 75, verifiedAt: 0, backwardBecause: BECAUSE },
  { ...LAST, easedTo: 75, verifiedAt: 0, backwardBecause: { ...BECAUSE, at: 0 } },
];

const PLAIN: PlanSpec = { ...testSpec, onDrift: 'adopt' };
const ELABORATE: PlanSpec = {
  ...testSpec,
  onDrift: 'reassert',
  services: { worker: { cutover: 'exclusive' } },
  ramp: { ...testSpec.ramp, rehearse: true },
  rollback: { ...testSpec.rollback, strategy: 'gradual' },
};

/** Every move of every state. */
function allMoves(): Decision[] {
  const moves: Decision[] = [];
  for (const state of STATES) {
    const special = state === 'ramp.shift' ? REHEARSED : state.startsWith('backward.') ? EASED : [];
    for (const context of [...CONTEXTS, ...special]) {
      for (const disturbance of DISTURBANCES) {
        for (const spec of [PLAIN, ELABORATE]) {
          const decision = decide(machineIn(state, context), { ...ALL_PASS, ...disturbance }, spec);
          if (decision.moved) moves.push(decision);
        }
      }
    }
  }
  return moves;
}

const hasTurned = ({ from, to }: Decision): boolean => !isBackward(from) && (isBackward(to) || to === 'rolledBack');

/** What must be so after a move; where it is not asked it holds. */
const AFTER_A_MOVE: Record<string, (move: Decision, context: MachineContext) => boolean> = {
  'the time of it is on the record': (_move, { enteredAt }) => enteredAt === NOW,
  'a plan that has turned back says since when': (move, { backwardBecause }) =>
    !hasTurned(move) || backwardBecause?.at === NOW,
  'nothing of the way forward stands in one that has turned back': (move, context) =>
    !hasTurned(move) ||
    [context.verifiedAt, context.forcedBy, context.haltedBecause, context.rehearsal].every((one) => one === null),
  'a way down by steps is over where the rules are, and where blue had to be revived': ({ from, to }, { easedTo }) =>
    !(from === 'backward.reviveBlue' || (from === 'backward.shiftBack' && to !== from)) || easedTo === null,
  'what was dismantled too early is taken back at once': ({ from, to }, { easedTo }) =>
    !(from === 'backward.cutBack' || from === 'backward.dismantle') || to !== 'backward.shiftBack' || easedTo === null,
  'a way down by steps begins only where a person asked for it': (move, { easedTo }) =>
    !hasTurned(move) || move.event === 'ABORT' || easedTo === null,
  'no way down by steps begins while the rules are handed over': ({ from, to }, { easedTo }) =>
    from !== 'retire.handOver' || !isBackward(to) || easedTo === null,
  'a bake counts from when its weight was read back, and nobody has forced it': ({ to }, { verifiedAt, forcedBy }) =>
    to !== 'ramp.bake' || (verifiedAt === NOW && forcedBy === null),
  'a step that is written over drift, or goes on after a halt, says so': ({ from, to }, { haltedBecause }) =>
    from !== 'halted' || to !== 'ramp.shift' || haltedBecause === null,
  'a halt has its own words': ({ to }, { haltedBecause }) => to !== 'halted' || haltedBecause !== 'before',
};

test('whatever the move, the record says what it must of it', () => {
  const moves = allMoves();
  const wrong = moves.flatMap((move) =>
    Object.entries(AFTER_A_MOVE).flatMap(([rule, holds]) =>
      holds(move, move.machine.context) ? [] : [`${rule}: ${move.from} → ${move.to} by ${move.event}`],
    ),
  );
  expect([...new Set(wrong)]).toEqual([]);
  expect(new Set(moves.map(({ from }) => from)).size, 'every state but the settled ones').toBe(STATES.length - 2);
});
