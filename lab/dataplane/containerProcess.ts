import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Image } from '../images/images.ts';
import type { TaskContainer } from '../services/ports.ts';
import { type Confinement, confinementOf } from './confinement.ts';
import type { DataPlaneLog } from './log.ts';
import { programPath } from './programs.ts';
import type { FromTask, ToTask } from './task/protocol.ts';

/** Node's own place for compiled code: the second task of a program starts in half the time of the first. */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');
/** The inbound proxy gets this long (real time) to finish what is in flight before the application hears SIGTERM. */
const DRAIN_REAL_MS = 250;
/** A process that has not even heard of its stop by then (real time) hears SIGTERM all the same. */
const DRAIN_UNHEARD_REAL_MS = 3_000;

export interface ContainerEvents {
  message(message: FromTask): void;
  /** Once, when the process is gone or could not be started. */
  exited(outcome: { exitCode: number; startError: string | undefined }): void;
}

/** One container of a task: a child process with the task's network loaded before the image's program. */
export class ContainerProcess {
  readonly container: TaskContainer;
  /** What its program finds in its environment. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly confinement: Confinement;
  readonly #child: ChildProcess;
  readonly #killAfterRealMs: number;
  #stopping: 'no' | 'draining' | 'terminating' = 'no';
  #exited = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: {
    container: TaskContainer;
    image: Image;
    environment: Record<string, string>;
    /** Real time between SIGTERM and SIGKILL. */
    killAfterRealMs: number;
    log: DataPlaneLog;
    taskArn: string;
    /** Each line of its output. */
    wrote: (line: string) => void;
    events: ContainerEvents;
  }) {
    const { container, image, events, log, taskArn, wrote } = options;
    this.container = container;
    this.#killAfterRealMs = options.killAfterRealMs;
    const network = pathToFileURL(programPath('task-network')).href;
    const file = 'program' in image ? programPath(image.program) : image.file;
    this.environment = {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      ...('environment' in image ? image.environment : {}),
      ...container.environment,
      ...options.environment,
    };
    this.confinement = confinementOf(container);
    const words = [...this.confinement.flags, '--import', network, file, ...container.command];
    this.#child = spawn(process.execPath, words, {
      ...this.confinement.identity,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'json',
    });
    const exited = (exitCode: number, startError: string | undefined) => {
      if (this.#exited) return;
      this.#exited = true;
      clearTimeout(this.#timer);
      events.exited({ exitCode, startError });
    };
    this.#child.on('message', (message: FromTask) => {
      if (message.kind === 'draining') this.#terminateAfter(DRAIN_REAL_MS);
      else if (message.kind === 'drained') this.#terminate();
      events.message(message);
    });
    this.#child.on('error', (error) => {
      if (this.#child.pid === undefined) exited(1, error.message);
      else log.debug({ taskArn, container: container.name, error: error.message }, 'task process');
    });
    this.#child.on('exit', (code, signal) => exited(code ?? (signal === 'SIGKILL' ? 137 : 143), undefined));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.debug({ taskArn, container: container.name }, line);
        wrote(line);
      });
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exited(): boolean {
    return this.#exited;
  }

  send(message: ToTask): void {
    // A message to a process that is just ending is lost, as it would be on the network.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** The proxy takes no new connection and finishes; SIGTERM; the stop timeout; SIGKILL. */
  stop(): void {
    if (this.#exited || this.#stopping !== 'no') return;
    this.#stopping = 'draining';
    this.send({ kind: 'drain' });
    this.#terminateAfter(DRAIN_UNHEARD_REAL_MS);
  }

  kill(): void {
    if (!this.#exited) this.#child.kill('SIGKILL');
  }

  #terminateAfter(realMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#terminate(), realMs);
  }

  #terminate(): void {
    if (this.#exited || this.#stopping !== 'draining') return;
    this.#stopping = 'terminating';
    clearTimeout(this.#timer);
    this.#child.kill('SIGTERM');
    this.#timer = setTimeout(() => this.kill(), this.#killAfterRealMs);
  }
}
