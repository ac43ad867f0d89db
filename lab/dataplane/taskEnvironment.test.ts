import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScaledClock } from '../clock.ts';
import { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { TaskContainer } from '../services/ports.ts';
import { Accounts } from '../services/sts/accounts.ts';
import { Sessions } from '../services/sts/sessions.ts';
import { Addresses } from './addresses.ts';
import { ProcessTasks } from './processTasks.ts';
import { TaskCredentials } from './taskCredentials.ts';
import { FakeCloudMap, FakeMesh } from './testWorld.ts';

const ENDPOINT = 'http://127.0.0.1:4566';
const IMAGE = 'registry.example/meshlift:0.1.0';
/** Tells its environment and its arguments. */
const PROGRAM = `
console.log(JSON.stringify({ environment: process.env, arguments: process.argv.slice(2) }));
console.error('that was all');
`;

let folder: string;
let tasks: ProcessTasks;
let written: { group: string; stream: string; line: string }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlift-image-'));
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  written = [];
  const accounts = new Accounts(new Sessions({ now: () => Date.now(), random: new Random(1) }));
  tasks = new ProcessTasks({
    clock: new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 }),
    cloudMap: new FakeCloudMap(),
    mesh: new FakeMesh(),
    metrics: { record: () => {} },
    faults: new Faults(),
    addresses: new Addresses(),
    log: { debug: () => {}, warn: () => {} },
    credentials: new TaskCredentials({ accounts, endpoint: () => ENDPOINT }),
    images: (reference) =>
      reference === IMAGE ? { file, environment: { OF_THE_IMAGE: 'yes', LEVEL: 'image' } } : undefined,
    endpoint: () => ENDPOINT,
    logs: { write: (group, stream, line) => void written.push({ group, stream, line }) },
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await tasks.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs one container to its end. */
async function run(change: Partial<TaskContainer>, taskRoleArn?: string): Promise<number | undefined> {
  const container: TaskContainer = {
    name: 'operator',
    image: IMAGE,
    command: ['operator', '--health-port', '8080'],
    environment: { LEVEL: 'container', AWS_REGION: 'eu-west-1' },
    containerPorts: [],
    essential: true,
    logs: { group: '/meshlift/meshlift', streamPrefix: 'operator', createsGroup: false },
    stopTimeoutMs: 30_000,
    ...change,
  };
  const ended = Promise.withResolvers<number | undefined>();
  tasks.start(
    {
      taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/shop/t1',
      clusterName: 'shop',
      serviceName: 'operator',
      ip: '10.0.0.1',
      mesh: { kind: 'none' },
      taskRoleArn,
      containers: [container],
    },
    { running: () => {}, stopped: ({ exitCode }) => ended.resolve(exitCode) },
  );
  const exitCode = await ended.promise;
  // A process may be seen to have ended before what it wrote last.
  if (exitCode !== undefined && container.logs !== undefined) await expect.poll(() => written.length).toBe(2);
  return exitCode;
}

const told = () =>
  JSON.parse(written.find(({ line }) => line.startsWith('{'))?.line ?? '{}') as {
    environment: Record<string, string>;
    arguments: string[];
  };

test('of the lab’s own credentials a task sees nothing, only the way to those of its role', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) {
    vi.stubEnv(name, 'an administrator’s');
  }
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', 'an-administrator’s-credentials');
  expect(await run({}, 'arn:aws:iam::111122223333:role/operator')).toBe(0);
  const { environment } = told();
  expect(JSON.stringify(environment)).not.toMatch(/administrator/);
  expect(
    Object.keys(environment)
      .filter((name) => name.startsWith('AWS_'))
      .toSorted(),
  ).toEqual([
    'AWS_CONTAINER_AUTHORIZATION_TOKEN',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
  ]);
  expect(environment).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${ENDPOINT}/v2/credentials/t1`,
    AWS_ENDPOINT_URL: ENDPOINT,
  });
});

test('an image that was brought runs with its own environment, the container’s before it, and the container’s command', async () => {
  expect(await run({})).toBe(0);
  expect(told()).toMatchObject({
    environment: { OF_THE_IMAGE: 'yes', LEVEL: 'container' },
    arguments: ['operator', '--health-port', '8080'],
  });
  expect(Object.keys(told().environment).filter((name) => name.startsWith('AWS_CONTAINER'))).toEqual([]);
});

test('N74: each line goes to the stream of the prefix, the container and the task; without the driver none does', async () => {
  await run({});
  await expect.poll(() => written.length).toBe(2);
  const place = { group: '/meshlift/meshlift', stream: 'operator/operator/t1' };
  expect(written).toContainEqual({ ...place, line: 'that was all' });
  expect(written.map(({ group, stream }) => ({ group, stream }))).toEqual([place, place]);
  await run({ logs: undefined });
  expect(written).toHaveLength(2);
});

test('an image that nobody has brought cannot be pulled', async () => {
  expect(await run({ image: 'registry.example/other:1' })).toBeUndefined();
});
