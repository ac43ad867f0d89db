import { expect, test } from 'vitest';
import { ITEM_BYTES_MAX, MemoryItems, MemoryTable } from './memoryTable.ts';
import { ABSENT } from './table.ts';

const key = { pk: 'plan#shop', sk: 'spec' };

function tableOf(fault?: ConstructorParameters<typeof MemoryTable>[0]['fault']): MemoryTable {
  let tokens = 0;
  return new MemoryTable({ newToken: () => `token-${(tokens += 1)}`, ...(fault === undefined ? {} : { fault }) });
}

test('what goes in and out is a copy', async () => {
  const table = tableOf();
  const written = { list: [1], left: undefined };
  await table.putAgain(key, written);
  written.list.push(2);
  const read = await table.get(key);
  expect(read).toEqual({ ...key, list: [1] });
  if (Array.isArray(read?.['list'])) read['list'].push(3);
  expect(await table.get(key)).toEqual({ ...key, list: [1] });
  await expect(table.putAgain(key, { at: new Date(0) })).rejects.toThrow(TypeError);
});

test('D5: an item has at most 400 KB, its names and UTF-8 counted', async () => {
  const table = tableOf();
  const room = ITEM_BYTES_MAX - 'pkskx'.length - key.pk.length - key.sk.length;
  await table.putAgain(key, { x: 'é'.repeat(room / 2) });
  await expect(table.putAgain(key, { x: `${'é'.repeat(room / 2)}e` })).rejects.toThrow('Item size has');
  await expect(table.update(key, { set: { y: 'x' } }, {})).rejects.toThrow('Item size to update');
  expect(await table.get(key)).not.toHaveProperty('y');
});

test('D2: an answer that was lost is found by the write token; a request that failed has no effect', async () => {
  const faults: ('fail' | 'loseAnswer')[] = ['loseAnswer'];
  const table = tableOf((operation) => (operation === 'GetItem' ? 'none' : (faults.shift() ?? 'none')));
  expect(await table.put(key, { a: 1 }, { pk: ABSENT })).toBe(true);
  faults.push('fail');
  await expect(table.put(key, { a: 2 }, {})).rejects.toThrow('as the test asked');
  expect(await table.get(key)).toMatchObject({ a: 1 });
  faults.push('loseAnswer', 'loseAnswer', 'loseAnswer');
  await expect(table.putAgain(key, { a: 3 }), 'an answer that is lost for good').rejects.toThrow('was lost');
  expect(await table.get(key)).toMatchObject({ a: 3 });
});

test('two tables over the same items see each other, and the index is not behind', async () => {
  const items = new MemoryItems();
  const [one, two] = [1, 2].map((n) => new MemoryTable({ items, newToken: () => `token-${n}` })) as [
    MemoryTable,
    MemoryTable,
  ];
  await one.putAgain(key, {});
  await one.putAgain({ pk: 'plan#cart', sk: 'spec' }, {});
  expect(await two.partitionsWith('spec')).toEqual(['plan#cart', 'plan#shop']);
  expect(await two.delete(key, { a: 1 })).toBe(false);
  expect(await two.delete(key, {})).toBe(true);
  expect(await two.delete(key, { a: 1 }), 'gone counts as deleted').toBe(true);
  expect(await one.partitionsWith('spec')).toEqual(['plan#cart']);
});
