import { describe, expect, test } from 'vitest';
import type { OperatorRecord } from '../../reconciler/ports.ts';
import { readOperator, readOperators, TableOperatorRegister } from '../operatorItems.ts';
import type { StoreStage } from '../testing.ts';

const DAY_MS = 86_400_000;

const operator = (name: string, change: Partial<OperatorRecord> = {}): OperatorRecord => ({
  name,
  uid: `uid of ${name}`,
  version: '1.2.3',
  machineVersion: 1,
  host: 'host-1',
  region: 'eu-west-1',
  leaseMs: 30_000,
  startedAt: 1_000,
  lastSeen: 5_000,
  planCount: 1,
  plans: ['shop'],
  ...change,
});

/** Who works on the table. */
export function operatorsContract(stage: () => StoreStage): void {
  describe('operators', () => {
    test('are listed by name as they were seen last, and are no plans', async () => {
      const { table } = stage();
      const register = new TableOperatorRegister(table);
      await register.beat(operator('op-2'));
      await register.beat(operator('op-1'));
      await register.beat(operator('op-1', { lastSeen: 9_000, planCount: 0, plans: [] }));
      const seen = [operator('op-1', { lastSeen: 9_000, planCount: 0, plans: [] }), operator('op-2')];
      expect(await readOperators(table, 10_000)).toEqual(seen);
      expect(await readOperator(table, 'op-2', 10_000)).toEqual(seen[1]);
      expect(await readOperator(table, 'op-3', 10_000)).toBeUndefined();
      expect(await stage().store('op-1').listPlans()).toEqual([]);
    });

    test('that end in order go, but not one that was started anew under the same name', async () => {
      const { table } = stage();
      const register = new TableOperatorRegister(table);
      await register.beat(operator('op-1'));
      await register.beat(operator('op-1', { uid: 'another' }));
      await register.leave('op-1', 'uid of op-1');
      expect(await readOperators(table, 10_000)).toHaveLength(1);
      await register.leave('op-1', 'another');
      await register.leave('op-1', 'another');
      expect(await readOperators(table, 10_000)).toEqual([]);
    });

    test('D7: that ended without a word are forgotten after a day, whether or not the table has deleted them', async () => {
      const { table } = stage();
      await new TableOperatorRegister(table).beat(operator('op-1', { lastSeen: DAY_MS }));
      expect((await table.get({ pk: 'operator#op-1', sk: 'operator' }))?.['expiresAt']).toBe(2 * 86_400);
      expect(await readOperators(table, 2 * DAY_MS)).toHaveLength(1);
      expect(await readOperators(table, 2 * DAY_MS + 1)).toEqual([]);
    });

    test('that hold more plans than an item has room for are listed with their count', async () => {
      const { table } = stage();
      const plans = Array.from({ length: 20_000 }, (_, index) => `a-plan-with-a-long-name-${index}`);
      await new TableOperatorRegister(table).beat(operator('op-1', { planCount: plans.length, plans }));
      const [found] = await readOperators(table, 10_000);
      expect(found).toMatchObject({ planCount: 20_000, plans: plans.slice(0, 500) });
    });
  });
}
