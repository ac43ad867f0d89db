import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 100;

/**
 * Asks again until there is an answer. `look` answers `{ value }`, or what is still missing as a text. Throws, with the last
 * text, when the real time `deadlineMs` (`performance.now()`) has passed.
 */
export async function until<Value>(
  what: string,
  deadlineMs: number,
  look: () => Promise<{ value: Value } | string>,
): Promise<Value> {
  for (;;) {
    const seen = await look();
    if (typeof seen !== 'string') return seen.value;
    if (performance.now() > deadlineMs) throw new Error(`${what}: gave up waiting, the last thing seen was: ${seen}.`);
    await sleep(POLL_MS);
  }
}
