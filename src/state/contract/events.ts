import { describe, expect, test } from 'vitest';
import { type StoreStage, TEST_LEASE_MS, testStatus } from '../testing.ts';
import { acquired, event } from './written.ts';

/** The history of a plan. */
export function eventsContract(stage: () => StoreStage): void {
  describe('events', () => {
    test('come with their write, in order, oldest first', async () => {
      const store = stage().store('op-1');
      const first = await store.write(await acquired(store), testStatus(), [event(1000, 'a'), event(1000, 'b')]);
      await store.write(first, testStatus(), [event(1000, 'c'), event(2000, 'd')]);
      expect((await store.events('shop')).map((one) => one.message)).toEqual(['a', 'b', 'c', 'd']);
      expect((await store.events('shop', 2)).map((one) => one.message)).toEqual(['c', 'd']);
      expect(await store.events('shop', 0)).toEqual([]);
      expect((await store.events('shop'))[0]).toEqual(event(1000, 'a'));
    });

    test('D7: carry a time to live in epoch seconds', async () => {
      const store = stage().store('op-1');
      const at = Date.UTC(2026, 10, 20);
      await store.write(await acquired(store), testStatus(), [event(at, 'a')]);
      const item = await stage().table.get({ pk: 'plan#shop', sk: 'event#2026-11-20T00:00:00.000Z#0000000002.000' });
      expect(item?.['expiresAt']).toBe(at / 1000 + 90 * 86_400);
    });

    test('that could not be put are made up for by the next write, before anything is lost', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      stage().failNext('PutItem');
      const written = await store.write(lease, testStatus({ generation: 2 }), [event(1, 'a'), event(1, 'b')]);
      expect(await store.events('shop')).toEqual([]);
      await store.write(written, testStatus(), [event(2, 'c')]);
      expect((await store.events('shop')).map((one) => one.message)).toEqual(['a', 'b', 'c']);
    });

    test('of an operator that died before it put them are put by the one that takes over, once', async () => {
      const one = stage().store('op-1');
      const lease = await acquired(one);
      stage().failNext('PutItem');
      await one.write(lease, testStatus(), [event(1, 'a'), event(1, 'b')]);
      const two = stage().store('op-2');
      await two.acquire('shop', testStatus);
      stage().advance(TEST_LEASE_MS);
      await acquired(two);
      await acquired(two);
      expect((await two.events('shop')).map((found) => found.message)).toEqual(['a', 'b']);
    });

    test('are bounded', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      await store.write(lease, testStatus(), [event(1, 'x'.repeat(5000))]);
      expect((await store.events('shop'))[0]?.message).toHaveLength(1000);
    });

    test('may be more than one item holds: none is lost, and the lease goes on', async () => {
      const store = stage().store('op-1');
      const many = Array.from({ length: 250 }, (_, index) => event(1, `event ${index}`));
      const written = await store.write(await acquired(store), testStatus(), many);
      await store.write(written, testStatus(), [event(2, 'afterwards')]);
      expect(await store.events('shop')).toEqual([...many, event(2, 'afterwards')]);
    });
  });
}
