/**
 * A gate's, a router's or a check's answer, always with one sentence of why. Only `pass` opens a gate; an API error is
 * `unknown`, and opens nothing.
 */
export interface Verdict {
  verdict: 'pass' | 'wait' | 'fail' | 'unknown';
  why: string;
}

export const pass = (why: string): Verdict => ({ verdict: 'pass', why });
export const wait = (why: string): Verdict => ({ verdict: 'wait', why });
export const fail = (why: string): Verdict => ({ verdict: 'fail', why });
export const unknown = (why: string): Verdict => ({ verdict: 'unknown', why });

/** The order in which verdicts outweigh each other: one `fail` fails the whole, then `unknown`, then `wait`. */
const WEIGHT = { fail: 3, unknown: 2, wait: 1, pass: 0 } as const;

/** All of them must pass: the worst verdict, with the sentences of all that are as bad. `whenNone` answers for an empty list. */
export function all(verdicts: readonly Verdict[], whenNone: Verdict): Verdict {
  const worst = verdicts.reduce<Verdict | undefined>(
    (found, next) => (found === undefined || WEIGHT[next.verdict] > WEIGHT[found.verdict] ? next : found),
    undefined,
  );
  if (worst === undefined) return whenNone;
  const equals = verdicts.filter((one) => one.verdict === worst.verdict).map((one) => one.why);
  return { verdict: worst.verdict, why: [...new Set(equals)].join('; ') };
}
