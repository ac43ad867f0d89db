import { defineConfig } from 'vitest/config';

/**
 * `unit`: beside the code they test, in process. `quick`: one happy demo and one rollback, with real processes.
 * `exhaustive`: every fault, schedule and record, in process. `full`: real processes under load. `witness`: clients and servers of AWS that nobody here wrote, each where it is installed.
 * `npm run check` runs all five.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'lab/**/*.test.ts', 'test/unit/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'quick',
          include: ['test/quick/**/*.test.ts'],
          // After the unit tests: a demo shares its two cores with nobody.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'exhaustive',
          include: ['test/exhaustive/**/*.test.ts'],
          // Nothing in it goes by real time, so two files may share the cores.
          sequence: { groupOrder: 2 },
          maxWorkers: 2,
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'full',
          include: ['test/full/**/*.test.ts'],
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'witness',
          include: ['test/witness/**/*.test.ts'],
          sequence: { groupOrder: 4 },
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
