import type { Value } from './attributes.ts';
import type { Key } from './keys.ts';
import { AT_MOST, bytesOf, EXACTLY, type Ruler } from './itemSize.ts';
import { copied, isSame, setMember, stored, storedMap } from './storedData.ts';
import { ABSENT, landed, PRESENT } from './table.ts';
import type { Change, Item, QueryOptions, Table, Where } from './table.ts';

/** DynamoDB's limit of an item, names of attributes included (row D5). */
export const ITEM_BYTES_MAX = 409_600;

/** As often a request is sent whose answer is lost, as the SDK does. */
const ATTEMPTS_MAX = 3;

/** One request to the table, named as DynamoDB names it. */
export type TableOperation = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/**
 * What becomes of a request. `fail`: it fails without an effect and is not sent again. `loseAnswer`: it has its effect, its answer is lost, and
 * it is sent again, at most three times in all.
 */
export type TableFault = 'none' | 'fail' | 'loseAnswer';

export interface MemoryTableOptions {
  /** Shared by the tables of several processes, as a DynamoDB table is. Default: items of its own. */
  items?: MemoryItems;
  newToken: () => string;
  /** Default `meshlift`. */
  name?: string;
  /** Asked before each request. Default: none fails. */
  fault?: (operation: TableOperation) => TableFault;
}

/** An item as it is held, with how many bytes each of its attributes takes at most. */
interface Entry {
  item: Item;
  bytesMax: Map<string, number>;
}

/** The items of a table: by partition, by sort key. */
export class MemoryItems {
  readonly partitions = new Map<string, Map<string, Entry>>();
}

/**
 * {@link Table} in memory, for simulators and tests: the conditions, write tokens and limit of an item of DynamoDB. A request has its effect
 * when it is made, and its answer comes in a later microtask. What goes in and out is copied. Its index is never behind; what has
 * outlived its time to live stays.
 */
export class MemoryTable implements Table {
  readonly name: string;
  readonly #partitions: Map<string, Map<string, Entry>>;
  readonly #newToken: () => string;
  readonly #fault: (operation: TableOperation) => TableFault;

  constructor(options: MemoryTableOptions) {
    this.name = options.name ?? 'meshlift';
    this.#partitions = (options.items ?? new MemoryItems()).partitions;
    this.#newToken = options.newToken;
    this.#fault = options.fault ?? (() => 'none');
  }

  newToken(): string {
    return this.#newToken();
  }

  get(key: Key): Promise<Item | undefined> {
    return this.#send('GetItem', () => {
      const entry = this.#entry(key);
      return entry === undefined ? undefined : copied(entry.item);
    });
  }

  query(pk: string, prefix: string, options: QueryOptions = {}): Promise<Item[]> {
    return this.#send('Query', () => {
      const partition = this.#partitions.get(pk);
      if (partition === undefined) return [];
      const sorted = [...partition.keys()].filter((sk) => sk.startsWith(prefix)).toSorted();
      const ordered = options.newestFirst === true ? sorted.toReversed() : sorted;
      return ordered
        .slice(0, options.limit)
        .map((sk) => (options.keysOnly === true ? { pk, sk } : copied(partition.get(sk)?.item ?? {})));
    });
  }

  partitionsWith(sk: string): Promise<string[]> {
    return this.#send('Query', () =>
      [...this.#partitions].flatMap(([pk, partition]) => (partition.has(sk) ? [pk] : [])).toSorted(),
    );
  }

  async put(key: Key, attributes: object, where: Where): Promise<boolean> {
    const token = this.newToken();
    return landed(this, key, token, () =>
      this.#send('PutItem', () => {
        const item = entryOf({ ...attributes, ...key, writeToken: token });
        this.#check(key, where);
        this.#hold(key, item, 'Item size has exceeded the maximum allowed size');
      }),
    );
  }

  putAgain(key: Key, attributes: object): Promise<void> {
    return this.#send('PutItem', () =>
      this.#hold(key, entryOf({ ...attributes, ...key }), 'Item size has exceeded the maximum allowed size'),
    );
  }

  async update(key: Key, change: Change, where: Where): Promise<boolean> {
    const token = this.newToken();
    return landed(this, key, token, () =>
      this.#send('UpdateItem', () =>
        this.#change(key, { ...change, set: { ...change.set, writeToken: token } }, where),
      ),
    );
  }

  async removeAttribute(key: Key, name: string, where: Where): Promise<boolean> {
    try {
      await this.#send('UpdateItem', () => this.#change(key, { set: {}, remove: [name] }, where));
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  async delete(key: Key, where: Where): Promise<boolean> {
    try {
      await this.#send('DeleteItem', () => {
        this.#check(key, where);
        const partition = this.#partitions.get(key.pk);
        partition?.delete(key.sk);
        if (partition?.size === 0) this.#partitions.delete(key.pk);
      });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return (await this.get(key)) === undefined;
    }
  }

  #entry(key: Key): Entry | undefined {
    return this.#partitions.get(key.pk)?.get(key.sk);
  }

  #check(key: Key, where: Where): void {
    if (!holds(this.#entry(key)?.item, where)) throw new ConditionFailed();
  }

  #change(key: Key, change: Change, where: Where): void {
    this.#check(key, where);
    const before = this.#entry(key) ?? entryOf(key);
    const entry: Entry = { item: { ...before.item }, bytesMax: new Map(before.bytesMax) };
    for (const [path, value] of Object.entries(change.set)) setPath(entry, path, value);
    for (const name of change.remove ?? []) {
      delete entry.item[name];
      entry.bytesMax.delete(name);
    }
    this.#hold(key, entry, 'Item size to update has exceeded the maximum allowed size');
  }

  #hold(key: Key, entry: Entry, tooLarge: string): void {
    let bytesMax = 0;
    for (const bytes of entry.bytesMax.values()) bytesMax += bytes;
    if (bytesMax > ITEM_BYTES_MAX && bytesOfItem(entry.item) > ITEM_BYTES_MAX) throw refused(tooLarge);
    let partition = this.#partitions.get(key.pk);
    if (partition === undefined) {
      partition = new Map();
      this.#partitions.set(key.pk, partition);
    }
    partition.set(key.sk, entry);
  }

  /** No await stands before the effect: it is had at once. */
  async #send<Answer>(operation: TableOperation, effect: () => Answer): Promise<Answer> {
    for (let attempts = 1; ; attempts += 1) {
      const fault = this.#fault(operation);
      if (fault === 'fail') throw new Error(`${operation} failed, as the test asked`);
      const answer = effect();
      if (fault === 'none') return answer;
      if (attempts === ATTEMPTS_MAX) {
        throw Object.assign(new Error(`the answer of ${operation} was lost, as the test asked`), {
          name: 'TimeoutError',
        });
      }
    }
  }
}

class ConditionFailed extends Error {
  override name = 'ConditionalCheckFailedException';

  constructor() {
    super('The conditional request failed');
  }
}

const refused = (message: string): Error => Object.assign(new Error(message), { name: 'ValidationException' });

function entryOf(attributes: object): Entry {
  const item = storedMap(attributes);
  return { item, bytesMax: new Map(Object.keys(item).map((name) => [name, bytesOfAttribute(item, name, AT_MOST)])) };
}

const bytesOfAttribute = (item: Item, name: string, ruler: Ruler): number =>
  ruler.text(name) + bytesOf(item[name], ruler);

const bytesOfItem = (item: Item): number =>
  Object.keys(item).reduce((bytes, name) => bytes + bytesOfAttribute(item, name, EXACTLY), 0);

function holds(item: Item | undefined, where: Where): boolean {
  return Object.entries(where).every(([path, wanted]) => {
    const value = valueAt(item, path.split('.'));
    if (wanted === ABSENT) return value === undefined;
    if (wanted === PRESENT) return value !== undefined;
    return value !== undefined && isSame(value, stored(wanted, path));
  });
}

function valueAt(item: Item | undefined, path: readonly string[]): Value | undefined {
  let value: Value | undefined = item;
  for (const name of path) value = isMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

/** The maps on the way are copied: those that are held belong to the item as it was. */
function setPath(entry: Entry, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? path;
  let map = entry.item;
  for (const name of names) {
    const inner = Object.hasOwn(map, name) ? map[name] : undefined;
    if (!isMap(inner)) throw refused('The document path provided in the update expression is invalid for update');
    const copy: Item = { ...inner };
    setMember(map, name, copy);
    map = copy;
  }
  setMember(map, last, stored(value, path));
  const attribute = names[0] ?? last;
  entry.bytesMax.set(attribute, bytesOfAttribute(entry.item, attribute, AT_MOST));
}

const isMap = (value: Value | undefined): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
