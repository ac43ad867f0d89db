import type { Draft } from '../../draft.ts';
import type { Resource } from '../resource.ts';

/** Reads one resource into the draft, and gives the objects that it stands for; none where it only adds to another's. */
export type Reader = (resource: Resource, draft: Draft) => object | void;

/** Adds to a list what a shape of the list's own type has let through. */
export function added<Item extends object>(list: Item[], item: object): Item {
  const fitted = item as Item;
  list.push(fitted);
  return fitted;
}
