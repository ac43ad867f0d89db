import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { isSettled } from '../../src/machines/classify.ts';
import { MACHINE_VERSION, type MachineState, type PlanStatus } from '../../src/machines/record.ts';
import { STATES } from '../../src/machines/testArbitraries.ts';
import { statusKey } from '../../src/state/keys.ts';
import { planHash } from '../../src/state/planHash.ts';
import { PRESENT } from '../../src/state/table.ts';
import { expectMigrated, expectRolledBack } from '../unit/operator/endStates.ts';
import { PLAN } from '../unit/operator/manifest.ts';
import type { OperatorWorld } from '../unit/operator/operatorWorld.ts';
import { approve, type Seen, STORIES, type StoryName } from '../unit/operator/stories.ts';
import { abort } from '../unit/operator/turns.ts';
import { alive } from '../unit/operator/worker.ts';

const RECORDS = new URL('../records/', import.meta.url);
const VERSIONS = readdirSync(RECORDS).filter((name) => /^v\d+$/.test(name));
const PASSES_MAX = 600;

/** The record comes back from a story that is told up to its state: that is how the world stood when it was written. */
const storyOf = (state: MachineState, { view }: Seen): StoryName => {
  if (JSON.stringify(view.spec?.manifest).includes('"worker"')) return 'turns';
  if (state === 'halted') return 'halted';
  return state.startsWith('backward.') || state === 'rolledBack' ? 'backToBlue' : 'toTheEnd';
};

let world: OperatorWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

class Reached extends Error {
  override name = 'Reached';
}

/** A world in which the plan has just come to the state, and the step. */
async function worldIn(state: MachineState, { view }: Seen, story: StoryName): Promise<OperatorWorld> {
  let found: OperatorWorld | undefined;
  await STORIES[story](async (one) => {
    const machine = (await one.store.readStatus(PLAN))?.status.machine;
    if (machine?.value !== state || machine.context.step !== view.status?.status.machine.context.step) return;
    found = one;
    throw new Reached(state);
  }).catch((error: unknown) => {
    if (!(error instanceof Reached)) throw error;
  });
  if (found === undefined) throw new Error(`the story ${story} never came to ${state}`);
  return found;
}

/** Puts the record into the table in place of the one that today's operator wrote, and a process that knows nothing before it. */
async function takesItsPlace(at: OperatorWorld, { view }: Seen): Promise<void> {
  const [golden, goldenSpec] = [view.status?.status, view.spec];
  if (golden === undefined || goldenSpec === undefined) throw new Error('it is no record of a plan');
  const uid = (await at.status()).uid;
  const [goldenRule] = /arn:[^"]*:listener-rule\/[^"]*/.exec(JSON.stringify(goldenSpec.manifest)) ?? [];
  if (goldenRule === undefined) throw new Error('the plan of the record names no rule');
  const here = <T>(value: T): T =>
    JSON.parse(JSON.stringify(value).replaceAll(golden.uid, uid).replaceAll(goldenRule, at.edge.listenerRuleArn)) as T;
  const manifest = here(goldenSpec.manifest) as Record<string, unknown>;
  await at.requests.put(PLAN, manifest, await at.requests.read(PLAN));
  const status: PlanStatus = {
    ...inItsTime(here(golden), at.clock.now() - view.now),
    // It knows that spec, by the names that things have here.
    observedSpecHash: planHash(manifest),
  };
  const isThere = await at.table.update(statusKey(PLAN), { set: { status } }, { pk: PRESENT });
  if (!isThere) throw new Error('the plan has no record that it could take the place of');
  at.startOperator();
}

/** Every time of day in it moved by so much: a number of the size of one is one. */
function inItsTime<T>(value: T, byMs: number): T {
  if (typeof value === 'number') return (value > 1e12 ? value + byMs : value) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => inItsTime(one, byMs)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inItsTime(member, byMs)])) as T;
}

/** Operators and people go on until nothing is left to do. Nobody looks after a plan that has halted but to take it back. */
async function driveToTheEnd(at: OperatorWorld): Promise<MachineState> {
  const given = new Set<string>();
  await at.requests.setPaused(PLAN, false);
  for (let passes = 0; passes < PASSES_MAX; passes += 1) {
    const state = await at.state();
    if (isSettled(state) && !(await at.operator.reconciler.needsWork(PLAN))) return state;
    const wanted = { verify: 'beforeRamp', 'retire.prove': 'beforeRetire' } as const;
    if ((state === 'verify' || state === 'retire.prove') && !given.has(state)) {
      given.add(state);
      await approve(at, wanted[state]);
    }
    if (state === 'halted' && !given.has(state)) {
      given.add(state);
      await abort(at);
    }
    await at.pass();
  }
  const { machine, report } = await at.status();
  throw new Error(`it never came to an end: it is in ${machine.value}, waiting for ${report.waitingFor}`);
}

test('every state of every version has its record', () => {
  expect(VERSIONS).toContain(`v${MACHINE_VERSION}`);
});

describe.each(VERSIONS)('%s: the record of a plan', (version) => {
  const states = readdirSync(new URL(`${version}/`, RECORDS)).map(
    (file) => file.replace(/\.json$/, '') as MachineState,
  );

  test.each(states)('in %s is thawed, and driven to a settled state', async (state) => {
    const seen = JSON.parse(readFileSync(new URL(`${version}/${state}.json`, RECORDS), 'utf8')) as Seen;
    const story = storyOf(state, seen);
    world = await worldIn(state, seen, story);
    await takesItsPlace(world, seen);
    const end = await driveToTheEnd(world);
    expect(end).toBe(
      state.startsWith('backward.') || state === 'rolledBack' || state === 'halted' ? 'rolledBack' : 'succeeded',
    );
    if (story === 'turns') {
      expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual(end === 'succeeded' ? [0, 2] : [2, 0]);
      expect(world.referee.breaches).toEqual([]);
      expect(world.traffic.tally.failed).toEqual([]);
    } else if (end === 'succeeded') await expectMigrated(world);
    else await expectRolledBack(world);
  });

  test('is there for every state that a machine has today', () => {
    if (version === `v${MACHINE_VERSION}`) expect(states.toSorted()).toEqual(STATES.toSorted());
  });
});
