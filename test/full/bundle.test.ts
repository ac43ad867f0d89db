import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
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

afterAll(() => rmSync(bare, { recursive: true, force: true }));

test('the bundle runs without its packages: the version, the operator’s options, an operator that cannot reach its table', () => {
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(run('operator', '--help').stdout).toContain('--create-table');
  const unreachable = run('get', 'plans', '--endpoint-url', 'http://127.0.0.1:9');
  expect(unreachable.status).toBe(1);
  expect(unreachable.stderr).toContain('DynamoDB cannot be reached');
});

test('the bundle tells the demo as the sources do', async () => {
  const { summary } = await runDemo(['--fault', 'green-errors'], ['dist/meshlift.js']);
  expect(summary).toMatchObject({ problems: [], outcome: 'RolledBack', leaked: [] });
});
