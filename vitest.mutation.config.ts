import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Vitest begins with what takes longest; a mutant is done with the first test that fails, so it begins with what is quick. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toReversed();
  }
}

/** The tests that mutants are held to: those beside the rooms that are mutated, since thousands of mutants wait for no whole operator. */
export default defineConfig({
  test: {
    include: ['src/machines/**/*.test.ts', 'src/reconciler/*.test.ts', 'src/state/lease.test.ts'],
    setupFiles: ['test/mutation/setup.ts'],
    sequence: { sequencer: QuickestFirst },
    // A mutant that loses something lets its tests wait; a machine that is busy is not to kill one by that.
    testTimeout: 10_000,
  },
});
