import { mayGreenServe } from '../../machines/easing.ts';
import { blueReadyVerdict } from '../../machines/gates/blue.ts';
import { greenCapacityVerdict, greenSickness } from '../../machines/gates/green.ts';
import { sourceChange, sourceVerdict } from '../../machines/gates/source.ts';
import type { MachineState } from '../../machines/record.ts';
import { pass, unknown, type Verdict } from '../../plan/verdict.ts';
import {
  greenToRun,
  greensOf,
  migratedServices,
  recordedCounts,
  recordedRevisions,
  rulesOf,
  type Groundwork,
} from '../run.ts';
import type { ServiceHealth } from '../ports.ts';
import { ofServing } from '../turns.ts';
import { attempt, judge } from './attempt.ts';
import { seenTwice } from './missing.ts';
import type { Look, Observation } from './observation.ts';

/** States in which green does not exist, or does no longer matter. */
const WITHOUT_GREEN: ReadonlySet<MachineState> = new Set<MachineState>([
  'inventory.preflight',
  'provision',
  'backward.cutBack',
  'backward.dismantle',
]);

/** From here on blue is being taken away, and its health is no question. */
const WITHOUT_BLUE: ReadonlySet<MachineState> = new Set<MachineState>([
  'retire.scaleDown',
  'retire.remove',
  'retire.mesh',
]);

export async function observeSides(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { run, world, state, settings, now } = look;
  const { facts } = observation;
  const cluster = groundwork.estate.cluster.arn;
  if (!WITHOUT_GREEN.has(state)) {
    const names = greensOf(groundwork.stack).map((service) => service.name);
    const green = await attempt(async () => seenTwice(run.memory, await world.health(cluster, names)));
    observation.greenHealthy = judge(green, greenCapacityVerdict);
    if (green.ok) {
      observation.green = green.value;
      if (mayGreenServe(state, run.status.machine.context)) {
        facts.breach ??= greenSickness(mayBeSick(look, groundwork, green.value), greenToRun(groundwork.stack));
      }
    }
  }
  if (!WITHOUT_BLUE.has(state)) {
    const names = migratedServices(groundwork).map((service) => service.name);
    const blue = await attempt(async () =>
      seenTwice(run.memory, await world.health(cluster, names, leftAlone(run, groundwork))),
    );
    const waitedMs = state === 'backward.reviveBlue' ? now - run.status.machine.context.enteredAt : undefined;
    const greens = ofServing(run.spec, groundwork, observation.green);
    const isSick = greenSickness(greens, greenToRun(groundwork.stack)) !== undefined;
    const green = !isSick ? 'serves' : 'serves nobody';
    facts.blueReady = judge(blue, (services) =>
      blueReadyVerdict(
        ofServing(run.spec, groundwork, services),
        recordedCounts(groundwork),
        { waitedMs, reviveMs: settings.reviveMs },
        green,
      ),
    );
    if (!blue.ok) facts.blueReady = unreadBlueVerdict(look, waitedMs ?? 0, blue.verdict);
    observation.blueHealthy =
      state === 'retire.handOver'
        ? unknown('blue has left the rules, and no load balancer checks what is in no rule')
        : facts.blueReady;
    if (blue.ok) {
      observation.blue = blue.value;
      observation.sourceChange = sourceChange({
        services: blue.value,
        recorded: recordedRevisions(groundwork),
        cluster: run.spec.source.cluster,
        appMesh: groundwork.estate.mesh.answer.state === 'read' ? 'answers' : 'gone',
      });
    }
    observation.source = judge(blue, () => sourceVerdict(observation.sourceChange, run.spec));
  }
}

/**
 * Blue's target groups behind no rule any more, since somebody has deleted those of the plan that led there: the load balancer says of their
 * targets that they are unused (row L8), which is no reason to think them ill and to keep from them what comes through other rules.
 */
function leftAlone({ memory }: Look['run'], { stack }: Groundwork): ReadonlySet<string> {
  const rules = rulesOf(stack);
  const named = new Set(rules.filter(({ id }) => !memory.rulesGone.has(id)).map((rule) => rule.blueTargetGroupArn));
  return new Set(rules.map((rule) => rule.blueTargetGroupArn).filter((arn) => !named.has(arn)));
}

/** Of a service whose sides take turns green has no task before the cutover, and is waited for in it. */
const mayBeSick = (look: Look, groundwork: Groundwork, green: readonly ServiceHealth[]): readonly ServiceHealth[] =>
  look.state === 'soak' || look.state.startsWith('retire.') ? green : ofServing(look.run.spec, groundwork, green);

/** A breach is not held up for ever by a read that is denied: blue was not lowered by any call of ours. An abort has time. */
function unreadBlueVerdict({ run, settings }: Look, waitedMs: number, unread: Verdict): Verdict {
  const because = run.status.machine.context.backwardBecause?.reason;
  if (waitedMs < settings.reviveMs || because === undefined || because === 'Aborted') return unread;
  return pass(`blue could not be read in all that time (${unread.why}); with green in breach it is the better side`);
}
