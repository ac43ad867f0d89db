import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const ASSESS = [
  'src/cli/main.ts',
  'assess',
  '--from',
  'test/fixtures/estates/02-retries-tls-canary.json',
  '-o',
  'html',
];

async function ended({ stderr }: ChildProcess, exit: Promise<unknown[]>): Promise<{ err: string; exitCode: unknown }> {
  const [err, [exitCode]] = await Promise.all([stderr === null ? '' : text(stderr), exit]);
  return { err, exitCode };
}

test.skipIf(!existsSync('/dev/full'))('a full disk is an error in one line', async () => {
  const full = await open('/dev/full', 'w');
  const child = spawn(process.execPath, ['src/cli/main.ts', 'schema'], { stdio: ['ignore', full.fd, 'pipe'] });
  expect(await ended(child, once(child, 'exit'))).toEqual({
    err: 'Error: cannot write to standard output: there is no space left\n',
    exitCode: 1,
  });
  await full.close();
});

test('a reader that goes away does not make a verdict clean', async () => {
  const child = spawn(process.execPath, ASSESS, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  expect(await ended(child, once(child, 'exit'))).toEqual({ err: '', exitCode: 2 });
});
