import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Clients and servers of AWS that nobody here wrote, the browser that opens what Meshlift writes, and a builder of images; each judges the lab or
 * Meshlift where it is installed.
 */
export type WitnessName = 'AWS CLI' | 'cfn-lint' | 'Terraform' | 'botocore' | 'moto' | 'Chromium' | 'buildah';

export type Witness =
  | { kind: 'installed'; name: WitnessName; version: string }
  /** Nothing of the witness ran; `why` is for whoever reads the test's output. */
  | { kind: 'missing'; name: WitnessName; why: string };

const PROBES: Record<WitnessName, { command: string; arguments: string[] }> = {
  'AWS CLI': { command: 'aws', arguments: ['--version'] },
  'cfn-lint': { command: 'cfn-lint', arguments: ['--version'] },
  Terraform: { command: 'terraform', arguments: ['version'] },
  botocore: { command: 'python3', arguments: ['-c', 'import botocore; print("botocore", botocore.__version__)'] },
  moto: { command: 'python3', arguments: ['-c', 'import moto, moto.server; print("moto", moto.__version__)'] },
  buildah: { command: 'buildah', arguments: ['--version'] },
  Chromium: {
    get command() {
      return chromiumCommand();
    },
    arguments: ['--version'],
  },
};

/** `CHROMIUM`, or what `PATH` has of Chromium's names; its own name where it has none. */
export function chromiumCommand(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = ['chromium', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name)));
  return process.env['CHROMIUM'] ?? found.find((path) => existsSync(path)) ?? 'chromium';
}

/** A tool that hangs is no witness. The slowest loads a whole interpreter and what it serves. */
const PROBE_MS_MAX = 60_000;

export const WITNESS_NAMES = Object.keys(PROBES) as WitnessName[];

/** Asks the witness for its version. One that is there but does not answer is missing too, and `why` says how it ended. */
export function findWitness(name: WitnessName): Witness {
  const { command, arguments: probeArguments } = PROBES[name];
  const probe = spawnSync(command, probeArguments, { encoding: 'utf8', timeout: PROBE_MS_MAX });
  const { status, stdout, stderr, error } = probe;
  const missing = (why: string): Witness => ({ kind: 'missing', name, why });
  if (error !== undefined) {
    const isAbsent = 'code' in error && error.code === 'ENOENT';
    return missing(isAbsent ? `${command} is not installed` : `${command} cannot be asked: ${error.message}`);
  }
  if (status !== 0) {
    const said = stderr.trim().split('\n').at(-1) ?? '';
    return missing(`\`${command} ${probeArguments.join(' ')}\` ended with ${status}: ${said}`);
  }
  return { kind: 'installed', name, version: (stdout.trim() === '' ? stderr : stdout).trim().split('\n')[0] ?? '' };
}

/**
 * The title of a witness's suite, and whether it is skipped. Says on standard output that it was, so that a run without
 * the witness cannot be mistaken for one with it.
 *
 * ```ts
 * const { title, skip } = witness('AWS CLI');
 * describe.skipIf(skip)(title, () => …);
 * ```
 */
export function witness(name: WitnessName): { title: string; skip: boolean } {
  const found = findWitness(name);
  if (found.kind === 'installed') return { title: `${name} (${found.version})`, skip: false };
  process.stdout.write(`Skipped: everything that ${name} would judge, since ${found.why}.\n`);
  return { title: `${name} (skipped: ${found.why})`, skip: true };
}

/** The versions against which a table of ours is exact. Another one tells other things, and that is nobody's mistake. */
const EXACT_FOR = { botocore: 'botocore 1.43.11', moto: 'moto 5.2.1' } as const;

/** As {@link witness}, for what is compared to the letter: skipped as well, with its reason, where another version is installed. */
export function exactWitness(name: keyof typeof EXACT_FOR): { title: string; skip: boolean } {
  const found = findWitness(name);
  if (found.kind === 'missing' || found.version === EXACT_FOR[name]) return witness(name);
  const why = `${found.version} is installed, and the comparison is exact for ${EXACT_FOR[name]}`;
  process.stdout.write(`Skipped: what is compared to the letter with ${name}, since ${why}.\n`);
  return { title: `${name} (skipped: ${why})`, skip: true };
}

/**
 * The folder for `terraform init -plugin-dir=`, where the machine has one: `TF_PLUGIN_DIR`, or a folder `tf-plugins` no deeper
 * than two levels below the root. Without one Terraform asks its registry.
 */
export function terraformPluginDirectory(): string | undefined {
  return process.env['TF_PLUGIN_DIR'] ?? globSync(['/tf-plugins', '/*/tf-plugins'])[0];
}
