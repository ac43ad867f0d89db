import type { SimulatedClock } from '../../lab/clock.ts';
import type { Direct, DirectAnswer, DirectCall } from '../../src/aws/directClient.ts';
import type { TableFault, TableOperation } from '../../src/state/memoryTable.ts';
import { CALL_MS_MAX } from '../unit/operator/compose.ts';
import type { Mutation } from '../unit/operator/operatorProcess.ts';
import { emptyPage, withoutOne, withoutToken } from './answers.ts';
import type { Call, Fault, FaultKind } from './fault.ts';

/** Lab time until a person grants what was denied. */
const DENIED_MS = 120_000;
/** So many reads of one kind answer what they answered before. */
const STALE_READS = 3;
/** As often the table's client sends a request whose answer is lost. */
const TABLE_ATTEMPTS = 3;

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

/** What befalls a call, the so-manieth of the run. */
export type Draw = (call: Call, number: number) => FaultKind | undefined;

/** A process as its calls see it. */
export interface Life {
  name: string;
  hasDied: boolean;
}

export interface Surroundings {
  clock: SimulatedClock;
  /** The plan's state in the record. */
  state: () => string;
  /** Looks at the world around each call of AWS that changes something. */
  before: (mutation: Mutation) => void;
  after: (mutation: Mutation) => void;
  /** Lets others have their turns while a process stands still at the so-manieth call. */
  meanwhile: (still: Life, call: number) => Promise<void>;
}

/** All calls of a run's operators, in the order in which they are begun, and what befalls them. */
export class Faults {
  readonly calls: Call[] = [];
  readonly #draw: Draw;
  readonly #around: Surroundings;
  /** Whether any read may have to be answered as it was before. */
  readonly #mayBeStale: boolean = false;
  readonly #isUndisturbed: boolean = false;
  /** Until when which API is denied. */
  readonly #denied = new Map<string, number>();
  /** The last answer of each read. */
  readonly #answers = new Map<string, DirectAnswer>();
  /** How many more reads of an API answer from {@link #answers}. */
  readonly #stale = new Map<string, number>();

  constructor(faults: readonly Fault[] | Draw, around: Surroundings) {
    this.#around = around;
    if (typeof faults === 'function') {
      this.#draw = faults;
    } else {
      const kinds = new Map(faults.map(({ call, kind }) => [call, kind]));
      this.#draw = (_, number) => kinds.get(number);
      this.#mayBeStale = faults.some(({ kind }) => kind === 'stale');
      this.#isUndisturbed = faults.length === 0;
    }
  }

  /** One attempt of one call of AWS, after the fence has let it pass. */
  async aws(life: Life, api: string, call: DirectCall, reach: Direct): Promise<DirectAnswer> {
    live(life);
    const isRead = READS.test(api);
    const [seen, kind] = this.#begin(api, isRead);
    if (kind === 'denied') this.#denied.set(api, this.#around.clock.now() + DENIED_MS);
    if ((this.#denied.get(api) ?? 0) > this.#around.clock.now())
      throw refused('AccessDeniedException', `${api} is denied`);
    if (kind === 'throttled') throw refused('ThrottlingException', 'Rate exceeded');
    return isRead ? this.#read(life, seen, kind, call, reach) : this.#write(life, api, kind, call, reach);
  }

  async #write(life: Life, api: string, kind: FaultKind | undefined, call: DirectCall, reach: Direct) {
    if (kind === 'diesBefore') die(life, `before ${api}`);
    if (kind === 'hangs') {
      await this.#around.clock.advanceAsync(CALL_MS_MAX);
      throw Object.assign(new Error(`${api} was not answered`), { name: 'TimeoutError' });
    }
    const mutation = { api, input: call.input as Mutation['input'] };
    const make = async () => {
      this.#around.before(mutation);
      try {
        return await reach(call);
      } finally {
        this.#around.after(mutation);
      }
    };
    if (kind === 'madeTwice') await make().catch(() => undefined);
    const answer = await make();
    if (kind === 'diesAfter') die(life, `after ${api}`);
    if (kind === 'answerLost') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return answer;
  }

  async #read(life: Life, seen: Call, kind: FaultKind | undefined, call: DirectCall, reach: Direct) {
    const { api } = seen;
    const asked = { ...call, input: withoutToken(api, call.input) };
    if (this.#mayBeStale) return this.#perhapsStale(api, kind, asked, reach);
    const answer = await reach(asked);
    // The answers of a run that nothing befalls tell what might befall it.
    if (this.#isUndisturbed) seen.takes = this.#choosy(api, asked, answer);
    // What it goes on with is what it has read before.
    if (kind === 'standsStill') await this.#around.meanwhile(life, this.calls.indexOf(seen) + 1);
    if (kind === 'emptyFirst') return (emptyPage(api, call.input, answer) ?? answer) as DirectAnswer;
    return kind === 'absent' ? ((withoutOne(api, answer) ?? answer) as DirectAnswer) : answer;
  }

  async #perhapsStale(api: string, kind: FaultKind | undefined, call: DirectCall, reach: Direct) {
    if (kind === 'stale') this.#stale.set(api, STALE_READS);
    const key = keyOf(api, call);
    const left = this.#stale.get(api) ?? 0;
    const before = this.#answers.get(key);
    if (left > 0) this.#stale.set(api, left - 1);
    if (left > 0 && before !== undefined) return before;
    const answer = await reach(call);
    this.#answers.set(key, answer);
    return answer;
  }

  /** Of the faults that change no answer but of some reads, those that change this one. */
  #choosy(api: string, call: DirectCall, answer: DirectAnswer): FaultKind[] {
    const key = keyOf(api, call);
    const before = this.#answers.get(key);
    this.#answers.set(key, answer);
    return [
      ...(emptyPage(api, call.input, answer) === undefined ? [] : (['emptyFirst'] as const)),
      ...(withoutOne(api, answer) === undefined ? [] : (['absent'] as const)),
      ...(before === undefined || isSame(before, answer) ? [] : (['stale'] as const)),
    ];
  }

  /** What a table in memory asks before each request, of one process. */
  ofTable(life: Life): (operation: TableOperation) => TableFault {
    let again: { kind: FaultKind; times: number } | undefined;
    return (operation) => {
      live(life);
      // A table asks anew before it sends again what has had its effect.
      if (again !== undefined) {
        const { kind } = again;
        again = again.times > 1 ? { kind, times: again.times - 1 } : undefined;
        if (kind === 'diesAfter') die(life, `after ${operation}`);
        return kind === 'neverAnswered' ? 'loseAnswer' : 'none';
      }
      const [{ api }, kind] = this.#begin(`dynamodb:${operation}`, operation === 'GetItem' || operation === 'Query');
      switch (kind) {
        case 'diesBefore':
          return die(life, `before ${api}`);
        case 'throttled':
          return 'fail';
        case 'answerLost':
        case 'diesAfter':
          again = { kind, times: 1 };
          return 'loseAnswer';
        case 'neverAnswered':
          again = { kind, times: TABLE_ATTEMPTS - 1 };
          return 'loseAnswer';
        default:
          return 'none';
      }
    };
  }

  #begin(api: string, isRead: boolean): [Call, FaultKind | undefined] {
    const call: Call = { api, isRead, state: this.#around.state(), takes: [] };
    this.calls.push(call);
    return [call, this.#draw(call, this.calls.length)];
  }
}

const READS = /:(Describe|List|Get|Discover)/;

function live(life: Life): void {
  if (life.hasDied) throw new ProcessDied(`${life.name} has died`);
}

function die(life: Life, when: string): never {
  life.hasDied = true;
  throw new ProcessDied(`${life.name} died ${when}`);
}

const keyOf = (api: string, { input }: DirectCall): string => `${api} ${JSON.stringify(input)}`;

const refused = (name: string, message: string): Error =>
  Object.assign(new Error(message), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400, requestId: 'refused' },
  });

const isSame = (one: DirectAnswer, other: DirectAnswer): boolean => {
  const { $metadata: _one, ...a } = one;
  const { $metadata: _other, ...b } = other;
  return JSON.stringify(a) === JSON.stringify(b);
};
