import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What no pure room and no service of the lab may hold. */
const NOWHERE = {
  'a module of Node, by a name with a slash': "import { readFile } from 'node:fs/promises'; export const x = readFile;",
  'a module of Node, whole': "import os from 'node:os'; export const x = os;",
  'a module of Node, without its scheme': "import fs from 'fs'; export const x = fs;",
  'a module of Node, lazily': "export const x = await import('node:fs');",
  'a client of the SDK': "import { ECSClient } from '@aws-sdk/client-ecs'; export const x = ECSClient;",
  'the time of day': 'export const x = Date.now();',
  randomness: 'export const x = Math.random();',
  'the process': 'export const x = process.env;',
  'a timer': 'export const x = setTimeout;',
  'a global by another way': 'export const x = globalThis.process;',
};

const OFFENCES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'src/plan': { ...NOWHERE, 'any date': 'export const x = new Date(0);' },
  'src/estate': { ...NOWHERE, 'what calls AWS': "import { x } from '../aws/x.ts'; export const y = x;" },
  'src/assess/findings': { ...NOWHERE, 'the table': "import { x } from '../../state/x.ts'; export const y = x;" },
  'src/machines': { ...NOWHERE, 'the reconciler': "import { x } from '../reconciler/x.ts'; export const y = x;" },
  'src/reconciler': {
    'a module of Node': "import { readFile } from 'node:fs/promises'; export const x = readFile;",
    'what calls AWS': "import { x } from '../aws/x.ts'; export const y = x;",
    'a type of the SDK': "import type { Service } from '@aws-sdk/client-ecs'; export type X = Service;",
  },
  lab: { 'the product': "import { x } from '../src/plan/x.ts'; export const y = x;" },
  'lab/services/ecs': {
    ...NOWHERE,
    'the product': "import { x } from '../../../src/plan/x.ts'; export const y = x;",
    'the wire': "import { x } from '../../wire/x.ts'; export const y = x;",
    'the data plane': "import { x } from '../../dataplane/x.ts'; export const y = x;",
  },
};

const allowedIn = (room: string): string =>
  room === 'src/reconciler'
    ? 'export const x = performance.now();\n'
    : "import type { Service } from '@aws-sdk/client-ecs'; export type X = Service;\n";

const fileOf = (room: string, index: number): string => `${room}/offence${index}.ts`;

let directory: string;
let complaints: ReadonlyMap<string, string[]>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'meshlift-purity-'));
  cpSync('.oxlintrc.json', join(directory, '.oxlintrc.json'));
  for (const [room, offences] of Object.entries(OFFENCES)) {
    mkdirSync(join(directory, room), { recursive: true });
    for (const [index, code] of Object.values(offences).entries()) {
      writeFileSync(join(directory, fileOf(room, index)), `${code}\n`);
    }
    writeFileSync(join(directory, room, 'allowed.ts'), allowedIn(room));
  }
  const { stdout } = spawnSync(join(process.cwd(), 'node_modules/.bin/oxlint'), ['--format', 'json'], {
    cwd: directory,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const byFile = new Map<string, string[]>();
  for (const { code, filename } of diagnostics) byFile.set(filename, [...(byFile.get(filename) ?? []), code]);
  complaints = byFile;
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(Object.entries(OFFENCES))('the lint keeps out of %s', (room, offences) => {
  test.each(Object.keys(offences).map((what, index) => ({ what, index })))('$what', ({ index }) => {
    const codes = complaints.get(fileOf(room, index)) ?? [];
    expect(codes.filter((code) => /no-restricted|no-nodejs-modules/.test(code))).not.toEqual([]);
  });

  test('and lets in what it may hold', () => {
    expect(complaints.get(`${room}/allowed.ts`) ?? []).toEqual([]);
  });
});

test('no service of the lab asks for the date of now, which no rule of the lint can tell from another date', () => {
  const files = globSync('lab/services/**/*.ts').filter((file) => !file.endsWith('.test.ts'));
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => /new Date\(\s*\)/.test(readFileSync(file, 'utf8')))).toEqual([]);
});
