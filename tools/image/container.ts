import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from './stageRoot.ts';

/** The port that the image serves its health on. */
const IMAGE_PORT = '8080';
/** Node's own way of a read-only root file system: whatever would write a file fails. */
const READ_ONLY = ['--permission', '--allow-fs-read=*'];
const LIVE_MS_MAX = 60_000;
const STOP_MS_MAX = 60_000;

/** The image's program as ECS would start it, with nothing of this process' environment. */
export interface Container {
  pid: number;
  /** From its start until `/livez` answered, real milliseconds. */
  liveMs: number;
  /** Runs the health check of the image. */
  isHealthy(): Promise<boolean>;
  /** Sends SIGTERM; how it ended, and what it said. */
  stop(): Promise<{ code: number | null; signal: string | null; output: string }>;
}

/** Starts the image's entry point and command on a free port. Throws where it does not come to life within a minute. */
export async function startContainer(
  image: Image,
  environment: Readonly<Record<string, string>>,
  more: readonly string[],
): Promise<Container> {
  const port = String(await freePort());
  const onPort = (words: readonly string[]) => words.map((word) => word.replaceAll(IMAGE_PORT, port));
  const startedMs = performance.now();
  const child = run(image, [...image.entrypoint, ...onPort(image.command), ...more], environment);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = endOf(child);
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!(await answers(`http://127.0.0.1:${port}/livez`))) {
    if (hasEnded) throw new Error(`The operator ended before it lived:\n${output}`);
    if (performance.now() - startedMs > LIVE_MS_MAX) {
      child.kill('SIGKILL');
      throw new Error(`The operator does not answer /livez after ${LIVE_MS_MAX / 1000} s:\n${output}`);
    }
    await delay(2);
  }
  return {
    pid: child.pid ?? 0,
    liveMs: performance.now() - startedMs,
    isHealthy: async () => (await endOf(run(image, onPort(image.healthCheck), environment))).code === 0,
    stop: async () => {
      child.kill('SIGTERM');
      const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
      const end = await ended;
      clearTimeout(tooLong);
      return { ...end, output };
    },
  };
}

/** How long the image's program takes with these arguments from its start to its end, real milliseconds. Throws where it fails. */
export async function timed(image: Image, words: readonly string[]): Promise<{ ms: number; output: string }> {
  const startedMs = performance.now();
  const child = run(image, [...image.entrypoint, ...words], {});
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const { code } = await endOf(child);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${output}`);
  return { ms: performance.now() - startedMs, output };
}

/** Every file of the image with its size and the time of its last change. */
export const filesOf = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => ({ name, stat: statSync(join(root, name)) }))
    .map(({ name, stat }) => `${name} ${stat.size} ${stat.mtimeMs}`)
    .toSorted();

/** What a process has in memory now, MiB; Linux only. */
export function residentMib(pid: number): number {
  const [, kib = ''] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

function run(image: Image, [program = '', ...words]: readonly string[], environment: Readonly<Record<string, string>>) {
  if (program !== 'node') throw new Error(`The image starts ${program}; only node is started here.`);
  return spawn(process.execPath, [...READ_ONLY, ...words], {
    cwd: join(image.root, image.workingDirectory),
    env: { ...image.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const endOf = (child: ChildProcess): Promise<{ code: number | null; signal: string | null }> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
