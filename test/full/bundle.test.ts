import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runDemo } from '../runDemo.ts';

let bare: string;

/** What the image carries: the bundle, and no `node_modules` anywhere above it. */
beforeAll(() => {
  execFileSync(process.execPath, ['tools/bundle.ts']);
  bare = mkdtempSync(join(tmpdir(), 'meshlift-bundle-'));
  cpSync('dist', join(bare, 'dist'), { recursive: true });
  cpSync('package.json', join(bare, 'package.json'));
});

const run = (...argv: string[]) =>
  spawnSync(process.execPath, [join(bare, 'dist/meshlift.js'), ...argv], {
    encoding: 'utf8',
    env: { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'eu-west-1' },
  });

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

afterAll(() => rmSync(bare, { recursive: true, force: true }));

test('the bundle runs without its packages: the version, the operator’s options, an operator that cannot reach its table', () => {
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run('operator', '--help').stdout).toContain('--create-table');
  const unreachable = run('get', 'plans', '--endpoint-url', 'http://127.0.0.1:9');
  expect(unreachable.status).toBe(1);
  expect(unreachable.stderr).toContain('DynamoDB cannot be reached');
});

test('its list of materials has every package that its source maps have, as it is installed, and no other', () => {
  const inMaps = new Set<string>();
  for (const map of readdirSync('dist').filter((name) => name.endsWith('.map'))) {
    const { sources } = read(join('dist', map)) as { sources: string[] };
    for (const source of sources) {
      const place = /(node_modules\/.*)$/.exec(source)?.[1]?.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];
      if (place !== undefined) inMaps.add(place);
    }
  }
  const { bomFormat, specVersion, components } = read('dist/meshlift.cdx.json') as {
    bomFormat: string;
    specVersion: string;
    components: { 'bom-ref': string; name: string; version: string; purl: string; hashes: { content: string }[] }[];
  };
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.6']);
  expect(components.map((component) => component['bom-ref'])).toEqual([...inMaps].toSorted());
  for (const { 'bom-ref': place, name, version, purl, hashes } of components) {
    const installed = read(join(place, 'package.json')) as { name: string; version: string };
    expect({ name, version }).toEqual({ name: installed.name, version: installed.version });
    expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
    expect(hashes[0]?.content).toMatch(/^[0-9a-f]{128}$/);
  }
  expect(components.map(({ name }) => name)).toContain('@aws-sdk/client-ecs');
});

test('the bundle tells the demo as the sources do', async () => {
  const { summary } = await runDemo(['--fault', 'green-errors'], ['dist/meshlift.js']);
  expect(summary).toMatchObject({ problems: [], outcome: 'RolledBack', leaked: [] });
});
