import { describe, expect, test } from 'vitest';
import type { Message } from '../../notify/message.ts';
import { LeaseLostError, type PlanStore } from '../../reconciler/ports.ts';
import { type StoreStage, TEST_LEASE_MS, testStatus } from '../testing.ts';
import { acquired } from './written.ts';

const message = (title: string): Message => ({
  kind: 'transition',
  topics: ['transitions'],
  at: 1,
  plan: 'shop',
  uid: 'uid-1',
  attempt: 1,
  title,
  from: 'provision',
  to: 'verify',
  greenWeight: null,
  because: null,
  next: 'meshlift explain shop',
});

const titles = async (store: PlanStore) =>
  (await store.readStatus('shop'))?.notices.map(({ id, channel, message }) => [id, channel, message.title]);

/** What waits to be told. */
export function noticesContract(stage: () => StoreStage): void {
  describe('what is to be told', () => {
    test('lands with its status or not at all, and has a name that follows from the write', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      const moved = message('moved');
      const add = [0, 1].map((channel) => ({ channel, message: moved }));
      stage().loseNextAnswer('UpdateItem');
      await store.write(lease, testStatus(), [], {
        add: [...add, { channel: 0, message: message('and') }],
        drop: [],
      });
      expect(await titles(store)).toEqual([
        ['uid-1.1.2.0', 0, 'moved'],
        ['uid-1.1.2.0', 1, 'moved'],
        ['uid-1.1.2.1', 0, 'and'],
      ]);
      await expect(store.write(lease, testStatus(), [], { add, drop: [] })).rejects.toThrow(LeaseLostError);
      expect(await titles(store), 'a lost write adds nothing').toHaveLength(3);
    });

    test('stays through other writes and a take-over until it was told, which is in the way of no write', async () => {
      const store = stage().store('op-1');
      const first = await acquired(store);
      const lease = await store.write(first, testStatus(), [], {
        add: [
          { channel: 0, message: message('a') },
          { channel: 0, message: message('b') },
        ],
        drop: [],
      });
      const [one, two] = (await store.readStatus('shop'))?.notices ?? [];
      expect(await store.delivered(lease, 'uid-1', one?.key ?? '')).toBe(true);
      expect(await store.delivered(lease, 'uid-1', one?.key ?? ''), 'again').toBe(true);
      await store.write(lease, testStatus({ generation: 2 }), []);
      expect(await titles(store)).toEqual([['uid-1.1.2.1', 0, 'b']]);

      const other = stage().store('op-2');
      await other.acquire('shop', testStatus);
      stage().advance(TEST_LEASE_MS);
      const taken = await other.acquire('shop', testStatus);
      expect(taken).toMatchObject({ kind: 'acquired', notices: [{ key: two?.key }] });
      expect(await store.delivered(lease, 'uid-1', two?.key ?? ''), 'no longer ours').toBe(false);
      if (taken.kind !== 'acquired') throw new Error('not taken');
      expect(await other.delivered(taken.lease, 'uid-2', two?.key ?? ''), 'another plan of that name').toBe(false);
      await other.write(taken.lease, testStatus(), [], { add: [], drop: [two?.key ?? ''] });
      expect(await titles(store)).toEqual([]);
    });
  });
}
