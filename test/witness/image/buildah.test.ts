import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployOperatorRole } from '../../../src/cli/demo/operatorAccess.ts';
import { startLab } from '../../processes/meshlift.ts';
import { witness } from '../witnesses.ts';
import { registryVolumes, writeBaseImage } from './baseImage.ts';

const { title, skip } = witness('buildah');
const isRoot = process.getuid?.() === 0;
if (!skip && !isRoot) process.stdout.write('Skipped: the image by buildah, since its layers need root here.\n');

/** The build installs the bundler's packages anew. */
const hasRegistry = spawnSync('npm', ['view', 'esbuild', 'name'], { timeout: 30_000 }).status === 0;
if (!skip && !hasRegistry)
  process.stdout.write('Skipped: the image by buildah, since npm’s registry does not answer.\n');

const BUILD_MS_MAX = 300_000;
const BASE = 'localhost/node:24-local';
const IMAGE = 'localhost/meshlift:built';
/** The first bytes of a program for one kind of processor. */
const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

interface Inspected {
  Docker: {
    config: {
      User: string;
      Env: string[];
      Entrypoint: string[];
      Cmd: string[];
      Healthcheck: { Test: string[] };
      ExposedPorts: Record<string, object>;
    };
  };
}

describe.skipIf(skip || !isRoot || !hasRegistry)(`${title}: the Dockerfile`, { timeout: BUILD_MS_MAX }, () => {
  let folder: string;
  let image: Inspected['Docker']['config'];
  /** A container of the image, where its files can be looked at. */
  let container: string;
  let root: string;

  const options = () => ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const buildah = (...words: string[]) =>
    execFileSync('buildah', [...options(), ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'meshlift-buildah-'));
    writeBaseImage(join(folder, 'base'));
    const base = buildah('from', 'scratch');
    buildah('copy', '--quiet', base, join(folder, 'base'), '/');
    buildah('config', '--env', 'PATH=/usr/local/bin:/usr/bin:/bin', base);
    buildah('commit', '--quiet', '--rm', base, BASE);
    const volumes = registryVolumes(folder).flatMap((volume) => ['--volume', volume]);
    // Docker's form of an image is the one that has health checks.
    const how = ['--isolation', 'chroot', '--network', 'host', '--pull-never', '--format', 'docker', ...volumes];
    buildah('bud', ...how, '--build-arg', `NODE_IMAGE=${BASE}`, '--tag', IMAGE, '.');
    image = (JSON.parse(buildah('inspect', '--type', 'image', IMAGE)) as Inspected).Docker.config;
    container = buildah('from', IMAGE);
    root = buildah('mount', container);
  }, BUILD_MS_MAX);

  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  test('makes an image that is not root’s, knows its own health, and starts the operator', () => {
    expect(image).toMatchObject({
      User: 'node',
      Entrypoint: ['node', '--max-semi-space-size=2', 'dist/meshlift.js'],
      Cmd: ['operator', '--health-port', '8080', '--health-host', '0.0.0.0'],
      Healthcheck: { Test: ['CMD', 'node', '-e', expect.stringContaining('/livez')] },
      ExposedPorts: { '8080/tcp': {} },
    });
    expect(image.Env).toContain('NODE_ENV=production');
  });

  test('carries the bundle, the list of its materials and nothing for one processor alone, nor how npm came to its registry', () => {
    const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const names = files.map((file) => file.slice(root.length));
    expect(names).toEqual(
      expect.arrayContaining([
        '/app/dist/meshlift.js',
        '/app/dist/meshlift.cdx.json',
        '/app/package.json',
        '/app/LICENSE',
      ]),
    );
    expect(names.filter((name) => name.includes('node_modules'))).toEqual([]);
    expect(files.filter((file) => beginningOf(file).equals(ELF))).toEqual([]);
    expect(readdirSync(join(root, 'root'), { recursive: true })).toEqual([]);
  });

  test('runs: the operator lives as the user node, is healthy, and ends by SIGTERM', async () => {
    const { lab, ready } = await startLab([]);
    const port = String(await freePort());
    try {
      const role = await deployOperatorRole(ready, { clusterNames: ['shop'], passRoleNames: ['*-task'] });
      const variables = Object.entries({ ...ready.environment, ...role }).flatMap(([name, value]) => [
        '--env',
        `${name}=${value}`,
      ]);
      const onPort = (words: readonly string[]) => words.map((word) => word.replaceAll('8080', port));
      const inside = ['run', '--isolation', 'chroot', '--network', 'host', ...variables, container, '--'];
      const operator = spawn('buildah', [...options(), ...inside, ...image.Entrypoint, ...onPort(image.Cmd)]);
      let output = '';
      operator.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      operator.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = once(operator, 'close') as Promise<[number | null]>;
      const livez = () =>
        fetch(`http://127.0.0.1:${port}/livez`).then(
          ({ status }) => status,
          () => 0,
        );
      await expect.poll(livez, { timeout: 60_000 }).toBe(200);
      await expect.poll(() => output, { timeout: 60_000 }).toContain('"msg":"started"');
      buildah(...inside, ...onPort(image.Healthcheck.Test.slice(1)));
      const [pid, ...others] = operatorsOn(port);
      if (pid === undefined || others.length > 0) throw new Error(`${others.length + 1} operators run, or none`);
      process.kill(pid, 'SIGTERM');
      expect((await ended)[0], output).toBe(0);
      expect((await lab.stats()).denied).toEqual([]);
    } finally {
      for (const pid of operatorsOn(port)) process.kill(pid, 'SIGKILL');
      await lab.end();
    }
  });
});

/** The operator's own process, and not the builder's that has started it with the same words. */
const operatorsOn = (port: string): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      const [program, ...words] = commandOf(pid);
      return program?.endsWith('/node') === true && words.includes('dist/meshlift.js') && words.includes(port);
    });

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // Not a process, or one that has ended meanwhile.
    return [];
  }
}

function beginningOf(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  const bytes = Buffer.alloc(ELF.length);
  readSync(descriptor, bytes);
  closeSync(descriptor);
  return bytes;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
