import { describe, expect, test } from 'vitest';
import { endless } from './testPatience.ts';
import { type Common, type Kind, SharedRead } from './sharedRead.ts';

const TICK_MS = 10_000;

/** One API that tells of each name when it was asked, on a clock that the test moves. */
function setUp({ sizeMax = 3, refused = new Set<string>(), everyTicks = 1, code = 'NotFoundException' } = {}) {
  const calls: string[][] = [];
  const turns: (() => void)[] = [];
  /** What calls wait for before they are made, and their turns. */
  const held: Promise<void>[] = [];
  const placesInLine: (() => number)[] = [];
  /** What answers wait for. */
  const unanswered: Promise<void>[] = [];
  const state = { nowMs: 1_000_000, order: 0 };
  const common: Common = {
    tickMs: TICK_MS,
    now: () => state.nowMs,
    nextOrder: () => (state.order += 1),
    soon: (action) => void turns.push(action),
    admitted: (_api, turn) => {
      placesInLine.push(turn);
      return Promise.all(held);
    },
    plans: () => 1_000,
    onBatch: () => {},
    onAnswer: () => {},
  };
  const kind: Kind<string, string> = {
    api: 'ecs:DescribeServices',
    sizeMax,
    everyTicks,
    nameOf: (name) => name,
    groupOf: (name) => name[0] ?? '',
    ask: async (names) => {
      calls.push([...names]);
      await Promise.all(unanswered);
      const bad = names.find((name) => refused.has(name));
      if (bad !== undefined) {
        throw Object.assign(new Error(`no ${bad}`), { name: code, $metadata: { httpStatusCode: 400 } });
      }
      return names.map((name) => `${name} at ${state.nowMs}`);
    },
  };
  const read = new SharedRead(kind, common);
  /** Fresh as of now: what was asked before says nothing. */
  const anew = () => ({ order: state.order, atMs: state.nowMs - TICK_MS });
  /** As good as a tick ago. */
  const within = () => ({ order: 0, atMs: state.nowMs - TICK_MS });
  const load = async (names: readonly string[], floor = within()): Promise<string[]> => {
    const asked = Promise.allSettled(names.map((name) => read.load(name, floor)));
    for (const turn of turns.splice(0)) turn();
    const settled = await asked;
    return settled.map((one) => (one.status === 'fulfilled' ? one.value.value : (one.reason as Error).message));
  };
  return {
    calls,
    held,
    unanswered,
    turns,
    load,
    read,
    anew,
    within,
    refused,
    placesInLine: () => placesInLine.map((turn) => turn()),
    pass: (ms: number) => void (state.nowMs += ms),
    state,
  };
}

describe('a shared read', () => {
  test('those who ask at the same time share a call, of one group and no more than fit', async () => {
    const { calls, load } = setUp();
    const answers = await load(['a1', 'a2', 'b1', 'a1', 'a3', 'a4']);
    expect(answers).toEqual(['a1', 'a2', 'b1', 'a1', 'a3', 'a4'].map((name) => `${name} at 1000000`));
    expect(calls.map((names) => names.join(' ')).toSorted()).toEqual(['a1 a2 a3', 'a4', 'b1']);
  });

  test('an answer is given on for less than a tick, and to nobody whose floor is after it', async () => {
    const { calls, load, anew, pass } = setUp();
    await load(['a1']);
    pass(TICK_MS - 1);
    expect(await load(['a1'])).toEqual(['a1 at 1000000']);
    expect(calls).toHaveLength(1);
    expect(await load(['a1'], anew())).toEqual([`a1 at ${1_000_000 + TICK_MS - 1}`]);
    pass(TICK_MS);
    expect(await load(['a1'])).toEqual([`a1 at ${1_000_000 + 2 * TICK_MS - 1}`]);
    expect(calls).toHaveLength(3);
  });

  test('a call with room takes along what was wanted longest ago, so that it is there when it is wanted again', async () => {
    const { calls, load, pass } = setUp();
    await load(['a1', 'a2']);
    pass(1_000);
    await load(['a3']);
    pass(TICK_MS - 1_500);
    await load(['a4']);
    expect(calls.at(-1)).toEqual(['a4', 'a1', 'a2']);
    pass(500);
    await load(['a1', 'a2']);
    expect(calls).toHaveLength(3);
  });

  test('what nobody used since it was taken along, or wants any more, is not taken along again', async () => {
    const { calls, load, pass } = setUp({ sizeMax: 10 });
    await load(['a1']);
    pass(6_000);
    await load(['a2']);
    expect(calls.at(-1)).toEqual(['a2', 'a1']);
    pass(6_000);
    await load(['a3']);
    expect(calls.at(-1)).toEqual(['a3', 'a2']);
    pass(4 * TICK_MS);
    await load(['a4']);
    expect(calls.at(-1)).toEqual(['a4']);
  });

  test('what is wanted every few ticks goes along shortly before it is due, and until then is not forgotten', async () => {
    const { calls, load, pass } = setUp({ sizeMax: 10, everyTicks: 6 });
    await load(['a1']);
    pass(5.4 * TICK_MS);
    await load(['a2']);
    expect(calls.at(-1)).toEqual(['a2']);
    pass(0.1 * TICK_MS);
    await load(['a3']);
    expect(calls.at(-1)).toEqual(['a3', 'a1']);
    pass(0.5 * TICK_MS);
    await load(['a1']);
    expect(calls).toHaveLength(3);
  });

  test('what was taken along and is wanted later than was thought goes along again once it is of no more use', async () => {
    const { calls, load, pass } = setUp({ sizeMax: 10 });
    await load(['a1']);
    pass(6_000);
    await load(['a2']);
    expect(calls.at(-1)).toEqual(['a2', 'a1']);
    pass(TICK_MS);
    await load(['a3']);
    expect(calls.at(-1)).toEqual(['a3', 'a1', 'a2']);
  });

  test('a name that fails a whole call fails nobody else’s, and is asked for by itself for a while', async () => {
    const { calls, load, anew, refused } = setUp({ sizeMax: 10 });
    refused.add('a3');
    expect(await load(['a1', 'a2', 'a3', 'a4'])).toEqual(['a1 at 1000000', 'a2 at 1000000', 'no a3', 'a4 at 1000000']);
    calls.length = 0;
    await load(['a1', 'a2', 'a3', 'a4'], anew());
    expect(calls.map((names) => names.join(' ')).toSorted()).toEqual(['a1 a2 a4', 'a3']);
  });

  test('where all names are denied, that is asked of the first and the last besides, and everyone is told', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `a${index}`);
    const { calls, load } = setUp({ sizeMax: 50, refused: new Set(names), code: 'AccessDeniedException' });
    const answers = await load(names);
    expect(answers.every((answer) => answer.startsWith('no a'))).toBe(true);
    expect(calls.map((asked) => asked.join(' '))).toEqual([names.join(' '), 'a0', 'a49']);
  });

  test('where one of many is denied the others have their answers', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `a${index}`);
    const { load } = setUp({ sizeMax: 8, refused: new Set(['a3']), code: 'AccessDeniedException' });
    expect((await load(names)).filter((answer) => answer.startsWith('no '))).toEqual(['no a3']);
  });

  test('what is wrong with the credentials is wrong with all of a call, which is not made again', async () => {
    const names = ['a1', 'a2', 'a3'];
    const { calls, load } = setUp({ refused: new Set(names), code: 'ExpiredTokenException' });
    expect(await load(names)).toEqual(['no a1', 'no a1', 'no a1']);
    expect(calls).toHaveLength(1);
  });

  test('who waits for a call that is made again has patience too', async () => {
    const names = ['a1', 'a2'];
    const { read, turns, held, within, state, calls } = setUp({ refused: new Set(['a1']) });
    const patience = endless(() => state.nowMs);
    const asked = Promise.allSettled(names.map((name) => read.load(name, within(), { patience })));
    for (const turn of turns.splice(0)) turn();
    held.push(new Promise(() => {}));
    await expect.poll(() => calls.length).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    patience.end();
    const settled = await asked;
    expect(settled.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual([
      'HeldBack',
      'HeldBack',
    ]);
  });

  test('while calls wait, those who began first are asked for first, and the call goes as far to the front as the first of them', async () => {
    const { calls, read, turns, held, placesInLine, within } = setUp({ sizeMax: 2 });
    const { promise, resolve: admit } = Promise.withResolvers<void>();
    held.push(promise);
    const asked = Object.entries({ a1: 8, a2: 7, a3: 9, a4: 6 }).map(([name, turn]) =>
      read.load(name, within(), { turn }),
    );
    asked.push(read.load('a3', within(), { turn: 5 }));
    for (const turn of turns.splice(0)) turn();
    expect(placesInLine()).toEqual([5, 5]);
    admit();
    await Promise.all(asked);
    expect(calls).toEqual([
      ['a3', 'a4'],
      ['a2', 'a1'],
    ]);
  });

  test('a call that AWS did not answer is not made again in halves: everyone is told', async () => {
    const { read, calls, within } = setUp({ sizeMax: 2 });
    const kind = { ask: () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' })) };
    const failing = new SharedRead<string, string>(
      { api: 'ecs:DescribeServices', sizeMax: 2, nameOf: (name) => name, ...kind },
      {
        tickMs: TICK_MS,
        now: () => 0,
        nextOrder: () => 1,
        soon: (action) => action(),
        admitted: async () => {},
        plans: () => 1_000,
        onBatch: () => calls.push([]),
        onAnswer: () => {},
      },
    );
    const both = await Promise.allSettled([failing.load('x', within()), failing.load('y', within())]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(calls).toHaveLength(1);
    expect(read.has('x', within())).toBe(false);
  });

  test('who asks while a call is under way that began before their floor has a call of their own', async () => {
    const { read, calls, unanswered, anew, within, state } = setUp({ sizeMax: 1 });
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    unanswered.push(promise);
    const first = read.load('a1', within());
    const second = read.load('a1', within());
    await expect.poll(() => calls.length).toBe(1);
    const later = read.load('a1', anew());
    answer();
    await Promise.all([first, second, later]);
    expect(calls).toHaveLength(2);
    expect((await first).order).toBe((await second).order);
    expect((await later).order).toBe(state.order);
  });

  test('who asks while a call waits for its budget goes in it, as one that was asked after', async () => {
    const { read, calls, held, turns, anew, within, pass } = setUp({ sizeMax: 3 });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    held.push(promise);
    const loads = [read.load('a1', within())];
    for (const turn of turns.splice(0)) turn();
    pass(5_000);
    loads.push(read.load('a2', anew()), read.load('a1', anew()));
    expect(turns).toHaveLength(0);
    release();
    expect((await Promise.all(loads)).map(({ value }) => value)).toEqual([
      'a1 at 1005000',
      'a2 at 1005000',
      'a1 at 1005000',
    ]);
    expect(calls).toEqual([['a1', 'a2']]);
  });

  test('as many calls are made as are full, and one for what is left', async () => {
    const { read, calls, held, turns, within } = setUp({ sizeMax: 3 });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    held.push(promise);
    const loads = ['a1', 'a2'].map((name) => read.load(name, within()));
    for (const turn of turns.splice(0)) turn();
    loads.push(...['a3', 'a4', 'a5', 'a6', 'a7'].map((name) => read.load(name, within())));
    for (const turn of turns.splice(0)) turn();
    release();
    await Promise.all(loads);
    expect(calls).toEqual([['a1', 'a2', 'a3'], ['a4', 'a5', 'a6'], ['a7']]);
  });

  test('a look whose patience is over does not wait for a call that is held back; the answer is there for the next', async () => {
    const { read, calls, held, turns, within } = setUp({ sizeMax: 3 });
    const { promise, resolve: release } = Promise.withResolvers<void>();
    held.push(promise);
    const patience = endless(() => 0);
    const one = read.load('a1', within(), { patience });
    const other = read.load('a2', within());
    for (const turn of turns.splice(0)) turn();
    patience.end();
    await expect(one).rejects.toMatchObject({ call: 'ecs:DescribeServices', code: 'HeldBack', kind: 'unknown' });
    release();
    await other;
    expect((await read.load('a1', within())).value).toBe('a1 at 1000000');
    expect(calls).toEqual([['a1', 'a2']]);
  });

  test('and does wait for one that was sent', async () => {
    const { read, calls, turns, unanswered, within } = setUp();
    const { promise, resolve: answer } = Promise.withResolvers<void>();
    unanswered.push(promise);
    const patience = endless(() => 0);
    const one = read.load('a1', within(), { patience });
    for (const turn of turns.splice(0)) turn();
    await expect.poll(() => calls.length).toBe(1);
    patience.end();
    answer();
    expect((await one).value).toBe('a1 at 1000000');
  });
});
