import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What a plan of the run is put through; `migrate` is left alone. */
export type Story = 'migrate' | 'pause' | 'abort' | 'sickGreen';

/** Who served a user: the load balancer itself is nobody. */
export type Side = 'blue' | 'green' | 'nobody';

/**
 * One line of a history. Times (`at`) are real milliseconds since the epoch with fractions, all by one clock: that of the process in which
 * the lab runs. Lines stand in the order in which things ended; `at` is when they began.
 */
export type Entry =
  /** The first line. */
  | { kind: 'begin'; at: number; seed: number; leaseMs: number; callTimeoutMs: number; clockFactor: number }
  /** A plan that the run has, and how it is to end. */
  | { kind: 'plan'; at: number; plan: string; story: Story; isLoaded: boolean; blueTargetGroup: string }
  /** A process of an operator. Its name is the holder on leases, and the name of the session that its calls are signed with. */
  | { kind: 'operator'; at: number; by: string; slot: number; what: 'started' | 'ended'; labAheadMs?: number }
  /** A call that the lab has seen. `answered`: whether the caller was let hear of it. `input` of those that change something. */
  | {
      kind: 'call';
      at: number;
      ms: number;
      by: string;
      api: string;
      outcome: 'ok' | 'refused' | 'lost';
      code?: string;
      answered: boolean;
      input?: Readonly<Record<string, unknown>>;
    }
  /** What a thing is called whose id does not say it. */
  | { kind: 'name'; at: number; id: string; name: string }
  /** A write to a plan's status item, as it was sent: what it sets, and under which lease. */
  | { kind: 'record'; at: number; ms: number; by: string; plan: string; hasLanded: boolean; write: StatusWrite }
  /** A user's request; by whom it was served. */
  | { kind: 'request'; at: number; ms: number; plan: string; side: Side; ok: boolean; result: string }
  /** What the nemesis did, or a person. */
  | { kind: 'act'; at: number; act: string; on?: string; detail?: string }
  /** At the end: what carries a plan's tags (`kind/name`), what runs in its cluster, and the target groups to which its rule sends. */
  | {
      kind: 'left';
      at: number;
      plan: string;
      tagged: readonly string[];
      services: readonly string[];
      forwardsTo: readonly string[];
    }
  /** At the end: what the shipped policies did not let operators do, `ecs:CreateService on arn:…`. */
  | { kind: 'denied'; at: number; what: string }
  /** The process of the lab and of the users stood still for so long: what was late then is the machine's doing. */
  | { kind: 'stall'; at: number; ms: number }
  /** The last line: a history without it was cut off. */
  | { kind: 'end'; at: number };

/** What of a write to a status item says who drives the plan and where it is. */
export interface StatusWrite {
  /** `lease`: taken, renewed or given back. `status`: the machine's record. */
  what: 'lease' | 'status';
  /** The lease as it is once the write has landed. Empty: given back. */
  holder: string;
  epoch: number;
  version: number;
  /** Of a status. */
  uid?: string;
  state?: string;
  step?: number;
}

export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** Now, by the clock of every `at`. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

/** Appends to a history file; every line is whole. */
export class History {
  readonly file: string;
  readonly #descriptor: number;
  readonly #listeners: ((entry: Entry) => void)[] = [];
  #isOpen = true;

  /** Empties the file, or makes it. */
  constructor(file: string) {
    this.file = file;
    this.#descriptor = openSync(file, 'w');
  }

  write(entry: Entry): void {
    if (!this.#isOpen) return;
    writeSync(this.#descriptor, `${JSON.stringify(entry)}\n`);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Hears of every line from now on. */
  listen(listener: (entry: Entry) => void): void {
    this.#listeners.push(listener);
  }

  /** What comes later is not written. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#descriptor);
  }
}

export function readHistory(file: string): Entry[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}
