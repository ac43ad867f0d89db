import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { withoutAws } from '../processes/meshlift.ts';

export interface ReplicaOptions {
  /** The operator's name. */
  name: string;
  slot: number;
  /** The command line's file. */
  program: string;
  endpoint: string;
  region: string;
  /** How it comes by its credentials. */
  credentials: Readonly<Record<string, string>>;
  leaseMs: number;
  callTimeoutMs: number;
  pollMs: number;
  /** `MESHLIFT_CLOCK`. */
  clock: string;
  logFile: string;
}

/** `meshlift operator` as a process of its own. Until it has ended it is killed when this process exits. */
export class Replica {
  readonly name: string;
  readonly slot: number;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #isAlive = true;
  #isStopped = false;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.slot = options.slot;
    const { name, leaseMs, callTimeoutMs, pollMs } = options;
    const verb = [
      'operator',
      `--name=${name}`,
      `--lease=${leaseMs}ms`,
      `--call-timeout=${callTimeoutMs}ms`,
      `--poll=${pollMs}ms`,
    ];
    const child = spawn(process.execPath, [options.program, ...verb], {
      // The channel tells it when its parent is gone.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...withoutAws(process.env),
        AWS_ENDPOINT_URL: options.endpoint,
        AWS_REGION: options.region,
        ...options.credentials,
        AWS_EC2_METADATA_DISABLED: 'true',
        MESHLIFT_CLOCK: options.clock,
      },
    });
    this.#child = child;
    const log = createWriteStream(options.logFile);
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    // One that stands still hears of nothing, and would outlive this process.
    const killAtExit = () => void child.kill('SIGKILL');
    process.once('exit', killAtExit);
    this.ended = new Promise((resolve) => {
      const end = () => {
        this.#isAlive = false;
        process.off('exit', killAtExit);
        log.end();
        resolve();
      };
      child.once('close', end);
      child.once('error', end);
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#isStopped = false;
    this.#child.kill('SIGCONT');
  }

  /** As a machine that loses its power. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** As a rolling update does it: SIGTERM, and SIGKILL where that is not heard within `graceMs`. */
  async end(graceMs: number): Promise<void> {
    if (!this.#isAlive) return;
    if (this.#isStopped) this.resume();
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), graceMs);
    await this.ended;
    clearTimeout(timer);
  }
}
