/** How often a verb that waits looks at the table, real milliseconds. */
export const POLL_MS = 1000;

/** A verb that waits outlives this many failed reads in a row, less one. */
export const READ_FAILURES_MAX = 10;

export const interruptedText = (name: string): string =>
  `Interrupted. plan/${name} goes on; stop it with: meshlift pause ${name}, take it back with: meshlift abort ${name}`;
