import { describe, expect, test } from 'vitest';
import { type StoreStage, testStatus } from '../testing.ts';
import { acquired, event, MANIFEST } from './written.ts';

/** A plan that goes. */
export function removalContract(stage: () => StoreStage): void {
  describe('removal', () => {
    test('takes spec, status, estate and claims, and leaves the events', async () => {
      const store = stage().store('op-1');
      await stage().requests().put('shop', MANIFEST, undefined);
      await stage().requests().requestDelete('shop', { by: 'me', at: 1 });
      await store.claim('shop', 'uid-1', ['a']);
      const lease = await store.write(await acquired(store), testStatus(), [event(1, 'last')]);
      await store.remove(lease);
      expect(await store.listPlans()).toEqual([]);
      expect(await store.readStatus('shop')).toBeUndefined();
      expect(await store.events('shop')).toHaveLength(1);
      expect(await store.claim('other', 'uid-2', ['a'])).toEqual([]);
    });

    test('leaves a spec that was submitted anew', async () => {
      const store = stage().store('op-1');
      await stage().requests().put('shop', MANIFEST, undefined);
      await store.remove(await acquired(store));
      expect(await store.listPlans()).toEqual(['shop']);
      expect(await store.readStatus('shop')).toBeUndefined();
    });
  });
}
