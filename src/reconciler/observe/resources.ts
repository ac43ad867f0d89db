import type { StackResource } from '../../assess/model.ts';
import { isShared } from '../../assess/shared/shared.ts';
import type { MachineState } from '../../machines/record.ts';
import { all, fail, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import type { Observed } from '../ports.ts';
import type { Groundwork } from '../run.ts';
import { attempt, judged } from './attempt.ts';
import type { Look, Observation } from './observation.ts';

/** States whose postcondition is about the stack's resources as a whole. */
const READS_STACK: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.preflight',
  'provision',
  'verify',
  'backward.dismantle',
]);

export async function observeResources(look: Look, { stack }: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state } = look;
  const { memory, owner } = run;
  // After a restart the ARNs are read again, whatever the state. The rules for probes are gone by then.
  const complete = stack.resources.every(({ id, kind }) => memory.resolved.has(id) || kind === 'probeRule');
  if (!READS_STACK.has(state) && complete) return;
  for (const resource of stack.resources) {
    const read = await attempt(() => world.resources.read(resource, owner, memory.resolved));
    const observed: Observed = read.ok ? read.value : { status: 'unknown', why: read.verdict.why };
    // A revision that was registered from another definition is not the one that green is to run.
    const isOther = resource.kind === 'taskDefinition' && observed.status === 'differs';
    if ('arn' in observed && observed.arn !== undefined && observed.status !== 'foreign' && !isOther) {
      memory.resolved.set(resource.id, observed.arn);
    }
    observation.resources.push({ resource, observed });
  }
  const { facts } = observation;
  switch (state) {
    case 'inventory.preflight':
      facts.preflight = preflightVerdict(look, observation);
      observation.gates.push({ name: 'preflight', ...facts.preflight });
      break;
    case 'provision':
    case 'verify':
      facts.provisioned = provisionedVerdict(look, observation);
      break;
    case 'backward.dismantle':
      facts.dismantled = onceShown(
        look,
        all(
          [
            ...ownOf(observation).map(({ resource, observed }) =>
              goneVerdict(resource, observed, memory.hindrances.get(resource.id)),
            ),
            ...(await withdrawnVerdicts(look, stack)),
          ],
          pass('nothing of green is left'),
        ),
      );
      break;
    default:
      break;
  }
}

/**
 * A way back from provisioning may begin with a call whose answer nobody heard, and what it made is not shown at once (rows E11, C1): green is
 * not taken for gone before it would be. Green that had weight had been read as ready, all of it.
 */
function onceShown({ run, now, settings }: Look, gone: Verdict): Verdict {
  const { rampedAt, enteredAt } = run.status.machine.context;
  const leftMs = enteredAt + settings.unseenMs - now;
  if (gone.verdict !== 'pass' || rampedAt !== null || leftMs <= 0) return gone;
  return wait(
    `what was made last may not be shown by AWS yet: it is looked for for another ${Math.ceil(leftMs / 1_000)} s`,
  );
}

function preflightVerdict({ run }: Look, observation: Observation): Verdict {
  // Another plan's green stands under the very names: said of each, that would bury whose it is.
  if (run.memory.heldByOthers !== undefined) return run.memory.heldByOthers;
  const names = ownOf(observation).map(({ resource, observed }): Verdict => {
    switch (observed.status) {
      case 'foreign':
        return fail(
          `${resource.id} exists and is not this plan's: ${observed.why}; nothing was changed. ` +
            'A spec.target.nameSuffix and a spec.target.serviceConnect.namespace of its own keep the plan apart from it. ' +
            'Green of a plan that has succeeded can be shared: spec.target.shared',
        );
      case 'unknown':
        return unknown(`${resource.id}: ${observed.why}`);
      case 'waiting':
        return wait(`the name of ${resource.id} is not free yet: ${observed.why}`);
      case 'absent':
      case 'ready':
      case 'differs':
      case 'failed':
        return pass(`${resource.id} is free`);
    }
  });
  const free = all([...names, ...sharedVerdicts(observation)], pass('the stack is empty'));
  const proven =
    run.memory.claimed && run.memory.wayBackProven
      ? pass('the way back is proven: the rules were written back unchanged')
      : wait(run.memory.preflightProblem ?? 'the way back is not proven yet');
  return all([free, observation.alarms, observation.alarmFitness, proven], pass(''));
}

/** Of what is shared, which is to stand already. */
const sharedVerdicts = ({ resources }: Observation): Verdict[] =>
  resources
    .filter(({ resource }) => isShared(resource))
    .map(({ resource: { id }, observed }) => {
      switch (observed.status) {
        case 'ready':
          return pass(`${id} is shared: ${observed.why}`);
        case 'waiting':
          return wait(`${id} is shared, and is not ready: ${observed.why}`);
        case 'unknown':
          return unknown(`${id}: ${observed.why}`);
        case 'absent':
          return fail(`${id} is not there, and the plan shares it (spec.target.shared)`);
        case 'foreign':
        case 'differs':
        case 'failed':
          return fail(`${id} cannot be shared (spec.target.shared): ${observed.why}. Nothing was changed`);
      }
    });

/** What is shared is neither made nor taken away. */
const ownOf = ({ resources }: Observation): Observation['resources'] =>
  resources.filter(({ resource }) => !isShared(resource));

/** Whether everything but the proof itself holds; the proof is a write, and comes last. */
export const readyToProve = (observation: Observation): boolean =>
  observation.alarms.verdict === 'pass' &&
  observation.alarmFitness.verdict === 'pass' &&
  all(sharedVerdicts(observation), pass('nothing is shared')).verdict === 'pass' &&
  ownOf(observation).every(({ observed }) => !['foreign', 'unknown', 'waiting'].includes(observed.status));

function provisionedVerdict({ run, settings, now, state }: Look, observation: Observation): Verdict {
  const verdicts = observation.resources.map(({ resource, observed }): Verdict => {
    const hindrance = run.memory.hindrances.get(resource.id);
    switch (observed.status) {
      case 'ready':
        return pass(`${resource.id} is ready`);
      case 'failed':
        return fail(`${resource.id} failed: ${observed.why}`);
      case 'foreign':
        return fail(`${resource.id} is not ${isShared(resource) ? 'what it was' : "this plan's"}: ${observed.why}`);
      case 'unknown':
        return unknown(`${resource.id}: ${observed.why}`);
      case 'absent': {
        const why = hindrance ?? observed.why;
        return wait(`${resource.id} is not there yet${why === undefined ? '' : `: ${why}`}`);
      }
      case 'waiting':
      case 'differs':
        return wait(`${resource.id}: ${observed.why}`);
    }
  });
  const verdict = all(verdicts, pass('the stack is empty'));
  const waitedMs = now - inForceSince(run, now);
  if (state === 'provision' && verdict.verdict === 'wait' && waitedMs > settings.provisionDeadlineMs) {
    return fail(`green was not ready after ${Math.round(waitedMs / 60_000)} minutes: ${verdict.why}`);
  }
  return verdict;
}

/** Since when the state's work is done: a pause holds it, so its time does not count. */
export function inForceSince({ status }: Look['run'], now: number): number {
  const { enteredAt } = status.machine.context;
  const paused = status.conditions.find(({ type }) => type === 'Paused');
  if (paused === undefined) return enteredAt;
  return paused.status === 'True' ? now : Math.max(enteredAt, paused.since);
}

/** Green that is shared outlives the way back, and has left blue's names by then. */
async function withdrawnVerdicts({ world }: Look, { retire }: Groundwork['stack']): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const handOver of retire.registries) {
    const { maker } = handOver;
    if (maker !== undefined) verdicts.push(await judged(() => world.registries.withdrawn(handOver, maker)));
  }
  return verdicts;
}

export function goneVerdict(resource: StackResource, observed: Observed, hindrance: string | undefined): Verdict {
  switch (observed.status) {
    case 'absent':
    case 'foreign':
      return pass(`${resource.id} is gone`);
    case 'unknown':
      return unknown(`${resource.id}: ${observed.why}`);
    case 'ready':
    case 'differs':
    case 'failed':
    case 'waiting':
      return wait(`${resource.id} is still there: ${hindrance ?? observed.why}`);
  }
}
