import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { installProvider } from '../terraform/terraform.ts';
import { terraformPluginDirectory, witness } from '../witnesses.ts';

const { title, skip } = witness('Terraform');
const provider = skip ? undefined : await installProvider();
await (provider?.kind === 'installed' ? provider.remove() : undefined);
if (provider?.kind === 'missing') process.stdout.write(`Skipped: the module, since ${provider.why}.\n`);

/** A copy, so that what `init` writes is nowhere in the repository. */
const directory = mkdtempSync(join(tmpdir(), 'meshlift-module-'));
cpSync('deploy', directory, { recursive: true });
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function terraform(folder: string, ...words: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('terraform', [...words, '-no-color'], {
    cwd: join(directory, 'terraform', folder),
    encoding: 'utf8',
    timeout: 250_000,
  });
  return { status, said: `${stdout}${stderr}` };
}

describe.skipIf(skip || provider?.kind === 'missing')(title, () => {
  test('finds every file in its own format', () => {
    expect(terraform('.', 'fmt', '-check', '-recursive')).toMatchObject({ status: 0 });
  });

  test.each(['.', 'spoke-role', 'examples/single-account', 'examples/hub-and-spoke'])('%s is valid', (folder) => {
    const plugins = terraformPluginDirectory();
    const begun = terraform(
      folder,
      'init',
      '-input=false',
      ...(plugins === undefined ? [] : [`-plugin-dir=${plugins}`]),
    );
    expect(begun, begun.said).toMatchObject({ status: 0 });
    const valid = terraform(folder, 'validate');
    expect(valid, valid.said).toMatchObject({ status: 0 });
    expect(valid.said).toContain('The configuration is valid.');
  });
});
