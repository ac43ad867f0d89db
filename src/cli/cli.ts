import type { Clock } from '../reconciler/ports.ts';

/** What a verb has of the world it runs in; tests hand in their own. */
export interface Cli {
  /** Writes text and a line end to standard output. */
  out: (text: string) => void;
  /** Errors only. */
  err: (text: string) => void;
  /** Replaces what the last call of it wrote to the terminal. */
  redraw: (text: string) => void;
  /** Whether standard output is a terminal. */
  isTerminal: boolean;
  environment: Readonly<Record<string, string | undefined>>;
  /** The clock of the records: lab time or the time of day. Throws for a clock that cannot be read. */
  clock: () => Clock;
  /** Real milliseconds, for time-outs. */
  monotonicMs: () => number;
  /** Waits for real milliseconds, or until the signal is aborted. */
  sleep: (realMs: number, signal: AbortSignal) => Promise<void>;
  /** From now on an interrupt (Ctrl-C) aborts this signal; a verb that does not ask is simply ended by it. */
  listenForInterrupt: () => AbortSignal;
  /** Throws for a folder, and for what is larger, before anything of it is read; messages are for the person. */
  readBytes: (path: string, bytesMax: number) => Promise<Uint8Array>;
  /** All of it or nothing: a file that was there stays as it was until the new one is complete. */
  writeFile: (path: string, text: string) => Promise<void>;
  /** Shows on the terminal, on standard error, how far the verb is, in the place of what was shown before; empty takes it away. */
  progress: (text: string) => void;
  /** Columns of the terminal that `progress` is shown on; `undefined` where it is none. They change when a person resizes it. */
  readonly progressColumns: number | undefined;
  readStdin: () => Promise<string>;
  /** Who asks, as records name them. */
  user: () => string;
  newToken: () => string;
  /** What the program will end with; 0 unless a verb says otherwise. */
  exitCode: number;
}

/** Documented, and tested. */
export const EXIT = {
  ok: 0,
  error: 1,
  /** `assess`: a person has to decide something first. */
  needsDecisions: 2,
  /** `preview --detailed-exitcode`: calls are pending. */
  pending: 2,
  /** `assess`: something cannot move. */
  blocked: 3,
  /** `watch`, `wait`: the plan was rolled back or aborted. */
  rolledBack: 4,
  /** The plan is halted and needs a person. */
  halted: 5,
  /** The record moved since you looked. */
  moved: 6,
  /** `check`: a plan forbids a deployment to the service. */
  frozen: 7,
  timeout: 124,
  /** The person interrupted; the plan goes on. */
  interrupted: 130,
} as const;

/** The command line, or a file that it names, is not as it must be. The message is for the person, as it stands. */
export class UsageError extends Error {
  override name = 'UsageError';
}
