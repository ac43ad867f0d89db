import { formatDuration } from '../plan/duration.ts';
import type { PlanSpec } from '../plan/model.ts';
import { fail, pass, unknown, wait, type Verdict } from '../plan/verdict.ts';
import { gatesOf, type Facts } from './facts.ts';
import { easingWords, isEasing } from './easing.ts';
import type { Guard, MachineContext, StoredMachine } from './record.ts';

/**
 * What must hold before the plan leaves its state on its own way, each with its verdict: the answer to what it is waiting for. It
 * leaves when all pass, and not before; a test holds that against the machine. Empty for a settled plan.
 */
export function guardsOf(machine: StoredMachine, facts: Facts, spec: PlanSpec): Guard[] {
  const { value, context } = machine;
  const held: Guard = {
    name: 'hold',
    ...(facts.hold === undefined ? pass('nothing holds the plan') : wait(facts.hold.message)),
  };
  // A bake and the soak end on those that a person has not passed over; elsewhere all of them count.
  const gatesToEnd: Guard = { name: 'gates', ...summed(gatesOf(facts)) };
  const gates: Guard = { name: 'gates', ...summed(facts.gates) };
  const vitalGates: Guard = { name: 'gates', ...summed(facts.vitalGates) };
  const weights: Guard = { name: 'weights', ...facts.weights };
  switch (value) {
    case 'inventory.assess':
      return [held, { name: 'inventory', ...facts.admitted }];
    case 'inventory.preflight':
      return [held, { name: 'preflight', ...facts.preflight }];
    case 'provision':
      return [held, { name: 'green', ...facts.provisioned }];
    case 'verify':
      return [held, { name: 'green', ...facts.verified }];
    case 'ramp.shift':
      // The weight is written only while nothing holds the plan and every gate passes; once it is in force neither matters.
      return facts.weights.verdict === 'pass'
        ? [ruleOf(facts), followedOf(facts), weights]
        : [held, ruleOf(facts), followedOf(facts), context.forcedBy === null ? gates : vitalGates, weights];
    case 'ramp.bake': {
      const step = spec.ramp.steps[context.step];
      const since = context.verifiedAt ?? facts.now;
      const bake = timeOf('bake', facts, since, step?.bakeMs ?? 0);
      return [held, ruleOf(facts), steadinessOf(facts), followedOf(facts), bake, weights, gatesToEnd];
    }
    case 'soak': {
      const soak = timeOf('soak', facts, context.enteredAt, spec.retire.soakMs);
      return [held, ruleOf(facts), followedOf(facts), soak, weights, gatesToEnd];
    }
    case 'cutover.stopBlue':
      return [held, ruleOf(facts), { name: 'blue', ...facts.blueStopped }, weights, gates];
    case 'cutover.startGreen':
      return [held, ruleOf(facts), { name: 'green', ...facts.cutOver }, weights];
    case 'retire.prove':
      return [held, ruleOf(facts), { name: 'unused', ...facts.provenUnused }, weights, gates];
    case 'retire.drain':
      return [
        held,
        ruleOf(facts),
        { name: 'quiet', ...facts.blueQuiet },
        { name: 'registries', ...facts.registered },
        weights,
      ];
    case 'retire.handOver':
      return [held, { name: 'handOver', ...facts.handedOver }, gates];
    case 'retire.scaleDown':
      return [held, { name: 'blue', ...facts.blueScaledDown }];
    case 'retire.remove':
      return [held, { name: 'blue', ...facts.blueRemoved }];
    case 'retire.mesh':
      return [held, { name: 'mesh', ...facts.meshRemoved }];
    case 'backward.reviveBlue':
      return [{ name: 'blue', ...facts.blueReady }];
    case 'backward.shiftBack':
      return [{ name: 'rules', ...restoredOf(machine, facts) }];
    case 'backward.cutBack':
      return [{ name: 'blue', ...facts.cutBack }];
    case 'backward.dismantle':
      return [{ name: 'green', ...dismantledOf(machine, facts, spec) }];
    case 'halted':
      return [facts.weights.verdict === 'unknown' ? { name: 'rule', ...unknown(facts.weights.why) } : ruleOf(facts)];
    case 'succeeded':
    case 'rolledBack':
      return [];
  }
}

/** On the way down by steps the recorded actions are not what is waited for next. */
const restoredOf = ({ value, context }: StoredMachine, facts: Facts): Verdict =>
  isEasing(value, context) && facts.restored.verdict !== 'pass' ? wait(easingWords(context, facts)) : facts.restored;

/** Why green still stands after a rollback that keeps it; `undefined` where it is not kept any more. */
export function keptWords({ enteredAt }: MachineContext, { now }: Facts, { rollback }: PlanSpec): string | undefined {
  const leftMs = rollback.keepGreenMs - (now - enteredAt);
  return leftMs > 0 ? `all traffic is on blue; green is kept ${seconds(leftMs)} more (rollback.keepGreen)` : undefined;
}

const dismantledOf = ({ context }: StoredMachine, facts: Facts, spec: PlanSpec): Verdict => {
  const kept = keptWords(context, facts, spec);
  return kept === undefined || facts.dismantled.verdict === 'pass' ? facts.dismantled : wait(kept);
};

/** What stands in the way, the worst first; empty where nothing does. */
export const openGuards = (guards: readonly Guard[]): Guard[] => {
  const rank = { fail: 0, unknown: 1, wait: 2, pass: 3 } as const;
  return guards
    .filter((guard) => guard.verdict !== 'pass')
    .toSorted((left, right) => rank[left.verdict] - rank[right.verdict]);
};

/** Gates pass without words of their own; each is told by itself elsewhere. */
const summed = (verdict: Verdict): Verdict =>
  verdict.verdict === 'pass' ? { ...verdict, why: 'every gate passes' } : verdict;

const ruleOf = ({ drift }: Facts): Guard => ({
  name: 'rule',
  ...(drift === undefined ? pass('nobody else has changed a rule') : fail(drift.message)),
});

const followedOf = ({ following }: Facts): Guard => ({
  name: 'follow',
  ...(following === undefined ? pass('green is not being deployed') : wait(following)),
});

const steadinessOf = ({ flapped }: Facts): Guard => ({
  name: 'alarms',
  ...(flapped === undefined
    ? pass('no alarm has changed its state since the step began')
    : fail(`${flapped}: the step bakes again`)),
});

function timeOf(name: string, facts: Facts, since: number, wantedMs: number): Guard {
  const passedMs = Math.max(0, facts.now - since);
  const words = `${seconds(passedMs)} of ${seconds(wantedMs)}`;
  if (passedMs >= wantedMs) return { name, ...pass(words) };
  return facts.promotion.kind === 'none'
    ? { name, ...wait(words) }
    : { name, ...pass(`${words}; ended by ${facts.promotion.by}`) };
}

const seconds = (durationMs: number): string => formatDuration(Math.floor(durationMs / 1000) * 1000);
