import { expect } from 'vitest';
import { isReversible } from '../../../src/machines/classify.ts';
import { STATES } from '../../../src/machines/testArbitraries.ts';
import { INVARIANTS } from './invariants.ts';
import type { Coverage } from './property.ts';

/** A schedule in so many asks for the rarest invariant: a rollback that something would block. */
const RUNS_PER_ASKED = 100;

/** Checks that pass on nothing prove nothing: the plans came everywhere, ended both ways, and every invariant was a question. */
export function expectEverythingWasSeen({ findings, visited, ends, abortedIn }: Coverage, numRuns: number): void {
  expect([...visited].toSorted()).toEqual(STATES.toSorted());
  expect([...ends.keys()].toSorted()).toEqual(['rolledBack', 'succeeded']);
  for (const times of ends.values()) expect(times).toBeGreaterThan(numRuns / 10);
  expect([...abortedIn].filter(isReversible).length).toBeGreaterThan(5);
  for (const { name } of INVARIANTS) expect(findings.asked.get(name), name).toBeGreaterThan(numRuns / RUNS_PER_ASKED);
}
