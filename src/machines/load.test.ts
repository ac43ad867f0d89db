import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import {
  higherLoads,
  loadOf,
  type Loads,
  neededByLoad,
  risenLoad,
  type LoadReading,
  type ServiceLoad,
  tasksNeeded,
} from './load.ts';
import { arbitraryFacts, arbitraryMachine, arbitrarySpec } from './testArbitraries.ts';

const tasks = fc.integer({ min: 0, max: 200 });
const reading: fc.Arbitrary<LoadReading> = fc.record({
  start: fc.integer({ min: 1, max: 50 }),
  green: tasks,
  blue: tasks,
  share: fc.integer({ min: 0, max: 100 }),
});

describe('what all traffic needs', () => {
  test.each([
    ['green that stands as it was made tells nothing', { start: 4, green: 4, blue: 4, share: 50 }, 0],
    ['nor does one without a share', { start: 4, green: 9, blue: 4, share: 0 }, 0],
    ['with everything on green it is what green has', { start: 4, green: 9, blue: 4, share: 100 }, 9],
    ['at half of it, blue carries the other half with what it has', { start: 4, green: 6, blue: 4, share: 50 }, 8],
    ['where both have scaled out, each tells the same', { start: 4, green: 6, blue: 6, share: 50 }, 12],
    ['one more task at one per cent is one more, and no hundred', { start: 2, green: 3, blue: 2, share: 1 }, 3],
    ['three quarters on green', { start: 4, green: 8, blue: 4, share: 75 }, 11],
  ])('%s', (_what, given, needed) => {
    expect(neededByLoad(given)).toBe(needed);
  });

  test('it is nothing, or at least what both sides began with, and never more than both sides have together', () => {
    fc.assert(
      fc.property(reading, (given) => {
        const needed = neededByLoad(given);
        if (needed === 0) return;
        expect(needed).toBeGreaterThanOrEqual(given.start);
        expect(needed).toBeLessThanOrEqual(Math.max(given.start, given.green + given.blue));
      }),
    );
  });

  test('one more task of green, or of blue, never makes it less', () => {
    fc.assert(
      fc.property(reading, (given) => {
        const needed = neededByLoad(given);
        expect(neededByLoad({ ...given, green: given.green + 1 })).toBeGreaterThanOrEqual(needed);
        expect(neededByLoad({ ...given, blue: given.blue + 1 })).toBeGreaterThanOrEqual(needed);
      }),
    );
  });
});

describe('what is known of a service', () => {
  const RECORDED = 4;
  const look = (before: ServiceLoad | undefined, given: Partial<LoadReading>) =>
    risenLoad(before, RECORDED, { start: RECORDED, green: RECORDED, blue: RECORDED, share: 50, ...given });

  test('nothing, while neither side has scaled out', () => {
    expect(look(undefined, {})).toBeUndefined();
    expect(look(undefined, { blue: 1, green: 0 })).toBeUndefined();
  });

  test('tasks that blue was asked for are no load: asked once, blue grows to that and no further', () => {
    let known = look(undefined, { green: 6 });
    expect(known).toEqual({ blue: 4, needed: 8 });
    for (let looks = 0; looks < 20; looks += 1) known = look(known, { green: 6, blue: known?.needed ?? 0 });
    expect(known).toEqual({ blue: 4, needed: 8 });
  });

  test('what blue comes to by itself above that is its own', () => {
    expect(look({ blue: 4, needed: 8 }, { green: 6, blue: 9 })).toEqual({ blue: 9, needed: 12 });
    expect(tasksNeeded(RECORDED, { blue: 6, needed: 0 }, true)).toBe(6);
    expect(tasksNeeded(RECORDED, { blue: 6, needed: 0 }, false)).toBe(RECORDED);
  });

  test('blue that always comes to what it is asked for, under any load, is never asked for more than both sides had at once by themselves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ green: tasks, share: fc.integer({ min: 0, max: 100 }) }), { maxLength: 30, size: 'max' }),
        (looks) => {
          let known: ServiceLoad | undefined;
          for (const given of looks) known = look(known, { ...given, blue: Math.max(RECORDED, known?.needed ?? 0) });
          const mostGreen = Math.max(RECORDED, ...looks.map(({ green }) => green));
          expect(known?.needed ?? 0).toBeLessThanOrEqual(mostGreen + RECORDED);
        },
      ),
    );
  });

  test('it never falls', () => {
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 20, size: 'max' }), (looks) => {
        let known: ServiceLoad | undefined;
        for (const given of looks) {
          const next = risenLoad(known, RECORDED, given);
          expect(next?.blue ?? 0).toBeGreaterThanOrEqual(known?.blue ?? 0);
          expect(next?.needed ?? 0).toBeGreaterThanOrEqual(known?.needed ?? 0);
          known = next;
        }
      }),
    );
  });
});

test('the record keeps the highest that was seen, in every state and whatever is decided', () => {
  fc.assert(
    fc.property(arbitraryMachine, arbitraryFacts, arbitrarySpec, (machine, facts, spec) => {
      const { load } = decide(machine, facts, spec).machine.context;
      for (const before of [machine.context.load ?? {}, facts.load ?? {}]) {
        for (const [service, { blue, needed }] of Object.entries(before)) {
          expect(load?.[service]?.blue).toBeGreaterThanOrEqual(blue);
          expect(load?.[service]?.needed).toBeGreaterThanOrEqual(needed);
        }
      }
      if (machine.context.load === null && facts.load === undefined) expect(load).toBeNull();
    }),
  );
  expect(higherLoads({ a: { blue: 3, needed: 9 } }, { a: { blue: 5, needed: 4 }, b: { blue: 1, needed: 2 } })).toEqual({
    a: { blue: 5, needed: 9 },
    b: { blue: 1, needed: 2 },
  });
});

test('with everything on green blue carries nothing, however few it has', () => {
  expect(neededByLoad({ start: 1, green: 4, blue: 0, share: 100 })).toBe(4);
});

test('a count of blue’s own that has risen is known by itself', () => {
  expect(risenLoad(undefined, 4, { start: 4, green: 4, blue: 6, share: 50 })).toEqual({ blue: 6, needed: 0 });
});

test('what is needed is told where nothing is known, and counts whether blue scales by itself or not', () => {
  expect(tasksNeeded(2, undefined, true)).toBe(2);
  expect(tasksNeeded(2, { blue: 1, needed: 5 }, false)).toBe(5);
});

test.each(['__proto__', 'constructor', 'toString'])('a service that is named %s has a load like any other', (name) => {
  const [low, high] = [
    { blue: 2, needed: 3 },
    { blue: 4, needed: 9 },
  ];
  const seen: Loads = Object.fromEntries([[name, high]]);
  expect(Object.entries(higherLoads(null, seen))).toEqual([[name, high]]);
  expect(Object.entries(higherLoads(Object.fromEntries([[name, low]]), seen))).toEqual([[name, high]]);
  expect(loadOf({}, name)).toBeUndefined();
  expect(loadOf(seen, name)).toBe(high);
  expect({}).not.toHaveProperty('needed');
});
