import type { Value } from './attributes.ts';
import { isNamed, TableMissingError } from './errors.ts';
import type { Key } from './keys.ts';

export type Item = { [key: string]: Value };

/** What must hold of the item for a write to land; all of it. A dot in a path steps into a map. */
export type Where = Readonly<Record<string, Value | typeof ABSENT | typeof PRESENT>>;
export const ABSENT: unique symbol = Symbol('absent');
export const PRESENT: unique symbol = Symbol('present');

/** The index that lists items by sort key: hash `sk`, range `pk`, keys only. */
export const INDEX_NAME = 'bySk';

export interface QueryOptions {
  /** Default: every item. */
  limit?: number;
  /** Default false: in the order of the sort keys. */
  newestFirst?: boolean;
  /** Answers only `pk` and `sk`. Default false. */
  keysOnly?: boolean;
}

/** Paths that are set, a dot steps into a map, and attributes that are taken away, named as they stand. */
export interface Change {
  set: Readonly<Record<string, unknown>>;
  remove?: readonly string[];
}

/**
 * The table as the rooms of `src/state` use it: consistent reads, conditional writes. Every conditional write carries a token of its
 * own, because a condition can fail on our own earlier try whose answer was lost (row D2): a write that failed is read back, and
 * counts as landed when the item carries its token. What is put must be data (`toAttributes` says which), and an item has at most
 * 400 KB (row D5); more is refused.
 */
export interface Table {
  /** As messages name it. */
  readonly name: string;
  /** A new unique text. */
  newToken(): string;
  /** A consistent read. */
  get(key: Key): Promise<Item | undefined>;
  /** A consistent read of a partition's items whose sort key begins with `prefix`, all of them where it is empty; every page, or the first `limit` items. */
  query(pk: string, prefix: string, options?: QueryOptions): Promise<Item[]>;
  /** The partitions that hold an item with this sort key; eventually consistent (row D6), for finding work, not for deciding. */
  partitionsWith(sk: string): Promise<string[]>;
  /** Puts a whole item. `false`: the condition did not hold. */
  put(key: Key, attributes: object, where: Where): Promise<boolean>;
  /** Puts an item whose content follows from its key, so that it may be put again; no condition is needed. */
  putAgain(key: Key, attributes: object): Promise<void>;
  /** Sets paths of an item and removes attributes. `false`: the condition did not hold. */
  update(key: Key, change: Change, where: Where): Promise<boolean>;
  /**
   * Takes an attribute away, as often as it is asked; one that is not there counts as taken. `false`: the condition did not hold. It leaves the
   * token of the last conditional write in its place, and so is in the way of none.
   */
  removeAttribute(key: Key, name: string, where: Where): Promise<boolean>;
  /** Deletes an item. `false`: it is there and the condition does not hold. An item that has gone counts as deleted. */
  delete(key: Key, where: Where): Promise<boolean>;
}

/** Whether a write that carries `token` is in force. A failed condition and an unknown outcome are both settled by reading back. */
export async function landed(table: Table, key: Key, token: string, send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (error instanceof TableMissingError) throw error;
    const item = await table.get(key).catch(() => undefined);
    if (item?.['writeToken'] === token) return true;
    if (isNamed(error, 'ConditionalCheckFailedException')) return false;
    throw error;
  }
}
