import { isReasserting, recentAmong } from '../../machines/drift.ts';
import { isEasing } from '../../machines/easing.ts';
import type { WantedRoute } from '../../machines/intent.ts';
import { isRehearsingBack } from '../../machines/rehearsal.ts';
import { mayWriteAgain } from '../../machines/rivals.ts';
import { attempt } from '../observe/attempt.ts';
import { lostBlue } from '../observe/lostBlue.ts';
import { describeRoute, isLeftToOthers, sameRoute } from '../routes.ts';
import { probeRulesOf, rulesOf, writtenKey, type Groundwork } from '../run.ts';
import { type Act, step, tellFailure } from './acting.ts';
import { areAlarmsStillOk } from './alarmsStillOk.ts';

/**
 * What others wrote is written over once for each time that this was decided, and in the reconcile that decided it: one that is cut off in
 * between is decided again, and counts.
 */
const reassertsNow = ({ machine, moved }: Act): boolean => moved && isReasserting(machine.context);

/**
 * Where another who writes the rule back is not written over for ever: while the plan goes forward, and nowhere on a way back. A drift that is
 * written over has a pace of its own.
 */
const isPaced = (acting: Act): boolean =>
  (acting.machine.value === 'ramp.shift' || acting.machine.value === 'retire.handOver') &&
  !isRehearsingBack(acting.machine.context) &&
  !reassertsNow(acting);

/**
 * Green's weight is written only while every gate passes (where a person has forced the step, every vital one), and every alarm is
 * still OK when it is read again: the observation may have taken long. Back to blue it goes whatever the gates say, unless blue has
 * nobody who could take it.
 */
export async function route(acting: Act, groundwork: Groundwork, wanted: WantedRoute): Promise<void> {
  const { run, world, observation, acted, machine, clock } = acting;
  if (machine.value === 'ramp.shift' && !(await removeProbeRules(acting, groundwork))) return;
  for (const rule of rulesOf(groundwork.stack)) {
    const reading = await attempt(() => world.router.read(rule, run.memory.resolved));
    if (!reading.ok) {
      // What a person has deleted carries nothing, and cannot be put back.
      if (wanted.kind === 'blueOnly' && reading.error.kind === 'notFound') continue;
      tellFailure(acting, reading.error);
      // An unread rule is written all the same on the way back: rollback is never blocked by a lost read.
      if (wanted.kind !== 'blueOnly') continue;
    }
    const current = reading.ok ? reading.value.route : undefined;
    if (current !== undefined && sameRoute(current, wanted)) continue;
    if (wanted.kind === 'blueOnly' && isLeftToOthers(current, machine)) continue;
    // The next look goes on to revive blue.
    if (wanted.kind === 'blueOnly' && lostBlue(current, run, groundwork, observation) !== undefined) continue;
    if (isEasing(machine.value, machine.context) || isRehearsingBack(machine.context)) {
      // On the way back green's share only falls, and no gate is asked.
      if (current?.kind !== 'split' || wanted.kind !== 'split' || current.greenWeight < wanted.greenWeight) continue;
    } else if (wanted.kind !== 'blueOnly') {
      const isChanged = observation.facts.drift !== undefined || current?.kind === 'foreign';
      if (isChanged && !reassertsNow(acting)) continue;
      const { gates, vitalGates } = observation.facts;
      if ((acting.machine.context.forcedBy === null ? gates : vitalGates).verdict !== 'pass') continue;
      if (!(await areAlarmsStillOk(acting, groundwork))) continue;
    }
    const key = writtenKey(rule, wanted);
    const writtenAt = run.memory.written.get(key) ?? [];
    if (isPaced(acting) && !mayWriteAgain(writtenAt, clock.now())) continue;
    const from = current === undefined ? 'an unread rule' : describeRoute(current);
    const written = await step(acting, () => world.router.write(rule, wanted, run.memory.resolved));
    if (!written) continue;
    run.memory.written.set(key, [...recentAmong(writtenAt, clock.now()), clock.now()]);
    acted.progress = true;
    acted.deeds.push({
      type: 'Normal',
      reason: 'WeightWritten',
      message: `${rule.id}: ${from} → ${describeRoute(wanted)}`,
    });
  }
}

/** They go before green has weight for users, so that a plan that went on never leaves one behind. */
async function removeProbeRules(acting: Act, { stack }: Groundwork): Promise<boolean> {
  const { run, world, acted } = acting;
  let areGone = true;
  for (const rule of probeRulesOf(stack)) {
    if (run.memory.probeRulesGone.has(rule.id)) continue;
    const isGone = await step(acting, async () => {
      const { status } = await world.resources.read(rule, run.owner, run.memory.resolved);
      if (status !== 'absent') {
        await world.resources.remove(rule, run.owner, run.memory.resolved);
        acted.deeds.push({ type: 'Normal', reason: 'Removed', message: rule.id });
      }
      run.memory.probeRulesGone.add(rule.id);
    });
    areGone &&= isGone;
  }
  return areGone;
}
