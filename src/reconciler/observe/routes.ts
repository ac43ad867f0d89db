import type { RuleResource } from '../../assess/model.ts';
import { mayCarryGreenWeight } from '../../machines/classify.ts';
import { wantedRoute, type WantedRoute } from '../../machines/intent.ts';
import { isEasing } from '../../machines/easing.ts';
import { isReasserting } from '../../machines/drift.ts';
import { isRehearsingBack } from '../../machines/rehearsal.ts';
import { isContested } from '../../machines/rivals.ts';
import type { Drift } from '../../machines/facts.ts';
import type { MachineContext, MachineState } from '../../machines/record.ts';
import { all, fail, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import type { RouterReading } from '../ports.ts';
import { ruleGoneVerdict } from '../sendsNothingToBlue.ts';
import { describeRoute, isLeftToOthers, sameRoute } from '../routes.ts';
import { rulesOf, writtenKey, type Groundwork } from '../run.ts';
import { driftOf, type RuleDrift } from './drift.ts';
import { attempt, judged } from './attempt.ts';
import { lostBlue } from './lostBlue.ts';
import type { Look, Observation } from './observation.ts';

/** States in which a rule that does not carry what was read back before was changed by somebody else. */
const HOLDS_WEIGHT: ReadonlySet<MachineState> = new Set<MachineState>([
  'ramp.bake',
  'cutover.stopBlue',
  'cutover.startGreen',
  'soak',
  'retire.prove',
  'retire.drain',
  'halted',
  'retire.scaleDown',
  'retire.remove',
]);

/** After the point of no return: blue is kept for no rule that is gone, only for what may still send to it. */
const MISSES_NO_RULE: ReadonlySet<MachineState> = new Set<MachineState>([
  'retire.scaleDown',
  'retire.remove',
  'retire.mesh',
]);

/** Where what was read back before must still be there: also while it is written over another's change, or was taken over from one. */
const holdsWeight = ({ run, state }: Look): boolean => {
  const { context } = run.status.machine;
  return HOLDS_WEIGHT.has(state) || (state === 'ramp.shift' && (isReasserting(context) || isAdopted(context)));
};

const isAdopted = ({ adoptedWeight }: MachineContext): boolean => typeof adoptedWeight === 'number';

export async function observeRoutes(look: Look, groundwork: Groundwork, observation: Observation): Promise<void> {
  const { stack } = groundwork;
  const { run, world, state } = look;
  const { machine } = run.status;
  const { facts } = observation;
  const wanted = wantedRoute(state, machine.context, run.spec);
  if (wanted === undefined || state === 'provision') return;
  const verdicts: Verdict[] = [];
  const drifted: RuleDrift[] = [];
  const gone = new Set<string>();
  for (const rule of rulesOf(stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      if (reading.error.kind === 'notFound') {
        gone.add(rule.id);
        const left = MISSES_NO_RULE.has(state) ? await ruleGoneVerdict(world, rule) : undefined;
        if (wanted.kind !== 'blueOnly') drifted.push({ rule, reading: undefined, was: wanted, why: left?.why });
        verdicts.push(
          wanted.kind === 'blueOnly' ? pass(`${rule.id} is gone: nothing to put back`) : (left ?? reading.verdict),
        );
      } else verdicts.push(reading.verdict);
      continue;
    }
    const { route } = reading.value;
    if (route.kind === 'foreign' && isGreenUnread(observation, rule)) {
      verdicts.push(unknown(`${rule.greenTargetGroup.ref} could not be read, so nobody knows what ${rule.id} carries`));
      continue;
    }
    observation.routes.set(rule.id, route);
    if (wanted.kind === 'blueOnly' && isLeftToOthers(route, machine)) {
      verdicts.push(pass(`${rule.id} was changed by others and sends nothing to green: it is left as it is`));
      continue;
    }
    const eased = isEasing(state, machine.context);
    const foreign = route.kind === 'foreign' && (mayCarryGreenWeight(state) || holdsWeight(look) || eased);
    const moved = (holdsWeight(look) || eased) && route.kind !== 'foreign' && !mayCarry(look, route, wanted);
    if (isRivals(look, rule, route, wanted)) {
      drifted.push({ rule, reading: reading.value, was: wanted, isContested: true });
    } else if (foreign || moved)
      drifted.push({ rule, reading: reading.value, was: readBackBefore(look, reading.value, wanted) });
    verdicts.push(
      sameRoute(route, wanted)
        ? await judged(() => world.router.verify(rule, wanted, run.memory.resolved))
        : wait(`${rule.id} carries ${describeRoute(route)}, not ${describeRoute(wanted)}`),
    );
  }
  facts.drift = driftOf(drifted, rulesOf(stack).length);
  run.memory.rulesGone = gone;
  // In no rule, nobody checks blue's health (row L8), and nobody needs it.
  if (gone.size > 0 && gone.size === verdicts.length)
    facts.blueReady = pass('no rule is left that could send anything to blue');
  if (state === 'backward.shiftBack') {
    const [lost] = [...observation.routes.values()].flatMap((route) =>
      isLeftToOthers(route, machine) ? [] : (lostBlue(route, run, groundwork, observation) ?? []),
    );
    if (lost !== undefined) facts.blueReady = fail(lost);
  }
  const verdict = all(verdicts, pass('the plan moves no traffic'));
  if (wanted.kind === 'split') facts.weights = verdict;
  if (wanted.kind === 'blueOnly') facts.restored = restoredVerdict(state, verdict);
  if (wanted.kind === 'greenOnly') facts.handedOver = handedOverVerdict(look, verdict, facts.drift);
}

/**
 * What the rule was last read back to carry. Between two steps that is either's weight, whichever leaves less that others must have
 * changed.
 */
function readBackBefore({ run, state }: Look, reading: RouterReading, wanted: WantedRoute): WantedRoute {
  const { step, verifiedAt } = run.status.machine.context;
  const isBetween = state === 'ramp.shift' || (state === 'halted' && verifiedAt === null);
  if (wanted.kind !== 'split' || !isBetween) return wanted;
  const before: WantedRoute = { kind: 'split', greenWeight: run.spec.ramp.steps[step - 1]?.weight ?? 0 };
  return reading.changesSince(before).length < reading.changesSince(wanted).length ? before : wanted;
}

/** States in which a rule that somebody writes back each time is told as such. */
const CONTESTED: ReadonlySet<MachineState> = new Set<MachineState>([
  'ramp.shift',
  'halted',
  'retire.handOver',
  'backward.shiftBack',
]);

function isRivals(
  { run, state, now }: Look,
  rule: RuleResource,
  route: RouterReading['route'],
  wanted: WantedRoute,
): boolean {
  if (!CONTESTED.has(state) || isRehearsingBack(run.status.machine.context) || sameRoute(route, wanted)) return false;
  return isContested(run.memory.written.get(writtenKey(rule, wanted)) ?? [], now);
}

/** What the rule may carry here. One that was halted before its step was read back may be put back to what it had before that. */
function mayCarry({ run, state }: Look, route: RouterReading['route'], wanted: WantedRoute): boolean {
  if (sameRoute(route, wanted)) return true;
  const isBelow = route.kind === 'split' && wanted.kind === 'split' && route.greenWeight < wanted.greenWeight;
  const { context } = run.status.machine;
  // On the way down the share before is left behind by each write, and nothing but a share is to be found.
  if (isEasing(state, context) && context.verifiedAt === null) return route.kind === 'split' && !isBelow;
  return state === 'halted' && context.verifiedAt === null && !isAdopted(context) && isBelow;
}

/** After a restart green's target group is read anew; before it was, a split looks like none of ours. */
function isGreenUnread({ resources }: Observation, rule: RuleResource): boolean {
  const group = resources.find(({ resource }) => resource.id === rule.greenTargetGroup.ref);
  return group?.observed.status === 'unknown';
}

/** After the way back was read once, a rule that carries green again was written late by somebody: it is put right. */
const restoredVerdict = (state: MachineState, verdict: Verdict): Verdict =>
  (state === 'backward.cutBack' || state === 'backward.dismantle') && verdict.verdict === 'wait'
    ? fail(verdict.why)
    : verdict;

/**
 * What others made of a rule is not written over in `retire.handOver`, and halts nothing: to begin the last step again, blue would have to
 * be put into the rules again. One that is written back each time is left for the rest of the window; once it is left alone, one write ends it.
 */
function handedOverVerdict({ run, settings, now, state }: Look, verdict: Verdict, drift: Drift | undefined): Verdict {
  if (state !== 'retire.handOver') return verdict;
  if (drift !== undefined) return fail(drift.message);
  if (verdict.verdict !== 'pass') return verdict;
  const leftMs = settings.settleMs - (now - run.status.machine.context.enteredAt);
  return leftMs <= 0
    ? verdict
    : wait(`the rules were handed over; blue is left alone ${Math.ceil(leftMs / 1000)} s more`);
}
