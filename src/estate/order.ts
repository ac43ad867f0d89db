import type { Edge } from './model.ts';

/** Orders by code unit, so that the same estate reads the same on every machine. */
export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Orders by several keys, the first that differs decides. */
export function by<Item>(...keys: ((item: Item) => string | number)[]): (left: Item, right: Item) => number {
  return (left, right) => {
    for (const key of keys) {
      const [a, b] = [key(left), key(right)];
      const order = typeof a === 'number' && typeof b === 'number' ? a - b : byText(String(a), String(b));
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** The first of those that have the same key, in order. */
export function unique<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const seen = new Map<string, Item>();
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item);
  return [...seen.values()];
}

/** The order of virtual services in an estate. */
export const byNameAndPort = by<{ name: string; port: number }>(
  (one) => one.name,
  (one) => one.port,
);

/** Each call once, in the order of an estate. */
export const inOrder = (edges: readonly Edge[]): Edge[] =>
  unique(edges, (edge) => `${edge.from} ${edge.to} ${edge.virtualService} ${edge.port}`).sort(
    by(
      (edge) => edge.from,
      (edge) => edge.to,
      (edge) => edge.virtualService,
      (edge) => edge.port,
    ),
  );

/** The last part of an ARN or a path; a bare name is itself. */
export const lastPart = (text: string): string => text.slice(text.lastIndexOf('/') + 1);
