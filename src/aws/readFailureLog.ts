import type { Log } from '../reconciler/ports.ts';
import { codeOf, kindOf, toAwsCallError } from './errors.ts';

/** Real. Plans ask the same again with each look: one line tells of all failures alike since the last. */
const LINE_EVERY_MS = 60_000;

/**
 * Says in the log that reads fail, by API and code, a line a minute at most for each: what is only ever read has no other line, and a plan that
 * waits for it tells the first time alone. That something is not there is an answer, and being throttled has a line of its own.
 */
export function createReadFailureLog(
  log: Log,
  monotonicMs: () => number,
): (api: string, error: unknown, logFields: object) => void {
  const told = new Map<string, { times: number; atMs: number }>();
  return (api, error, logFields) => {
    const kind = kindOf(error);
    if (kind === 'notFound' || kind === 'throttled') return;
    const code = codeOf(error);
    const key = `${api} ${code}`;
    const before = told.get(key) ?? { times: 0, atMs: Number.NEGATIVE_INFINITY };
    const times = before.times + 1;
    if (monotonicMs() - before.atMs < LINE_EVERY_MS) {
      told.set(key, { times, atMs: before.atMs });
      return;
    }
    told.set(key, { times: 0, atMs: monotonicMs() });
    log.warn({ ...logFields, awsCall: api, code, kind, times, err: toAwsCallError(api, error).message }, 'readFailed');
  };
}
