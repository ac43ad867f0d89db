import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DescribeServicesCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Faults } from '../../faults.ts';
import type { Lab } from '../../lab.ts';
import { startLab } from '../../lab.ts';
import { estateClients } from '../clients.ts';
import type { Estate } from '../estate.ts';
import { estates } from '../index.ts';

const BOUND = { timeout: 30_000, interval: 50 };
vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let lab: Lab;
let estate: Estate;
let clients: ReturnType<typeof estateClients>;
let steadyCalls = 0;

beforeAll(async () => {
  lab = await startLab({
    scale: { labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 },
    faults: new Faults(),
    log: { debug() {}, warn() {} },
  });
  clients = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
  estate = await estates.shop.create({
    clients,
    account: lab.account,
    urlOf: (arn) => lab.alb.urls().find((listener) => listener.listenerArn === arn)?.url,
    steady: () => {
      steadyCalls += 1;
    },
  });
});

afterAll(async () => {
  clients?.destroy();
  await lab?.close();
});

async function visit(): Promise<{ status: number; servedBy: string; dependencies: string }> {
  const response = await fetch(estate.url);
  await response.text();
  return {
    status: response.status,
    servedBy: response.headers.get('x-served-by') ?? '',
    dependencies: response.headers.get('x-dependencies') ?? '',
  };
}

async function taskIds(serviceName: string): Promise<string[]> {
  const { taskArns = [] } = await clients.ecs.send(new ListTasksCommand({ cluster: estate.clusterName, serviceName }));
  return taskArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
}

test('the shop stands: three steady services behind one rule, and every task of each serves', async () => {
  expect(steadyCalls).toBe(1);
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: estate.clusterName, services: estate.serviceNames }),
  );
  expect(services.map(({ runningCount }) => runningCount)).toEqual([2, 2, 2]);
  const { Rules = [] } = await clients.elbv2.send(new DescribeRulesCommand({ RuleArns: [estate.listenerRuleArn] }));
  expect(Rules[0]?.Priority).toBe('10');

  const frontends = (await taskIds('frontend')).map((id) => `frontend/${id}`);
  const users = await taskIds('user-api');
  const stocks = await taskIds('stock-api');
  const pairs = users.flatMap((user) => stocks.map((stock) => `user=${user},stock=${stock}`));
  const served = new Set<string>();
  for (let i = 0; i < 20; i += 1) {
    const { status, servedBy, dependencies } = await visit();
    expect(status).toBe(200);
    served.add(servedBy);
    expect(pairs).toContain(dependencies);
  }
  expect(served).toEqual(new Set(frontends));
});

test('A0: with App Mesh gone the running tasks go on serving, and a new one never comes up', async () => {
  const before = await taskIds('user-api');
  lab.faults.set('app-mesh-gone', true);
  await clients.ecs.send(
    new UpdateServiceCommand({ cluster: estate.clusterName, service: 'user-api', desiredCount: 3 }),
  );
  await vi.waitFor(async () => {
    const { taskArns = [] } = await clients.ecs.send(
      new ListTasksCommand({ cluster: estate.clusterName, serviceName: 'user-api', desiredStatus: 'STOPPED' }),
    );
    expect(taskArns.length).toBeGreaterThan(0);
  }, BOUND);
  for (let i = 0; i < 10; i += 1) {
    const { status, dependencies } = await visit();
    expect(status).toBe(200);
    expect(before.map((id) => `user=${id}`)).toContain(dependencies.split(',')[0]);
  }
});
