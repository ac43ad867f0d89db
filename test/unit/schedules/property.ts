import fc from 'fast-check';
import type { MachineState } from '../../../src/machines/record.ts';
import { arbitrarySchedule } from './incident.ts';
import { Findings } from './referee.ts';
import { play } from './run.ts';

/** What many schedules came to. */
export interface Coverage {
  findings: Findings;
  visited: Set<MachineState>;
  ends: Map<MachineState, number>;
  /** In which states people gave plans up. */
  abortedIn: Set<MachineState>;
}

export interface Runs {
  seed: number;
  numRuns: number;
  /** Of a failure, as fast-check tells it: that one is played again. */
  path: string | undefined;
}

/**
 * Plays so many schedules. Throws at the first that breaks an invariant, with its seed, its path, and the smallest schedule found that
 * breaks it too.
 */
export async function playMany({ seed, numRuns, path }: Runs): Promise<Coverage> {
  const coverage: Coverage = { findings: new Findings(), visited: new Set(), ends: new Map(), abortedIn: new Set() };
  await fc.assert(
    fc.asyncProperty(arbitrarySchedule, async (schedule) => {
      const { findings, visited, state, abortedIn } = await play(schedule);
      findings.addTo(coverage.findings);
      for (const one of visited) coverage.visited.add(one);
      if (state !== undefined) coverage.ends.set(state, (coverage.ends.get(state) ?? 0) + 1);
      if (abortedIn !== undefined) coverage.abortedIn.add(abortedIn);
      if (findings.broken.length > 0) throw new Error(findings.broken.join('\n'));
    }),
    { seed, numRuns, ...(path === undefined ? {} : { path }) },
  );
  return coverage;
}

/** Another seed, more schedules or the path of a failure, from the environment. */
export function runsFrom(environment: NodeJS.ProcessEnv, standard: { seed: number; numRuns: number }): Runs {
  return {
    seed: Number(environment['MESHLIFT_SCHEDULES_SEED'] ?? standard.seed),
    numRuns: Number(environment['MESHLIFT_SCHEDULES'] ?? standard.numRuns),
    path: environment['MESHLIFT_SCHEDULES_PATH'],
  };
}
