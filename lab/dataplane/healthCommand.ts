import { type ChildProcess, spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import type { Confinement } from './confinement.ts';
import { programPath } from './programs.ts';
import type { Endpoint, FromTask, ProxyConfiguration, ProxyState, ToTask } from './task/protocol.ts';

/** The shell's word for Node, which is all that the lab's images have besides the shell itself. */
const NODE_IN_SHELL = 'node() { "$0" "$@"; }; ';
/** No program of this machine is one of the image's. */
const NO_PATH = '/nonexistent';
const SHELLS = new Set(['sh', '/bin/sh']);

export interface HealthCommandParts {
  command: readonly string[];
  /** What the container's own program has in its environment. */
  environment: Readonly<Record<string, string | undefined>>;
  /** What that one may not do. */
  confinement: Confinement;
  configuration: ProxyConfiguration;
  state: ProxyState;
  resolve: (host: string, port: number) => Endpoint[];
  /** Real time, after which it is killed and has failed. */
  timeoutRealMs: number;
  /** Once, as soon as it has ended. */
  ended: (isHealthy: boolean) => void;
}

/**
 * One run of a container's health check: a process with the task's network, as the container's own program has it, so that 127.0.0.1 is the task's.
 * It finds what is in the lab's images, a shell and Node; another program fails, as one does that an image lacks.
 *
 * @returns what ends it before its time
 */
export function runHealthCommand(parts: HealthCommandParts): () => void {
  const words = wordsOf(parts.command);
  if (words === undefined) {
    const later = setImmediate(() => parts.ended(false));
    return () => clearImmediate(later);
  }
  const [program, ...given] = words;
  const { flags, identity } = parts.confinement;
  const child = spawn(program, given, {
    ...identity,
    env: {
      ...parts.environment,
      PATH: NO_PATH,
      NODE_OPTIONS: [...flags, `--import ${pathToFileURL(programPath('task-network')).href}`].join(' '),
    },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'json',
  });
  const tooLong = setTimeout(() => end(child), parts.timeoutRealMs);
  let hasEnded = false;
  const ended = (isHealthy: boolean) => {
    if (hasEnded) return;
    hasEnded = true;
    clearTimeout(tooLong);
    // What a shell has left behind ends itself with the channel.
    if (child.connected) child.disconnect();
    parts.ended(isHealthy);
  };
  const tell = (message: ToTask) => {
    if (child.connected) child.send(message, () => {});
  };
  child.on('message', (message: FromTask) => {
    if (message.kind !== 'resolve') return;
    tell({ kind: 'resolved', id: message.id, endpoints: parts.resolve(message.host, message.port) });
  });
  child.on('error', () => ended(false));
  child.on('exit', (code) => ended(code === 0));
  tell({ kind: 'configure', configuration: parts.configuration, state: parts.state });
  return () => end(child);
}

/** What to start, and with what; `undefined` where the image has no such program. */
function wordsOf([kind, ...words]: readonly string[]): [string, ...string[]] | undefined {
  const [program = '', ...given] = words;
  if (kind === 'CMD-SHELL') return inShell(program);
  if (kind !== 'CMD') return undefined;
  if (program === 'node') return [process.execPath, ...given];
  const [flag, line = ''] = given;
  return SHELLS.has(program) && flag === '-c' ? inShell(line) : undefined;
}

const inShell = (line: string): [string, ...string[]] => ['/bin/sh', '-c', `${NODE_IN_SHELL}${line}`, process.execPath];

/** A shell may have a child: that one ends itself when the channel is closed. */
function end(child: ChildProcess): void {
  if (child.connected) child.disconnect();
  child.kill('SIGKILL');
}
