/** What of an item goes into a record (row D9). */
export const VIEW_TYPES = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const;
export type ViewType = (typeof VIEW_TYPES)[number];

/** An item, or the key of one, in DynamoDB's own form: `{ "pk": { "S": "a" } }`. */
export type WireItem = Readonly<Record<string, unknown>>;

export interface StreamRecord {
  /** From 1, growing by one. */
  position: number;
  atMs: number;
  eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  keys: WireItem;
  newImage: WireItem | undefined;
  oldImage: WireItem | undefined;
}

/** As long records can be read. */
const RETENTION_MS = 24 * 3_600_000;
/** The lab keeps so many at most, so that one that runs for long does not grow for ever; DynamoDB has no such bound. */
const RECORDS_MAX = 100_000;

/** The stream of one table, in one shard: every change in its order, from when the stream was enabled until it was disabled. */
export class TableStream {
  readonly arn: string;
  readonly label: string;
  readonly table: string;
  readonly keys: readonly string[];
  readonly keySchema: unknown;
  readonly viewType: ViewType;
  readonly openedAtMs: number;
  isOpen = true;
  #records: StreamRecord[] = [];
  #last = 0;
  /** What each item was after its last change. */
  readonly #images = new Map<string, WireItem>();

  constructor(options: {
    tableArn: string;
    table: string;
    keySchema: readonly { AttributeName: string }[];
    viewType: ViewType;
    nowMs: number;
    /** The items that there are already. */
    items: readonly WireItem[];
  }) {
    this.label = new Date(options.nowMs).toISOString().replace('Z', '');
    this.arn = `${options.tableArn}/stream/${this.label}`;
    this.table = options.table;
    this.keySchema = options.keySchema;
    this.keys = options.keySchema.map(({ AttributeName }) => AttributeName);
    this.viewType = options.viewType;
    this.openedAtMs = options.nowMs;
    for (const item of options.items) this.#images.set(this.#nameOf(this.keyOf(item)), item);
  }

  get shardId(): string {
    return `shardId-${String(this.openedAtMs).padStart(20, '0')}-00000001`;
  }

  /** Of the last record; 0 before the first. */
  get lastPosition(): number {
    return this.#last;
  }

  /** Of the oldest record that can still be read, or of the next one. */
  firstPosition(nowMs: number): number {
    this.#trim(nowMs);
    return this.#records[0]?.position ?? this.#last + 1;
  }

  /** The key of an item. */
  keyOf(item: WireItem): WireItem {
    return Object.fromEntries(this.keys.map((name) => [name, item[name]]));
  }

  /** An item is so now, or is gone. What did not change leaves no record. */
  changed(key: WireItem, now: WireItem | undefined, nowMs: number): void {
    const name = this.#nameOf(key);
    const before = this.#images.get(name);
    if (before === undefined && now === undefined) return;
    if (before !== undefined && now !== undefined && canonical(before) === canonical(now)) return;
    if (now === undefined) this.#images.delete(name);
    else this.#images.set(name, now);
    this.#last += 1;
    const withNew = this.viewType === 'NEW_IMAGE' || this.viewType === 'NEW_AND_OLD_IMAGES';
    const withOld = this.viewType === 'OLD_IMAGE' || this.viewType === 'NEW_AND_OLD_IMAGES';
    this.#records.push({
      position: this.#last,
      atMs: nowMs,
      eventName: before === undefined ? 'INSERT' : now === undefined ? 'REMOVE' : 'MODIFY',
      keys: key,
      newImage: withNew ? now : undefined,
      oldImage: withOld ? before : undefined,
    });
    this.#trim(nowMs);
  }

  /** Records from a position on, oldest first. */
  recordsFrom(position: number, limit: number, nowMs: number): readonly StreamRecord[] {
    const from = Math.max(0, position - this.firstPosition(nowMs));
    return this.#records.slice(from, from + limit);
  }

  /** The table has no stream any more; what is in it can be read on. */
  close(): void {
    this.isOpen = false;
    this.#images.clear();
  }

  #nameOf(key: WireItem): string {
    return canonical(this.keys.map((name) => key[name]));
  }

  #trim(nowMs: number): void {
    const old = this.#records.findIndex(({ atMs }) => nowMs - atMs < RETENTION_MS);
    const aged = old === -1 ? this.#records.length : old;
    const dropped = Math.max(aged, this.#records.length - RECORDS_MAX);
    if (dropped > 0) this.#records = this.#records.slice(dropped);
  }
}

const compare = (one: string, other: string): number => (one < other ? -1 : 1);

/** The same text for the same value, in whatever order its members and the elements of its sets stand. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => {
    if (['SS', 'NS', 'BS'].includes(name) && Array.isArray(member)) return (member as string[]).toSorted(compare);
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([one], [other]) => compare(one, other)));
  });
}
