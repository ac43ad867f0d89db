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
import { HOLDS } from './operator/holdStories.ts';
import type { Seen } from './operator/stories.ts';

/** What the table held of a plan in each state, for every version of the machine. `npm run records` writes those of today's. */
const RECORDS = new URL('../records/', import.meta.url);
const VERSIONS = readdirSync(RECORDS).filter((name) => /^v\d+$/.test(name));

const recordOf = (folder: string, name: string): Seen =>
  JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, RECORDS), 'utf8')) as Seen;

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

    test('goes on as well where it is from before something came into the machine’s memory', () => {
      const spec = completed(stored);
      const { step, enteredAt, ...later } = record.machine.context;
      for (const name of Object.keys(later)) {
        const context = { step, enteredAt, ...later, [name]: undefined };
        const older = JSON.parse(JSON.stringify({ ...record.machine, context })) as typeof record.machine;
        expect(decide(older, facts({ now: view.now }), spec), name).toMatchObject({ from: state, to: state });
      }
    });

    screens(state, { view, events });
  },
);

describe.each(HOLDS.map((name) => name.replaceAll(' ', '-')))('%s', (name) => {
  screens(name, recordOf('holds', name));
});

describe('a plan that no operator has looked at for seven minutes', () => {
  const { view, events } = recordOf(`v${MACHINE_VERSION}`, 'ramp.bake');
  screens('no-operator', { view: { ...view, now: view.now + 7 * 60_000 }, events });
});

// Golden files: `vitest -u` writes them anew, and a person reads the difference.
function screens(name: string, { view, events }: Seen): void {
  test('explain', async () => {
    await expect(text(explainPlan(view))).toMatchFileSnapshot(`../records/screens/explain-${name}.txt`);
  });

  test('describe', async () => {
    const lines = describePlan(view, events.slice(-EVENTS_SHOWN), events.length);
    await expect(text(lines)).toMatchFileSnapshot(`../records/screens/describe-${name}.txt`);
  });
}

const text = (lines: readonly string[]): string => `${lines.join('\n')}\n`;
