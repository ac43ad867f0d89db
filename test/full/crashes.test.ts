import { expect, test, vi } from 'vitest';
import { liveThrough, MIGRATION, mishapsOf, ROLLBACK } from '../unit/operator/crash.ts';

vi.setConfig({ testTimeout: 900_000 });

/** Of the table's calls, which are many and much alike, one mishap in so many. */
const TABLE_STRIDE = 7;

test.each([MIGRATION, ROLLBACK])(
  '$name whose operator dies, or hears no answer, at any of its AWS calls ends as it would have ended',
  async (story) => {
    const all = await mishapsOf(story);
    const ofTable = all.filter(({ api }) => api.startsWith('dynamodb:'));
    const mishaps = [
      ...all.filter(({ api }) => !api.startsWith('dynamodb:')),
      ...ofTable.filter((_, index) => index % TABLE_STRIDE === 0),
    ];
    expect(mishaps.length).toBeGreaterThan(100);
    await liveThrough(story, mishaps);
  },
);
