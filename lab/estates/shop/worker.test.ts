import { DescribeTasksCommand, ListTasksCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Faults } from '../../faults.ts';
import { type Lab, startLab } from '../../lab.ts';
import { estateClients } from '../clients.ts';
import { estates } from '../index.ts';
import { Jobs } from './testJobs.ts';
import { WORKER } from './worker.ts';

const BOUND = { timeout: 40_000, interval: 100 };
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

let lab: Lab;
let clients: ReturnType<typeof estateClients>;
let jobs: Jobs;

beforeAll(async () => {
  lab = await startLab({
    scale: { labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 },
    faults: new Faults(),
    log: { debug() {}, warn() {} },
  });
  clients = estateClients({ endpoint: lab.endpoint, region: lab.account.region });
  const estate = await estates['shop-with-worker'].create({
    clients,
    account: lab.account,
    urlOf: (arn) => lab.alb.urls().find((listener) => listener.listenerArn === arn)?.url,
  });
  expect(estate.serviceNames).toContain(WORKER);
  jobs = await Jobs.of(clients.sqs);
});

afterAll(async () => {
  clients?.destroy();
  await lab?.close();
});

const setCount = (desiredCount: number) =>
  clients.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: WORKER, desiredCount }));

async function exitCodes(): Promise<(number | undefined)[]> {
  const stopped = await clients.ecs.send(
    new ListTasksCommand({ cluster: 'shop', serviceName: WORKER, desiredStatus: 'STOPPED' }),
  );
  const { tasks = [] } = await clients.ecs.send(
    new DescribeTasksCommand({ cluster: 'shop', tasks: stopped.taskArns ?? [] }),
  );
  return tasks.map(({ containers = [] }) => containers.find(({ name }) => name === 'app')?.exitCode);
}

test('the worker works each message once, across a stop in the middle of its work, with an answer of the mesh', async () => {
  await jobs.send(40);
  await vi.waitFor(async () => expect((await jobs.read()).length).toBeGreaterThan(2), BOUND);
  await setCount(0);
  await vi.waitFor(async () => expect(await exitCodes()).toEqual([0, 0]), BOUND);
  const before = (await jobs.read()).length;
  expect(before).toBeLessThan(40);
  await setCount(2);
  await vi.waitFor(async () => expect((await jobs.read()).length).toBeGreaterThanOrEqual(40), BOUND);
  expect(jobs.done.map(({ message }) => message).toSorted()).toEqual(jobs.sent.toSorted());
  expect(new Set(jobs.done.map(({ receives, stock }) => `${receives} ${stock}`))).toEqual(new Set(['1 200']));
  expect(new Set(jobs.done.map(({ servedBy }) => servedBy.split('/')[0]))).toEqual(new Set([WORKER]));
  // Two tasks before the stop, two after it.
  expect(new Set(jobs.done.map(({ servedBy }) => servedBy)).size).toBeGreaterThan(2);
});
