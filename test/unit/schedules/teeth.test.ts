import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { pass, wait } from '../../../src/plan/verdict.ts';
import { arbitrarySchedule } from './incident.ts';
import { INVARIANTS } from './invariants.ts';
import { play } from './run.ts';
import type { Breakage } from './seams.ts';

vi.mock(import('../../../src/machines/decide.ts'), async (original) =>
  (await import('./seams.ts')).aroundDecide(await original()),
);
vi.mock(import('../../../src/machines/intent.ts'), async (original) =>
  (await import('./seams.ts')).aroundIntent(await original()),
);
vi.mock(import('../../../src/plan/parse.ts'), async (original) =>
  (await import('./seams.ts')).aroundParse(await original()),
);
vi.mock(import('../../../src/plan/canonical.ts'), async (original) =>
  (await import('./seams.ts')).aroundCanonical(await original()),
);
vi.setConfig({ testTimeout: 300_000 });

/** Who is not caught in so many schedules is not caught. */
const SCHEDULES_MAX = 400;

let turns = 0;

/** Each is wrong in one way. Where one guard is not enough to break, what it rests on is. */
const VARIANTS: readonly { invariant: string; who: string; breakage: Breakage }[] = [
  {
    invariant: 'I1',
    who: 'rounds green’s weight and leaves blue’s',
    breakage: { rule: ({ green, ...rule }) => ({ ...rule, green: green === 10 ? 9 : green }) },
  },
  {
    invariant: 'I2',
    who: 'takes every task of blue that is wanted for one that is healthy',
    breakage: {
      port: (real, scene) => ({
        ...real,
        health: async (...given) =>
          (await real.health(...given)).map((one) =>
            scene.blue.has(one.service) ? { ...one, healthy: one.desired } : one,
          ),
      }),
    },
  },
  {
    invariant: 'I3',
    who: 'scales blue down where it is to be revived',
    breakage: {
      port: (real) => ({ ...real, blue: { ...real.blue, revive: (service) => real.blue.scaleDown(service) } }),
    },
  },
  {
    invariant: 'I4',
    who: 'takes the rules for restored while an alarm fires, and dismantles before it shifts back',
    breakage: {
      port: (real, scene) => {
        const isFiring = () => [...scene.alarms.values()].some(({ state }) => state === 'ALARM');
        return {
          ...real,
          router: {
            ...real.router,
            read: async (...given) =>
              isFiring() ? { route: { kind: 'blueOnly' }, changesSince: () => [] } : real.router.read(...given),
            verify: async (...given) => (isFiring() ? pass('restored') : real.router.verify(...given)),
          },
        };
      },
    },
  },
  {
    invariant: 'I5',
    who: 'takes an alarm that does not exist, or has no data, for one that is OK',
    breakage: {
      port: (real) => ({
        ...real,
        alarms: async (names) =>
          (await real.alarms(names)).map((alarm) => (alarm.state === 'ALARM' ? alarm : { ...alarm, state: 'OK' })),
      }),
    },
  },
  {
    invariant: 'I5',
    who: 'takes data of any age for new ones',
    breakage: {
      port: (real, scene) => ({
        ...real,
        newestData: async (metrics) => (await real.newestData(metrics)).map(() => scene.now),
      }),
    },
  },
  {
    invariant: 'I6',
    who: 'ends every bake as if a person had asked for it',
    breakage: {
      decide: (real, record, facts, spec) => {
        const promotion = { kind: 'asked', by: 'nobody', why: '' } as const;
        return real(record, record.value === 'ramp.bake' ? { ...facts, promotion } : facts, spec);
      },
    },
  },
  {
    invariant: 'I6',
    who: 'goes on by two steps at once',
    breakage: {
      decide: (real, record, facts, spec) => {
        const decision = real(record, facts, spec);
        const { context } = decision.machine;
        if (decision.from !== 'ramp.bake' || context.step !== 1) return decision;
        return { ...decision, machine: { ...decision.machine, context: { ...context, step: 2 } } };
      },
    },
  },
  {
    invariant: 'I7',
    who: 'gives green everything where blue is to have it',
    breakage: {
      port: (real) => ({
        ...real,
        router: {
          ...real.router,
          write: (rule, route, resolved) =>
            real.router.write(rule, route.kind === 'blueOnly' ? { kind: 'split', greenWeight: 100 } : route, resolved),
        },
      }),
    },
  },
  {
    invariant: 'I8',
    who: 'revives a blue that is whole before it goes back to it',
    breakage: {
      decide: (real, record, facts, spec) =>
        real(record, record.value.startsWith('backward.') ? facts : { ...facts, blueReady: wait('first') }, spec),
    },
  },
  {
    invariant: 'I9',
    who: 'goes no way back while the plan is paused',
    breakage: {
      decide: (real, record, facts, spec) =>
        facts.hold === undefined
          ? real(record, facts, spec)
          : { machine: record, from: record.value, to: record.value, event: 'FACTS', moved: false },
    },
  },
  {
    invariant: 'I14',
    who: 'hears no abort',
    breakage: {
      decide: (real, record, facts, spec) => real(record, { ...facts, request: { kind: 'none' } }, spec),
    },
  },
  {
    invariant: 'I14',
    who: 'never finds blue quiet',
    breakage: {
      decide: (real, record, facts, spec) => real(record, { ...facts, blueQuiet: wait('never') }, spec),
    },
  },
  {
    invariant: 'I15',
    who: 'hesitates every other time',
    breakage: {
      decide: (real, record, facts, spec) => {
        turns += 1;
        return real(record, turns % 2 === 0 ? facts : { ...facts, weights: wait('not yet') }, spec);
      },
    },
  },
  {
    invariant: 'I16',
    who: 'forgets the pause',
    breakage: {
      decide: (real, record, facts, spec) => {
        facts.hold = undefined;
        return real(record, facts, spec);
      },
    },
  },
  {
    invariant: 'I17',
    who: 'takes a side that is told to stop for one that has stopped',
    breakage: {
      port: (real) => ({
        ...real,
        turns: {
          ...real.turns,
          read: async (...given) => {
            const turn = await real.turns.read(...given);
            return turn.desired === 0 ? { ...turn, alive: 0 } : turn;
          },
        },
      }),
    },
  },
];

test('every invariant has a variant that breaks it', () => {
  const bitten = new Set(VARIANTS.map(({ invariant }) => invariant));
  expect(INVARIANTS.map(({ name }) => name)).toEqual([...bitten]);
});

describe('one who', () => {
  test.each(VARIANTS)('$who is caught by $invariant', async ({ invariant, breakage }) => {
    const schedules = fc.sample(arbitrarySchedule, { seed: 7, numRuns: SCHEDULES_MAX });
    let played = 0;
    for (const schedule of schedules) {
      played += 1;
      const { findings } = await play(schedule, breakage);
      if (findings.broken.some((words) => words.startsWith(`${invariant}:`))) return;
    }
    expect.fail(`not caught in ${played} schedules`);
  });
});
