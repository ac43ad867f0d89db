import { type Item, mean, type Segment } from './order.ts';

const PASSES = 8;

/**
 * The middle of every item, from the top: each as near to the middle of its neighbours as the order of its column and `gap` between
 * two items allow. The topmost item begins at 0.
 */
export function middles(
  columns: readonly (readonly Item[])[],
  segments: readonly Segment[],
  gap: number,
): Map<string, number> {
  const neighbours = new Map<string, string[]>();
  for (const { from, to } of segments) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to]);
    neighbours.set(to, [...(neighbours.get(to) ?? []), from]);
  }
  const found = new Map<string, number>();
  for (const column of columns) for (const [key, at] of spaced(column, () => 0, gap)) found.set(key, at);
  for (let pass = 0; pass < PASSES; pass++) {
    for (const column of pass % 2 === 0 ? columns : columns.toReversed()) {
      const wanted = (key: string) => {
        const beside = (neighbours.get(key) ?? []).map((other) => found.get(other) ?? 0);
        return beside.length === 0 ? (found.get(key) ?? 0) : mean(beside);
      };
      for (const [key, at] of spaced(column, wanted, gap)) found.set(key, at);
    }
  }
  const top = Math.min(...columns.flat().map(({ key, height }) => (found.get(key) ?? 0) - height / 2));
  return new Map([...found].map(([key, at]) => [key, Math.round(at - top)]));
}

/**
 * The middles nearest to `wanted` (least squares) that keep order and room. Items that would overlap are pooled into a block that
 * stands at the mean of what its members want.
 */
function spaced(column: readonly Item[], wanted: (key: string) => number, gap: number): [string, number][] {
  const offsets: number[] = [];
  let offset = 0;
  for (const [index, item] of column.entries()) {
    const above = column[index - 1];
    // Whole pixels, and one more: rounding the result must not bring two items together.
    if (above !== undefined) offset += Math.ceil((above.height + item.height) / 2 + gap) + 1;
    offsets.push(offset);
  }
  const blocks: { at: number; size: number }[] = [];
  for (const [index, { key }] of column.entries()) {
    let block = { at: wanted(key) - (offsets[index] ?? 0), size: 1 };
    for (let above = blocks.at(-1); above !== undefined && above.at >= block.at; above = blocks.at(-1)) {
      blocks.pop();
      const size = above.size + block.size;
      block = { at: (above.at * above.size + block.at * block.size) / size, size };
    }
    blocks.push(block);
  }
  const places = blocks.flatMap(({ at, size }) => Array.from({ length: size }, () => at));
  return column.map(({ key }, index) => [key, (places[index] ?? 0) + (offsets[index] ?? 0)]);
}
