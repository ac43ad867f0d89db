import { execFile } from 'node:child_process';
import { withoutAws } from '../../processes/meshlift.ts';

/** How a call of the AWS CLI ended. */
export interface CliAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The CLI's exit code where AWS answered an error: 255 of version 1, 254 of version 2. */
export const REFUSED = [254, 255];

/** Each call starts an interpreter, and the lab wants a core too. */
const AT_ONCE = 2;
const TIMEOUT_MS = 90_000;

/** The AWS CLI as somebody uses it who has pasted what the lab printed, and has no settings of their own. */
export class AwsCli {
  readonly #environment: NodeJS.ProcessEnv;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param environment What the lab told to set, and nothing more. */
  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = {
      ...withoutAws(process.env),
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
      ...environment,
    };
  }

  /** The same CLI with something more in its environment. */
  with(environment: Readonly<Record<string, string>>): AwsCli {
    return new AwsCli({ ...(this.#environment as Record<string, string>), ...environment });
  }

  /**
   * @param command What follows `aws`, split at spaces.
   * @param more Further arguments, each as it is.
   */
  run(command: string, ...more: string[]): Promise<CliAnswer> {
    return this.#start('aws', [...command.split(' '), ...more]);
  }

  /** A person's shell, with commands as a page shows them. */
  shell(script: string): Promise<CliAnswer> {
    return this.#start('sh', ['-c', script]);
  }

  async #start(program: string, programArguments: string[]): Promise<CliAnswer> {
    if (this.#running >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running += 1;
    try {
      return await call(program, programArguments, this.#environment);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** What it printed. Throws what it complained of where it did not end with 0. */
  async text(command: string, ...more: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, ...more);
    if (exitCode !== 0) throw new Error(`aws ${command} ${more.join(' ')} ended with ${exitCode}: ${stderr.trim()}`);
    return stdout;
  }

  /** What it printed, as JSON; `undefined` where it printed nothing. */
  async json<Answer = unknown>(command: string, ...more: string[]): Promise<Answer> {
    const text = await this.text(command, ...more);
    return (text.trim() === '' ? undefined : JSON.parse(text)) as Answer;
  }
}

function call(program: string, programArguments: string[], env: NodeJS.ProcessEnv): Promise<CliAnswer> {
  return new Promise((resolve, reject) => {
    const options = { env, timeout: TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(program, programArguments, options, (error, stdout, stderr) => {
      if (error === null) resolve({ exitCode: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, stdout, stderr });
      else reject(new Error(`${program} ${programArguments.join(' ')} did not end by itself: ${error.message}`));
    });
  });
}
