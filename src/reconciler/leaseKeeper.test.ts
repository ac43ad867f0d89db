import { expect, test } from 'vitest';
import { acquired } from '../state/contract/written.ts';
import { statusKey } from '../state/keys.ts';
import { memoryStage, TEST_LEASE_MS, testStatus } from '../state/testing.ts';
import { Deadline, DeadlineExceededError } from './deadline.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { manualTimers } from './manualTimers.ts';
import { LeaseLostError } from './ports.ts';

const RENEW_MS = TEST_LEASE_MS / 4;

/** A plan that is kept by one operator, and another beside it. */
async function kept() {
  const stage = memoryStage();
  const { timers, fire, delays } = manualTimers();
  const one = stage.store('op-1');
  const keeper = new LeaseKeeper(one, await acquired(one), new Deadline(), RENEW_MS, timers);
  /** The keeper's process runs: its timer, if it has one, strikes. */
  const renew = async () => {
    fire();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const two = stage.store('op-2');
  const takeOver = async () => {
    await two.acquire('shop', testStatus);
    stage.advance(TEST_LEASE_MS);
    return acquired(two);
  };
  return {
    stage,
    keeper,
    renew,
    strike: () => fire(),
    delays,
    two,
    takeOver,
    item: () => stage.table.get(statusKey('shop')),
  };
}

test('a lease is renewed for as long as its reconcile takes, and covers calls all the while', async () => {
  const { stage, keeper, renew, two } = await kept();
  for (let renewals = 0; renewals < 12; renewals += 1) {
    stage.advance(RENEW_MS);
    await renew();
    expect(() => keeper.check(TEST_LEASE_MS)).not.toThrow();
    expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
  }
  await keeper.stop();
  await renew();
  expect(keeper.lease.version).toBe(13);
});

test('D8: a lease that another has taken is not taken back by a renewal, however long the reconcile goes on', async () => {
  const { stage, keeper, renew, takeOver, item } = await kept();
  await takeOver();
  const taken = await item();
  for (let renewals = 0; renewals < 12; renewals += 1) {
    await renew();
    stage.advance(RENEW_MS);
  }
  expect(await item()).toEqual(taken);
  expect(taken).toMatchObject({ holder: 'op-2', epoch: 2 });
  expect(() => keeper.check(0)).toThrow(LeaseLostError);
});

test('D8: one that another has taken and given back is given back by a renewal that gets it, and the reconcile is over all the same', async () => {
  const { keeper, renew, two, takeOver, item } = await kept();
  await two.release(await takeOver());
  await renew();
  expect(await item()).toMatchObject({ holder: '', epoch: 3 });
  expect(() => keeper.check(0)).toThrow(LeaseLostError);
  await renew();
  expect(await item()).toMatchObject({ holder: '', epoch: 3 });
});

test('the fence says of which plan and epoch the lease does not cover a call any more, and that nothing was sent', async () => {
  const { stage, keeper } = await kept();
  stage.advance(1);
  expect(() => keeper.check(TEST_LEASE_MS - 1)).not.toThrow();
  expect(() => keeper.check(TEST_LEASE_MS)).toThrow(
    new LeaseLostError('The lease of plan shop (epoch 1) does not cover another call; nothing was sent.'),
  );
});

test('a lease of which the record is gone is lost, and nothing is made in its place', async () => {
  const { stage, keeper, renew, item } = await kept();
  await stage.table.delete(statusKey('shop'), {});
  await renew();
  expect(await item()).toBeUndefined();
  await expect(keeper.write(testStatus(), [])).rejects.toThrow(LeaseLostError);
  await renew();
  expect(await item()).toBeUndefined();
});

test('a renewal that fails is tried again in its time, and the fence closes only where none succeeds', async () => {
  const { stage, keeper, renew, delays } = await kept();
  stage.failNext('UpdateItem');
  stage.advance(RENEW_MS);
  await renew();
  expect(keeper.lease.version).toBe(1);
  expect(delays()).toEqual([RENEW_MS]);
  expect(() => keeper.check(TEST_LEASE_MS)).toThrow(LeaseLostError);
  await renew();
  expect(keeper.lease.version).toBe(2);
  expect(() => keeper.check(TEST_LEASE_MS)).not.toThrow();
});

test('writes that are asked for at once go one after the other, each on the version of the one before; one that fails is told, and stops none', async () => {
  const { stage, keeper, item } = await kept();
  stage.failNext('UpdateItem');
  const writes = await Promise.allSettled(
    [1, 2, 3].map((generation) => keeper.write(testStatus({ generation }), [], { add: [], drop: [] })),
  );
  expect(writes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  expect(await item()).toMatchObject({ version: 3, status: { generation: 3 } });
  expect(keeper.lease.version).toBe(3);
});

test('after it was stopped nothing is renewed, and a renewal under way has ended', async () => {
  const { keeper, renew, strike, delays, item } = await kept();
  strike();
  const stopped = keeper.stop();
  await stopped;
  // The one whose timer had struck before saw that it is over.
  expect(await item()).toMatchObject({ version: 1 });
  await renew();
  expect(delays()).toEqual([]);
  expect(await item()).toMatchObject({ version: 1 });
});

test('a stop takes the timer away and waits for a write, and one that fails is none of its business', async () => {
  const { stage, keeper, delays, item } = await kept();
  stage.failNext('UpdateItem');
  const written = keeper.write(testStatus(), []).catch((error: unknown) => error);
  await keeper.stop();
  expect(delays()).toEqual([]);
  expect(await written).toBeInstanceOf(Error);
  const again = keeper.write(testStatus({ generation: 4 }), []);
  await keeper.stop();
  expect(await item()).toMatchObject({ status: { generation: 4 } });
  await again;
});

test('one that begins with its deadline over sets no timer, and is stopped like any other', async () => {
  const store = memoryStage().store('op-1');
  const deadline = new Deadline();
  deadline.exceed();
  const { timers, delays } = manualTimers();
  const keeper = new LeaseKeeper(store, await acquired(store), deadline, RENEW_MS, timers);
  expect(delays()).toEqual([]);
  await expect(keeper.stop()).resolves.toBeUndefined();
});

test('a reconcile whose deadline is over renews nothing, and says so at the fence', async () => {
  const { keeper, renew, delays, item } = await kept();
  keeper.deadline.exceed();
  await renew();
  expect(await item()).toMatchObject({ version: 1 });
  expect(delays()).toEqual([]);
  expect(() => keeper.check(0)).toThrow(DeadlineExceededError);
});
