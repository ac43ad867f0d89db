import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { deployOperatorRole } from '../../src/cli/demo/operatorAccess.ts';
import { createStateClient } from '../../src/state/client.ts';
import { DynamoTable } from '../../src/state/dynamoTable.ts';
import { specKey } from '../../src/state/keys.ts';
import { PlanRequestWriter } from '../../src/state/planRequests.ts';
import { readStatusRecord } from '../../src/state/statusItems.ts';
import { Meshlift, startLab } from '../processes/meshlift.ts';

/** As fast as real time: a plan that is refused is looked at each half minute by itself. */
const SPEED = '--speed=1';
const AT_ONCE_MS = 1_000;
const SOON = { timeout: 20_000, interval: 20 };

const running: Meshlift[] = [];
afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.end();
});

test('a change of a plan that waits is acted on within a second, whether a verb makes it or a person in the table', async () => {
  const { lab, ready } = await startLab([SPEED]);
  running.push(lab);
  let accepted = Promise.withResolvers<number>();
  const role = await deployOperatorRole(ready, { clusterNames: ['shop'], passRoleNames: ['*-task'] });
  const operator = new Meshlift(['operator', '--poll=250ms'], { ...ready.environment, ...role }, (line) => {
    if (line.includes('"msg":"accepted"')) accepted.resolve(performance.now());
  });
  running.push(operator);
  await vi.waitFor(() => expect(operator.output).toContain('"msg":"started"'), SOON);

  for (const [name, value] of Object.entries(ready.environment)) vi.stubEnv(name, value);
  const client = createStateClient();
  const table = new DynamoTable(client, 'meshlift', randomUUID);
  const requests = new PlanRequestWriter(table);
  const plan = parse(await readFile('examples/shop.yaml', 'utf8')) as Record<string, unknown>;
  await requests.put('shop', { ...plan, spec: {} }, undefined);
  await vi.waitFor(async () => {
    const record = await readStatusRecord(table, 'shop');
    expect(record?.status.conditions[0]).toMatchObject({ type: 'Ready', status: 'False' });
  }, SOON);

  await requests.put('shop', plan, await requests.read('shop'));
  const changedAt = performance.now();
  expect((await accepted.promise) - changedAt).toBeLessThan(AT_ONCE_MS);

  accepted = Promise.withResolvers<number>();
  await table.putAgain(specKey('shop'), { ...plan, spec: { ...(plan['spec'] as object), paused: true } });
  const putAt = performance.now();
  expect((await accepted.promise) - putAt).toBeLessThan(AT_ONCE_MS);
  vi.unstubAllEnvs();
  client.destroy();
  expect((await lab.stats()).denied).toEqual([]);
});
