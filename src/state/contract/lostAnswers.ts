import { describe, expect, test } from 'vitest';
import { type StoreStage, TEST_LEASE_MS, testStatus } from '../testing.ts';
import { acquired, event, MANIFEST } from './written.ts';

/** Writes of which nobody heard that they landed. */
export function lostAnswersContract(stage: () => StoreStage): void {
  describe('D2: an answer that was lost after its effect', () => {
    test('of the first acquisition', async () => {
      stage().loseNextAnswer('PutItem');
      expect(await acquired(stage().store('op-1'))).toMatchObject({ epoch: 1, version: 1 });
    });

    test('of a renewal and of a write', async () => {
      const store = stage().store('op-1');
      await acquired(store);
      stage().loseNextAnswer('UpdateItem');
      const lease = await acquired(store);
      expect(lease.version).toBe(2);
      stage().loseNextAnswer('UpdateItem');
      const written = await store.write(lease, testStatus({ generation: 2 }), [event(1, 'one')]);
      expect(written.version).toBe(3);
      expect(await store.readStatus('shop')).toMatchObject({ version: 3, status: { generation: 2 } });
      expect(await store.events('shop')).toHaveLength(1);
    });

    test('of a takeover: the challenger holds it', async () => {
      await acquired(stage().store('op-1'));
      const two = stage().store('op-2');
      await two.acquire('shop', testStatus);
      stage().advance(TEST_LEASE_MS);
      stage().loseNextAnswer('UpdateItem');
      expect(await two.acquire('shop', testStatus)).toMatchObject({ kind: 'acquired', lease: { epoch: 2 } });
    });

    test('of a claim, of an apply, of a request and of a removal', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      stage().loseNextAnswer('PutItem');
      stage().loseNextAnswer('PutItem');
      expect(await store.claim('shop', 'uid-1', ['rule/a'])).toEqual([]);
      stage().loseNextAnswer('PutItem');
      await stage().requests().put('shop', MANIFEST, undefined);
      stage().loseNextAnswer('UpdateItem');
      expect(await stage().requests().requestDelete('shop', { by: 'me', at: 1 })).toBe('changed');
      stage().loseNextAnswer('DeleteItem');
      await store.remove(lease);
      expect(await store.listPlans()).toEqual([]);
    });

    test('a write that had no effect is not believed', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      stage().failNext('UpdateItem');
      await expect(store.write(lease, testStatus({ generation: 2 }), [])).rejects.toThrow('as the test asked');
      expect(await store.readStatus('shop')).toMatchObject({ version: 1, status: { generation: 1 } });
      expect(await acquired(store)).toMatchObject({ epoch: 1, version: 2 });
    });
  });
}
