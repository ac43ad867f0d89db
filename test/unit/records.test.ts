import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EVENTS_SHOWN } from '../../src/cli/commands/describe.ts';
import { describePlan } from '../../src/cli/screens/describe.ts';
import { explainPlan } from '../../src/cli/screens/explain.ts';
import { isBackward, isReversible } from '../../src/machines/classify.ts';
import { decide } from '../../src/machines/decide.ts';
import { MACHINE_VERSION } from '../../src/machines/record.ts';
import { facts } from '../../src/machines/testFacts.ts';
import { STATES } from '../../src/machines/testArbitraries.ts';
import { completed } from '../../src/plan/stored.ts';
import type { Seen } from './operator/stories.ts';

/** What the table held of a plan in each state, for every version of the machine. `npm run records` writes those of today's. */
const RECORDS = new URL('../records/', import.meta.url);
const VERSIONS = readdirSync(RECORDS).filter((name) => /^v\d+$/.test(name));

const recordOf = (version: string, state: string): Seen =>
  JSON.parse(readFileSync(new URL(`${version}/${state}.json`, RECORDS), 'utf8')) as Seen;

const statesOf = (version: string): string[] =>
  readdirSync(new URL(`${version}/`, RECORDS)).map((file) => file.replace(/\.json$/, ''));

test("today's machine has a record of each of its states", () => {
  expect(VERSIONS).toContain(`v${MACHINE_VERSION}`);
  expect(statesOf(`v${MACHINE_VERSION}`).toSorted()).toEqual(STATES.toSorted());
});

describe.each(VERSIONS.flatMap((version) => statesOf(version).map((state) => [version, state] as const)))(
  'a plan that %s left in %s',
  (version, state) => {
    const { view, events } = recordOf(version, state);
    const record = view.status?.status;
    const stored = record?.spec;
    if (record === undefined || stored === undefined || stored === null) {
      throw new Error(`${version}/${state} is no record of a plan`);
    }

    test('is in that state for today’s machine, and goes on from there as it should', () => {
      const spec = completed(stored);
      const stays = decide(record.machine, facts({ now: view.now }), spec);
      expect(stays).toMatchObject({ from: state, to: state, moved: false });
      const request = { kind: 'abort', by: 'ann', why: '' } as const;
      const aborted = decide(record.machine, facts({ now: view.now, request }), spec);
      expect(aborted.moved).toBe(isReversible(record.machine.value));
      if (aborted.moved) expect(isBackward(aborted.to) || aborted.to === 'rolledBack').toBe(true);
    });

    // Golden files: `vitest -u` writes them anew, and a person reads the difference.
    test('explain', async () => {
      await expect(`${explainPlan(view).join('\n')}\n`).toMatchFileSnapshot(`../records/screens/explain-${state}.txt`);
    });

    test('describe', async () => {
      const lines = describePlan(view, events.slice(-EVENTS_SHOWN), events.length);
      await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../records/screens/describe-${state}.txt`);
    });
  },
);
