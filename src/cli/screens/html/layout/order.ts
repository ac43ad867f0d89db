/** What takes room in a column: a service, or the place where a call passes on its way to a column further right. */
export interface Item {
  key: string;
  height: number;
  kind: 'node' | 'passage';
}

/** A piece of a call between two neighbouring columns. */
export interface Segment {
  /** Keys of items; `from` in the column left of that of `to`. */
  from: string;
  to: string;
}

const SWEEPS = 12;

/**
 * The columns with their items in an order in which few calls cross: sweeps to the right and back, each sorting a column by the mean
 * place of its neighbours, of which the best is kept. Ties stay as they were, so that the same input gives the same drawing.
 */
export function ordered(columns: readonly (readonly Item[])[], segments: readonly Segment[]): Item[][] {
  const neighbours = { left: adjacency(segments, 'to', 'from'), right: adjacency(segments, 'from', 'to') };
  let current = columns.map((column) => [...column]);
  let best = { columns: current, crossings: crossings(current, neighbours.right) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    const toTheRight = sweep % 2 === 0;
    const side = toTheRight ? neighbours.left : neighbours.right;
    current = current.map((column) => [...column]);
    for (let step = 1; step < current.length; step++) {
      const index = toTheRight ? step : current.length - 1 - step;
      current[index] = sortedByNeighbours(
        current[index] ?? [],
        current[toTheRight ? index - 1 : index + 1] ?? [],
        side,
      );
    }
    const found = crossings(current, neighbours.right);
    if (found < best.crossings) best = { columns: current, crossings: found };
  }
  return best.columns;
}

function adjacency(segments: readonly Segment[], of: 'from' | 'to', other: 'from' | 'to'): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const segment of segments) found.set(segment[of], [...(found.get(segment[of]) ?? []), segment[other]]);
  return found;
}

function sortedByNeighbours(
  column: readonly Item[],
  beside: readonly Item[],
  neighbours: ReadonlyMap<string, string[]>,
): Item[] {
  const place = new Map(beside.map(({ key }, index) => [key, index]));
  return column
    .map((item, index) => {
      const places = (neighbours.get(item.key) ?? []).flatMap((key) => place.get(key) ?? []);
      return { item, at: places.length === 0 ? index : mean(places) };
    })
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

/** How many pairs of calls cross, over all gaps between columns. */
function crossings(columns: readonly (readonly Item[])[], right: ReadonlyMap<string, string[]>): number {
  let count = 0;
  for (const [index, column] of columns.entries()) {
    const place = new Map((columns[index + 1] ?? []).map(({ key }, at) => [key, at]));
    const ends: number[] = [];
    for (const { key } of column) {
      const own = (right.get(key) ?? []).flatMap((to) => place.get(to) ?? []);
      for (const end of own) count += ends.filter((other) => other > end).length;
      ends.push(...own);
    }
  }
  return count;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
