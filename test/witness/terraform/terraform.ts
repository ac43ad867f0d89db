import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { terraformPluginDirectory } from '../witnesses.ts';

/** Terraform's exit code of `plan -detailed-exitcode` where there is something to change. */
export const CHANGES_PENDING = 2;

const COMMAND_MS_MAX = 280_000;
const CONFIGURATION = new URL('shop/', import.meta.url).pathname;
/** What `init` says where no registry answers; everything else that it says is a failure. */
const NO_REGISTRY = /Failed to query available provider packages|could not (connect to|query provider registry)/i;

/** What a plan does to one resource, or what happened to it since Terraform looked last. */
export interface ResourceChange {
  address: string;
  change: {
    actions: string[];
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
    after_unknown?: Record<string, unknown>;
    /** The attributes for whose sake the resource is made anew. */
    replace_paths?: (string | number)[][];
  };
}

export interface Plan {
  exitCode: number | null;
  /** What is to be done; without what stays as it is. */
  changes: ResourceChange[];
  /** What others have done. */
  drift: ResourceChange[];
}

/** The provider, where Terraform can have it: a folder that every working directory of a test shares. */
export type Provider =
  | { kind: 'installed'; data: string; lockFile: string; remove(): Promise<void> }
  | { kind: 'missing'; why: string };

/** Throws where `init` fails for anything but the want of a registry. */
export async function installProvider(): Promise<Provider> {
  const directory = await mkdtemp(join(tmpdir(), 'meshlift-terraform-'));
  await copyConfiguration(directory);
  const plugins = terraformPluginDirectory();
  const { exitCode, output } = await run(
    ['init', '-input=false', '-no-color', ...(plugins === undefined ? [] : [`-plugin-dir=${plugins}`])],
    directory,
    {},
  );
  const remove = () => rm(directory, { recursive: true, force: true });
  if (exitCode === 0) {
    return {
      kind: 'installed',
      data: join(directory, '.terraform'),
      lockFile: join(directory, '.terraform.lock.hcl'),
      remove,
    };
  }
  await remove();
  if (plugins === undefined && NO_REGISTRY.test(output)) {
    return { kind: 'missing', why: 'its AWS provider is not on this machine, and no registry answers' };
  }
  throw new Error(`terraform init ended with ${exitCode}:\n${output}`);
}

/** The sample estate's configuration in a directory and with a state of its own, used as on a command line. */
export class Terraform {
  readonly directory: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(directory: string, environment: Readonly<Record<string, string>>) {
    this.directory = directory;
    this.#environment = environment;
  }

  /** @param environment Where AWS is and who asks, as the lab tells it; nothing else of AWS's is set. */
  static async begin(
    provider: Extract<Provider, { kind: 'installed' }>,
    environment: Readonly<Record<string, string>>,
  ): Promise<Terraform> {
    const directory = await mkdtemp(join(tmpdir(), 'meshlift-terraform-'));
    await copyConfiguration(directory);
    await copyFile(provider.lockFile, join(directory, '.terraform.lock.hcl'));
    return new Terraform(directory, { ...environment, TF_DATA_DIR: provider.data });
  }

  /** Throws, with all that Terraform said, where it does not end with 0. */
  async apply(variables: Variables = {}): Promise<void> {
    await this.#succeed(['apply', '-auto-approve', ...asArguments(variables)]);
  }

  /** Takes what AWS says into the state, and changes nothing else. */
  async accept(): Promise<void> {
    await this.#succeed(['apply', '-refresh-only', '-auto-approve']);
  }

  /** Takes addresses out of the state, and leaves what they stand for as it is. */
  async forget(addresses: readonly string[]): Promise<void> {
    await this.#succeed(['state', 'rm', ...addresses]);
  }

  async destroy(variables: Variables = {}): Promise<void> {
    await this.#succeed(['destroy', '-auto-approve', ...asArguments(variables)]);
  }

  async plan(variables: Variables = {}): Promise<Plan> {
    const { exitCode, shown } = await this.#plan(asArguments(variables));
    return { exitCode, changes: (shown.resource_changes ?? []).filter(isChange), drift: shown.resource_drift ?? [] };
  }

  async outputs(): Promise<Record<string, unknown>> {
    const said = JSON.parse(await this.#succeed(['output', '-json'])) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(said).map(([name, { value }]) => [name, value]));
  }

  /** Addresses of everything that is in the state, data sources aside. */
  async state(): Promise<string[]> {
    const said = await this.#succeed(['state', 'list']);
    return said.split('\n').filter((address) => address !== '' && !address.startsWith('data.'));
  }

  /** The whole state, wherever it is kept: `terraform state pull`. */
  pull(): Promise<string> {
    return this.#succeed(['state', 'pull']);
  }

  /** The state in the form of Terraform's that is meant to be read by others: `terraform show -json`. */
  show(): Promise<string> {
    return this.#succeed(['show', '-json']);
  }

  /** Deletes the directory, state and all. */
  async end(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }

  async #plan(planArguments: string[]) {
    const file = join(this.directory, 'plan');
    const { exitCode, output } = await this.#run(['plan', '-detailed-exitcode', `-out=${file}`, ...planArguments]);
    if (exitCode !== 0 && exitCode !== CHANGES_PENDING) {
      throw new Error(`terraform plan ended with ${exitCode}:\n${output}`);
    }
    const shown = JSON.parse(await this.#succeed(['show', '-json', file])) as {
      resource_changes?: ResourceChange[];
      resource_drift?: ResourceChange[];
    };
    return { exitCode, shown };
  }

  async #succeed(terraformArguments: string[]): Promise<string> {
    const { exitCode, stdout, output } = await this.#run(terraformArguments);
    if (exitCode !== 0) throw new Error(`terraform ${terraformArguments[0]} ended with ${exitCode}:\n${output}`);
    return stdout;
  }

  #run(terraformArguments: string[]) {
    const [verb = '', ...rest] = terraformArguments;
    const quiet = ['apply', 'destroy', 'plan'].includes(verb) ? ['-input=false', '-no-color'] : [];
    return run([verb, ...quiet, ...rest], this.directory, this.#environment);
  }
}

const isChange = ({ change }: ResourceChange): boolean =>
  change.actions.some((action) => action !== 'no-op' && action !== 'read');

type Variables = Readonly<Record<string, string | number>>;

const asArguments = (variables: Variables): string[] =>
  Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);

async function copyConfiguration(directory: string): Promise<void> {
  const files = (await readdir(CONFIGURATION)).filter((name) => name.endsWith('.tf'));
  await Promise.all(files.map((name) => copyFile(join(CONFIGURATION, name), join(directory, name))));
}

/** The person's environment without what is meant for their own AWS account and their own Terraform. */
const inherited = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS_|TF_(?!CLI_CONFIG_FILE$))/.test(name)));

function run(terraformArguments: string[], directory: string, environment: Readonly<Record<string, string>>) {
  return new Promise<{ exitCode: number | null; stdout: string; output: string }>((resolve, reject) => {
    const child = spawn('terraform', terraformArguments, {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: COMMAND_MS_MAX,
      env: { ...inherited(process.env), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1', ...environment },
    });
    let stdout = '';
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, output }));
  });
}
