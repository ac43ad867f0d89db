import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { arbitraryInterleaving } from './interleaving.ts';
import { play } from './play.ts';
import { type Breakage, LEASE_MS } from './replica.ts';

vi.setConfig({ testTimeout: 300_000 });

/** Who is not caught in so many is not caught. */
const INTERLEAVINGS_MAX = 1_500;

/** Each is wrong in one way that a lease is there to prevent. */
const VARIANTS: readonly { who: string; mayStopInCalls?: true; breakage: Breakage; words: RegExp }[] = [
  { who: 'does not look at its lease before a call', breakage: { fence: () => {} }, words: /^two drive/ },
  {
    who: 'takes its lease to begin when the answer came, not when it asked',
    breakage: {
      lease: (lease, _asked, answered, now) => ({
        ...lease,
        covers: (callMs) => now() + callMs <= answered + LEASE_MS,
      }),
    },
    words: /^two drive/,
  },
  {
    who: 'watches the lease of another for half of its time',
    breakage: {
      monotonicMs: (now) => now * 2,
      lease: (lease, asked, _answered, now) => ({ ...lease, covers: (callMs) => now() + callMs <= asked + LEASE_MS }),
    },
    words: /^two drive/,
  },
  {
    who: 'renews so that nobody sees it',
    breakage: {
      table: (real) => ({
        ...real,
        update: (key, { set: { renewals: _unseen, ...set }, ...change }, where) =>
          real.update(key, { ...change, set }, where),
      }),
    },
    words: /^two drive/,
  },
  {
    who: 'writes whoever holds the plan',
    breakage: { table: (real) => ({ ...real, update: (key, change, _where) => real.update(key, change, {}) }) },
    words: /^(I12|two drive)/,
  },
  {
    who: 'signs a call only after it has stood still, however long',
    mayStopInCalls: true,
    breakage: { signatureMsMax: Number.POSITIVE_INFINITY },
    words: /^the end: the rule/,
  },
];

describe('a replica that', () => {
  test.each(VARIANTS)('$who is caught', async ({ mayStopInCalls = false, breakage, words }) => {
    const interleavings = fc.sample(arbitraryInterleaving(mayStopInCalls), { seed: 7, numRuns: INTERLEAVINGS_MAX });
    let played = 0;
    for (const interleaving of interleavings) {
      played += 1;
      const { broken } = await play(interleaving, breakage);
      if (broken.some((one) => words.test(one))) return;
    }
    expect.fail(`not caught in ${played} interleavings`);
  });
});
