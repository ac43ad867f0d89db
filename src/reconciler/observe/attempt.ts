import { unknown, type Verdict } from '../../plan/verdict.ts';
import { AwsCallError } from '../ports.ts';

/** The value that was read, or why it could not be: an API error opens nothing. */
export type Read<T> = { ok: true; value: T } | { ok: false; verdict: Verdict; error: AwsCallError };

/** Runs a read. An {@link AwsCallError} becomes `unknown`; anything else is a bug and goes up. */
export async function attempt<T>(read: () => Promise<T>): Promise<Read<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    if (error instanceof AwsCallError) return { ok: false, verdict: unknown(error.message), error };
    throw error;
  }
}

/** A verdict of what was read, or `unknown` where it was not. */
export const judge = <T>(read: Read<T>, verdict: (value: T) => Verdict): Verdict =>
  read.ok ? verdict(read.value) : read.verdict;

/** A verdict that is read itself: an API error is `unknown`. */
export async function judged(verify: () => Promise<Verdict>): Promise<Verdict> {
  return judge(await attempt(verify), (verdict) => verdict);
}
