import { describe, expect, test } from 'vitest';
import type { StoreStage } from '../testing.ts';

/** What only one plan may hold. */
export function claimsContract(stage: () => StoreStage): void {
  describe('claims', () => {
    test('are all or nothing, and name every holder', async () => {
      const store = stage().store('op-1');
      expect(await store.claim('one', 'uid-1', ['service/b', 'rule/b'])).toEqual([]);
      expect(await store.claim('two', 'uid-2', ['service/a', 'service/b', 'rule/b'])).toEqual([
        { target: 'rule/b', heldBy: 'one' },
        { target: 'service/b', heldBy: 'one' },
      ]);
      expect(await store.claim('three', 'uid-3', ['service/a'])).toEqual([]);
    });

    test('may be claimed again by the same plan, and are free once released', async () => {
      const store = stage().store('op-1');
      await store.claim('one', 'uid-1', ['a', 'b']);
      expect(await store.claim('one', 'uid-1', ['a', 'b', 'c'])).toEqual([]);
      await store.releaseClaims('one', 'another-uid');
      expect(await store.claim('two', 'uid-2', ['c'])).toEqual([{ target: 'c', heldBy: 'one' }]);
      await store.releaseClaims('one', 'uid-1');
      await store.releaseClaims('one', 'uid-1');
      expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([]);
    });

    test('left behind by an earlier plan of the same name are taken over', async () => {
      const store = stage().store('op-1');
      await store.claim('one', 'uid-1', ['a']);
      expect(await store.claim('one', 'uid-9', ['a'])).toEqual([]);
      await store.releaseClaims('one', 'uid-1');
      expect(await store.claim('two', 'uid-2', ['a'])).toEqual([{ target: 'a', heldBy: 'one' }]);
    });

    test('of two plans that claim at once, one gets all', async () => {
      const targets = ['a', 'b', 'c', 'd'];
      const answers = await Promise.all([
        stage().store('op-1').claim('one', 'uid-1', targets),
        stage().store('op-2').claim('two', 'uid-2', targets.toReversed()),
      ]);
      expect(answers.filter((conflicts) => conflicts.length === 0)).toHaveLength(1);
    });

    test('cut off by a crash are still released', async () => {
      const store = stage().store('op-1');
      // The list and the first claim are made, the second is not.
      stage().failNext('PutItem', 2);
      await expect(store.claim('one', 'uid-1', ['a', 'b', 'c'])).rejects.toThrow('as the test asked');
      expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([{ target: 'a', heldBy: 'one' }]);
      await store.releaseClaims('one', 'uid-1');
      expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([]);
    });
  });
}
