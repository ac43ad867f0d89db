import { describe, expect, test } from 'vitest';
import { RecordVersionError } from '../../reconciler/ports.ts';
import { specKey, statusKey } from '../keys.ts';
import { type StoreStage, TEST_LEASE_MS, testStatus } from '../testing.ts';
import { acquired, MANIFEST } from './written.ts';

/** What is read and listed of plans. */
export function plansContract(stage: () => StoreStage): void {
  describe('plans', () => {
    test('a plan that was put by hand is listed and read as it was written', async () => {
      await stage().table.putAgain(specKey('shop'), { ...MANIFEST });
      const store = stage().store('op-1');
      expect(await store.listPlans()).toEqual(['shop']);
      expect(await store.readSpec('shop')).toEqual({ name: 'shop', manifest: MANIFEST, requests: {} });
      expect(await store.readSpec('other')).toBeUndefined();
    });

    test('a plan whose spec vanished is still listed', async () => {
      const store = stage().store('op-1');
      await acquired(store, 'orphan');
      expect(await store.listPlans()).toEqual(['orphan']);
      expect(await store.readSpec('orphan')).toBeUndefined();
    });

    test('whatever a person wrote into requests, an abort is heard and half an approval is not', async () => {
      const odd = { abort: true, approvals: { beforeRetire: true, other: { by: 'me' } } };
      await stage().table.putAgain(specKey('shop'), { ...MANIFEST, requests: odd, extra: 1 });
      expect(await stage().store('op-1').readSpec('shop')).toEqual({
        name: 'shop',
        manifest: { ...MANIFEST, extra: 1 },
        requests: {
          abort: { by: '<unknown>', at: 0, why: '' },
          approvals: { other: { by: 'me', at: 0, why: '', recordVersion: 0 } },
        },
      });
    });

    test('a record of a newer machine is not taken, whoever held it and for how long it stood, and nothing is written', async () => {
      const one = stage().store('op-1');
      const { machine } = testStatus();
      const status = testStatus({ machine: { ...machine, machineVersion: machine.machineVersion + 1 } });
      await one.release(await one.write(await acquired(one), status, []));
      const item = await stage().table.get(statusKey('shop'));
      const two = stage().store('op-2');
      for (let look = 0; look < 3; look += 1) {
        await expect(two.acquire('shop', testStatus)).rejects.toThrow(RecordVersionError);
        await expect(two.readStatus('shop')).rejects.toThrow('its record is of machine version 2');
        stage().advance(2 * TEST_LEASE_MS);
      }
      expect(await stage().table.get(statusKey('shop'))).toEqual(item);
      expect(item).toMatchObject({ holder: '' });
    });
  });
}
