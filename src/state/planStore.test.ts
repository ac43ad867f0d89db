import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlanEvent } from '../machines/record.ts';
import type { Message } from '../notify/message.ts';
import { LeaseLostError } from '../reconciler/ports.ts';
import type { HeldLease, PlanStore } from '../reconciler/ports.ts';
import { toAttributes } from './attributes.ts';
import { createTable } from './createTable.ts';
import { PlanNotFoundError, RecordMovedError, TableMissingError } from './errors.ts';
import { PlanRequestWriter } from './planRequests.ts';
import { startTestTable, TEST_LEASE_MS, testStatus } from './testing.ts';
import type { TestTable } from './testing.ts';

let server: TestTable;
beforeEach(async () => {
  server = await startTestTable();
});
afterEach(() => server.close());

const MANIFEST = {
  apiVersion: 'meshlift.dev/v1',
  kind: 'MigrationPlan',
  metadata: { name: 'shop' },
  spec: { source: { cluster: 'shop', mesh: 'shop' }, ramp: { steps: [{ weight: 5, bake: '5m' }] } },
};

const event = (at: number, message: string): PlanEvent => ({
  at,
  type: 'Normal',
  reason: 'WeightVerified',
  message,
  from: 'op-1',
});

async function acquired(store: PlanStore, plan = 'shop'): Promise<HeldLease> {
  const answer = await store.acquire(plan, testStatus);
  if (answer.kind !== 'acquired') throw new Error(`held by ${answer.by}`);
  return answer.lease;
}

const requests = () => new PlanRequestWriter(server.client, server.table, server.newToken);

describe('table', () => {
  test('D10: is created once, and found again', async () => {
    expect((await createTable(server.client, 'other', async () => {})).outcome).toBe('created');
    const again = await createTable(server.client, 'other', async () => {});
    expect(again).toMatchObject({ outcome: 'exists', timeToLive: { enabled: false } });
  });

  test('one that is not there is named, with the way to create it', async () => {
    const bare = await startTestTable(false);
    await expect(bare.store('op-1').readSpec('shop')).rejects.toThrow(TableMissingError);
    await expect(bare.store('op-1').listPlans()).rejects.toThrow('meshlift operator --create-table');
    await bare.close();
  });
});

describe('plans', () => {
  test('a plan that was put by hand is listed and read as it was written', async () => {
    const item = toAttributes({ pk: 'plan#shop', sk: 'spec', ...MANIFEST });
    await server.client.send(new PutItemCommand({ TableName: server.table, Item: item }));
    const store = server.store('op-1');
    expect(await store.listPlans()).toEqual(['shop']);
    expect(await store.readSpec('shop')).toEqual({ name: 'shop', manifest: MANIFEST, requests: {} });
    expect(await store.readSpec('other')).toBeUndefined();
  });

  test('a plan whose spec vanished is still listed', async () => {
    const store = server.store('op-1');
    await acquired(store, 'orphan');
    expect(await store.listPlans()).toEqual(['orphan']);
    expect(await store.readSpec('orphan')).toBeUndefined();
  });

  test('whatever a person wrote into requests, an abort is heard and half an approval is not', async () => {
    const odd = { abort: true, approvals: { beforeRetire: true, other: { by: 'me' } } };
    const item = toAttributes({ pk: 'plan#shop', sk: 'spec', ...MANIFEST, requests: odd, extra: 1 });
    await server.client.send(new PutItemCommand({ TableName: server.table, Item: item }));
    expect(await server.store('op-1').readSpec('shop')).toEqual({
      name: 'shop',
      manifest: { ...MANIFEST, extra: 1 },
      requests: {
        abort: { by: '<unknown>', at: 0, why: '' },
        approvals: { other: { by: 'me', at: 0, why: '', recordVersion: 0 } },
      },
    });
  });
});

describe('D8: lease', () => {
  test('is taken, renewed by its holder and kept from others', async () => {
    const one = server.store('op-1');
    const two = server.store('op-2');
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
    const store = server.store('op-1');
    const lease = await acquired(store);
    expect(lease.covers(TEST_LEASE_MS)).toBe(true);
    server.advance(400);
    expect(lease.covers(600)).toBe(true);
    expect(lease.covers(601)).toBe(false);
    const renewed = await store.write(lease, testStatus(), []);
    expect(renewed.covers(TEST_LEASE_MS)).toBe(true);
    expect(lease.covers(601)).toBe(false);
  });

  test('is taken over after a whole lease without a change, with the next epoch', async () => {
    const one = server.store('op-1');
    const two = server.store('op-2');
    await acquired(one);
    server.advance(10 * TEST_LEASE_MS);
    // How long it stood before the challenger first saw it does not count.
    expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
    server.advance(TEST_LEASE_MS - 1);
    expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
    server.advance(1);
    expect(await two.acquire('shop', testStatus)).toMatchObject({
      kind: 'acquired',
      tookOverFrom: 'op-1',
      lease: { epoch: 2 },
    });
  });

  test('a renewal starts the watch anew', async () => {
    const one = server.store('op-1');
    const two = server.store('op-2');
    await acquired(one);
    await two.acquire('shop', testStatus);
    server.advance(TEST_LEASE_MS - 1);
    await acquired(one);
    server.advance(TEST_LEASE_MS - 1);
    expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
    server.advance(TEST_LEASE_MS - 1);
    expect(await two.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
    server.advance(1);
    expect(await two.acquire('shop', testStatus)).toMatchObject({ kind: 'acquired' });
  });

  test('a holder that wakes up after a takeover writes nothing', async () => {
    const one = server.store('op-1');
    const two = server.store('op-2');
    const stale = await acquired(one);
    await two.acquire('shop', testStatus);
    server.advance(TEST_LEASE_MS);
    const fresh = await acquired(two);
    await expect(one.write(stale, testStatus({ generation: 99 }), [event(1, 'late')])).rejects.toThrow(LeaseLostError);
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
    await acquired(server.store('op-0'));
    const challengers = ['op-1', 'op-2', 'op-3'].map((name) => server.store(name));
    await Promise.all(challengers.map((store) => store.acquire('shop', testStatus)));
    server.advance(TEST_LEASE_MS);
    const answers = await Promise.all(challengers.map((store) => store.acquire('shop', testStatus)));
    expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
    expect((await challengers[0]?.readStatus('shop'))?.lease.epoch).toBe(2);
  });

  test('of two that see a new plan first, one makes it', async () => {
    const stores = ['op-1', 'op-2', 'op-3', 'op-4'].map((name) => server.store(name));
    const answers = await Promise.all(stores.map((store) => store.acquire('shop', testStatus)));
    expect(answers.filter((answer) => answer.kind === 'acquired')).toHaveLength(1);
  });

  test('a released one is taken at once, and is no takeover', async () => {
    const one = server.store('op-1');
    const lease = await acquired(one);
    await one.release(lease);
    await expect(one.write(lease, testStatus(), [])).rejects.toThrow(LeaseLostError);
    expect(await server.store('op-2').acquire('shop', testStatus)).toMatchObject({
      kind: 'acquired',
      tookOverFrom: undefined,
      lease: { epoch: 2 },
    });
  });

  test('a new process of the same name does not inherit it', async () => {
    await acquired(server.store('op-1'));
    const restarted = server.store('op-1');
    expect(await restarted.acquire('shop', testStatus)).toEqual({ kind: 'held', by: 'op-1' });
    server.advance(TEST_LEASE_MS);
    expect(await restarted.acquire('shop', testStatus)).toMatchObject({ tookOverFrom: 'op-1', lease: { epoch: 2 } });
  });
});

describe('D2: an answer that was lost after its effect', () => {
  test('of the first acquisition', async () => {
    server.loseNextAnswer('PutItem');
    expect(await acquired(server.store('op-1'))).toMatchObject({ epoch: 1, version: 1 });
  });

  test('of a renewal and of a write', async () => {
    const store = server.store('op-1');
    await acquired(store);
    server.loseNextAnswer('UpdateItem');
    const lease = await acquired(store);
    expect(lease.version).toBe(2);
    server.loseNextAnswer('UpdateItem');
    const written = await store.write(lease, testStatus({ generation: 2 }), [event(1, 'one')]);
    expect(written.version).toBe(3);
    expect(await store.readStatus('shop')).toMatchObject({ version: 3, status: { generation: 2 } });
    expect(await store.events('shop')).toHaveLength(1);
  });

  test('of a takeover: the challenger holds it', async () => {
    await acquired(server.store('op-1'));
    const two = server.store('op-2');
    await two.acquire('shop', testStatus);
    server.advance(TEST_LEASE_MS);
    server.loseNextAnswer('UpdateItem');
    expect(await two.acquire('shop', testStatus)).toMatchObject({ kind: 'acquired', lease: { epoch: 2 } });
  });

  test('of a claim, of an apply, of a request and of a removal', async () => {
    const store = server.store('op-1');
    const lease = await acquired(store);
    server.loseNextAnswer('PutItem');
    server.loseNextAnswer('PutItem');
    expect(await store.claim('shop', 'uid-1', ['rule/a'])).toEqual([]);
    server.loseNextAnswer('PutItem');
    await requests().put('shop', MANIFEST, undefined);
    server.loseNextAnswer('UpdateItem');
    expect(await requests().requestDelete('shop', { by: 'me', at: 1 })).toBe('changed');
    server.loseNextAnswer('DeleteItem');
    await store.remove(lease);
    expect(await store.listPlans()).toEqual([]);
  });

  test('a write that had no effect is not believed', async () => {
    const store = server.store('op-1');
    const lease = await acquired(store);
    server.failNext('UpdateItem');
    await expect(store.write(lease, testStatus({ generation: 2 }), [])).rejects.toThrow('as the test asked');
    expect(await store.readStatus('shop')).toMatchObject({ version: 1, status: { generation: 1 } });
    expect(await acquired(store)).toMatchObject({ epoch: 1, version: 2 });
  });
});

describe('events', () => {
  test('come with their write, in order, oldest first', async () => {
    const store = server.store('op-1');
    const first = await store.write(await acquired(store), testStatus(), [event(1000, 'a'), event(1000, 'b')]);
    await store.write(first, testStatus(), [event(1000, 'c'), event(2000, 'd')]);
    expect((await store.events('shop')).map((one) => one.message)).toEqual(['a', 'b', 'c', 'd']);
    expect((await store.events('shop', 2)).map((one) => one.message)).toEqual(['c', 'd']);
    expect(await store.events('shop', 0)).toEqual([]);
    expect((await store.events('shop'))[0]).toEqual(event(1000, 'a'));
  });

  test('D7: carry a time to live in epoch seconds', async () => {
    const store = server.store('op-1');
    const at = Date.UTC(2026, 10, 20);
    await store.write(await acquired(store), testStatus(), [event(at, 'a')]);
    const key = toAttributes({ pk: 'plan#shop', sk: 'event#2026-11-20T00:00:00.000Z#0000000002.000' });
    const item = await server.client.send(new GetItemCommand({ TableName: server.table, Key: key }));
    expect(item.Item?.['expiresAt']?.N).toBe(String(at / 1000 + 90 * 86_400));
  });

  test('that could not be put are made up for by the next write, before anything is lost', async () => {
    const store = server.store('op-1');
    const lease = await acquired(store);
    server.failNext('PutItem');
    const written = await store.write(lease, testStatus({ generation: 2 }), [event(1, 'a'), event(1, 'b')]);
    expect(await store.events('shop')).toEqual([]);
    await store.write(written, testStatus(), [event(2, 'c')]);
    expect((await store.events('shop')).map((one) => one.message)).toEqual(['a', 'b', 'c']);
  });

  test('of an operator that died before it put them are put by the one that takes over, once', async () => {
    const one = server.store('op-1');
    const lease = await acquired(one);
    server.failNext('PutItem');
    await one.write(lease, testStatus(), [event(1, 'a'), event(1, 'b')]);
    const two = server.store('op-2');
    await two.acquire('shop', testStatus);
    server.advance(TEST_LEASE_MS);
    await acquired(two);
    await acquired(two);
    expect((await two.events('shop')).map((found) => found.message)).toEqual(['a', 'b']);
  });

  test('are bounded', async () => {
    const store = server.store('op-1');
    const lease = await acquired(store);
    await store.write(lease, testStatus(), [event(1, 'x'.repeat(5000))]);
    expect((await store.events('shop'))[0]?.message).toHaveLength(1000);
  });

  test('may be more than one item holds: none is lost, and the lease goes on', async () => {
    const store = server.store('op-1');
    const many = Array.from({ length: 250 }, (_, index) => event(1, `event ${index}`));
    const written = await store.write(await acquired(store), testStatus(), many);
    await store.write(written, testStatus(), [event(2, 'afterwards')]);
    expect(await store.events('shop')).toEqual([...many, event(2, 'afterwards')]);
  });
});

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

describe('what is to be told', () => {
  test('lands with its status or not at all, and has a name that follows from the write', async () => {
    const store = server.store('op-1');
    const lease = await acquired(store);
    const moved = message('moved');
    const add = [0, 1].map((channel) => ({ channel, message: moved }));
    server.loseNextAnswer('UpdateItem');
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
    const store = server.store('op-1');
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

    const other = server.store('op-2');
    await other.acquire('shop', testStatus);
    server.advance(TEST_LEASE_MS);
    const taken = await other.acquire('shop', testStatus);
    expect(taken).toMatchObject({ kind: 'acquired', notices: [{ key: two?.key }] });
    expect(await store.delivered(lease, 'uid-1', two?.key ?? ''), 'no longer ours').toBe(false);
    if (taken.kind !== 'acquired') throw new Error('not taken');
    expect(await other.delivered(taken.lease, 'uid-2', two?.key ?? ''), 'another plan of that name').toBe(false);
    await other.write(taken.lease, testStatus(), [], { add: [], drop: [two?.key ?? ''] });
    expect(await titles(store)).toEqual([]);
  });
});

describe('claims', () => {
  test('are all or nothing, and name every holder', async () => {
    const store = server.store('op-1');
    expect(await store.claim('one', 'uid-1', ['service/b', 'rule/b'])).toEqual([]);
    expect(await store.claim('two', 'uid-2', ['service/a', 'service/b', 'rule/b'])).toEqual([
      { target: 'rule/b', heldBy: 'one' },
      { target: 'service/b', heldBy: 'one' },
    ]);
    expect(await store.claim('three', 'uid-3', ['service/a'])).toEqual([]);
  });

  test('may be claimed again by the same plan, and are free once released', async () => {
    const store = server.store('op-1');
    await store.claim('one', 'uid-1', ['a', 'b']);
    expect(await store.claim('one', 'uid-1', ['a', 'b', 'c'])).toEqual([]);
    await store.releaseClaims('one', 'another-uid');
    expect(await store.claim('two', 'uid-2', ['c'])).toEqual([{ target: 'c', heldBy: 'one' }]);
    await store.releaseClaims('one', 'uid-1');
    await store.releaseClaims('one', 'uid-1');
    expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([]);
  });

  test('left behind by an earlier plan of the same name are taken over', async () => {
    const store = server.store('op-1');
    await store.claim('one', 'uid-1', ['a']);
    expect(await store.claim('one', 'uid-9', ['a'])).toEqual([]);
    await store.releaseClaims('one', 'uid-1');
    expect(await store.claim('two', 'uid-2', ['a'])).toEqual([{ target: 'a', heldBy: 'one' }]);
  });

  test('of two plans that claim at once, one gets all', async () => {
    const targets = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all([
      server.store('op-1').claim('one', 'uid-1', targets),
      server.store('op-2').claim('two', 'uid-2', targets.toReversed()),
    ]);
    expect(answers.filter((conflicts) => conflicts.length === 0)).toHaveLength(1);
  });

  test('cut off by a crash are still released', async () => {
    const store = server.store('op-1');
    // The list and the first claim are made, the second is not.
    server.failNext('PutItem', 2);
    await expect(store.claim('one', 'uid-1', ['a', 'b', 'c'])).rejects.toThrow('as the test asked');
    expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([{ target: 'a', heldBy: 'one' }]);
    await store.releaseClaims('one', 'uid-1');
    expect(await store.claim('two', 'uid-2', ['a', 'b', 'c'])).toEqual([]);
  });
});

describe('removal', () => {
  test('takes spec, status, estate and claims, and leaves the events', async () => {
    const store = server.store('op-1');
    await requests().put('shop', MANIFEST, undefined);
    await requests().requestDelete('shop', { by: 'me', at: 1 });
    await store.claim('shop', 'uid-1', ['a']);
    const lease = await store.write(await acquired(store), testStatus(), [event(1, 'last')]);
    await store.remove(lease);
    expect(await store.listPlans()).toEqual([]);
    expect(await store.readStatus('shop')).toBeUndefined();
    expect(await store.events('shop')).toHaveLength(1);
    expect(await store.claim('other', 'uid-2', ['a'])).toEqual([]);
  });

  test('leaves a spec that was submitted anew', async () => {
    const store = server.store('op-1');
    await requests().put('shop', MANIFEST, undefined);
    await store.remove(await acquired(store));
    expect(await store.listPlans()).toEqual(['shop']);
    expect(await store.readStatus('shop')).toBeUndefined();
  });
});

describe('what a person asks for', () => {
  test('a plan is created, replaced, and not replaced when it moved', async () => {
    const writer = requests();
    await writer.put('shop', MANIFEST, undefined);
    await expect(writer.put('shop', MANIFEST, undefined)).rejects.toThrow(RecordMovedError);
    const before = await writer.read('shop');
    await writer.requestAbort('shop', { by: 'me', at: 5, why: 'no' });
    await expect(writer.put('shop', MANIFEST, before)).rejects.toThrow(RecordMovedError);
    await writer.put('shop', { ...MANIFEST, spec: { other: true } }, await writer.read('shop'));
    expect(await writer.read('shop')).toMatchObject({
      manifest: { spec: { other: true } },
      requests: { abort: { by: 'me', at: 5, why: 'no' } },
    });
    await writer.put('shop', MANIFEST, await writer.read('shop'), true);
    expect(await writer.read('shop')).toMatchObject({ manifest: MANIFEST, requests: {} });
  });

  test('replacing takes away what was put by hand beside the manifest', async () => {
    const item = toAttributes({ pk: 'plan#shop', sk: 'spec', ...MANIFEST, 'an odd.name': 1 });
    await server.client.send(new PutItemCommand({ TableName: server.table, Item: item }));
    await requests().put('shop', MANIFEST, await requests().read('shop'));
    expect((await requests().read('shop'))?.manifest).toEqual(MANIFEST);
  });

  test('pause and resume touch nothing else', async () => {
    const item = toAttributes({ pk: 'plan#shop', sk: 'spec', ...MANIFEST });
    await server.client.send(new PutItemCommand({ TableName: server.table, Item: item }));
    expect(await requests().setPaused('shop', true)).toBe('changed');
    expect(await requests().setPaused('shop', true)).toBe('unchanged');
    expect((await requests().read('shop'))?.manifest).toEqual({
      ...MANIFEST,
      spec: { ...MANIFEST.spec, paused: true },
    });
    expect(await requests().setPaused('shop', false)).toBe('changed');
  });

  test('requests are kept beside each other, also on an item that was put by hand', async () => {
    const item = toAttributes({ pk: 'plan#shop', sk: 'spec', ...MANIFEST });
    await server.client.send(new PutItemCommand({ TableName: server.table, Item: item }));
    const asked = { by: 'me', at: 1, why: 'because' };
    await Promise.all([
      requests().approve('shop', 'beforeRetire', { ...asked, services: ['stock'], recordVersion: 7 }),
      requests().requestAbort('shop', asked),
      requests().requestDelete('shop', { by: 'me', at: 1 }),
    ]);
    expect(await requests().requestAbort('shop', { ...asked, why: 'again' })).toBe('unchanged');
    expect((await server.store('op-1').readSpec('shop'))?.requests).toEqual({
      abort: asked,
      delete: { by: 'me', at: 1 },
      approvals: { beforeRetire: { ...asked, services: ['stock'], recordVersion: 7 } },
    });
  });

  test('a plan that is not there is not made by asking', async () => {
    const asked = { by: 'me', at: 1, why: '' };
    await expect(requests().setPaused('none', true)).rejects.toThrow(PlanNotFoundError);
    await expect(requests().requestAbort('none', asked)).rejects.toThrow('plan "none" not found in table "meshlift"');
    await expect(requests().requestDelete('none', asked)).rejects.toThrow(PlanNotFoundError);
    await expect(requests().approve('none', 'beforeRetire', { ...asked, recordVersion: 1 })).rejects.toThrow(
      PlanNotFoundError,
    );
    expect(await server.store('op-1').listPlans()).toEqual([]);
  });
});
