import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LabReady } from '../../../src/cli/lab.ts';
import { withoutAws } from './awsCli.ts';

const READY_MS = 90_000;
const END_MS = 20_000;

/** A verb of `meshlift` that runs until it is told to end. It ends with the test, however the test ends. */
export class Meshlift {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';

  constructor(
    verb: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void = () => {},
  ) {
    const child = spawn(process.execPath, ['src/cli/main.ts', ...verb], {
      // The channel tells it when its parent is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...withoutAws(process.env), ...environment },
    });
    this.#child = child;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error(`meshlift ${verb[0]} has no output`);
    createInterface({ input: stdout }).on('line', (line) => {
      this.#output += `${line}\n`;
      onLine(line);
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.once('error', () => resolve(null));
    });
  }

  /** Resolves with the exit code when it ends before it was told to, and never otherwise. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** All of standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  /** As Ctrl-C does. Resolves with the exit code; `null` where it had to be killed. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGINT');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS);
    const code = await this.#ended;
    clearTimeout(timer);
    return code;
  }
}

/** Starts `meshlift lab --estate shop` as a user does, and resolves once the shop is open. */
export async function startShopLab(): Promise<{ lab: Meshlift; ready: LabReady }> {
  const isTold = Promise.withResolvers<LabReady>();
  const lab = new Meshlift(['lab', '--estate', 'shop', '--json'], {}, (line) => {
    if (line.startsWith('{"ready"')) isTold.resolve((JSON.parse(line) as { ready: LabReady }).ready);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The lab is not ready after ${READY_MS} ms:\n${lab.output}`)), READY_MS);
  });
  const dead = lab.ended.then((code) => {
    throw new Error(`The lab ended with ${code}:\n${lab.output}`);
  });
  try {
    return { lab, ready: await Promise.race([isTold.promise, dead, late]) };
  } catch (error) {
    await lab.end();
    throw error;
  } finally {
    clearTimeout(timer);
    dead.catch(() => undefined);
  }
}
