#!/usr/bin/env node
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Cli, EXIT } from './cli.ts';
import { clockFromEnvironment } from './clock.ts';
import { readBytes, reasonOf, writeWhole } from './wholeFiles.ts';
import { runCli } from './program.ts';

/** A reader that goes away (`| head`) is no error of ours, and changes nothing about the verdict; a full disk is one. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(cli.exitCode);
  process.stderr.write(`Error: cannot write to standard output: ${reasonOf(error)}\n`);
  process.exit(EXIT.error);
});

/** Nobody is there to be told. */
process.stderr.on('error', () => undefined);

const CLEAR_SCREEN = '\u001B[H\u001B[2J';

const NARROW_COLUMNS = 80;

const CLEAR_LINE = '\u001B[K';

const cli: Cli = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  redraw: (screen) => void process.stdout.write(`${CLEAR_SCREEN}${screen}\n`),
  isTerminal: process.stdout.isTTY,
  environment: process.env,
  clock: () => clockFromEnvironment(),
  monotonicMs: () => performance.now(),
  sleep: (realMs, signal) => delay(realMs, undefined, { signal }).catch(() => undefined),
  listenForInterrupt: () => {
    const interrupt = new AbortController();
    process.once('SIGINT', () => interrupt.abort());
    return interrupt.signal;
  },
  readBytes,
  writeFile: writeWhole,
  progress: (shown) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${CLEAR_LINE}${shown}`);
  },
  get progressColumns() {
    if (!process.stderr.isTTY) return undefined;
    // A terminal that does not tell is taken for a narrow one.
    return process.stderr.columns > 0 ? process.stderr.columns : NARROW_COLUMNS;
  },
  readStdin: () => text(process.stdin),
  user: () => {
    try {
      return userInfo().username;
    } catch {
      // A container may run as a user id that nobody has named.
      return `uid-${process.getuid?.() ?? 'unknown'}`;
    }
  },
  newToken: () => randomUUID(),
  exitCode: 0,
};

// Not awaited at the top level: in the bundle, what is loaded lazily may import this very file, and would wait for it for ever.
void runCli(process.argv.slice(2), cli).then((exitCode) => {
  process.exitCode = exitCode;
});
