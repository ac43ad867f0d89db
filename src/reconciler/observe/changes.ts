import type { StackResource } from '../../assess/model.ts';
import { recentAmong, REASSERT_WINDOW_MS, REASSERTIONS_MAX } from '../../machines/drift.ts';
import { driftVerdict, type StackChange } from '../../machines/gates/drift.ts';
import type { MachineState } from '../../machines/record.ts';
import type { Observed } from '../ports.ts';
import type { Groundwork, Run } from '../run.ts';
import { attempt } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/** Where the stack stands and forward steps are still to come, so that what others change of it must be known. */
const WATCHED: ReadonlySet<MachineState> = new Set<MachineState>(['ramp.shift', 'ramp.bake', 'soak']);

/** The rules are read in every look, those for probes have gone; what was registered of a task definition cannot be changed, and a namespace has nothing to change. */
const isWatched = ({ kind }: StackResource): boolean =>
  !['rule', 'probeRule', 'taskDefinition', 'namespace', 'sharedNamespace'].includes(kind);

/**
 * What others changed of green, and of the freezes on blue. Read once in a while (`settings.stackMs`), for it is many calls,
 * and remembered in between; what could not be read is tried again in the next look.
 */
export async function observeChanges(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, state, settings, now } = look;
  if (!WATCHED.has(state)) return;
  const { seen } = run.memory;
  const isFresh = seen !== undefined && seen.unread.length === 0 && now - seen.at < settings.stackMs;
  const current = isFresh ? seen : await readStack(look, stack.resources.filter(isWatched));
  run.memory.seen = current;
  // A green that follows blue is not as it should be because of that.
  const others = current.changes.filter(({ id }) => !observation.behind.includes(id));
  observation.changes = others.map((change) => ({
    ...change,
    hindrance: change.hindrance ?? spent(run, change.id, now),
  }));
  observation.stack = driftVerdict(observation.changes, current.unread, run.spec.onDrift);
}

async function readStack({ run, world, now }: Look, resources: readonly StackResource[]) {
  const changes: StackChange[] = [];
  const unread: string[] = [];
  for (const resource of resources) {
    const read = await attempt(() => world.resources.read(resource, run.owner, run.memory.resolved));
    const observed: Observed = read.ok ? read.value : { status: 'unknown', why: read.verdict.why };
    if (observed.status === 'unknown') unread.push(`${resource.id}: ${observed.why}`);
    else changes.push(...changeOf(resource, observed));
  }
  return { at: now, changes, unread };
}

/** A deployment that is under way, or has failed, is no change: the capacity of green is a gate of its own. */
function changeOf(resource: StackResource, observed: Exclude<Observed, { status: 'unknown' }>): StackChange[] {
  const { id, kind } = resource;
  const hindrance = kind === 'sharedService' ? `it is plan ${resource.maker.plan}'s` : undefined;
  switch (observed.status) {
    case 'ready':
    case 'waiting':
      return [];
    case 'failed':
      return kind === 'service' || kind === 'sharedService'
        ? []
        : [{ id, why: observed.why, hindrance: 'it cannot be changed back' }];
    case 'absent':
      return [{ id, why: missing(kind), hindrance }];
    case 'differs':
      return [{ id, why: observed.why, hindrance }];
    case 'foreign':
      return [{ id, why: observed.why, hindrance: "it is not this plan's any more" }];
  }
}

function missing(kind: StackResource['kind']): string {
  switch (kind) {
    case 'scalingFreeze':
      return 'blue may scale in again';
    case 'rebalancingFreeze':
      return 'ECS may stop tasks of blue again, to start them in another Availability Zone';
    default:
      return 'it is gone';
  }
}

/** Two that want different things of one resource must end too. The times are remembered by this process alone. */
function spent({ memory }: Run, id: string, now: number): string | undefined {
  const times = recentAmong(memory.mended.get(id) ?? [], now).length;
  return times < REASSERTIONS_MAX
    ? undefined
    : `it was put back ${times} times within ${REASSERT_WINDOW_MS / 60_000} minutes, and changed again each time`;
}
