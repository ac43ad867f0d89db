import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { withoutAws } from '../../processes/meshlift.ts';
import { terraformPluginDirectory } from '../witnesses.ts';

const COMMAND_MS_MAX = 180_000;

/** The page's own commands, typed into a shell of somebody who has pasted what the lab printed. */
export class PageShell {
  readonly #page: string;
  /** Every block of commands on the page, in its order. */
  readonly #blocks: readonly string[];
  readonly #tree: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #left: ChildProcess[] = [];
  /** Where a person stands after the page's `cd`. */
  #folder = '.';

  /**
   * @param page whose blocks are typed
   * @param environment what the page says to set, and nothing more
   */
  constructor(page: string, environment: Readonly<Record<string, string>>) {
    this.#page = page;
    this.#blocks = [...readFileSync(page, 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
      ([, script]) => script ?? '',
    );
    // A copy, so that neither what Terraform installs nor its state is in the repository.
    this.#tree = mkdtempSync(join(tmpdir(), 'meshlift-deploy-'));
    for (const part of ['deploy', 'examples', 'src', 'lab', 'package.json', 'tsconfig.json']) {
      cpSync(part, join(this.#tree, part), { recursive: true, filter: isSource });
    }
    symlinkSync(resolve('node_modules'), join(this.#tree, 'node_modules'));
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
    const script = this.#block(words);
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

  /** Starts the block that has these words in it, and lets it go on until {@link end}, as in a terminal of its own. */
  leave(words: string): void {
    const child = spawn('sh', ['-c', this.#block(words)], {
      cwd: this.#tree,
      env: this.#environment,
      stdio: 'ignore',
      // A loop of the shell's is a group of processes, and ends with the group.
      detached: true,
    });
    this.#left.push(child);
  }

  end(): void {
    for (const { pid } of this.#left.splice(0)) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    rmSync(this.#tree, { recursive: true, force: true });
  }

  #block(words: string): string {
    const found = this.#blocks.filter((block) => block.includes(words));
    const [script, ...others] = found;
    if (script === undefined || others.length > 0) {
      throw new Error(`${this.#page} has ${found.length} blocks with "${words}"; one was to be run.`);
    }
    return script;
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

const isSource = (path: string): boolean => !/\.terraform|tfstate|terraform\.tfvars/.test(path);
