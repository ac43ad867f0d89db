import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { startMachine } from '../machines/decide.ts';
import type { PlanStatus } from '../machines/record.ts';
import { createTable } from './createTable.ts';
import { DynamoPlanStore } from './planStore.ts';

/** For tests: a table on a DynamoDB in this process, and a monotonic clock that stands still until it is moved. */
export interface TestTable {
  client: DynamoDBClient;
  endpointUrl: string;
  table: string;
  /** The next answer of this operation (`UpdateItem`) is lost after its effect; the SDK retries, as it does on AWS. */
  loseNextAnswer: (operation: string) => void;
  /** One call of this operation fails without an effect and is not retried: the next, or the one after `skip` others. */
  failNext: (operation: string, skip?: number) => void;
  store: (holder: string) => DynamoPlanStore;
  advance: (realMs: number) => void;
  newToken: () => string;
  close: () => Promise<void>;
}

interface Fault {
  operation: string;
  skip: number;
}

/** Whether a fault strikes this call; one that strikes is spent. */
function take(faults: Fault[], command: string | undefined): boolean {
  const index = faults.findIndex((fault) => `${fault.operation}Command` === command);
  const fault = faults[index];
  if (fault === undefined) return false;
  if (fault.skip > 0) {
    fault.skip -= 1;
    return false;
  }
  faults.splice(index, 1);
  return true;
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
  const lost: Fault[] = [];
  const failing: Fault[] = [];
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
    loseNextAnswer: (operation) => void lost.push({ operation, skip: 0 }),
    failNext: (operation, skip = 0) => void failing.push({ operation, skip }),
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
  machine: startMachine(0),
  conditions: [],
  report: { waitingFor: '', wayBack: '', weights: [], services: [], resources: [], gates: [], guards: [] },
  nextCheckAt: null,
  ...change,
});
