import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LabReady, LabStats } from '../../src/cli/lab.ts';

const READY_MS = 90_000;
const END_MS = 20_000;

/** A verb of `meshlift` as a process of its own. It ends with the test, however the test ends. */
export class Meshlift {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';

  constructor(
    verb: readonly string[],
    environment: Readonly<Record<string, string>>,
    onLine: (line: string) => void = () => {},
    program = 'src/cli/main.ts',
  ) {
    const child = spawn(process.execPath, [program, ...verb], {
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
      // Not `exit`, after which there may be output to come.
      child.once('close', (code) => resolve(code));
      child.once('error', () => resolve(null));
    });
  }

  /** Resolves with the exit code once it has ended and all of its output was read; `null` where a signal ended it. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** All of standard output and standard error so far. */
  get output(): string {
    return this.#output;
  }

  /** Of a lab: who has called what. */
  async stats(): Promise<LabStats> {
    const answer = once(this.#child, 'message') as Promise<[LabStats]>;
    this.#child.send({ kind: 'stats' });
    return (await answer)[0];
  }

  /** As the end of its machine does. */
  kill(): Promise<number | null> {
    this.#child.kill('SIGKILL');
    return this.#ended;
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

/** What a lab without an estate tells of itself. */
export type EmptyLabReady = Omit<LabReady, 'estate' | 'url'>;

/** `meshlift lab --estate shop`, once the shop is open. */
export async function startShopLab(): Promise<{ lab: Meshlift; ready: LabReady }> {
  const { lab, ready } = await startLab(['--estate', 'shop']);
  return { lab, ready: ready as LabReady };
}

/** Starts `meshlift lab` as a user does, and resolves once it is ready. `onLine` hears of every line that it prints. */
export async function startLab(
  options: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<{ lab: Meshlift; ready: EmptyLabReady }> {
  const isTold = Promise.withResolvers<EmptyLabReady>();
  const lab = new Meshlift(['lab', '--json', ...options], {}, (line) => {
    if (line.startsWith('{"ready"')) isTold.resolve((JSON.parse(line) as { ready: EmptyLabReady }).ready);
    onLine(line);
  });
  const timer = setTimeout(
    () => isTold.reject(new Error(`The lab is not ready after ${READY_MS} ms:\n${lab.output}`)),
    READY_MS,
  );
  void lab.ended.then((code) => isTold.reject(new Error(`The lab ended with ${code}:\n${lab.output}`)));
  try {
    return { lab, ready: await isTold.promise };
  } catch (error) {
    await lab.end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** The programs are those of the user's PATH; of the user's settings nothing is to come in. */
export const withoutAws = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS_|MESHLIFT_|OTEL_)/.test(name)));
