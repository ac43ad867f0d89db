import type { Cli } from './cli.ts';

const CONTROL = /[^\P{Cc}\n\t]/gu;

/**
 * A text without anything that a terminal acts on, but for ends of lines and tabs. A control character is written as JSON and YAML write it, so that an
 * output for programs says what it said.
 */
export const visible = (text: string): string =>
  text.replaceAll(CONTROL, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same world, in which names and texts that others chose move no cursor, whichever verb shows them. */
export const visibly = (cli: Cli): Cli => ({
  ...cli,
  out: (text) => cli.out(visible(text)),
  err: (text) => cli.err(visible(text)),
  redraw: (text) => cli.redraw(visible(text)),
  progress: (text) => cli.progress(visible(text)),
  get progressColumns() {
    return cli.progressColumns;
  },
  get exitCode() {
    return cli.exitCode;
  },
  set exitCode(exitCode) {
    cli.exitCode = exitCode;
  },
});
