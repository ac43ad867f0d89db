import { isBackward, isReversible } from '../machines/classify.ts';
import type { Decision } from '../machines/decide.ts';
import type { Facts } from '../machines/facts.ts';
import type { EventReason, PlanStatus, Report } from '../machines/record.ts';
import type { Acceptance } from './acceptance.ts';
import type { Groundwork, Memory } from './run.ts';

/** Something that belongs into the plan's history. */
export interface Deed {
  type: 'Normal' | 'Warning';
  reason: EventReason;
  message: string;
}

const normal = (reason: EventReason, message: string): Deed => ({ type: 'Normal', reason, message });
const warning = (reason: EventReason, message: string): Deed => ({ type: 'Warning', reason, message });

/** What became of the user's spec; a refusal is told once, until its words change. */
export function acceptanceDeeds(before: PlanStatus, { status, accepted, refused }: Acceptance): Deed[] {
  const deeds: Deed[] = [];
  if (accepted) {
    deeds.push(normal('Accepted', `generation ${status.generation}`));
    const paused = status.spec?.paused === true;
    if (before.spec !== null && before.spec.paused !== paused) {
      deeds.push(normal(paused ? 'Paused' : 'Resumed', `spec.paused is ${paused}`));
    }
  }
  const seen = before.conditions.find((condition) => condition.type === 'Ready');
  if (refused !== undefined && seen?.message !== refused.message) deeds.push(warning('Refused', refused.message));
  return deeds;
}

/** A transition, and what it means to the people who watch. */
export function transitionDeeds(
  { machine, from, to, event }: Decision,
  facts: Facts,
  groundwork: Groundwork | undefined,
): Deed[] {
  const because = machine.context.backwardBecause;
  const deeds = [normal('Transition', `${from} → ${to}`)];
  if (isBackward(to) && !isBackward(from) && because !== null) {
    const reason = event === 'ABORT' ? 'Aborted' : because.reason === 'AlarmBreach' ? 'AlarmBreach' : 'GreenSick';
    deeds.push(warning(reason, because.message));
  }
  if (to === 'inventory.preflight' && groundwork !== undefined) {
    deeds.push(normal('InventoryTaken', describeInventory(groundwork)));
  }
  if (to === 'ramp.bake') deeds.push(normal('WeightVerified', facts.weights.why));
  if (from === 'backward.shiftBack') deeds.push(normal('WeightVerified', facts.restored.why));
  if (to === 'retire.scaleDown') {
    deeds.push(normal('PointOfNoReturn', 'blue is taken away from here on; there is no way back'));
  }
  const skipped = groundwork?.stack.retire.meshSkipped;
  if (from === 'retire.mesh' && skipped !== undefined) deeds.push(warning('Skipped', skipped));
  if (to === 'halted') deeds.push(warning('Halted', machine.context.haltedBecause ?? ''));
  if (to === 'succeeded') deeds.push(normal('Succeeded', 'green serves everything; blue is gone'));
  if (to === 'rolledBack') deeds.push(normal('RolledBack', because?.message ?? ''));
  if (facts.request.kind !== 'none' && !isReversible(from) && !isBackward(from)) {
    deeds.push(warning('Refused', 'an abort came after the point of no return; the plan goes on'));
  }
  return deeds;
}

/** The gates whose verdict changed since the last look, and for those that fail, whose words did. Remembers them. */
export function changedGates(memory: Memory, gates: Report['gates']): Report['gates'] {
  return gates.filter(({ name, verdict, why }) => {
    const now = verdict === 'fail' ? `${verdict} ${why}` : verdict;
    if (memory.verdicts.get(name) === now) return false;
    memory.verdicts.set(name, now);
    return true;
  });
}

/** Gates that a plan has to pass before anything is made: their failure is a refusal of the plan. */
export const isAdmission = (gate: string): boolean => gate === 'inventory' || gate === 'preflight';

function describeInventory({ estate, assessment }: Groundwork): string {
  const guesses = assessment.edges.filter((edge) => edge.certainty === 'guess').length;
  return (
    `${assessment.services.length} services in ${assessment.waves.length} waves ` +
    `(${assessment.waves.map((wave) => wave.join(', ')).join(' → ')}); App Mesh ${estate.mesh.answer.state}` +
    (guesses > 0 ? `; ${guesses} calls are guesses, confirmed by the plan` : '')
  );
}
