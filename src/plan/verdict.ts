/**
 * A gate's, a router's or a check's answer, always with one sentence of why. Only `pass` opens a gate; an API error is
 * `unknown`, and opens nothing.
 */
export interface Verdict {
  verdict: 'pass' | 'wait' | 'fail' | 'unknown';
  why: string;
  /** CamelCase, stable: what a condition that rests on this verdict is called. Absent where it has no name of its own. */
  reason?: string;
}

export const pass = (why: string): Verdict => ({ verdict: 'pass', why });
export const wait = (why: string): Verdict => ({ verdict: 'wait', why });
export const fail = (why: string, reason?: string): Verdict => ({
  verdict: 'fail',
  why,
  ...(reason === undefined ? {} : { reason }),
});
export const unknown = (why: string): Verdict => ({ verdict: 'unknown', why });

/** The order in which verdicts outweigh each other: one `fail` fails the whole, then `unknown`, then `wait`. */
const WEIGHT = { fail: 3, unknown: 2, wait: 1, pass: 0 } as const;

/**
 * All of them must pass: the worst verdict, with the sentences of all that are as bad, and their reason where they share one.
 * `whenNone` answers for an empty list.
 */
export function all(verdicts: readonly Verdict[], whenNone: Verdict): Verdict {
  const worst = verdicts.reduce<Verdict | undefined>(
    (found, next) => (found === undefined || WEIGHT[next.verdict] > WEIGHT[found.verdict] ? next : found),
    undefined,
  );
  if (worst === undefined) return whenNone;
  const equals = verdicts.filter((one) => one.verdict === worst.verdict);
  const why = [...new Set(equals.map((one) => one.why))].join('; ');
  const reason = soleOf(equals.map((one) => one.reason));
  return { verdict: worst.verdict, why, ...(reason === undefined ? {} : { reason }) };
}

/** What all of them are; `undefined` where they differ, or there are none. */
export function soleOf<T>(values: readonly T[]): T | undefined {
  const [first, ...others] = new Set(values);
  return others.length === 0 ? first : undefined;
}
