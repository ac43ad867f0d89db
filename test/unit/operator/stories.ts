import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { AWS_LIKE_DELAYS } from '../../../lab/delays.ts';
import type { PlanView } from '../../../src/cli/planView.ts';
import { NOT_OBSERVED } from '../../../src/machines/facts.ts';
import type { MachineState, PlanEvent } from '../../../src/machines/record.ts';
import { shiftByHand } from './byHand.ts';
import { PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { abort, worldOfTurns } from './turns.ts';

/** What the table holds of a plan in one state: as it was looked at last before the plan went on. */
export interface Seen {
  view: PlanView;
  events: PlanEvent[];
}

export type SeenByState = Map<MachineState, Seen>;

const PASSES_MAX = 400;

/** Looks at the world after each reconcile, and at rest. */
export type Visit = (world: OperatorWorld) => Promise<void>;

/**
 * Four stories, in which a plan is in every state that there is: one of turns, one back to a short blue, one that halts, one to the end. A
 * world is closed when its story ends, and not where the visit throws.
 */
export const STORIES = { turns, backToBlue, halted, toTheEnd } as const;
export type StoryName = keyof typeof STORIES;

export async function tellStories(): Promise<SeenByState> {
  const seen: SeenByState = new Map();
  for (const tell of Object.values(STORIES)) await tell((world) => look(world, seen));
  return seen;
}

async function turns(visit: Visit): Promise<void> {
  const { world } = await worldOfTurns();
  await world.pass();
  await watch(world, visit, 'soak');
  await abort(world);
  await watch(world, visit, 'rolledBack');
  await world.close();
}

async function backToBlue(visit: Visit): Promise<void> {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
  await world.apply();
  await world.untilState('ramp.bake', 1);
  await world.person.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'user-api', desiredCount: 1 }));
  await world.rest(6);
  await world.fireAlarm();
  await watch(world, visit, 'rolledBack');
  await world.close();
}

async function halted(visit: Visit): Promise<void> {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
  await world.apply();
  await world.untilState('ramp.bake', 1);
  await shiftByHand(world, 90);
  await watch(world, visit, 'halted');
  await world.rest(3);
  await visit(world);
  await world.close();
}

async function toTheEnd(visit: Visit): Promise<void> {
  const world = await OperatorWorld.create({ delays: AWS_LIKE_DELAYS });
  await world.apply({ approvals: ['beforeRamp', 'beforeRetire'], paused: true });
  await world.rest(3);
  await visit(world);
  await world.requests.setPaused(PLAN, false);
  for (const [state, approval] of [
    ['verify', 'beforeRamp'],
    ['retire.prove', 'beforeRetire'],
  ] as const) {
    await watch(world, visit, state);
    await world.rest(3);
    await visit(world);
    await approve(world, approval);
    await world.pass();
  }
  await watch(world, visit, 'succeeded');
  await world.close();
}

/** A person opens a gate, having looked at the record as it is. */
export const approve = async (world: OperatorWorld, approval: 'beforeRamp' | 'beforeRetire'): Promise<void> =>
  world.requests
    .approve(PLAN, approval, {
      by: 'ben',
      at: world.clock.now(),
      why: 'looked at',
      recordVersion: await world.recordVersion(),
    })
    .then(() => {});

/** Looks after each reconcile until the plan has come to a state. */
async function watch(world: OperatorWorld, visit: Visit, last: MachineState): Promise<void> {
  for (let passes = 0; passes < PASSES_MAX; passes += 1) {
    await visit(world);
    if ((await world.state()) === last) return;
    await world.pass();
  }
  throw new Error(`the plan never came to ${last}: it is in ${await world.state()}`);
}

async function look(world: OperatorWorld, seen: SeenByState): Promise<void> {
  const now = await seenOf(world);
  if (now?.view.status === undefined) return;
  const { machine, report, nextCheckAt } = now.view.status.status;
  // Entered just now, nothing was observed for it yet: that is kept only where nothing else is to be seen.
  const isObserved = report.guards.every((guard) => guard.why !== NOT_OBSERVED.why);
  if (isObserved || nextCheckAt === null || !seen.has(machine.value)) seen.set(machine.value, now);
}

/** The plan as the table holds it now; `undefined` where no operator has seen it. */
export async function seenOf(world: OperatorWorld): Promise<Seen | undefined> {
  const [spec, status, events] = await Promise.all([
    world.store.readSpec(PLAN),
    world.store.readStatus(PLAN),
    world.events(),
  ]);
  return status === undefined ? undefined : { view: { name: PLAN, spec, status, now: world.clock.now() }, events };
}
