import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { assess } from '../../../src/assess/assess.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { byText } from '../../../src/estate/order.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import type { ExportFile } from '../../../src/estate/sources/export/file.ts';
import { readBytes, writeWhole } from '../../../src/cli/wholeFiles.ts';
import { type BadInputWorld, startBadInputWorld } from '../badInputWorld.ts';

let world: BadInputWorld;

beforeAll(async () => {
  world = await startBadInputWorld();
});

afterAll(() => world.close());

const exported = async (line: string): Promise<{ file: ExportFile; out: string }> => {
  const { exitCode, out, err } = await world.cli.run(`export ${line} -o shop.json`);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  return { file: JSON.parse(world.cli.files.get('shop.json') ?? '') as ExportFile, out };
};

/** What is shown of how far an export is, on a terminal of so many columns. */
const shown = async (columns: number | undefined): Promise<string[]> => {
  world.cli.progress.length = 0;
  world.cli.progressColumns = columns;
  await exported('');
  world.cli.progressColumns = undefined;
  return [...world.cli.progress];
};

describe('export', () => {
  test('that may not read ECS says which action the person needs, and writes nothing', async () => {
    world.deny('ListClusters');
    world.cli.files.delete('none.json');
    const { exitCode, out, err } = await world.cli.run('export -o none.json');
    world.deny(undefined);
    expect({ exitCode, out, written: world.cli.files.has('none.json') }).toEqual({
      exitCode: 1,
      out: '',
      written: false,
    });
    expect(err).toMatch(
      /^Error: ecs:ListClusters: AccessDeniedException: .* Nothing was changed\. Allow ecs:ListClusters to/,
    );
  });

  test('of the live estate gives the same stack as the live estate', async () => {
    const { file } = await exported('--cluster shop --mesh shop --include-environment');
    const { takenAt: _takenAt, ...live } = (await world.snapshot()) as EstateExport;
    expect(file).toMatchObject({ ...live, format: 'meshlift.dev/export/v1', environment: { form: 'included' } });
    const parsed = parsePlan(world.goodPlan);
    if (!('plan' in parsed)) throw new Error('the plan of the test is none');
    const stackOf = (one: EstateExport) => {
      const estate = readEstate(one, 'shop', 'shop');
      return buildStack(parsed.plan, estate, assess(parsed.plan, estate), 1);
    };
    const wanted = stackOf(live);
    expect(wanted.resources.length).toBeGreaterThan(8);
    expect(stackOf(file)).toEqual(wanted);
    // The shop's variables hold URLs of its own services and nothing else, so nothing of them is a secret.
    const { file: reduced } = await exported('--cluster shop --mesh shop');
    expect(reduced.environment).toEqual({ form: 'reduced', salt: expect.stringMatching(/^[0-9a-f]{32}$/) as string });
    expect(stackOf(reduced).resources.map((one) => one.id)).toEqual(wanted.resources.map((one) => one.id));
  });

  test('takes every cluster and mesh where none is named', async () => {
    const { file, out } = await exported('');
    expect(file.ecs.services.map((one) => one.serviceName ?? '').toSorted(byText)).toEqual([
      'frontend',
      'stock-api',
      'user-api',
    ]);
    expect(file.appMesh.meshes.map((one) => one.meshName)).toEqual(['shop']);
    expect(out).toContain('shop.json: account 111122223333 in eu-west-1');
    expect(out).toContain('reduced to host names and a hash');
    expect(file.ec2?.subnets?.length).toBeGreaterThan(0);
    expect(file.ecs.tasks).toEqual([]);
  });

  test('shows on a terminal how far it is, within its width, and nothing where there is none', async () => {
    const wide = await shown(120);
    for (const step of ['cluster shop', 'mesh shop', 'tasks, instances and quotas']) {
      const bars = wide.filter((line) => line.startsWith(`reading ${step}  `) && line.includes(' of '));
      expect(bars.at(-1), step).toMatch(/^reading .* {2}█{20} {2}(\d+) of \1 /);
    }
    expect(wide.some((line) => / {2}█+░+ {2}\d+ of \d+ {2}appmesh \d+/.test(line))).toBe(true);
    expect(wide.at(-1)).toBe('');
    const narrow = await shown(40);
    expect(narrow.length).toBe(wide.length);
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThan(40);
    expect((await shown(undefined)).filter((line) => line !== '')).toEqual([]);
  });

  test('takes several clusters and meshes once each, and says which mesh there is not', async () => {
    const { file, out } = await exported('--cluster shop --cluster shop --mesh shop --mesh nowhere');
    expect(file.ecs.services).toHaveLength(3);
    expect(file.appMesh.meshes).toHaveLength(1);
    expect(file.appMeshAnswer?.state).toBe('read');
    expect(file.errors).toMatchObject([{ call: 'appmesh:DescribeMesh', subject: 'mesh/nowhere', code: 'absent' }]);
    expect(out).toContain('1 call failed');
    expect(readEstate(file, 'shop', 'nowhere').mesh.answer.state).toBe('absent');
  });

  test('A0: an App Mesh that is gone is said, and the rest is exported', async () => {
    world.darkenAppMesh(true);
    try {
      for (const line of ['--cluster shop --mesh shop', '']) {
        const { file, out } = await exported(line);
        expect(file.appMeshAnswer?.state).toBe('unreachable');
        expect(file.ecs.services).toHaveLength(3);
        expect(out).toContain('App Mesh is not in it. App Mesh did not answer');
        expect(out).toContain('meshlift assess --from');
      }
    } finally {
      world.darkenAppMesh(false);
    }
    world.deny('DescribeMesh');
    try {
      const { file, out } = await exported('--cluster shop --mesh shop');
      expect(file.appMeshAnswer?.state).toBe('refused');
      expect(out).toContain('App Mesh refused to describe the mesh shop');
    } finally {
      world.deny(undefined);
    }
    const { file, out } = await exported('--cluster shop --mesh nowhere');
    expect(file.appMeshAnswer?.state).toBe('absent');
    expect(out).toContain('App Mesh knows no mesh nowhere');
  });

  test('a part that is refused is named, with the call', async () => {
    world.deny('DescribeRules');
    try {
      const { file, out } = await exported('--cluster shop --mesh shop');
      expect(file.errors.map((one) => one.call)).toEqual(['elasticloadbalancing:DescribeRules']);
      expect(out).toContain('elasticloadbalancing:DescribeRules');
    } finally {
      world.deny(undefined);
    }
  });

  test('without ECS there is none', async () => {
    world.cli.files.clear();
    const { exitCode, err } = await world.cli.run('export --cluster nowhere --mesh shop -o shop.json');
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^Error: /);
    expect([...world.cli.files.keys()]).toEqual([]);
  });

  test('to standard output it is the file alone', async () => {
    const { out, err } = await world.cli.run('export --cluster shop --mesh shop');
    expect((JSON.parse(out) as ExportFile).format).toBe('meshlift.dev/export/v1');
    expect(err).toContain('standard output: account 111122223333');
  });
});

describe('a file is written whole or not at all', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'meshlift-export-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('in the place of what was there, with nothing left beside it', async () => {
    const path = join(folder, 'a.json');
    await writeFile(path, 'old');
    await writeWhole(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    await expect(writeWhole(join(folder, 'none', 'a.json'), 'x')).rejects.toThrow(
      /cannot write .*there is no such folder/,
    );
    await expect(writeWhole(folder, 'x')).rejects.toThrow(/cannot write/);
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  test('through a link, which stays one', async () => {
    const [path, link] = [join(folder, 'linked.json'), join(folder, 'link')];
    await writeFile(path, 'old');
    await symlink(path, link);
    await writeWhole(link, 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  test('into a pipe, which stays one', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeWhole(pipe, 'through')]);
    expect(read).toBe('through');
    expect((await lstat(pipe)).isFIFO()).toBe(true);
  });

  test('a folder, and what is too large, is refused unread', async () => {
    await expect(readBytes(folder, 10)).rejects.toThrow(`cannot read ${folder}: it is a folder`);
    await expect(readBytes(join(folder, 'none'), 10)).rejects.toThrow('there is no such file');
    const path = join(folder, 'large');
    await writeFile(path, Buffer.alloc(2_000_000));
    await expect(readBytes(path, 1_000_000)).rejects.toThrow(
      `cannot read ${path}: it has 2 MB, and at most 1 MB are read`,
    );
    expect(await readBytes(path, 2_000_000)).toHaveLength(2_000_000);
    await expect(readBytes('/dev/zero', 1_000_000)).rejects.toThrow('more than 1 MB');
  });
});
