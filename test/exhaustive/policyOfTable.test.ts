import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { expect, test } from 'vitest';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { INDEX_ACTIONS, STREAM_ACTIONS, TABLE_ACTIONS } from '../../src/state/actions.ts';
import { ChangeStream } from '../../src/state/changeStream.ts';
import { createTable } from '../../src/state/createTable.ts';
import { DynamoTable } from '../../src/state/dynamoTable.ts';
import { specKey } from '../../src/state/keys.ts';
import { PlanRequestWriter } from '../../src/state/planRequests.ts';
import { TablePlanStore } from '../../src/state/planStore.ts';
import { testStatus } from '../../src/state/testing.ts';
import { TABLE } from '../unit/operator/operatorProcess.ts';
import { OperatorRole } from '../unit/operator/operatorRole.ts';

const ACTIONS = [...new Set<string>([...TABLE_ACTIONS, ...INDEX_ACTIONS, ...STREAM_ACTIONS])];
const PLAN = 'shop';
const MANIFEST = { apiVersion: 'meshlift.dev/v1', spec: {} };

/** What an operator does with its table in the life of a plan, under its role, and what was said on the way. */
async function useTable(without?: string): Promise<{ asked: ReadonlySet<string>; said: string[] }> {
  const role = new OperatorRole({ without });
  const simulated = createSimulatedAws({ clock: new SimulatedClock(), onAsked: role.onAsked });
  await role.create(simulated);
  const config = { ...simulated.clientConfig, maxAttempts: 1 };
  const owner = new DynamoDBClient(config);
  await createTable(owner, TABLE, () => new Promise((resolve) => setTimeout(resolve, 5)));
  let tokens = 0;
  const newToken = () => `token-${(tokens += 1)}`;
  const person = new PlanRequestWriter(new DynamoTable(owner, TABLE, newToken));
  await person.put(PLAN, MANIFEST, undefined);

  const session = { ...config, credentials: await role.credentials() };
  const dynamoDb = new DynamoDBClient(session);
  const table = new DynamoTable(dynamoDb, TABLE, newToken);
  const store = new TablePlanStore({ table, holder: 'op', leaseMs: 60_000, monotonicMs: () => 0 });
  const said: string[] = [];
  const log = {
    info: () => {},
    debug: () => {},
    error: () => {},
    warn: (fields: object) => void said.push(JSON.stringify(fields)),
  };
  const streams = new DynamoDBStreamsClient(session);
  const stream = new ChangeStream({ dynamoDb, streams, table: TABLE, nowMs: () => 0, log });
  try {
    await stream.read();
    await stream.read();
    await store.listPlans();
    const acquired = await store.acquire(PLAN, testStatus);
    if (acquired.kind !== 'acquired') throw new Error(`the plan is held by ${acquired.by}`);
    await store.claim(PLAN, testStatus().uid, ['rule/one']);
    const lease = await store.write(acquired.lease, testStatus(), []);
    await person.requestDelete(PLAN, { by: 'somebody', at: 0 });
    await store.remove(lease);
    expect(await table.get(specKey(PLAN))).toBeUndefined();
  } catch (error) {
    said.push(String(error));
  }
  await simulated.close();
  return { asked: role.asked, said };
}

test('an operator asks of its table what the shipped policy allows, and nothing else', async () => {
  const { asked, said } = await useTable();
  expect(said).toEqual([]);
  expect([...asked].toSorted()).toEqual(ACTIONS.toSorted());
});

test.each(ACTIONS)('without %s it says what is missing', async (action) => {
  const { said } = await useTable(action);
  expect(said.join('\n')).toContain(`is not authorized to perform: ${action} on resource: arn:aws:dynamodb:`);
});
