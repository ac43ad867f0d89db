import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test, vi } from 'vitest';
import { PRIORITY } from '../../../src/reconciler/queue.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { statusKey } from '../../../src/state/keys.ts';
import { LEASE_MS } from './compose.ts';
import { SILENT, startOperator, TABLE } from './operatorProcess.ts';
import { OperatorWorld } from './operatorWorld.ts';

vi.setConfig({ testTimeout: 60_000 });

test('an operator that meets the record of a newer one leaves lease and record to it, and changes nothing', async () => {
  const world = await OperatorWorld.create({ wire: true });
  await world.apply({ steps: [{ weight: 100, bake: '1m' }] });
  await world.untilState('ramp.bake');
  const table = new DynamoTable(new DynamoDBClient(world.simulated.clientConfig), TABLE, () => 'a token');
  const key = statusKey('shop');
  const item = await table.get(key);
  const status = item?.['status'] as { machine: object };
  const newer = {
    ...item,
    status: { ...status, machine: { ...status.machine, machineVersion: 2, value: 'ramp.someday' } },
    holder: 'op-new',
    epoch: 2,
  };
  const words: object[] = [];
  for (const holder of ['op-new', '']) {
    await table.putAgain(key, { ...newer, holder });
    const error = (fields: object, message: string) => void words.push({ message, ...fields });
    const { simulated, clock } = world;
    const older = startOperator({ name: 'op-older', simulated, clock, log: { ...SILENT, error } });
    for (let look = 0; look < 3; look += 1) {
      expect(await older.reconciler.reconcile('shop')).toEqual({
        kind: 'after',
        delayMs: 30_000,
        priority: PRIORITY.sweep,
      });
      await world.clock.advanceAsync(LEASE_MS);
    }
    expect(older.begun).toEqual([]);
    expect(await table.get(key)).toEqual({ ...newer, holder });
  }
  expect(words).toHaveLength(6);
  expect(words[0]).toMatchObject({
    message: 'refusedRecord',
    plan: 'shop',
    err: expect.stringContaining('run by a newer version of Meshlift: its record is of machine version 2'),
  });
});
