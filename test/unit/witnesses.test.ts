import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findWitness, witness, WITNESS_NAMES } from '../witness/witnesses.ts';

let bin: string;
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'meshlift-path-'));
  vi.stubEnv('PATH', bin);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(bin, { recursive: true });
});

const install = (name: string, script: string): void =>
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

describe('on a machine with only Node', () => {
  test.each(WITNESS_NAMES)('%s is missed, and its suite says so in its title and in the output', (name) => {
    const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { title, skip } = witness(name);
    expect(skip).toBe(true);
    expect(title).toMatch(new RegExp(`^${name} \\(skipped: [\\w-]+ is not installed\\)$`));
    expect(said.mock.calls.join('')).toMatch(
      new RegExp(`^Skipped: everything that ${name} would judge, since .*installed\\.\n$`),
    );
  });

  test('nothing of the quick tier asks for a witness', () => {
    const quick = globSync(['src/**/*.test.ts', 'lab/**/*.test.ts', 'test/unit/**/*.test.ts', 'test/quick/**/*.ts']);
    expect(quick.length).toBeGreaterThan(50);
    const asking = quick.filter((file) => /from '[./]+witness\//.test(readFileSync(file, 'utf8')));
    expect(asking).toEqual(['test/unit/witnesses.test.ts']);
  });
});

test('a witness that is there tells its version, on whichever stream', () => {
  install('aws', 'echo aws-cli/9.9 >&2');
  install('terraform', 'echo Terraform v9.9; echo on nothing');
  expect(findWitness('AWS CLI')).toEqual({ kind: 'installed', name: 'AWS CLI', version: 'aws-cli/9.9' });
  expect(findWitness('Terraform')).toEqual({ kind: 'installed', name: 'Terraform', version: 'Terraform v9.9' });
});

test('a witness that is there and broken is missing, and says how it ended', () => {
  install('aws', 'echo first >&2; echo no such module >&2; exit 3');
  expect(findWitness('AWS CLI')).toEqual({
    kind: 'missing',
    name: 'AWS CLI',
    why: '`aws --version` ended with 3: no such module',
  });
  writeFileSync(join(bin, 'terraform'), 'not a program');
  expect(findWitness('Terraform')).toMatchObject({ kind: 'missing', why: expect.stringContaining('cannot be asked') });
});
