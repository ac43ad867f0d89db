import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MachineState, PlanStatus } from '../machines/record.ts';
import { parsePlan } from '../plan/parse.ts';
import { toAttributes } from '../state/attributes.ts';
import { startTestTable, type TestTable, testStatus } from '../state/testing.ts';
import { TEST_NOW, testCli, type TestCli } from './testing.ts';

const PLAN = `apiVersion: meshlift.dev/v1
kind: MigrationPlan
metadata: { name: shop }
spec:
  source: { cluster: shop, mesh: shop }
  traffic:
    - service: frontend
      alb:
        listenerRule: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee
  gates: { alarms: [shop-5xx] }
`;

let table: TestTable;
let cli: TestCli;
beforeEach(async () => {
  table = await startTestTable();
  cli = testCli(table);
});
afterEach(() => table.close());

const service = (blue: string) => ({
  blue,
  green: `${blue}-sc`,
  blueHealthy: 2,
  blueDesired: 2,
  greenHealthy: 2,
  greenDesired: 2,
});

/** A plan of two services, as an operator would have left it. */
async function planIn(value: MachineState, names: string[] = ['frontend', 'stock-api']): Promise<void> {
  const store = table.store('op-1');
  const acquired = await store.acquire('shop', () => testStatus({ createdAt: TEST_NOW }));
  if (acquired.kind !== 'acquired') throw new Error('the test does not hold the plan');
  const read = parsePlan(PLAN);
  if (!('plan' in read)) throw new Error('the test has no plan');
  const { status } = acquired;
  const now: PlanStatus = {
    ...status,
    spec: read.plan.spec,
    machine: { ...status.machine, value },
    report: { ...status.report, services: names.map(service) },
  };
  await store.release(await store.write(acquired.lease, now, []));
}

const exitCodeOf = async (name: string, options = ''): Promise<number> =>
  (await cli.run(`check --service ${name} ${options}`)).exitCode;

describe('check', () => {
  test('a service that no plan knows is free, and so is one of a plan that no operator has seen', async () => {
    expect(await cli.run('check --service frontend')).toEqual({
      exitCode: 0,
      out: expect.stringMatching(
        /^service\/frontend is free to deploy: no plan in table "meshlift" .* forbids it\.$/,
      ) as string,
      err: '',
    });
    cli.files.set('plan.yaml', PLAN);
    await cli.run('apply -f plan.yaml');
    expect(await exitCodeOf('frontend')).toBe(0);
  });

  test('a plan on its way forbids its blue and its green, and nothing else', async () => {
    await planIn('ramp.bake');
    expect(await cli.run('check --service frontend --cluster shop')).toEqual({
      exitCode: 7,
      out:
        'service/frontend is frozen by plan/shop (ramp.bake) until the plan has succeeded or is rolled back: ' +
        'green was made from the revision that it runs, and another would not be what was tried.',
      err: '',
    });
    expect(await exitCodeOf('stock-api-sc')).toBe(7);
    expect(await exitCodeOf('reports')).toBe(0);
    expect(await exitCodeOf('frontend', '--cluster other')).toBe(0);
  });

  test.each<[MachineState, number, number]>([
    ['inventory.assess', 0, 0],
    ['inventory.preflight', 7, 7],
    ['provision', 7, 7],
    ['soak', 7, 7],
    ['halted', 7, 7],
    ['retire.remove', 7, 7],
    ['backward.shiftBack', 7, 7],
    ['rolledBack', 0, 0],
    ['succeeded', 7, 0],
  ])('in %s blue ends with %i and green with %i', async (state, blue, green) => {
    await planIn(state);
    expect([await exitCodeOf('frontend'), await exitCodeOf('frontend-sc')]).toEqual([blue, green]);
  });

  test('a plan whose services are not on its record may be moving any of its cluster', async () => {
    await planIn('provision', []);
    expect(await exitCodeOf('reports')).toBe(7);
    expect(await exitCodeOf('reports', '--cluster other')).toBe(0);
  });

  test('as JSON', async () => {
    await planIn('halted');
    const { out } = await cli.run('check --service frontend -o json');
    expect(JSON.parse(out)).toEqual({
      service: 'frontend',
      cluster: null,
      state: 'frozen',
      freezes: [
        {
          plan: 'shop',
          cluster: 'shop',
          state: 'halted',
          side: 'blue',
          why: expect.stringContaining('needs a person') as string,
          until: 'the plan has succeeded or is rolled back',
        },
      ],
    });
  });

  test('what cannot be found out is not free', async () => {
    const item = toAttributes({ pk: 'plan#odd', sk: 'status', status: 'junk' });
    await table.client.send(new PutItemCommand({ TableName: table.table.name, Item: item }));
    const { exitCode, out, err } = await cli.run('check --service frontend');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain('the status item of plan "odd"');
    expect(JSON.parse((await cli.run('check --service frontend -o json')).out)).toMatchObject({ state: 'unknown' });
  });
});
