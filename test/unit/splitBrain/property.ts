import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryInterleaving, type Runs, runsFrom } from './interleaving.ts';
import { play } from './play.ts';

/**
 * The two properties of replicas that share a plan, each in so many interleavings: the first where a process can stand still anywhere but between its
 * fence and its call, the second where it can there too.
 */
export function splitBrainTests(standard: { seed: number; calls: number; stops: number }): void {
  const calls = runsFrom(process.env, { seed: standard.seed, numRuns: standard.calls });
  const stops = runsFrom(process.env, { seed: standard.seed, numRuns: standard.stops });

  test(`D8: no plan is driven by two, in ${calls.numRuns} interleavings of three replicas that stand still and lose their leases (seed ${calls.seed})`, async () => {
    const coverage = await playMany(calls, false);
    expect(coverage.late, 'late calls').toBe(0);
    if (calls.path === undefined) expectEverythingWasSeen(coverage, calls.numRuns);
  });

  test(`K11: what a replica still sends that stood still behind its fence is put right, in ${stops.numRuns} interleavings (seed ${stops.seed})`, async () => {
    const coverage = await playMany(stops, true);
    if (stops.path !== undefined) return;
    expect(coverage.late, 'late calls').toBeGreaterThan(0);
    expectEverythingWasSeen(coverage, stops.numRuns);
  });
}

/** What many interleavings came to. */
interface Coverage {
  /** In how many a plan was taken from a replica that stood still. */
  takenOver: number;
  /** Calls that landed although another had the plan by then. */
  late: number;
  ends: Map<string, number>;
}

/**
 * Plays so many interleavings. Throws at the first in which two replicas drive the plan, an invariant breaks, or the plan does not end as it
 * should, with its seed, its path, and the smallest interleaving found that does so too.
 */
async function playMany({ seed, numRuns, path }: Runs, mayStopInCalls: boolean): Promise<Coverage> {
  const coverage: Coverage = { takenOver: 0, late: 0, ends: new Map() };
  await fc.assert(
    fc.asyncProperty(arbitraryInterleaving(mayStopInCalls), async (interleaving) => {
      const { broken, epochs, late, state = 'nowhere' } = await play(interleaving);
      if (epochs > 1) coverage.takenOver += 1;
      coverage.late += late;
      coverage.ends.set(state, (coverage.ends.get(state) ?? 0) + 1);
      if (broken.length > 0) throw new Error(broken.join('\n'));
    }),
    { seed, numRuns, ...(path === undefined ? {} : { path }) },
  );
  return coverage;
}

/** Interleavings in which nothing of it happens say nothing. */
function expectEverythingWasSeen({ takenOver, ends }: Coverage, numRuns: number): void {
  expect(takenOver, 'take-overs').toBeGreaterThan(numRuns / 10);
  expect([...ends.keys()].toSorted()).toEqual(['rolledBack', 'succeeded']);
}
