import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ScaledClock } from '../clock.ts';
import { Faults } from '../faults.ts';
import type { TaskContainer } from '../services/ports.ts';
import { Addresses } from './addresses.ts';
import { ProcessTasks } from './processTasks.ts';
import { FakeCloudMap, FakeMesh } from './testWorld.ts';

const SOON = { timeout: 10_000 };
/** Tells who it is, tries to write a file, and listens. */
const PROGRAM = `
import { writeFileSync } from 'node:fs';
import http from 'node:http';
console.log([process.getuid(), process.getgid()].join(':'));
try { writeFileSync(process.env.PLACE, 'written'); console.log('has written'); } catch (error) { console.log(error.code); }
http.createServer((_request, response) => response.end('ok')).listen(8080);
`;

let folder: string;
let place: string;
let tasks: ProcessTasks;
let written: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshlift-confined-'));
  chmodSync(folder, 0o777);
  place = join(folder, 'place');
  const file = join(folder, 'program.mjs');
  writeFileSync(file, PROGRAM);
  written = [];
  tasks = new ProcessTasks({
    clock: new ScaledClock({ labOriginMs: Date.now(), realOriginMs: Date.now(), factor: 30 }),
    cloudMap: new FakeCloudMap(),
    mesh: new FakeMesh(),
    metrics: { record: () => {} },
    faults: new Faults(),
    addresses: new Addresses(),
    log: { debug: () => {}, warn: () => {} },
    images: () => ({ file, environment: {} }),
    logs: { write: (_group, _stream, line) => void written.push(line) },
  });
});

afterEach(async () => {
  await tasks.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts one container, and answers its health checks once it listens. */
async function started(change: Partial<TaskContainer>): Promise<(...command: string[]) => Promise<boolean>> {
  const container: TaskContainer = {
    name: 'app',
    image: 'any',
    command: [],
    environment: { PLACE: place },
    containerPorts: [8080],
    essential: true,
    logs: { group: 'group', streamPrefix: 'it', createsGroup: false },
    stopTimeoutMs: 30_000,
    ...change,
  };
  return new Promise((resolve) => {
    const task = tasks.start(
      {
        taskArn: 'arn:aws:ecs:eu-west-1:111122223333:task/shop/1',
        clusterName: 'shop',
        serviceName: 'app',
        ip: '10.0.0.1',
        mesh: { kind: 'none' },
        containers: [container],
      },
      {
        running: () =>
          resolve(
            (...command) =>
              new Promise((heard) => {
                task.check({ container: 'app', command, timeoutMs: 5_000 }, heard);
              }),
          ),
        stopped: () => {},
      },
    );
  });
}

const WRITES = 'require("node:fs").writeFileSync(process.env.PLACE, "by the check")';
const LISTENS = 'fetch("http://127.0.0.1:8080").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))';

test('E82: a container with a read-only root file system writes no file, and neither does its health check', async () => {
  const check = await started({ readonlyRootFilesystem: true });
  await expect.poll(() => written, SOON).toContain('ERR_ACCESS_DENIED');
  expect(await check('CMD', 'node', '-e', LISTENS)).toBe(true);
  expect(await check('CMD', 'node', '-e', WRITES)).toBe(false);
  expect(await check('CMD-SHELL', `node -e '${WRITES}'`)).toBe(false);
  expect(existsSync(place)).toBe(false);
});

test('E82: without one both do', async () => {
  const check = await started({});
  await expect.poll(() => written, SOON).toContain('has written');
  expect(await check('CMD', 'node', '-e', WRITES)).toBe(true);
  expect(readFileSync(place, 'utf8')).toBe('by the check');
});

test.skipIf(process.getuid?.() !== 0)('E82: a container runs as the user and the group of its definition', async () => {
  await started({ user: '65534:65533' });
  await expect.poll(() => written, SOON).toContain('65534:65533');
});
