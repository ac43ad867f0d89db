import { defineConfig } from 'vitest/config';

/**
 * `unit`: beside the code they test, in process. `quick`: one happy demo and one rollback, with real processes.
 * `full`: every fault, every witness; `npm run check` runs all three.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'lab/**/*.test.ts', 'test/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'quick',
          include: ['test/quick/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/full/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
