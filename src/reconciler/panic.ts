/** What JavaScript itself throws, or a line of ours that says no more than `Error`. */
const UNFORESEEN = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'URIError']);

/** Whether an error is a fault of the program, and not one that is foreseen: of AWS, the network, the table or the lease. */
export function isPanic(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return UNFORESEEN.has(error.name) && !('code' in error) && !('$metadata' in error);
}
