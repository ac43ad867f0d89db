import { DescribeTimeToLiveCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { createTable } from './createTable.ts';
import { TableMissingError } from './errors.ts';
import { startTestTable } from './testing.ts';
import type { TestTable } from './testing.ts';

const sleep = () => new Promise<void>((resolve) => setTimeout(resolve, 5));

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

  test('D7: its time to live is switched on once, and left as it is where it is on', async () => {
    const refused: string[] = [];
    const simulated = createSimulatedAws({
      clock: new SimulatedClock(),
      onCall: ({ operation, errorCode }) => {
        if (errorCode === 'ValidationException') refused.push(operation);
      },
    });
    const client = new DynamoDBClient({ ...simulated.clientConfig, maxAttempts: 1 });
    expect((await createTable(client, 'plans', sleep)).timeToLive).toEqual({ enabled: true });
    expect((await createTable(client, 'plans', sleep)).timeToLive).toEqual({ enabled: true });
    expect(refused).toEqual([]);
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: 'plans' }));
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  });

  test('one that is not there is named, with the way to create it', async () => {
    const bare = await startTestTable(false);
    await expect(bare.store('op-1').readSpec('shop')).rejects.toThrow(TableMissingError);
    await expect(bare.store('op-1').listPlans()).rejects.toThrow('meshlift operator --create-table');
    await bare.close();
  });
});
