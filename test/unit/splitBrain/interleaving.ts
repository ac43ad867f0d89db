import fc from 'fast-check';
import type { MachineState } from '../../../src/machines/record.ts';
import { CHOICES, type Interleaving } from './play.ts';

/** Where replicas get into each other's way: each state in which calls are made, and the ways out of it. */
const FROM: readonly MachineState[] = [
  'provision',
  'verify',
  'ramp.shift',
  'ramp.bake',
  'soak',
  'retire.handOver',
  'retire.scaleDown',
  'retire.remove',
];

const LENGTH_MAX = 300;

export const arbitraryInterleaving = (mayStopInCalls: boolean): fc.Arbitrary<Interleaving> =>
  fc.record({
    from: fc.constantFrom(...FROM),
    choices: fc.array(fc.nat(CHOICES - 1), { maxLength: LENGTH_MAX, size: 'max' }),
    mayStopInCalls: fc.constant(mayStopInCalls),
    wakes: fc.constantFrom('before', 'after'),
  });

export interface Runs {
  seed: number;
  numRuns: number;
  /** Of a failure, as fast-check tells it: that one is played again. */
  path: string | undefined;
}

/** Another seed, more of them or the path of a failure, from the environment. */
export function runsFrom(environment: NodeJS.ProcessEnv, standard: { seed: number; numRuns: number }): Runs {
  return {
    seed: Number(environment['MESHLIFT_SPLIT_BRAIN_SEED'] ?? standard.seed),
    numRuns: Number(environment['MESHLIFT_SPLIT_BRAIN'] ?? standard.numRuns),
    path: environment['MESHLIFT_SPLIT_BRAIN_PATH'],
  };
}
