import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { startMachine } from '../machines/decide.ts';
import type { PlanStatus } from '../machines/record.ts';
import { AskedFaults } from './contract/faults.ts';
import { createTable, type TableCreation } from './createTable.ts';
import { DynamoTable } from './dynamoTable.ts';
import { MemoryTable, type TableOperation } from './memoryTable.ts';
import { PlanRequestWriter } from './planRequests.ts';
import { TablePlanStore } from './planStore.ts';
import type { Table } from './table.ts';

/** For tests: a table, stores of several operators on it, and a monotonic clock that stands still until it is moved. */
export interface StoreStage {
  table: Table;
  /** The next answer of this operation (`UpdateItem`) is lost after its effect; it is sent again, as the SDK does on AWS. */
  loseNextAnswer: (operation: TableOperation) => void;
  /** One call of this operation fails without an effect and is not sent again: the next, or the one after `skip` others. */
  failNext: (operation: TableOperation, skip?: number) => void;
  store: (holder: string) => TablePlanStore;
  requests: () => PlanRequestWriter;
  advance: (realMs: number) => void;
  /** Whether a time to live is switched on, or why it is not. */
  timeToLive: () => Promise<TableCreation['timeToLive']>;
  close: () => Promise<void>;
}

/** One on a DynamoDB behind an endpoint. */
export interface TestTable extends StoreStage {
  client: DynamoDBClient;
  endpointUrl: string;
}

export const TEST_LEASE_MS = 1000;

/** Starts a DynamoDB on an ephemeral port of 127.0.0.1, and creates the table unless `withTable` is false. */
export async function startTestTable(withTable = true): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the test server has no port');
  const stage = dynamoStage(`http://127.0.0.1:${address.port}`, 'meshlift');
  if (withTable) await createTable(stage.client, 'meshlift', async () => {});
  return {
    ...stage,
    close: async () => {
      await stage.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A stage on the DynamoDB behind `endpointUrl`. The table is not made here; `close` ends the client alone.
 *
 * @param oneAtATime no request is sent before the one before it was answered. Default false.
 */
export function dynamoStage(endpointUrl: string, tableName: string, oneAtATime = false): TestTable {
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: endpointUrl,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const faults = new AskedFaults();
  let turn: Promise<unknown> = Promise.resolve();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = context.commandName?.replace(/Command$/, '') as TableOperation;
      const fault = faults.take(operation);
      if (fault === 'fail') throw new Error(`${operation} failed, as the test asked`);
      const sent = oneAtATime ? turn.then(() => next(args)) : next(args);
      turn = sent.catch(() => undefined);
      const answer = await sent;
      if (fault === 'none') return answer;
      throw Object.assign(new Error('socket hang up, as the test asked'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', name: 'faults', priority: 'high' },
  );
  const table = new DynamoTable(client, tableName, tokens());
  return {
    ...stageOn(table, faults),
    client,
    endpointUrl,
    timeToLive: async () => (await createTable(client, tableName, async () => {})).timeToLive,
    close: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** A stage on a table in memory. */
export function memoryStage(): StoreStage {
  const faults = new AskedFaults();
  return {
    ...stageOn(new MemoryTable({ newToken: tokens(), fault: (operation) => faults.take(operation) }), faults),
    timeToLive: () => Promise.resolve({ enabled: false, why: 'a table in memory has none' }),
    close: () => Promise.resolve(),
  };
}

function tokens(): () => string {
  let count = 0;
  return () => `token-${(count += 1)}`;
}

function stageOn(table: Table, faults: AskedFaults): Omit<StoreStage, 'timeToLive' | 'close'> {
  let nowMs = 0;
  return {
    table,
    loseNextAnswer: (operation) => faults.loseNextAnswer(operation),
    failNext: (operation, skip) => faults.failNext(operation, skip),
    store: (holder) => new TablePlanStore({ table, holder, leaseMs: TEST_LEASE_MS, monotonicMs: () => nowMs }),
    requests: () => new PlanRequestWriter(table),
    advance: (realMs) => {
      nowMs += realMs;
    },
  };
}

/** For tests: the status of a plan that an operator has just seen. */
export const testStatus = (change: Partial<PlanStatus> = {}): PlanStatus => ({
  uid: 'uid-1',
  generation: 1,
  observedSpecHash: 'hash',
  spec: null,
  attempt: 1,
  createdAt: Date.UTC(2026, 10, 20, 12),
  machine: startMachine(0),
  conditions: [],
  report: { waitingFor: '', wayBack: '', weights: [], services: [], resources: [], gates: [], guards: [] },
  nextCheckAt: null,
  ...change,
});
