import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTable } from './createTable.ts';
import { TableMissingError } from './errors.ts';
import { startTestTable } from './testing.ts';
import type { TestTable } from './testing.ts';

let server: TestTable;
beforeEach(async () => {
  server = await startTestTable();
});
afterEach(() => server.close());

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
