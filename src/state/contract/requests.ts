import { describe, expect, test } from 'vitest';
import { PlanNotFoundError, RecordMovedError } from '../errors.ts';
import { specKey } from '../keys.ts';
import type { StoreStage } from '../testing.ts';
import { MANIFEST } from './written.ts';

/** The part of the record that is people’s. */
export function requestsContract(stage: () => StoreStage): void {
  describe('what a person asks for', () => {
    test('a plan is created, replaced, and not replaced when it moved', async () => {
      const writer = stage().requests();
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
      await stage().table.putAgain(specKey('shop'), { ...MANIFEST, 'an odd.name': 1 });
      await stage()
        .requests()
        .put('shop', MANIFEST, await stage().requests().read('shop'));
      expect((await stage().requests().read('shop'))?.manifest).toEqual(MANIFEST);
    });

    test('pause and resume touch nothing else', async () => {
      await stage().table.putAgain(specKey('shop'), { ...MANIFEST });
      expect(await stage().requests().setPaused('shop', true)).toBe('changed');
      expect(await stage().requests().setPaused('shop', true)).toBe('unchanged');
      expect((await stage().requests().read('shop'))?.manifest).toEqual({
        ...MANIFEST,
        spec: { ...MANIFEST.spec, paused: true },
      });
      expect(await stage().requests().setPaused('shop', false)).toBe('changed');
    });

    test('requests are kept beside each other, also on an item that was put by hand', async () => {
      await stage().table.putAgain(specKey('shop'), { ...MANIFEST });
      const asked = { by: 'me', at: 1, why: 'because' };
      await Promise.all([
        stage()
          .requests()
          .approve('shop', 'beforeRetire', { ...asked, services: ['stock'], recordVersion: 7 }),
        stage().requests().requestAbort('shop', asked),
        stage().requests().requestDelete('shop', { by: 'me', at: 1 }),
      ]);
      expect(
        await stage()
          .requests()
          .requestAbort('shop', { ...asked, why: 'again' }),
      ).toBe('unchanged');
      expect((await stage().store('op-1').readSpec('shop'))?.requests).toEqual({
        abort: asked,
        delete: { by: 'me', at: 1 },
        approvals: { beforeRetire: { ...asked, services: ['stock'], recordVersion: 7 } },
      });
    });

    test('a plan that is not there is not made by asking', async () => {
      const asked = { by: 'me', at: 1, why: '' };
      await expect(stage().requests().setPaused('none', true)).rejects.toThrow(PlanNotFoundError);
      await expect(stage().requests().requestAbort('none', asked)).rejects.toThrow(
        `plan "none" not found in table "${stage().table.name}"`,
      );
      await expect(stage().requests().requestDelete('none', asked)).rejects.toThrow(PlanNotFoundError);
      await expect(
        stage()
          .requests()
          .approve('none', 'beforeRetire', { ...asked, recordVersion: 1 }),
      ).rejects.toThrow(PlanNotFoundError);
      expect(await stage().store('op-1').listPlans()).toEqual([]);
    });
  });
}
