import { expect, test } from 'vitest';
import { acquired, MANIFEST } from '../state/contract/written.ts';
import { specKey } from '../state/keys.ts';
import { memoryStage, TEST_LEASE_MS, testStatus } from '../state/testing.ts';
import { Deadline } from './deadline.ts';
import { fencedStore } from './fencedStore.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { leasedStore } from './leasedStore.ts';
import { LeaseLostError } from './ports.ts';

const CALL_MS = TEST_LEASE_MS / 4;
const NEVER = { set: () => ({ cancel: () => {} }) };

test('a holder that stood still past its lease neither takes nor frees a claim of the plan that another has by now', async () => {
  const stage = memoryStage();
  await stage.table.putAgain(specKey('shop'), { ...MANIFEST });
  const one = stage.store('op-1');
  const deadline = new Deadline();
  const keeper = new LeaseKeeper(fencedStore(one, deadline), await acquired(one), deadline, CALL_MS, NEVER);
  const store = leasedStore(keeper, CALL_MS);
  expect(await store.claim('shop', 'uid-1', ['rule/a'])).toEqual([]);
  const two = stage.store('op-2');
  await two.acquire('shop', testStatus);
  stage.advance(TEST_LEASE_MS);
  await acquired(two);

  await expect(store.releaseClaims('shop', 'uid-1')).rejects.toThrow(LeaseLostError);
  expect(await two.heldByOthers('other', ['rule/a'])).toEqual([{ target: 'rule/a', heldBy: 'shop' }]);
  await two.releaseClaims('shop', 'uid-1');
  await expect(store.claim('shop', 'uid-1', ['rule/a'])).rejects.toThrow(LeaseLostError);
  expect(await two.heldByOthers('other', ['rule/a'])).toEqual([]);
});
