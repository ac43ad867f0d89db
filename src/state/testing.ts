import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import type { PlanStatus } from '../machines/record.ts';
import { createTable } from './createTable.ts';
import { DynamoPlanStore } from './planStore.ts';

/** For tests: a table on a DynamoDB in this process, and a monotonic clock that stands still until it is moved. */
export interface TestTable {
  client: DynamoDBClient;
  endpointUrl: string;
  table: string;
  /** The next answer of this operation (`UpdateItem`) is lost after its effect; the SDK retries, as it does on AWS. */
  loseNextAnswer(operation: string): void;
  /** The next `count` calls of this operation fail without an effect, and are not retried. */
  failNext(operation: string, count?: number): void;
  store(holder: string): DynamoPlanStore;
  advance(realMs: number): void;
  newToken(): string;
  close(): Promise<void>;
}

export const TEST_LEASE_MS = 1000;

/** Starts a DynamoDB on an ephemeral port of 127.0.0.1, and creates the table unless `withTable` is false. */
export async function startTestTable(withTable = true): Promise<TestTable> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the test server has no port');
  const endpointUrl = `http://127.0.0.1:${address.port}`;
  const table = 'meshlift';
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: endpointUrl,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const lost: string[] = [];
  const failing: string[] = [];
  const take = (list: string[], operation: string | undefined): boolean => {
    const index = list.findIndex((item) => `${item}Command` === operation);
    if (index >= 0) list.splice(index, 1);
    return index >= 0;
  };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (take(failing, context.commandName)) throw new Error(`${context.commandName} failed, as the test asked`);
      const answer = await next(args);
      if (!take(lost, context.commandName)) return answer;
      throw Object.assign(new Error('socket hang up, as the test asked'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', name: 'faults', priority: 'high' },
  );
  if (withTable) await createTable(client, table, async () => {});
  let nowMs = 0;
  let tokens = 0;
  const newToken = () => `token-${(tokens += 1)}`;
  return {
    client,
    endpointUrl,
    table,
    loseNextAnswer: (operation) => void lost.push(operation),
    failNext: (operation, count = 1) => void failing.push(...Array.from({ length: count }, () => operation)),
    store: (holder) =>
      new DynamoPlanStore({ client, table, holder, leaseMs: TEST_LEASE_MS, monotonicMs: () => nowMs, newToken }),
    advance: (realMs) => {
      nowMs += realMs;
    },
    newToken,
    close: async () => {
      client.destroy();
      await new Promise((resolve) => server.close(resolve));
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
  machine: {
    machineVersion: 1,
    value: 'inventory.assess',
    context: { step: 0, enteredAt: 0, verifiedAt: null, backwardBecause: null, haltedBecause: null },
  },
  conditions: [],
  report: { waitingFor: '', wayBack: '', weights: [], services: [], resources: [], gates: [] },
  nextCheckAt: null,
  ...change,
});
