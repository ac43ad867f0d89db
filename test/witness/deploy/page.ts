import { spawn } from 'node:child_process';
import { cpSync, readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutAws } from '../../processes/meshlift.ts';
import { terraformPluginDirectory } from '../witnesses.ts';

const COMMAND_MS_MAX = 150_000;

/** Every block of commands on the page, in its order. */
const blocks = [...readFileSync('docs/deploy.md', 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
  ([, script]) => script ?? '',
);

/** The page's own commands, typed into a shell of somebody who has pasted what the lab printed. */
export class PageShell {
  readonly #tree: string;
  readonly #environment: NodeJS.ProcessEnv;
  /** Where a person stands after the page's `cd`. */
  #folder = '.';

  /** @param environment What the lab told to set, and nothing more. */
  constructor(environment: Readonly<Record<string, string>>) {
    // A copy, so that neither what Terraform installs nor its state is in the repository.
    this.#tree = mkdtempSync(join(tmpdir(), 'meshlift-deploy-'));
    cpSync('deploy', join(this.#tree, 'deploy'), {
      recursive: true,
      filter: (path) => !/\.terraform|tfstate|tfvars/.test(path),
    });
    const plugins = terraformPluginDirectory();
    const foreign = /^TF_(?!CLI_CONFIG_FILE$)/;
    this.#environment = {
      ...Object.fromEntries(Object.entries(withoutAws(process.env)).filter(([name]) => !foreign.test(name))),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_CLI_ARGS: '-no-color',
      ...(plugins === undefined ? {} : { TF_CLI_ARGS_init: `-plugin-dir=${plugins}` }),
      // What a person would answer with `yes`.
      TF_CLI_ARGS_apply: '-auto-approve -input=false',
      TF_CLI_ARGS_destroy: '-auto-approve -input=false',
      ...environment,
    };
  }

  /** Runs the one block that has these words in it, and answers what it printed. Throws what it said where a command failed. */
  async run(words: string): Promise<string> {
    const found = blocks.filter((block) => block.includes(words));
    const [script, ...others] = found;
    if (script === undefined || others.length > 0) {
      throw new Error(`docs/deploy.md has ${found.length} blocks with "${words}"; one was to be run.`);
    }
    const said = await this.type(script);
    const moved = /^cd (\S+)/m.exec(script)?.[1];
    if (moved !== undefined) this.#folder = moved;
    return said;
  }

  /** Something that is not on the page. Throws what it said where it did not end with 0. */
  async type(script: string): Promise<string> {
    const { exitCode, output, stdout } = await this.#start(script);
    if (exitCode !== 0) throw new Error(`This ended with ${exitCode}:\n${script}\n${output}`);
    return stdout;
  }

  end(): void {
    rmSync(this.#tree, { recursive: true, force: true });
  }

  #start(script: string) {
    return new Promise<{ exitCode: number | null; stdout: string; output: string }>((resolve, reject) => {
      const child = spawn('sh', ['-ec', script], {
        cwd: join(this.#tree, this.#folder),
        env: this.#environment,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: COMMAND_MS_MAX,
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
}
