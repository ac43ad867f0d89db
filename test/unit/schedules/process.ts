import { LeaseLostError, AwsCallError, type CallScope } from '../../../src/reconciler/ports.ts';
import type { Family, Scene } from './scene.ts';

/** What befalls one call of an operator. */
export type Fault = 'diesBefore' | 'diesAfter' | 'answerLost' | 'throttled';

/** Something that happens while an operator is in the middle of a reconcile, before one of its calls. */
export interface Interruption {
  /** Of the reconcile, from 1; reads and the table's writes count. */
  call: number;
  happen: () => Promise<void> | void;
}

export class ProcessDied extends Error {
  override name = 'ProcessDied';
}

/** A call of AWS that changes something. */
export interface Mutation {
  /** `router.write`. */
  api: string;
  /** What it was made for, in words. */
  what: string;
}

/** Looks at the world around each mutation that reaches AWS. */
export interface Witness {
  before(mutation: Mutation): void;
  after(mutation: Mutation): void;
}

/** What the port asks of whoever calls: to let each call be made in its own way. */
export interface Caller {
  /** The last try to read the alarms, and what they were then. */
  alarms: 'ok' | 'notOk' | 'unread';
  /** How old the newest data were when they were last read; as old as can be where they were not. */
  dataAgeMs: number;
  /** A read of AWS. */
  read<T>(api: string, family: Family | undefined, answer: () => T): Promise<T>;
  /** A call that changes something in AWS, and is fenced. */
  mutate<T>(mutation: Mutation, family: Family | undefined, effect: () => T): Promise<T>;
}

/** One operator's process, as the world sees it: it makes calls one after another, until it dies. */
export class OperatorLife implements Caller {
  readonly name: string;
  hasDied = false;
  scope: CallScope | undefined;
  /** Of the reconcile under way. */
  calls = 0;
  /** What befalls the next calls that change something; taken as they come. */
  fault: { mutation: number; fault: Fault } | undefined;
  /** Which read of the reconcile fails. */
  failedRead: number | undefined;
  interruption: Interruption | undefined;
  alarms: Caller['alarms'] = 'unread';
  dataAgeMs = Number.POSITIVE_INFINITY;
  #mutations = 0;
  #reads = 0;
  readonly #scene: Scene;
  readonly #witness: Witness;

  constructor(name: string, scene: Scene, witness: Witness) {
    this.name = name;
    this.#scene = scene;
    this.#witness = witness;
  }

  begin(): void {
    this.calls = 0;
    this.#mutations = 0;
    this.#reads = 0;
    this.alarms = 'unread';
    this.dataAgeMs = Number.POSITIVE_INFINITY;
  }

  async read<T>(api: string, family: Family | undefined, answer: () => T): Promise<T> {
    await this.#arrive();
    this.#reads += 1;
    const isDenied = family !== undefined && this.#scene.denied.has(family);
    if (isDenied) throw failure(api, 'AccessDenied', 'denied');
    if (this.failedRead === this.#reads) throw failure(api, 'ServiceUnavailable', 'unknown');
    return answer();
  }

  async mutate<T>(mutation: Mutation, family: Family | undefined, effect: () => T): Promise<T> {
    await this.#arrive();
    this.scope?.beforeMutation(mutation.api);
    if (family !== undefined && this.#scene.denied.has(family)) throw failure(mutation.api, 'AccessDenied', 'denied');
    const fault = this.#faultOfNext();
    if (fault === 'diesBefore') this.#die(mutation.api);
    if (fault === 'throttled') throw failure(mutation.api, 'ThrottlingException', 'throttled');
    this.#witness.before(mutation);
    const answer = effect();
    this.#witness.after(mutation);
    if (fault === 'diesAfter') this.#die(mutation.api);
    if (fault === 'answerLost') throw failure(mutation.api, 'RequestTimeout', 'unknown');
    return answer;
  }

  /** A write to the table, whose lost answers the store itself makes good. */
  async persist<T>(effect: () => T): Promise<T> {
    await this.#arrive();
    const fault = this.#faultOfNext();
    if (fault === 'diesBefore') this.#die('the write to the table');
    const answer = effect();
    if (fault === 'diesAfter') this.#die('the write to the table');
    return answer;
  }

  #faultOfNext(): Fault | undefined {
    this.#mutations += 1;
    return this.fault?.mutation === this.#mutations ? this.fault.fault : undefined;
  }

  async #arrive(): Promise<void> {
    if (this.hasDied) throw new ProcessDied(`${this.name} has died`);
    this.calls += 1;
    const { interruption } = this;
    if (interruption === undefined || interruption.call > this.calls) return;
    this.interruption = undefined;
    await interruption.happen();
  }

  #die(at: string): never {
    this.hasDied = true;
    throw new ProcessDied(`${this.name} died at ${at}`);
  }
}

/** The end of one of two processes, or of its turn, is nothing that a schedule fails by. */
export const isItsEnd = (error: unknown): boolean => error instanceof ProcessDied || error instanceof LeaseLostError;

const failure = (api: string, code: string, kind: AwsCallError['kind']): AwsCallError =>
  new AwsCallError(api, code, kind, `${api}: ${code}: a drill`);
