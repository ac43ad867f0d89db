import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { toAttributes } from '../state/attributes.ts';
import { startTestTable, type TestTable, testStatus } from '../state/testing.ts';
import { TEST_NOW, testCli, type TestCli } from './testing.ts';

/** Clears the screen, sets the window's title, writes to the clipboard; the last one by a control character of one byte. */
const HOSTILE = 'x\u001B[2J\u001B]0;owned\u0007\u001B]52;c;cm0=\u0007\u009B2J\ry';

/** Whatever a terminal acts on, but for the end of a line. */
const CONTROL = /[^\P{Cc}\n]/u;

const quoted = JSON.stringify(HOSTILE);

let table: TestTable;
let cli: TestCli;
beforeEach(async () => {
  table = await startTestTable();
  cli = testCli(table);
});
afterEach(() => table.close());

test.each(['apply', 'preview'])('a key of a plan file moves no cursor: %s', async (verb) => {
  cli.files.set(
    'plan.yaml',
    `apiVersion: meshlift.dev/v1\nkind: MigrationPlan\nmetadata: { name: shop }\nspec: { ${quoted}: 1, source: { cluster: ${quoted} } }\n`,
  );
  const { exitCode, err } = await cli.run(`${verb} -f plan.yaml`);
  expect(exitCode).toBe(1);
  expect(err).toContain('owned');
  expect(err).not.toMatch(CONTROL);
});

test.each(['check --service frontend', 'get plans', 'describe odd', 'explain odd', 'watch odd', 'get operators'])(
  'a record that cannot be read moves no cursor: %s',
  async (line) => {
    for (const sk of ['status', 'spec']) {
      const item = toAttributes({
        pk: `plan#odd`,
        sk,
        apiVersion: HOSTILE,
        kind: HOSTILE,
        status: HOSTILE,
        [HOSTILE]: HOSTILE,
      });
      await table.client.send(new PutItemCommand({ TableName: table.table.name, Item: item }));
    }
    const evil = toAttributes({ pk: `plan#${HOSTILE}`, sk: 'status', status: HOSTILE });
    await table.client.send(new PutItemCommand({ TableName: table.table.name, Item: evil }));
    const { out, err } = await cli.run(line);
    expect(`${out}\n${err}`).not.toMatch(CONTROL);
  },
);

test('an output for programs says what the texts say, without a sign that a terminal acts on', async () => {
  const store = table.store('op-1');
  const acquired = await store.acquire('shop', () => testStatus({ createdAt: TEST_NOW }));
  if (acquired.kind !== 'acquired') throw new Error('the test does not hold the plan');
  const { status, lease } = acquired;
  const told = { ...status, report: { ...status.report, waitingFor: HOSTILE } };
  const event = { at: TEST_NOW, type: 'Warning', reason: 'Refused', message: HOSTILE, from: 'op-1' } as const;
  await store.release(await store.write(lease, told, [event]));
  const json = (await cli.run('get events shop -o json')).out;
  expect(json).not.toMatch(CONTROL);
  expect(JSON.parse(json)).toMatchObject({ items: [{ message: HOSTILE }] });
  const yaml = (await cli.run('get events shop -o yaml')).out;
  expect(yaml).not.toMatch(CONTROL);
  expect(parse(yaml)).toMatchObject({ items: [{ message: HOSTILE }] });
  for (const line of [
    'get plan shop',
    'describe shop',
    'explain shop',
    'explain shop -o yaml',
    'get plan shop -o yaml',
  ]) {
    const { out } = await cli.run(line);
    expect(out).not.toMatch(CONTROL);
  }
});
