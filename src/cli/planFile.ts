import { parsePlan } from '../plan/parse.ts';
import type { ParsedFile } from '../plan/parse.ts';
import { EXIT, UsageError } from './cli.ts';
import type { Cli } from './cli.ts';

/** What a verb was given with `-f`, as messages name it; `-` is standard input. */
export const fileName = (filename: string): string => (filename === '-' ? '<stdin>' : filename);

/** Far more than a plan or a task definition has. */
const FILE_BYTES_MAX = 10_000_000;

/** Throws {@link UsageError} for a file that cannot be read. */
export async function readText(cli: Cli, filename: string): Promise<string> {
  if (filename === '-') return cli.readStdin();
  const bytes = await cli.readBytes(filename, FILE_BYTES_MAX);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`cannot read ${filename}: it is a binary file, or no UTF-8 text`);
  }
}

export interface Refusal {
  place: string;
  message: string;
}

/** A plan that was read, with a way to refuse it at its own lines. */
export type PlanFile = Pick<Extract<ParsedFile, { plan: unknown }>, 'plan' | 'manifest'> & {
  file: string;
  /** Says each with file, line and column, and sets the exit code; does nothing for none. */
  refuse: (refusals: readonly Refusal[]) => void;
};

/** Reads a plan. What is none is said with file, line and column, with the exit code for it, and `undefined` comes back. */
export async function readPlanFile(cli: Cli, filename: string): Promise<PlanFile | undefined> {
  const file = fileName(filename);
  const read = parsePlan(await readText(cli, filename));
  const say = (errors: readonly (Refusal & { line: number; column: number })[]) => {
    for (const { place, message, line, column } of errors) cli.err(`${file}:${line}:${column}: ${place}: ${message}`);
    if (errors.length > 0) cli.exitCode = EXIT.error;
  };
  if ('errors' in read) {
    say(read.errors);
    return undefined;
  }
  const { plan, manifest, positionOf } = read;
  /** A place in the estate is nowhere in the file: it stands for the whole spec. */
  const refuse = (refusals: readonly Refusal[]) =>
    say(
      refusals
        .map((one) => ({ ...one, ...positionOf(/^spec\b/.test(one.place) ? one.place : 'spec') }))
        .toSorted((a, b) => a.line - b.line || a.column - b.column),
    );
  return { plan, manifest, file, refuse };
}
