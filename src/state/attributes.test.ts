import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Attributes, fromAttribute, fromAttributes, toAttribute, toAttributes } from './attributes.ts';
import { planHash } from './planHash.ts';

test('what is data comes back as it was', () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(value, (written) => {
      expect(fromAttribute(toAttribute(written))).toEqual(normal(written));
    }),
  );
});

test('maps stay maps that a person can read, and undefined members are left out', () => {
  expect(toAttributes({ name: 'shop', spec: { paused: false, steps: [1], none: null, left: undefined } })).toEqual({
    name: { S: 'shop' },
    spec: { M: { paused: { BOOL: false }, steps: { L: [{ N: '1' }] }, none: { NULL: true } } },
  });
});

test('sets that a person wrote read as lists', () => {
  expect(fromAttributes({ alarms: { SS: ['a', 'b'] }, weights: { NS: ['1', '2'] } })).toEqual({
    alarms: ['a', 'b'],
    weights: [1, 2],
  });
});

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [new Date(0)], [new Map()], [10n]])(
  '%s is no data',
  (value) => {
    expect(() => toAttributes({ value })).toThrow(TypeError);
  },
);

test('a hash depends on what was written, not on the order of keys', () => {
  expect(planHash({ a: 1, b: { c: 2, d: 3 } })).toBe(planHash({ b: { d: 3, c: 2 }, a: 1 }));
  expect(planHash({ a: 1 })).not.toBe(planHash({ a: 2 }));
  expect(planHash(undefined)).toMatch(/^[0-9a-f]{64}$/);
});

/** JSON has one zero. */
const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('a member named __proto__ is one like any other', () => {
  const attributes = { ['__proto__']: { M: { polluted: { BOOL: true } } }, a: { S: 'b' } };
  const read = fromAttributes(Object.fromEntries(Object.entries(attributes)) as Attributes);
  expect(Object.keys(read)).toEqual(['__proto__', 'a']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(read['polluted']).toBeUndefined();
  expect(toAttributes(read)).toEqual(attributes);
});
