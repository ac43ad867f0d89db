import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import { createShop, type Shop } from '../../../src/aws/simulatedShop.ts';
import { AwsCallError } from '../../../src/reconciler/ports.ts';
import { everythingIn } from './account.ts';
import { FAULTS, type Hands, handsOn, isMutation, type Mishap, MUTATION_FAULTS, READ_FAULTS } from './hands.ts';

/** What an operator does to one thing, again and again until it reads it as done. */
export interface Doing {
  act: (hands: Hands) => Promise<unknown>;
  isDone: (hands: Hands) => Promise<boolean>;
}

/** Something that is done to AWS in as many calls as it takes, and may be cut at any. */
export interface Saga {
  name: string;
  /** Makes in a fresh shop what it stands on. */
  stage(shop: Shop): Promise<StagedSaga>;
  /** The calls that change something, of doing and of undoing it, each named once, in order. The test holds the list to them. */
  changes: readonly string[];
  /** Everything is to be afterwards as it was before. Default false. */
  changesNothing?: boolean;
  /** It is asked for only where it is not so yet, and does not look by itself. Default false: done, it makes no call. */
  doesNotLook?: boolean;
}

export interface StagedSaga {
  doing: Doing;
  /** Gives everything back as it was before; without it what was done stays. */
  undoing?: Doing;
  /** Where there is no undoing: a person puts everything back, so that the shop serves again. */
  restore?: () => Promise<unknown>;
}

const PATIENCE_MS = 60_000;
const ROUNDS_MAX = 400;
const ROUND_MS = 5_000;
/** As long as AWS works on after a saga: what it takes away by itself is gone then. */
const AFTERWARDS_MS = 180_000;
/** As long as a reconciler waits with what it has not heard of before it takes it for gone (row E11). */
const UNSEEN_MS = 120_000;

const told = ({ api, nth, fault }: Mishap): string => `${api}, call ${nth}: ${FAULTS[fault]}`;

/** What is called once and again while AWS works may be called less often the next time; its first time always comes. */
const neverCame = ({ api, nth }: Mishap, calls: readonly string[]): boolean => nth === 1 && !calls.includes(api);

/** Acts until it is done, by a new process where one died. Answers the calls that the first process made. */
async function drive(shop: Shop, doing: Doing, mishap?: Mishap): Promise<readonly string[]> {
  const first = handsOn(shop, mishap);
  let hands = first;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    if (await tolerant(() => doing.isDone(hands))) {
      if (mishap !== undefined && neverCame(mishap, first.calls)) throw new Error(`never came: ${told(mishap)}`);
      return first.calls;
    }
    await tolerant(() => doing.act(hands));
    if (hands.isDead()) hands = handsOn(shop);
    await shop.pass(ROUND_MS);
  }
  throw new Error(`it was never done${mishap === undefined ? '' : `, after ${told(mishap)}`}`);
}

/** What a reconcile does with an error of AWS's: it comes again. */
async function tolerant<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AwsCallError && ['unknown', 'denied', 'throttled'].includes(error.kind)) return undefined;
    throw error;
  }
}

/** Two processes that know nothing of each other act one after the other, and so on until both read it as done. */
async function driveTwice(shop: Shop, { act, isDone }: Doing): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const both = [handsOn(shop), handsOn(shop)] as const;
    if (await isDone(both[0])) return;
    for (const hands of both) await act(hands);
    await shop.pass(ROUND_MS);
  }
  throw new Error('it was never done');
}

/** What is called over and over while AWS works: the third time tells no more than the second. */
const REPEATS_MAX = 2;

/** Every mutation with all that may befall it; a read once between two mutations. */
function mishapsOf(calls: readonly string[]): Mishap[] {
  const times = new Map<string, number>();
  const readSince = new Set<string>();
  return calls.flatMap((api) => {
    const nth = (times.get(api) ?? 0) + 1;
    times.set(api, nth);
    if (isMutation(api)) {
      if (nth > REPEATS_MAX) return [];
      readSince.clear();
    } else {
      if (readSince.has(api)) return [];
      readSince.add(api);
    }
    return (isMutation(api) ? MUTATION_FAULTS : READ_FAULTS).map((fault) => ({ api, nth, fault }));
  });
}

const settled = async (shop: Shop): Promise<string[]> => {
  await shop.pass(AFTERWARDS_MS);
  return everythingIn(shop.simulated);
};

/**
 * A saga in a shop of its own, and the three tests of it: each call fails; all of it twice; the way back, twice, and from wherever it was cut.
 * Each ends by looking at everything there is.
 */
export class Rehearsal {
  /** Calls of doing it, and of undoing it. */
  calls: readonly string[] = [];
  undoCalls: readonly string[] = [];
  before: string[] = [];
  done: string[] = [];
  #shop: Shop;
  #staged: StagedSaga;
  readonly #saga: Saga;

  static async of(saga: Saga): Promise<Rehearsal> {
    const shop = await createShop(AWS_LIKE_DELAYS);
    const rehearsal = new Rehearsal(saga, shop, await saga.stage(shop));
    await rehearsal.#rehearse();
    return rehearsal;
  }

  private constructor(saga: Saga, shop: Shop, staged: StagedSaga) {
    this.#saga = saga;
    this.#shop = shop;
    this.#staged = staged;
  }

  async #rehearse(): Promise<void> {
    this.before = await settled(this.#shop);
    this.calls = await drive(this.#shop, this.#staged.doing);
    this.done = await settled(this.#shop);
    if (this.#staged.undoing !== undefined) this.undoCalls = await drive(this.#shop, this.#staged.undoing);
    await this.#backToStage('undone');
  }

  /** What changes something, each call named once, in order. */
  get changes(): string[] {
    return [...new Set([...this.calls, ...this.undoCalls].filter(isMutation))].toSorted();
  }

  /** Nothing of it is ever taken back by an operator. */
  get isForGood(): boolean {
    return this.#staged.undoing === undefined;
  }

  async endsTheSameWhicheverCallFails(): Promise<void> {
    for (const mishap of mishapsOf(this.calls)) {
      await drive(this.#shop, this.#staged.doing, mishap);
      expect(await settled(this.#shop), told(mishap)).toEqual(this.done);
      await this.#backToStage(told(mishap));
    }
  }

  async isTheSameTwice(): Promise<void> {
    await driveTwice(this.#shop, this.#staged.doing);
    expect(await settled(this.#shop)).toEqual(this.done);
    const again = await this.#onceMore(this.#staged.doing);
    if (this.#saga.doesNotLook !== true) expect(again.filter(isMutation)).toEqual([]);
    expect(await settled(this.#shop), 'once more').toEqual(this.done);
    await this.#backToStage('after twice');
  }

  async leavesNothingWhenUndone(): Promise<void> {
    const { undoing, doing } = this.#staged;
    if (undoing === undefined) throw new Error('it is for good: there is no way back that could be tried');
    await drive(this.#shop, doing);
    await driveTwice(this.#shop, undoing);
    expect(await settled(this.#shop), 'undone twice').toEqual(this.before);
    const again = await this.#onceMore(undoing);
    if (this.#saga.doesNotLook !== true) expect(again.filter(isMutation), 'once more').toEqual([]);
    expect(await settled(this.#shop), 'once more').toEqual(this.before);

    for (const mishap of mishapsOf(this.undoCalls)) {
      await drive(this.#shop, doing);
      await drive(this.#shop, undoing, mishap);
      expect(await settled(this.#shop), told(mishap)).toEqual(this.before);
    }
    for (const mishap of mishapsOf(this.calls).filter(({ fault }) => fault === 'diesAfter')) {
      await driveUntilDeath(this.#shop, doing, mishap);
      await this.#shop.pass(UNSEEN_MS);
      await drive(this.#shop, undoing);
      expect(await settled(this.#shop), `given up after ${told(mishap)}`).toEqual(this.before);
    }
  }

  async #onceMore({ act, isDone }: Doing): Promise<readonly string[]> {
    const hands = handsOn(this.#shop);
    await act(hands);
    expect(await isDone(hands)).toBe(true);
    return hands.calls;
  }

  close(): Promise<void> {
    return this.#shop.close();
  }

  /** The stage anew where nothing leads back to it. */
  async #backToStage(why: string): Promise<void> {
    const { undoing, restore } = this.#staged;
    if (undoing !== undefined) {
      await drive(this.#shop, undoing);
    } else if (restore !== undefined) {
      await restore();
    } else {
      await this.#shop.close();
      this.#shop = await createShop(AWS_LIKE_DELAYS);
      this.#staged = await this.#saga.stage(this.#shop);
    }
    expect(await settled(this.#shop), why).toEqual(this.before);
  }
}

export function sagaTests(saga: Saga): void {
  describe(saga.name, () => {
    let rehearsal: Rehearsal;
    beforeAll(async () => {
      rehearsal = await Rehearsal.of(saga);
    });
    afterAll(() => rehearsal.close());

    test('changes what it says', () => {
      expect(rehearsal.changes).toEqual(saga.changes);
      if (saga.changesNothing === true) expect(rehearsal.done).toEqual(rehearsal.before);
      else expect(rehearsal.done).not.toEqual(rehearsal.before);
    });

    test(
      'ends the same whichever call fails, and however',
      () => rehearsal.endsTheSameWhicheverCallFails(),
      PATIENCE_MS,
    );

    test('twice is once', () => rehearsal.isTheSameTwice());

    test(
      'undone leaves what was before, twice, whichever call fails, and from wherever it was cut',
      ({ skip }) => {
        skip(rehearsal.isForGood, 'it is for good');
        return rehearsal.leavesNothingWhenUndone();
      },
      PATIENCE_MS,
    );
  });
}

/** Half of it. */
async function driveUntilDeath(shop: Shop, doing: Doing, mishap: Mishap): Promise<void> {
  const hands = handsOn(shop, mishap);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await tolerant(() => doing.isDone(hands));
    await tolerant(() => doing.act(hands));
    if (hands.isDead() || (mishap.nth > 1 && (await tolerant(() => doing.isDone(hands))) === true)) return;
    await shop.pass(ROUND_MS);
  }
  throw new Error(`never came: ${told(mishap)}`);
}
