import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { createDynamoDb } from '../../../lab/dynamodb.ts';
import { checkPolicy } from '../../../lab/services/iam/documents.ts';
import { evaluate } from '../../../lab/services/iam/policy/evaluate.ts';
import { statementsOf } from '../../../lab/services/iam/policy/statement.ts';
import { createInProcessHandler } from '../../../lab/wire/inProcessHandler.ts';
import { readPlan, readPlans } from '../../../src/cli/planView.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { DynamoTable } from '../../../src/state/dynamoTable.ts';
import { readOperators, TableOperatorRegister } from '../../../src/state/operatorItems.ts';
import { PlanRequestWriter } from '../../../src/state/planRequests.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import { INDEX_NAME } from '../../../src/state/table.ts';
import { testStatus } from '../../../src/state/testing.ts';

/** The policy for people that docs/security.md proposes, as IAM would read it. */
const [, document = ''] =
  /^```json\n([\s\S]*?)^```$/m.exec(await readFile(new URL('../../../docs/security.md', import.meta.url), 'utf8')) ??
  [];
const statements = statementsOf(JSON.parse(checkPolicy(document, 'permissions')) as Record<string, unknown>);

const TABLE = 'meshlift';
const ARN = `arn:aws:dynamodb:eu-west-1:123456789012:table/${TABLE}`;

type Item = Record<string, { S?: string }>;

/** A request of DynamoDB's, in its JSON form. */
interface Request {
  operation: string;
  body: {
    IndexName?: string;
    Item?: Item;
    Key?: Item;
    UpdateExpression?: string;
    ConditionExpression?: string;
    ExpressionAttributeNames?: Record<string, string>;
    ExpressionAttributeValues?: Item;
  };
}

/** The first names of all paths in a request's expressions: DynamoDB's conditions know attributes of an item, and nothing in them. */
const namesIn = ({ UpdateExpression = '', ConditionExpression = '', ExpressionAttributeNames = {} }: Request['body']) =>
  [...`${UpdateExpression} ${ConditionExpression}`.matchAll(/(?<![.\w#])(#\w+)/g)].map(
    ([, name = '']) => ExpressionAttributeNames[name] ?? name,
  );

/** What the request would be asked for: its action, its resource, its partition and the attributes that it names. */
function isAllowed({ operation, body }: Request): boolean {
  const { Item: item, Key: key, IndexName, ExpressionAttributeValues: values } = body;
  const leading = (item ?? key)?.['pk']?.S ?? values?.[IndexName === undefined ? ':pk' : ':sk']?.S;
  const attributes = [...Object.keys(item ?? key ?? {}), ...namesIn(body)];
  const context = new Map([
    ['dynamodb:leadingkeys', leading === undefined ? [] : [leading]],
    ['dynamodb:attributes', attributes],
  ]);
  return (
    evaluate(statements, {
      action: `dynamodb:${operation}`,
      resource: IndexName === undefined ? ARN : `${ARN}/index/${IndexName}`,
      context: (name) => context.get(name.toLowerCase()),
    }) === 'allows'
  );
}

/** A table of the lab's, and what is asked of it. */
async function recorded() {
  const requests: Request[] = [];
  const handler = createInProcessHandler(
    createDynamoDb({ account: { id: '123456789012', region: 'eu-west-1' }, log: () => {}, now: () => 0 }),
  );
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    endpoint: 'http://lab.invalid',
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
    requestHandler: {
      ...handler,
      handle: (request: Parameters<typeof handler.handle>[0]) => {
        const operation = (request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
        requests.push({ operation, body: JSON.parse(String(request.body)) as Request['body'] });
        return handler.handle(request);
      },
    },
  });
  await createTable(client, TABLE, () => Promise.resolve());
  let tokens = 0;
  const table = new DynamoTable(client, TABLE, () => `token-${(tokens += 1)}`);
  const asked = async (work: () => Promise<unknown>): Promise<Request[]> => {
    requests.length = 0;
    await work();
    return [...requests];
  };
  return { table, asked };
}

const PLAN = 'payments-shop';
const MANIFEST = {
  apiVersion: 'meshlift.dev/v1',
  kind: 'MigrationPlan',
  metadata: { name: PLAN },
  spec: { paused: false },
};
const BY = { by: 'ann', at: 1, why: 'a drill' };

test('the policy for people has room for every verb, and for no change of a plan that is not theirs', async () => {
  const { table, asked } = await recorded();
  const writer = new PlanRequestWriter(table);
  const store = new TablePlanStore({ table, holder: 'cli', leaseMs: 0, monotonicMs: () => 0 });
  const verbs = (name: string) => async () => {
    const manifest = { ...MANIFEST, metadata: { name } };
    await writer.put(name, manifest, undefined);
    await writer.put(name, { ...manifest, spec: {} }, await writer.read(name));
    await writer.put(name, manifest, await writer.read(name), true);
    await writer.setPaused(name, true);
    await writer.requestAbort(name, BY);
    await writer.approve(name, 'beforeRetire', { ...BY, recordVersion: 1 });
    await writer.promote(name, { ...BY, state: 'soak', step: 0, enteredAt: 0, forced: false, recordVersion: 1 });
    await writer.retry(name, { ...BY, attempt: 1 });
    await writer.requestDelete(name, BY);
    await readPlan(store, name, 0);
    await store.readEstate(name, 'uid');
    await store.events(name);
  };
  const own = await asked(verbs(PLAN));
  expect(own.length).toBeGreaterThan(20);
  expect(own.filter((request) => !isAllowed(request))).toEqual([]);
  const changes = (await asked(verbs('billing'))).filter(({ operation }) => /^(Put|Update|Delete)/.test(operation));
  expect(changes.length).toBeGreaterThan(10);
  expect(changes.filter(isAllowed)).toEqual([]);
  const looks = await asked(async () => {
    await store.heldByOthers(PLAN, ['rule/arn']);
    await readPlans(store, 0);
    await new TableOperatorRegister(table).leave('op', 'uid');
    await readOperators(table, 0);
  });
  const refused = looks.filter((request) => !isAllowed(request)).map(({ operation }) => operation);
  // An operator's own: it is no verb's.
  expect([...new Set(refused)]).toEqual(['DeleteItem']);
});

test('with it nobody writes a status, an estate, a claim, an event or an operator that is believed', async () => {
  const { table, asked } = await recorded();
  const store = new TablePlanStore({ table, holder: 'op', leaseMs: 1_000, monotonicMs: () => 0 });
  const estate = {
    caller: { account: '123456789012', region: 'eu-west-1' },
    takenAt: '2026-11-20T12:00:00.000Z',
    cluster: { arn: 'arn', name: 'shop' },
    mesh: { name: 'shop' },
    services: [{ name: 'frontend' }],
    virtualServices: [{ name: 'x' }],
    edges: [],
    listeners: [],
    rules: [],
    meshResources: [],
    errors: [],
  };
  const status = testStatus({ uid: 'uid' });
  const forged = await asked(async () => {
    const acquired = await store.acquire(PLAN, () => status);
    if (acquired.kind !== 'acquired') throw new Error('the plan is held');
    const event = { at: 1, type: 'Normal', reason: 'Transition', message: 'forged', from: 'op' } as const;
    await store.write(acquired.lease, status, [event]);
    await store.writeEstate(PLAN, 'uid', estate as never);
    await store.claim(PLAN, 'uid', ['rule/arn']);
    await new TableOperatorRegister(table).beat({
      name: 'op',
      uid: 'uid',
      version: '1',
      machineVersion: 1,
      host: 'h',
      region: 'r',
      leaseMs: 1,
      startedAt: 0,
      lastSeen: 0,
      planCount: 0,
      plans: [],
    });
  });
  const writes = forged.filter(({ operation }) => /^(Put|Update|Delete)/.test(operation));
  const keys = new Set(
    writes.map(({ body: { Item: item, Key: key } }) => (item ?? key)?.['sk']?.S?.replace(/#.*/, '')),
  );
  expect(keys).toEqual(new Set(['status', 'event', 'estate', 'claims', 'claim', 'operator']));
  expect(writes.filter(isAllowed)).toEqual([]);
  expect(statements.flatMap(({ actions }) => actions.patterns).toSorted()).toEqual([
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:Query',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ]);
  expect(document).toContain(`/index/${INDEX_NAME}"`);
});
