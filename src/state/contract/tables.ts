import { describe, expect, test } from 'vitest';
import { ABSENT, PRESENT } from '../table.ts';
import type { Where } from '../table.ts';
import type { StoreStage } from '../testing.ts';
import { testOf, type TableTraits } from './traits.ts';

const key = { pk: 'plan#shop', sk: 'spec' };
const KB = 1024;

/** The table itself: conditions, paths, order, and the limits of an item. */
export function tableContract(traits: TableTraits, stage: () => StoreStage): void {
  const stored = async () => {
    const { writeToken: _, ...item } = (await stage().table.get(key)) ?? {};
    return item;
  };

  describe('table', () => {
    test('what is put comes back as data, without what is undefined', async () => {
      const { table } = stage();
      const data = {
        text: 'é',
        none: null,
        list: [1, -0.5, { deep: [true] }],
        map: { 'a.b': 1, __proto: 2 },
        empty: '',
      };
      await table.putAgain(key, { ...data, left: undefined });
      expect(await stored()).toEqual({ ...key, ...data });
      expect(await table.get({ pk: key.pk, sk: 'other' })).toBeUndefined();
    });

    test.each([[Number.NaN], [new Date(0)], [() => 1]])('%s is no data, and nothing is written', async (odd) => {
      const { table } = stage();
      await expect(table.put(key, { odd }, {})).rejects.toThrow(TypeError);
      await expect(table.putAgain(key, { odd })).rejects.toThrow(TypeError);
      expect(await table.get(key)).toBeUndefined();
    });

    test('a condition may ask that an attribute is absent, present or equal, along a path too', async () => {
      const { table } = stage();
      const spec = { paused: false, steps: [{ weight: 5 }] };
      expect(await table.put(key, { a: 1, spec }, { pk: PRESENT })).toBe(false);
      expect(await table.put(key, { a: 1, spec }, { pk: ABSENT })).toBe(true);
      expect(await table.put(key, { a: 2 }, { pk: ABSENT })).toBe(false);
      const set = { a: 2 };
      const failing: Where[] = [
        { a: 2 },
        { a: '1' },
        { a: 1, b: PRESENT },
        { a: ABSENT },
        { 'spec.none': PRESENT },
        { 'spec.paused': true },
        { 'a.b': 1 },
      ];
      for (const where of failing)
        expect(await table.update(key, { set }, where), String(Object.keys(where))).toBe(false);
      expect(await stored()).toEqual({ ...key, a: 1, spec });
      const holding: Where = { a: 1, 'spec.paused': false, 'spec.none': ABSENT, 'a.b': ABSENT };
      expect(await table.update(key, { set }, holding)).toBe(true);
      expect(await stored()).toEqual({ ...key, a: 2, spec });
    });

    testOf(traits, 'wholeMaps', 'a condition may ask for a whole map, in whatever order its members are', async () => {
      const { table } = stage();
      const steps = [{ weight: 5 }];
      await table.putAgain(key, { spec: { paused: false, steps } });
      for (const spec of [{ paused: true, steps }, { paused: false }, { paused: false, steps: [{ weight: 6 }] }, {}]) {
        expect(await table.update(key, { set: { a: 1 } }, { spec })).toBe(false);
      }
      expect(await table.update(key, { set: { a: 1 } }, { spec: { steps, paused: false } })).toBe(true);
    });

    test('a write sets what a path names and takes away what is named, and nothing else', async () => {
      const { table } = stage();
      await table.putAgain(key, { a: 1, 'b.c': 2, spec: { paused: false, steps: [1] } });
      expect(await table.update(key, { set: { 'spec.paused': true, d: 3 }, remove: ['a', 'b.c', 'none'] }, {})).toBe(
        true,
      );
      expect(await stored()).toEqual({ ...key, d: 3, spec: { paused: true, steps: [1] } });
    });

    test('what would be an expression is a name and a value like any other, and changes nothing else', async () => {
      const { table } = stage();
      const attack = '#n0 = :v0, spec = :v0 REMOVE status';
      const spec = { paused: false };
      await table.putAgain(key, { spec, status: 'there', [attack]: 1 });
      expect(await table.update(key, { set: { note: 'x) OR attribute_exists(pk' } }, { status: ') OR (1 = 1' })).toBe(
        false,
      );
      expect(await table.update(key, { set: { [attack]: attack } }, { [attack]: 1 })).toBe(true);
      expect(await stored()).toEqual({ ...key, spec, status: 'there', [attack]: attack });
      expect(await table.update(key, { set: {}, remove: [attack] }, { [attack]: attack })).toBe(true);
      expect(await stored()).toEqual({ ...key, spec, status: 'there' });
      expect(await table.query("plan#shop' OR '1'='1", '')).toEqual([]);
    });

    testOf(traits, 'paths', 'a path steps into a map that is there, and into nothing else', async () => {
      const { table } = stage();
      await table.putAgain(key, { a: 1 });
      await expect(table.update(key, { set: { 'none.b': 1 } }, {})).rejects.toThrow(/path/);
      await expect(table.update(key, { set: { 'a.b': 1 } }, {})).rejects.toThrow(/path/);
      expect(await stored()).toEqual({ ...key, a: 1 });
    });

    test('an attribute is taken away as often as it is asked, under its condition, and leaves the token of the last write', async () => {
      const { table } = stage();
      await table.put(key, { a: 1, b: 1 }, {});
      const token = (await table.get(key))?.['writeToken'];
      expect(await table.removeAttribute(key, 'a', { b: 2 })).toBe(false);
      expect(await table.removeAttribute(key, 'a', { b: 1 })).toBe(true);
      expect(await table.removeAttribute(key, 'a', { b: 1 })).toBe(true);
      expect(await table.get(key)).toEqual({ ...key, b: 1, writeToken: token });
    });

    test('an item goes under its condition, and one that has gone counts as deleted', async () => {
      const { table } = stage();
      await table.putAgain(key, { a: 1 });
      expect(await table.delete(key, { a: 2 })).toBe(false);
      expect(await stored()).toEqual({ ...key, a: 1 });
      expect(await table.delete(key, { a: 1 })).toBe(true);
      expect(await table.delete(key, { a: 1 })).toBe(true);
      expect(await table.get(key)).toBeUndefined();
    });

    test('a partition is read in the order of its sort keys, from either end, by their beginning', async () => {
      const { table } = stage();
      for (const sk of ['event#b', 'event#a', 'event#c', 'events', 'spec', 'event']) {
        await table.putAgain({ pk: key.pk, sk }, { of: sk });
      }
      await table.putAgain({ pk: 'plan#other', sk: 'event#z' }, {});
      const found = async (...asked: Parameters<typeof table.query>) =>
        (await table.query(...asked)).map(({ sk }) => sk);
      expect(await found(key.pk, 'event#')).toEqual(['event#a', 'event#b', 'event#c']);
      expect(await found(key.pk, 'event#', { newestFirst: true, limit: 2 })).toEqual(['event#c', 'event#b']);
      expect(await found(key.pk, 'event#', { limit: 5 })).toHaveLength(3);
      expect(await found(key.pk, '')).toEqual(['event', 'event#a', 'event#b', 'event#c', 'events', 'spec']);
      expect(await found('plan#none', 'event#')).toEqual([]);
      expect(await table.query(key.pk, 'event#b', { keysOnly: true })).toEqual([{ pk: key.pk, sk: 'event#b' }]);
      expect(await table.query(key.pk, 'event#b')).toEqual([{ pk: key.pk, sk: 'event#b', of: 'event#b' }]);
    });

    test('the index has the partitions of a sort key', async () => {
      const { table } = stage();
      for (const name of ['shop', 'cart']) await table.putAgain({ pk: `plan#${name}`, sk: 'spec' }, {});
      await table.putAgain({ pk: 'plan#cart', sk: 'status' }, {});
      expect(await table.partitionsWith('spec')).toEqual(['plan#cart', 'plan#shop']);
      expect(await table.partitionsWith('status')).toEqual(['plan#cart']);
      expect(await table.partitionsWith('none')).toEqual([]);
    });

    test('of many that put the same item at once one lands', async () => {
      const { table } = stage();
      const landed = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => table.put(key, { n }, { pk: ABSENT })));
      expect(landed.filter(Boolean)).toHaveLength(1);
      expect((await table.get(key))?.['n']).toBe(landed.indexOf(true) + 1);
    });

    test('of many that go on from the same version one lands, again and again', async () => {
      const { table } = stage();
      await table.putAgain(key, { version: 0 });
      for (let version = 0; version < 5; version += 1) {
        const landed = await Promise.all(
          [1, 2, 3, 4].map((by) => table.update(key, { set: { version: version + 1, by } }, { version })),
        );
        expect(landed.filter(Boolean)).toHaveLength(1);
      }
      expect((await table.get(key))?.['version']).toBe(5);
    });

    testOf(traits, 'itemLimit', 'D5: an item of more than 400 KB is refused, and leaves what was there', async () => {
      const { table } = stage();
      await table.putAgain(key, { a: 'x'.repeat(300 * KB) });
      await expect(table.putAgain(key, { a: 'y'.repeat(401 * KB) })).rejects.toThrow(/size/i);
      await expect(table.update(key, { set: { b: 'x'.repeat(101 * KB) } }, {})).rejects.toThrow(/size/i);
      await expect(table.update(key, { set: { b: ['x'.repeat(101 * KB)] } }, {})).rejects.toThrow(/size/i);
      expect(await stored()).toEqual({ ...key, a: 'x'.repeat(300 * KB) });
    });

    testOf(traits, 'utf8', 'D5: text is counted in UTF-8', async () => {
      await expect(stage().table.putAgain(key, { a: 'é'.repeat(210 * KB) })).rejects.toThrow(/size/i);
    });

    testOf(traits, 'timeToLive', 'D7: a time to live can be switched on', async () => {
      expect(await stage().timeToLive()).toEqual({ enabled: true });
    });

    test('D7: what has outlived its time to live may still be there, and is read', async () => {
      await stage().table.putAgain(key, { expiresAt: 1 });
      expect(await stored()).toEqual({ ...key, expiresAt: 1 });
    });
  });
}
