import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Faults } from './faults.ts';
import { type Lab, startLab } from './lab.ts';

const IMAGE = 'registry.example/operator:1';
const SOON = { timeout: 20_000, interval: 100 };
/** Lives on, and says so until a file tells it that it is sick. */
const PROGRAM = `
import { existsSync } from 'node:fs';
import http from 'node:http';
const answer = (_request, response) => response.writeHead(existsSync(process.env.SICK) ? 503 : 200).end();
http.createServer(answer).listen(8080, '0.0.0.0');
process.on('SIGTERM', () => process.exit(0));
`;
/** The one of deploy/. */
const ASKED = "fetch('http://127.0.0.1:8080/livez').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";

let folder: string;
let sick: string;
let lab: Lab;
let ecs: ECSClient;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meshlift-health-'));
  sick = join(folder, 'sick');
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  const now = Date.now();
  lab = await startLab({
    scale: { labOriginMs: now, realOriginMs: now, factor: 30 },
    faults: new Faults(),
    seed: 1,
    log: { debug: () => {}, warn: () => {} },
    images: (reference) => (reference === IMAGE ? { file, environment: {} } : undefined),
  });
  const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
  ecs = new ECSClient({ endpoint: lab.endpoint, region: lab.account.region, credentials });
});

afterEach(async () => {
  ecs.destroy();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tasks(desiredStatus: 'RUNNING' | 'STOPPED') {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster: 'shop', serviceName: 'operator', desiredStatus }),
  );
  if (taskArns.length === 0) return [];
  return (await ecs.send(new DescribeTasksCommand({ cluster: 'shop', tasks: taskArns }))).tasks ?? [];
}

test('a task that asks itself at /livez is HEALTHY, and is replaced once it answers otherwise', {
  timeout: 60_000,
}, async () => {
  await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'operator',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'operator',
          image: IMAGE,
          environment: [{ name: 'SICK', value: sick }],
          portMappings: [{ containerPort: 8080 }],
          healthCheck: { command: ['CMD', 'node', '-e', ASKED], interval: 30, timeout: 5, retries: 3, startPeriod: 10 },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: 'shop',
      serviceName: 'operator',
      taskDefinition: 'operator',
      desiredCount: 1,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0aaa1111bbb22222c'] } },
    }),
  );
  const health = async () => (await tasks('RUNNING')).map(({ healthStatus }) => healthStatus);
  await expect.poll(health, SOON).toEqual(['HEALTHY']);
  const [first] = await tasks('RUNNING');
  writeFileSync(sick, '');
  await expect
    .poll(() => tasks('STOPPED'), SOON)
    .toMatchObject([
      { taskArn: first?.taskArn, healthStatus: 'UNHEALTHY', stoppedReason: 'Task failed container health checks' },
    ]);
  rmSync(sick);
  await expect.poll(health, SOON).toEqual(['HEALTHY']);
  expect((await tasks('RUNNING'))[0]?.taskArn).not.toBe(first?.taskArn);
});
