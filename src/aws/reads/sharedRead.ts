import { withoutCallContext } from '../callContext.ts';
import { isOfCredentials } from '../denial.ts';
import { codeOf, kindOf } from '../errors.ts';
import type { Floor } from './looks.ts';
import { heldBack, type Patience } from './patience.ts';

export interface Answer<Value> {
  value: Value;
  /** When it was asked: its place in the order of the process' questions, and monotonic milliseconds. */
  order: number;
  askedAtMs: number;
}

/** How one kind of thing is read. */
export interface Kind<Key, Value> {
  /** The API, `ecs:DescribeServices`. */
  api: string;
  /** So many keys a call at most. */
  sizeMax: number;
  nameOf: (key: Key) => string;
  /** How often a plan wants it, in ticks. Default in each look, which is 1. */
  everyTicks?: number;
  /** One that is gone fails a whole call: nothing goes along that nobody has asked for. */
  failsWhole?: boolean;
  /** Keys of one group may go in one call. Default all. */
  groupOf?: (key: Key) => string;
  /** What is asked instead of each, where keys that go together must be asked alike. Default the keys as they are. */
  together?: (keys: readonly Key[]) => readonly Key[];
  /** What is asked where two keys of a name wait for one call. Default the later one. */
  joined?: (one: Key, other: Key) => Key;
  /** Whether the answer to one key of a name serves another of that name. Default yes. */
  covers?: (asked: Key, wanted: Key) => boolean;
  /** One call and its pages. An answer a key, in the order given; what it throws befalls all of them. */
  ask: (keys: readonly Key[]) => Promise<readonly Value[]>;
}

/** What readers of one process have in common. */
export interface Common {
  tickMs: number;
  /** Monotonic milliseconds. */
  now: () => number;
  /** The next place in the order of questions. */
  nextOrder: () => number;
  /** Runs `action` after what runs now has had its turn to ask too. */
  soon: (action: () => void) => void;
  /** Waits until a call of the API may be made, and counts it: who asks meanwhile goes in it too. The smallest turn goes first. */
  admitted: (api: string, turn: () => number) => Promise<unknown>;
  /** How many plans look. */
  plans: () => number;
  onBatch: (api: string, size: number) => void;
  onAnswer: (api: string, from: 'shared' | 'asked') => void;
}

export interface LoadOptions {
  /** `oldest`: of two answers that are fresh enough the older. Default the newer. */
  known?: 'newest' | 'oldest' | undefined;
  /** Once it is over, what was not asked yet is not waited for; it is asked for whoever comes next. Default: there is no end to it. */
  patience?: Patience;
  /** Who asks with a smaller one is asked for before others. Default 0. */
  turn?: number;
}

interface Waiter<Value> {
  resolve: (answer: Answer<Value>) => void;
  reject: (error: unknown) => void;
  patience: Patience | undefined;
  /** The question goes out now. */
  isSent?: (() => void) | undefined;
}

/** A call under way, as far as it is about one name. */
interface Flight<Key, Value> {
  key: Key;
  order: number;
  askedAtMs: number;
  waiting: Waiter<Value>[];
}

interface Entry<Key, Value> {
  key: Key;
  /** The last two answers, the older first. */
  answers: (Answer<Value> & { key: Key })[];
  flight: Flight<Key, Value> | undefined;
  /** A call is about to be made for it, and who waits for that. */
  isQueued: boolean;
  /** While it is queued: the smallest of all that want it, those included who wait no longer. */
  turn: number;
  waiting: Waiter<Value>[];
  wantedAtMs: number;
  /** A call failed because of it: for a while it is asked for by itself. */
  aloneUntilMs: number;
}

interface Group<Key, Value> {
  /** In the order in which they were last wanted, the longest ago first: who came first comes again first. */
  entries: Map<string, Entry<Key, Value>>;
  queued: Entry<Key, Value>[];
  /** Calls that are about to be made for those in the queue. */
  due: number;
}

const ALONE_TICKS = 6;
/** What nobody has wanted for so many times as long as it should have been is forgotten, and before that not asked for on the way. */
const FORGOTTEN = 3;
/** What will be wanted again within this part of a tick goes along. */
const SOON_WANTED = 0.5;

/**
 * Answers what several plans ask of one API with few calls. Those that ask at the same time, or while a call waits for its budget, share it; a call with room left takes along
 * what others will ask next, so that calls are full however plans are spread over a tick; an answer is given to everyone for whom it
 * is fresh enough ({@link Floor}). Where one name fails a whole call, the call is halved until the others have their answers.
 */
export class SharedRead<Key, Value> {
  readonly api: string;
  readonly #kind: Kind<Key, Value>;
  readonly #common: Common;
  readonly #groups = new Map<string, Group<Key, Value>>();
  #sweptAtMs = 0;

  constructor(kind: Kind<Key, Value>, common: Common) {
    this.api = kind.api;
    this.#kind = kind;
    this.#common = common;
  }

  /**
   * An answer that was asked after the floor. Throws what the call for it threw, and {@link heldBack}.
   */
  async load(
    key: Key,
    floor: Floor,
    { known = 'newest', patience, turn = 0 }: LoadOptions = {},
  ): Promise<Answer<Value>> {
    this.#sweep();
    const group = this.#groupOf(key);
    const entry = this.#entryOf(group, key);
    const fresh = entry.answers.filter((answer) => this.#serves(answer, key, floor));
    const answer = known === 'newest' ? fresh.at(-1) : fresh[0];
    if (answer !== undefined) {
      this.#common.onAnswer(this.#kind.api, 'shared');
      return answer;
    }
    this.#common.onAnswer(this.#kind.api, 'asked');
    if (entry.flight !== undefined && this.#serves(entry.flight, key, floor)) {
      const { flight } = entry;
      return new Promise((resolve, reject) => flight.waiting.push({ resolve, reject, patience }));
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Value> = { resolve, reject, patience };
      entry.waiting.push(waiter);
      entry.turn = entry.isQueued ? Math.min(entry.turn, turn) : turn;
      if (!entry.isQueued) this.#queue(group, entry);
      this.#wait(entry, waiter);
    });
  }

  /** Until its question goes out, or its patience is over. */
  #wait(party: { waiting: Waiter<Value>[] }, waiter: Waiter<Value>): void {
    waiter.isSent = waiter.patience?.wait(this.api, () => {
      party.waiting = party.waiting.filter((one) => one !== waiter);
      waiter.reject(heldBack(this.api));
    });
  }

  /** Whether {@link load} has an answer that nobody must be asked for. */
  has(key: Key, floor: Floor): boolean {
    const answers = this.#groupOf(key).entries.get(this.#kind.nameOf(key))?.answers ?? [];
    return answers.some((answer) => this.#serves(answer, key, floor));
  }

  #serves(asked: { key: Key; order: number; askedAtMs: number }, wanted: Key, floor: Floor): boolean {
    const isAfter = asked.order > floor.order && asked.askedAtMs > floor.atMs;
    return isAfter && (this.#kind.covers?.(asked.key, wanted) ?? true);
  }

  #groupOf(key: Key): Group<Key, Value> {
    const name = this.#kind.groupOf?.(key) ?? '';
    const group = this.#groups.get(name) ?? { entries: new Map(), queued: [], due: 0 };
    this.#groups.set(name, group);
    return group;
  }

  #entryOf({ entries }: Group<Key, Value>, key: Key): Entry<Key, Value> {
    const name = this.#kind.nameOf(key);
    const entry = entries.get(name) ?? {
      key,
      answers: [],
      flight: undefined,
      isQueued: false,
      turn: 0,
      waiting: [],
      wantedAtMs: 0,
      aloneUntilMs: 0,
    };
    entry.key = entry.isQueued ? (this.#kind.joined?.(entry.key, key) ?? key) : key;
    entry.wantedAtMs = this.#common.now();
    entries.delete(name);
    entries.set(name, entry);
    return entry;
  }

  #queue(group: Group<Key, Value>, entry: Entry<Key, Value>): void {
    entry.isQueued = true;
    group.queued.push(entry);
    this.#call(group, this.#kind.sizeMax === 1 ? (send) => send() : this.#common.soon);
  }

  /** As many calls are due as those in the queue fill. */
  #call(group: Group<Key, Value>, when: (send: () => void) => void): void {
    while (group.queued.length > group.due * this.#kind.sizeMax) {
      group.due += 1;
      when(() => void this.#send(group));
    }
  }

  async #send(group: Group<Key, Value>): Promise<void> {
    const { admitted, now } = this.#common;
    const { api, sizeMax } = this.#kind;
    await admitted(api, () => Math.min(...group.queued.map(({ turn }) => turn)));
    group.due -= 1;
    group.queued.sort((one, other) => one.turn - other.turn);
    const at = now();
    const isAlone = (entry: Entry<Key, Value>): boolean => entry.aloneUntilMs > at;
    const [first] = group.queued;
    if (first === undefined) return;
    const batch = isAlone(first) ? [first] : group.queued.filter((entry) => !isAlone(entry)).slice(0, sizeMax);
    group.queued = group.queued.filter((entry) => !batch.includes(entry));
    const along = isAlone(first) ? [] : this.#along(group, sizeMax - batch.length);
    // Those that one was asked for without.
    this.#call(group, (send) => send());
    await this.#ask([...batch, ...along].map(partyOf), api);
  }

  /** What will be wanted next, and has no answer that whoever wants it then could be given. */
  #along({ entries }: Group<Key, Value>, room: number): Entry<Key, Value>[] {
    const { now, tickMs } = this.#common;
    const { everyTicks = 1, failsWhole = false } = this.#kind;
    if (failsWhole) return [];
    const at = now();
    const taken: Entry<Key, Value>[] = [];
    for (const entry of entries.values()) {
      const sinceMs = at - entry.wantedAtMs;
      if (taken.length >= room || sinceMs < (everyTicks - SOON_WANTED) * tickMs) break;
      const askedAtMs = entry.answers.at(-1)?.askedAtMs ?? at;
      const isUnused = askedAtMs > entry.wantedAtMs && askedAtMs > at - tickMs;
      const isUnderWay = entry.flight !== undefined || entry.isQueued;
      if (isUnused || isUnderWay || entry.aloneUntilMs > at || sinceMs > FORGOTTEN * everyTicks * tickMs) continue;
      taken.push(entry);
    }
    return taken;
  }

  /** Gives everyone their answer, or their error; throws nothing. Answers the error of the call, if it had one. */
  async #ask(parties: readonly Party<Key, Value>[], admittedApi: string): Promise<unknown> {
    const { now, nextOrder, onBatch, tickMs } = this.#common;
    const { api, ask, together = (keys: readonly Key[]) => keys } = this.#kind;
    const keys = together(parties.map(({ entry }) => entry.key));
    const order = nextOrder();
    const askedAtMs = now();
    onBatch(api, parties.length);
    const flights = parties.map(({ entry, waiting }, index) => {
      const flight: Flight<Key, Value> = { key: keys[index] as Key, order, askedAtMs, waiting };
      entry.flight = flight;
      return { entry, flight };
    });
    const landed = ({ entry, flight }: (typeof flights)[number]): Waiter<Value>[] => {
      if (entry.flight === flight) entry.flight = undefined;
      return flight.waiting;
    };
    let values: readonly Value[];
    try {
      values = await withoutCallContext(() => ask(keys), admittedApi);
    } catch (error) {
      const again = flights.map((one) => ({ entry: one.entry, waiting: landed(one) }));
      if (isOnesFault(error) && again.length > 1) {
        for (const party of again) for (const waiter of party.waiting) this.#wait(party, waiter);
        const left = isDenied(error) ? await this.#probe(again, error) : again;
        const middle = Math.ceil(left.length / 2);
        await Promise.all([left.slice(0, middle), left.slice(middle)].map((half) => this.#askAgain(half)));
        return error;
      }
      for (const { entry, waiting } of again) {
        if (isOnesFault(error)) entry.aloneUntilMs = now() + ALONE_TICKS * tickMs;
        for (const { reject } of waiting) reject(error);
      }
      return error;
    }
    for (const [index, one] of flights.entries()) {
      const answer = { key: one.flight.key, value: values[index] as Value, order, askedAtMs };
      const { answers } = one.entry;
      if (order > (answers.at(-1)?.order ?? 0)) one.entry.answers = [...answers.slice(-1), answer];
      for (const { resolve } of landed(one)) resolve(answer);
    }
    return undefined;
  }

  /**
   * A right that is missing is missing for one name, or for all of them: the first and the last are asked for by themselves, and where both are
   * denied nobody is asked for any more. Answers who is left.
   */
  async #probe(parties: readonly Party<Key, Value>[], error: unknown): Promise<readonly Party<Key, Value>[]> {
    const [first, ...others] = parties;
    const last = others.pop();
    const probed = [first, last].flatMap((one) => (one === undefined ? [] : [one]));
    const failures = await Promise.all(probed.map((one) => this.#askAgain([one])));
    if (!failures.every(isDenied)) return others;
    for (const { isSent, reject } of others.flatMap(({ waiting }) => waiting)) {
      isSent?.();
      reject(error);
    }
    return [];
  }

  /** Those of a call that failed, in their place in the line and for as long as they have patience. */
  async #askAgain(parties: readonly Party<Key, Value>[]): Promise<unknown> {
    if (parties.length === 0) return undefined;
    const turn = Math.min(...parties.map(({ entry }) => entry.turn));
    await this.#common.admitted(this.api, () => turn);
    for (const { waiting } of parties) for (const { isSent } of waiting) isSent?.();
    return this.#ask(parties, this.api);
  }

  #sweep(): void {
    const { now, tickMs } = this.#common;
    const oldestMs = now() - FORGOTTEN * (this.#kind.everyTicks ?? 1) * tickMs;
    if (this.#sweptAtMs > oldestMs) return;
    this.#sweptAtMs = now();
    for (const [groupName, { entries, queued }] of this.#groups) {
      for (const [name, { wantedAtMs, flight, isQueued, aloneUntilMs }] of entries) {
        const isIdle = flight === undefined && !isQueued && aloneUntilMs <= now();
        if (isIdle && wantedAtMs < oldestMs) entries.delete(name);
      }
      if (entries.size === 0 && queued.length === 0) this.#groups.delete(groupName);
    }
  }
}

/** One name of a call, and who waits for its answer. */
interface Party<Key, Value> {
  entry: Entry<Key, Value>;
  waiting: Waiter<Value>[];
}

function partyOf<Key, Value>(entry: Entry<Key, Value>): Party<Key, Value> {
  entry.isQueued = false;
  const waiting = entry.waiting.splice(0);
  for (const { isSent } of waiting) isSent?.();
  return { entry, waiting };
}

/**
 * What AWS says of one name in a call of many; what is wrong with the connection, with its patience or with the credentials, is wrong with all
 * of it.
 */
const isOnesFault = (error: unknown): boolean => {
  const kind = kindOf(error);
  return kind === 'notFound' || isDenied(error) || kind === 'invalid' || kind === 'conflict';
};

const isDenied = (error: unknown): boolean => kindOf(error) === 'denied' && !isOfCredentials(codeOf(error));
