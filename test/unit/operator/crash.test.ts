import { expect, test, vi } from 'vitest';
import { liveThrough, MIGRATION, mishapsOf, ROLLBACK } from './crash.ts';

vi.setConfig({ testTimeout: 120_000 });

/**
 * One mishap in so many is tried here, many more in the full suite. It shares no factor with the three mishaps of a call, so
 * that the kinds take turns. Another offset tries others.
 */
const STRIDE = 67;
const OFFSET = Number(process.env['MESHLIFT_CRASH_OFFSET'] ?? 0) % STRIDE;

test.each([MIGRATION, ROLLBACK])(
  `$name whose operator dies, or hears no answer, ends as it would have ended (one mishap in ${STRIDE}, offset ${OFFSET})`,
  async (story) => {
    const mishaps = (await mishapsOf(story)).filter((_, index) => index % STRIDE === OFFSET);
    expect(mishaps.length).toBeGreaterThan(6);
    await liveThrough(story, mishaps);
  },
);
