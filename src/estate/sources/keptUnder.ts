/** Gives a member of an object, whatever others have called it: `__proto__` and `constructor` are names like any other. */
export function keep<Item>(all: Record<string, Item>, name: string, item: Item): void {
  Object.defineProperty(all, name, { value: item, enumerable: true, configurable: true, writable: true });
}

/** What an object has by a name itself. */
export const kept = <Item>(all: Readonly<Record<string, Item>>, name: string): Item | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** The list that an object has by a name, to be added to. */
export function keptUnder<Item>(all: Record<string, Item[]>, name: string): Item[] {
  const known = kept(all, name);
  if (known !== undefined) return known;
  const list: Item[] = [];
  keep(all, name, list);
  return list;
}
