import { withoutCallContext } from '../callContext.ts';
import type { Floor } from './looks.ts';
import { heldBack, type Patience } from './patience.ts';
import type { Answer, Common } from './sharedRead.ts';

/** Where the budget allows no more, what may change by itself goes without being looked at for so many ticks: with the default tick ten minutes. */
export const REMEMBERED_TICKS = 60;
/** And what only a person changes for so many: an hour. */
export const CONFIGURATION_TICKS = 360;
/** From this part of that on it is asked for while nobody else waits, so that hardly a look has to. */
const AGED = 0.75;
/**
 * What one look waits for is served as if its pass had begun so many rounds of all plans later: what many wait for goes first, and yet nobody waits
 * for ever.
 */
const BEHIND_ROUNDS = 5;

interface Memory<Value> extends Answer<Value> {
  /** What else was known when it was asked. */
  witness: string;
}

/** A question that has no answer yet. */
interface Question<Value> {
  /** `undefined`: it waits for its budget. */
  sent: { order: number; askedAtMs: number } | undefined;
  /** When it is sent. */
  sending: Promise<void>;
  witness: string;
  /** The smallest of those who want it. */
  turn: number;
  answer: Promise<Value>;
}

/**
 * What AWS tells of one thing a call, and what seldom changes by itself: each look asks anew for as long as the budget has plenty, and
 * goes by what it was told before where the budget has not. Never longer than so many ticks, nor after the plan changed something
 * itself, nor where something else that is seen in every look (the witness) has changed since.
 */
export class Remembered<Value> {
  readonly #known = new Map<string, Memory<Value>>();
  readonly #asked = new Map<string, Question<Value>>();
  readonly #common: Common;
  readonly #api: string;
  readonly #hasPlenty: () => boolean;
  readonly #ageMsMax: number;
  #sweptAtMs = 0;

  /** @param ticksMax for so many it is gone by at most */
  constructor(api: string, common: Common, hasPlenty: () => boolean, ticksMax = REMEMBERED_TICKS) {
    this.#api = api;
    this.#common = common;
    this.#hasPlenty = hasPlenty;
    this.#ageMsMax = ticksMax * common.tickMs;
  }

  /** @param freshness `floor`: what was asked after that needs nothing that speaks for it; `changedBefore`: what was asked no later is of no use. */
  async read(
    name: string,
    ask: () => Promise<Value>,
    { floor, changedBefore }: { floor: Floor; changedBefore: number },
    options: {
      /** Default: nobody compares. */
      witness?: string;
      /** Asked where something is remembered: what speaks for it. Default true. */
      isConfirmed?: (value: Value) => Promise<boolean>;
      /** Once it is over, a question that was not sent yet is not waited for: {@link heldBack}. Its answer is remembered. */
      patience?: Patience | undefined;
      /** Who asks with a smaller one is asked for before others. Default 0. */
      turn?: number;
    } = {},
  ): Promise<Value> {
    const { isConfirmed, turn = 0 } = options;
    const known = this.#known.get(name);
    const witness = options.witness ?? known?.witness ?? '';
    const mayServe =
      known !== undefined &&
      known.witness === witness &&
      known.order > changedBefore &&
      known.askedAtMs > this.#common.now() - this.#ageMsMax;
    const isFresh = mayServe && known.order > floor.order && known.askedAtMs > floor.atMs;
    if (isFresh || (mayServe && !this.#hasPlenty() && (await (isConfirmed?.(known.value) ?? true)))) {
      this.#common.onAnswer(this.#api, 'shared');
      if (this.#isAged(known)) this.#questionOf(name, ask, { witness, floor, turn: Number.POSITIVE_INFINITY });
      return known.value;
    }
    // That nothing could confirm it within the look's patience is no reason to ask for more.
    if (mayServe && options.patience?.isOver === true) throw heldBack(this.#api);
    this.#common.onAnswer(this.#api, 'asked');
    const question = this.#questionOf(name, ask, { witness, floor, turn });
    if (!(await this.#isSent(question, options.patience))) throw heldBack(this.#api);
    return question.answer;
  }

  #isAged({ askedAtMs }: Answer<Value>): boolean {
    return askedAtMs <= this.#common.now() - AGED * this.#ageMsMax;
  }

  /** One that is on its way already, where that is asked after the floor, or a new one. */
  #questionOf(
    name: string,
    ask: () => Promise<Value>,
    { witness, floor, turn }: { witness: string; floor: Floor; turn: number },
  ): Question<Value> {
    const underWay = this.#asked.get(name);
    if (underWay !== undefined && (underWay.sent === undefined || underWay.sent.order > floor.order)) {
      if (underWay.sent === undefined) underWay.witness = witness;
      underWay.turn = Math.min(underWay.turn, turn);
      return underWay;
    }
    const { admitted, now, nextOrder, onBatch, plans } = this.#common;
    const sending = admitted(this.#api, () => question.turn + BEHIND_ROUNDS * plans()).then(() => {
      question.sent = { order: nextOrder(), askedAtMs: now() };
      onBatch(this.#api, 1);
    });
    const answer = sending
      .then(() => withoutCallContext(ask, this.#api))
      .then((value) => {
        const { sent } = question;
        if (sent !== undefined && sent.order > (this.#known.get(name)?.order ?? 0)) {
          this.#known.set(name, { value, ...sent, witness: question.witness });
        }
        this.#sweep();
        return value;
      })
      .finally(() => {
        if (this.#asked.get(name) === question) this.#asked.delete(name);
      });
    // Where nobody waits for it any more, nobody need hear that it failed.
    answer.catch(() => {});
    const question: Question<Value> = { sent: undefined, sending, witness, turn, answer };
    this.#asked.set(name, question);
    return question;
  }

  /** Waits until it is sent, or the patience is over. */
  #isSent(question: Question<Value>, patience: Patience | undefined): Promise<boolean> {
    if (question.sent !== undefined) return Promise.resolve(true);
    return new Promise((resolve) => {
      const isSent = patience?.wait(this.#api, () => resolve(false));
      void question.sending.then(() => {
        isSent?.();
        resolve(true);
      });
    });
  }

  #sweep(): void {
    const oldestMs = this.#common.now() - this.#ageMsMax;
    if (this.#sweptAtMs > oldestMs) return;
    this.#sweptAtMs = this.#common.now();
    for (const [name, { askedAtMs }] of this.#known) if (askedAtMs < oldestMs) this.#known.delete(name);
  }
}
