import { expect, test } from 'vitest';
import { endless } from './testPatience.ts';
import { Remembered, REMEMBERED_TICKS } from './remembered.ts';

const TICK_MS = 10_000;

function setUp() {
  /** What questions wait for before they are sent. */
  const held: Promise<void>[] = [];
  const turns: (() => number)[] = [];
  const state = { nowMs: 1_000_000, order: 0, hasPlenty: false, asked: 0 };
  const remembered = new Remembered<number>(
    'elasticloadbalancing:DescribeTargetHealth',
    {
      tickMs: TICK_MS,
      now: () => state.nowMs,
      nextOrder: () => (state.order += 1),
      soon: (action) => action(),
      admitted: (_api, turn) => {
        turns.push(turn);
        return Promise.all(held);
      },
      plans: () => 1_000,
      onBatch: () => {},
      onAnswer: () => {},
    },
    () => state.hasPlenty,
  );
  /** The next look of a plan that changed something last before `changedBefore`. */
  const read = (options: Parameters<typeof remembered.read>[3] = {}, changedBefore = 0) =>
    remembered.read(
      'group',
      async () => (state.asked += 1),
      { floor: { order: state.order, atMs: state.nowMs - TICK_MS }, changedBefore },
      options,
    );
  return { state, remembered, read, held, turns: () => turns.map((turn) => turn()) };
}

test('is asked anew in each look for as long as the budget has plenty', async () => {
  const { state, read } = setUp();
  state.hasPlenty = true;
  expect([await read(), await read(), await read()]).toEqual([1, 2, 3]);
});

test('is gone by as it was told where the budget has no more, and never for longer than it says', async () => {
  const { state, read, held } = setUp();
  await read();
  // What is asked for meanwhile, since nobody else waits, never comes.
  held.push(new Promise(() => {}));
  state.nowMs += REMEMBERED_TICKS * TICK_MS - 1;
  expect(await read()).toBe(1);
  state.nowMs += 1;
  const patience = endless(() => state.nowMs);
  const late = read({ patience });
  patience.end();
  await expect(late).rejects.toMatchObject({ code: 'HeldBack' });
});

test('is asked for before it is too old, behind all who wait, so that no look has to wait for it', async () => {
  const { state, read, turns } = setUp();
  await read({ turn: 7 });
  state.nowMs += 0.75 * REMEMBERED_TICKS * TICK_MS - 1;
  expect(await read({ turn: 8 })).toBe(1);
  expect(turns()).toEqual([5_007]);
  state.nowMs += 1;
  expect(await read({ turn: 9 })).toBe(1);
  expect(turns()).toEqual([5_007, Number.POSITIVE_INFINITY]);
  await expect.poll(() => state.asked).toBe(2);
  state.nowMs += 0.5 * REMEMBERED_TICKS * TICK_MS;
  expect(await read({ turn: 10 })).toBe(2);
});

test('an answer that comes late replaces no newer one', async () => {
  const { state, remembered } = setUp();
  const slow = Promise.withResolvers<number>();
  const before = { floor: { order: 0, atMs: 0 }, changedBefore: 0 };
  const first = remembered.read('group', () => slow.promise, before);
  await expect.poll(() => state.order).toBe(1);
  const after = { floor: { order: 1, atMs: 0 }, changedBefore: 1 };
  expect(await remembered.read('group', async () => 2, after)).toBe(2);
  slow.resolve(1);
  expect(await first).toBe(1);
  expect(await remembered.read('group', async () => 3, before)).toBe(2);
});

test('goes as far to the front as the first of those who want it', async () => {
  const { read, turns, held } = setUp();
  held.push(new Promise(() => {}));
  void read({ turn: 9 });
  void read({ turn: 4 });
  void read({ turn: 6 });
  expect(turns()).toEqual([5_004]);
});

test('is asked anew after the plan changed something', async () => {
  const { state, read } = setUp();
  await read();
  expect(await read({}, state.order)).toBe(2);
});

test('is asked anew where something else that is seen has changed, or nothing confirms it', async () => {
  const { read } = setUp();
  await read({ witness: '2 of 2 run' });
  expect(await read({ witness: '2 of 2 run' })).toBe(1);
  expect(await read({ witness: '1 of 2 run' })).toBe(2);
  expect(await read({ witness: '1 of 2 run', isConfirmed: async () => false })).toBe(3);
  expect(await read({ isConfirmed: async () => true })).toBe(3);
});

test('a question that waits for its budget is asked once for all who come meanwhile', async () => {
  const { state, read, held } = setUp();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held.push(promise);
  const both = [read(), read()];
  release();
  expect(await Promise.all(both)).toEqual([1, 1]);
  expect(state.asked).toBe(1);
});

test('a look whose patience is over does not wait for it; the next one is given its answer', async () => {
  const { state, read, held } = setUp();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held.push(promise);
  const waits: number[] = [];
  const patience = endless(() => state.nowMs, waits);
  const one = read({ patience });
  state.nowMs += 30_000;
  patience.end('elasticloadbalancing:DescribeTargetHealth');
  await expect(one).rejects.toMatchObject({
    call: 'elasticloadbalancing:DescribeTargetHealth',
    code: 'HeldBack',
    kind: 'unknown',
  });
  expect(waits).toEqual([30_000]);
  release();
  await expect.poll(() => state.asked).toBe(1);
  expect(await read()).toBe(1);
});

test('what nothing could confirm within a look’s patience is not known to it, and not asked for again', async () => {
  const { state, read } = setUp();
  await read();
  const patience = endless(() => state.nowMs);
  const isConfirmed = () => {
    patience.end();
    return Promise.resolve(false);
  };
  await expect(read({ patience, isConfirmed })).rejects.toMatchObject({ code: 'HeldBack' });
  expect(state.asked).toBe(1);
  expect(await read({ isConfirmed: () => Promise.resolve(false) })).toBe(2);
});

test('what was asked before a look’s floor is not waited for by it', async () => {
  const { state, read } = setUp();
  const one = read();
  await expect.poll(() => state.order).toBe(1);
  const later = read({}, state.order);
  expect([await one, await later]).toEqual([1, 2]);
});
