import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** A program of Meshlift's own, running beside the demo: the lab, the operator. Its output goes to a file. */
export class Companion {
  readonly #child: ChildProcess;
  readonly #log: WriteStream;
  readonly exited: Promise<number | null>;
  readonly name: string;

  /**
   * @param verb Arguments of the `meshlift` command line.
   * @param onLine Hears every line of standard output.
   */
  constructor(
    name: string,
    verb: readonly string[],
    environment: Readonly<Record<string, string>>,
    logFile: string,
    onLine: (line: string) => void = () => {},
  ) {
    this.name = name;
    this.#log = createWriteStream(logFile, { flags: 'a' });
    const entry = process.argv[1];
    if (entry === undefined) throw new Error('The demo does not know its own program.');
    this.#child = spawn(process.execPath, [...process.execArgv, entry, ...verb], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A terminal's Ctrl-C goes to the whole group: the demo hears it, and ends these in order. They end with it if it is killed.
      detached: true,
      env: { ...inherited(process.env), ...environment },
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error(`${name} has no output.`);
    createInterface({ input: stdout }).on('line', (line) => {
      this.#log.write(`${line}\n`);
      onLine(line);
    });
    stderr.on('data', (chunk: Buffer) => this.#log.write(chunk));
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', (code) => {
        this.#log.end();
        resolve(code);
      });
      this.#child.once('error', () => resolve(null));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks over the channel that only a parent has; `undefined` when the companion is gone or does not answer in time. */
  ask<Answer>(question: object, timeoutMs = 5_000): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      if (!this.#child.connected) {
        resolve(undefined);
        return;
      }
      const timer = setTimeout(() => end(undefined), timeoutMs);
      const onMessage = (message: unknown) => end(message as Answer);
      const end = (answer: Answer | undefined) => {
        clearTimeout(timer);
        this.#child.off('message', onMessage);
        resolve(answer);
      };
      this.#child.on('message', onMessage);
      this.#child.send(question);
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** SIGTERM, and SIGKILL when that is not heard within `graceMs`. */
  async stop(graceMs = 10_000): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
  }
}

/**
 * The person's environment without what is meant for their own AWS account and their own table: a profile would outweigh the
 * lab's credentials, and another table would be made where nobody looks.
 */
const inherited = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS_|MESHLIFT_(TABLE|CLOCK)$)/.test(name)));
