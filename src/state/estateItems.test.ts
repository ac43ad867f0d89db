import { expect, test } from 'vitest';
import { chunksOf } from './estateItems.ts';

test('chunks keep the order and stay under the length', () => {
  const list = ['aa', 'bbbb', 'c', 'd', 'eeeeeeeeeeeeeee', 'f'];
  const chunks = chunksOf(list, 10);
  expect(chunks.flat()).toEqual(list);
  expect(chunks).toEqual([['aa', 'bbbb'], ['c', 'd'], ['eeeeeeeeeeeeeee'], ['f']]);
  expect(chunksOf([], 10)).toEqual([]);
});
