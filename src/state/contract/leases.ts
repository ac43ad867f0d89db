import { describe, expect, test } from 'vitest';
import { LeaseLostError } from '../../reconciler/ports.ts';
import { type StoreStage, TEST_LEASE_MS, testStatus } from '../testing.ts';
import { acquired, event } from './written.ts';

/** Who holds a plan, and for how long. */
export function leaseContract(stage: () => StoreStage): void {
  describe('D8: lease', () => {
    test('is taken, renewed by its holder and kept from others', async () => {
      const one = stage().store('op-1');
      const two = stage().store('op-2');
      const first = await acquired(one);
      expect(first).toMatchObject({ plan: 'shop', epoch: 1, version: 1 });
      expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      const second = await acquired(one);
      expect(second).toMatchObject({ epoch: 1, version: 2 });
      expect((await one.readStatus('shop'))?.lease).toEqual({
        holder: 'op-1',
        epoch: 1,
        leaseMs: TEST_LEASE_MS,
        renewals: 2,
      });
    });

    test('covers a call only within its length from when the renewal was sent', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      expect(lease.covers(TEST_LEASE_MS)).toBe(true);
      stage().advance(400);
      expect(lease.covers(600)).toBe(true);
      expect(lease.covers(601)).toBe(false);
      const renewed = await store.write(lease, testStatus(), []);
      expect(renewed.covers(TEST_LEASE_MS)).toBe(true);
      expect(lease.covers(601)).toBe(false);
    });

    test('is taken over after a whole lease without a change, with the next epoch', async () => {
      const one = stage().store('op-1');
      const two = stage().store('op-2');
      await acquired(one);
      stage().advance(10 * TEST_LEASE_MS);
      // How long it stood before the challenger first saw it does not count.
      expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      stage().advance(TEST_LEASE_MS - 1);
      expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      stage().advance(1);
      expect(await two.acquire('shop', testStatus)).toMatchObject({
        kind: 'acquired',
        tookOverFrom: 'op-1',
        lease: { epoch: 2 },
      });
    });

    test('a renewal starts the watch anew', async () => {
      const one = stage().store('op-1');
      const two = stage().store('op-2');
      await acquired(one);
      await two.acquire('shop', testStatus);
      stage().advance(TEST_LEASE_MS - 1);
      await acquired(one);
      stage().advance(TEST_LEASE_MS - 1);
      expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      stage().advance(TEST_LEASE_MS - 1);
      expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      stage().advance(1);
      expect(await two.acquire('shop', testStatus)).toMatchObject({ kind: 'acquired' });
    });

    test('a holder that wakes up after a takeover writes nothing', async () => {
      const one = stage().store('op-1');
      const two = stage().store('op-2');
      const stale = await acquired(one);
      await two.acquire('shop', testStatus);
      stage().advance(TEST_LEASE_MS);
      const fresh = await acquired(two);
      await expect(one.write(stale, testStatus({ generation: 99 }), [event(1, 'late')])).rejects.toThrow(
        LeaseLostError,
      );
      await expect(one.remove(stale)).rejects.toThrow(LeaseLostError);
      await one.release(stale);
      expect(await one.events('shop')).toEqual([]);
      expect(await two.readStatus('shop')).toMatchObject({
        status: { generation: 1 },
        version: fresh.version,
        lease: { holder: 'op-2', epoch: 2 },
      });
      expect(await one.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-2' });
    });

    test('of two challengers one wins', async () => {
      await acquired(stage().store('op-0'));
      const challengers = ['op-1', 'op-2', 'op-3'].map((name) => stage().store(name));
      await Promise.all(challengers.map((store) => store.acquire('shop', testStatus)));
      stage().advance(TEST_LEASE_MS);
      const answers = await Promise.all(challengers.map((store) => store.acquire('shop', testStatus)));
      expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
      expect((await challengers[0]?.readStatus('shop'))?.lease.epoch).toBe(2);
    });

    test('of two that see a new plan first, one makes it', async () => {
      const stores = ['op-1', 'op-2', 'op-3', 'op-4'].map((name) => stage().store(name));
      const answers = await Promise.all(stores.map((store) => store.acquire('shop', testStatus)));
      expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
    });

    test('a released one is taken at once, and is no takeover', async () => {
      const one = stage().store('op-1');
      const lease = await acquired(one);
      await one.release(lease);
      await expect(one.write(lease, testStatus(), [])).rejects.toThrow(LeaseLostError);
      expect(await stage().store('op-2').acquire('shop', testStatus)).toMatchObject({
        kind: 'acquired',
        tookOverFrom: undefined,
        lease: { epoch: 2 },
      });
    });

    test('a new process of the same name does not inherit it', async () => {
      await acquired(stage().store('op-1'));
      const restarted = stage().store('op-1');
      expect(await restarted.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
      stage().advance(TEST_LEASE_MS);
      expect(await restarted.acquire('shop', testStatus)).toMatchObject({ tookOverFrom: 'op-1', lease: { epoch: 2 } });
    });
  });
}
