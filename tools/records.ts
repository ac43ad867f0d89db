import { mkdir, writeFile } from 'node:fs/promises';
import { format } from 'node:util';
import { MACHINE_VERSION } from '../src/machines/record.ts';
import { STATES } from '../src/machines/testArbitraries.ts';
import { tellHolds } from '../test/unit/operator/holdStories.ts';
import { tellStories } from '../test/unit/operator/stories.ts';

/**
 * Writes what the table holds of a plan in each state of today's machine, one file a state, under `test/records/v<N>/`. Made once
 * for a version and kept: a later operator has to go on from each. Screens are tested on them.
 */
const seen = await tellStories();
const missing = STATES.filter((state) => !seen.has(state));
if (missing.length > 0) throw new Error(format('no plan was seen in %s', missing.join(', ')));
const folder = new URL(`../test/records/v${MACHINE_VERSION}/`, import.meta.url);
await mkdir(folder, { recursive: true });
for (const [state, record] of seen) {
  await writeFile(new URL(`${state}.json`, folder), `${JSON.stringify(record, null, 2)}\n`);
}
process.stdout.write(`written: ${seen.size} records of machine version ${MACHINE_VERSION}\n`);
// What holds a plan has no version: only screens are tested on it.
const holds = new URL('../test/records/holds/', import.meta.url);
await mkdir(holds, { recursive: true });
for await (const [name, record] of tellHolds()) {
  await writeFile(new URL(`${name.replaceAll(' ', '-')}.json`, holds), `${JSON.stringify(record, null, 2)}\n`);
  process.stdout.write(`written: ${name}\n`);
}
