import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput, DynamoDBClient, TableDescription } from '@aws-sdk/client-dynamodb';
import { withoutKeys } from '../plan/withoutKeys.ts';
import { isNamed } from './errors.ts';
import { INDEX_NAME } from './table.ts';

/** The attribute by which DynamoDB deletes events: epoch seconds. */
export const TTL_ATTRIBUTE = 'expiresAt';

/** What the table is made with, but for its name and its TTL. */
export const TABLE_SHAPE = {
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: INDEX_NAME,
      KeySchema: [
        { AttributeName: 'sk', KeyType: 'HASH' },
        { AttributeName: 'pk', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  // An operator hears from it what people change. Without one, as with an older table, it asks the index instead.
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
} satisfies Omit<CreateTableCommandInput, 'TableName'>;

export interface TableCreation {
  outcome: 'created' | 'exists';
  /** A server without TTL (dynalite) keeps events for ever; says why. */
  timeToLive: { enabled: true } | { enabled: false; why: string };
}

const POLL_MS = 500;
const POLLS_MAX = 240;

/**
 * Creates the table, on demand, and waits until it is ACTIVE (row D10). A table that exists is left as it is, and must have
 * our keys and our index. Throws when it does not become ACTIVE, or has other keys.
 *
 * @param sleep waits for real milliseconds between two looks.
 */
export async function createTable(
  client: DynamoDBClient,
  table: string,
  sleep: (realMs: number) => Promise<void>,
): Promise<TableCreation> {
  const outcome = await create(client, table);
  let description = await describe(client, table);
  for (let polls = 0; description?.TableStatus !== 'ACTIVE'; polls += 1) {
    if (polls === POLLS_MAX) {
      throw new Error(
        `table "${table}" is ${description?.TableStatus ?? 'absent'}, not ACTIVE, after ${(POLLS_MAX * POLL_MS) / 1000} s; nothing was written to it. ` +
          'Start the operator again once DynamoDB has made it',
      );
    }
    await sleep(POLL_MS);
    description = await describe(client, table);
  }
  checkKeys(table, description);
  return { outcome, timeToLive: await enableTimeToLive(client, table) };
}

async function create(client: DynamoDBClient, table: string): Promise<TableCreation['outcome']> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        ...TABLE_SHAPE,
      }),
    );
    return 'created';
  } catch (error) {
    if (isNamed(error, 'ResourceInUseException')) return 'exists';
    throw error;
  }
}

async function describe(client: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

function checkKeys(table: string, description: TableDescription): void {
  const keys = (description.KeySchema ?? []).map((key) => key.AttributeName).join(',');
  const index = description.GlobalSecondaryIndexes?.find((candidate) => candidate.IndexName === INDEX_NAME);
  const indexKeys = (index?.KeySchema ?? []).map((key) => key.AttributeName).join(',');
  if (keys === 'pk,sk' && indexKeys === 'sk,pk') return;
  throw new Error(
    `table "${table}" is not Meshlift's: it needs the keys pk, sk and an index ${INDEX_NAME} with the keys sk, pk. ` +
      'Nothing was changed; choose another table, or create it with: meshlift operator --create-table',
  );
}

async function enableTimeToLive(client: DynamoDBClient, table: string): Promise<TableCreation['timeToLive']> {
  try {
    // Enabling what is enabled is refused, and a table takes one change an hour (row D7).
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    if (TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') === true) return { enabled: true };
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: TTL_ATTRIBUTE },
      }),
    );
    return { enabled: true };
  } catch (error) {
    const why = withoutKeys(error instanceof Error ? error.message : String(error));
    return /already enabled/i.test(why) ? { enabled: true } : { enabled: false, why };
  }
}
