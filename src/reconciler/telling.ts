import { isBackward, isReversible, isSettled, mayCarryGreenWeight } from '../machines/classify.ts';
import { retainedInWords } from '../assess/retained.ts';
import { sharedGreenOf, sharedInWords } from '../assess/shared/shared.ts';
import type { Decision } from '../machines/decide.ts';
import { isReasserting, REASSERT_WINDOW_MS, REASSERTIONS_MAX } from '../machines/drift.ts';
import type { Breach, Facts } from '../machines/facts.ts';
import type { Condition, EventReason, MachineState, PlanStatus, Report, StoredMachine } from '../machines/record.ts';
import { formatDuration } from '../plan/duration.ts';
import type { PlanSpec } from '../plan/model.ts';
import type { Acceptance } from './acceptance.ts';
import type { Observation } from './observe/observation.ts';
import type { Groundwork, Memory, Run } from './run.ts';

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
  if (accepted) deeds.push(normal('Accepted', `generation ${status.generation}`));
  const paused = status.spec?.paused === true;
  if (before.spec !== null && before.spec.paused !== paused) {
    deeds.push(normal(paused ? 'Paused' : 'Resumed', `spec.paused is ${paused}`));
  }
  const seen = before.conditions.find((condition) => condition.type === 'Ready');
  if (refused !== undefined && seen?.message !== refused.message) deeds.push(warning('Refused', refused.message));
  return deeds;
}

/** A transition, and what it means to the people who watch. */
export function transitionDeeds(
  { machine, from, to, event }: Decision,
  facts: Facts,
  { groundwork, requests, spec }: Pick<Run, 'groundwork' | 'requests' | 'spec'>,
): Deed[] {
  const because = machine.context.backwardBecause;
  const deeds = [normal('Transition', `${from} → ${to}`)];
  if ((isBackward(to) || to === 'rolledBack') && !isBackward(from) && because !== null) {
    deeds.push(warning(event === 'ABORT' ? 'Aborted' : breachReason(because.reason), because.message));
  }
  if (to === 'inventory.preflight' && groundwork !== undefined) {
    deeds.push(normal('InventoryTaken', `${describeInventory(groundwork)}${consentOf(spec)}`));
  }
  if (facts.promotion.kind !== 'none' && (from === 'ramp.bake' || from === 'soak')) {
    const { kind, by, why } = facts.promotion;
    const words = `${from} was ended by ${by}${why === '' ? '' : `: ${why}`}`;
    deeds.push(
      kind === 'forced'
        ? warning('Promoted', `${words}; by force, with these gates not passing: ${facts.gates.why}`)
        : normal('Promoted', words),
    );
  }
  const { rehearsal, rehearsedMs } = machine.context;
  if (from === 'ramp.shift' && rehearsal === 'back' && rehearsedMs !== null && facts.drift === undefined) {
    deeds.push(
      normal(
        'Rehearsed',
        `the way back was tried once, from 1 % to 0 %: read back ${formatDuration(rehearsedMs)} after it was decided`,
      ),
    );
  }
  if (to === 'ramp.bake') deeds.push(normal('WeightVerified', facts.weights.why));
  if (from === 'backward.shiftBack') deeds.push(...shiftedBackDeeds(machine, to, facts));
  const isApproved = requests.approvals?.['beforeRetire'] !== undefined;
  if (to === 'retire.drain' && isApproved) deeds.push(normal('Approved', facts.provenUnused.why));
  if (to === 'retire.scaleDown') {
    deeds.push(normal('PointOfNoReturn', 'blue is taken away from here on; there is no way back'));
  }
  if (from === 'retire.mesh' && facts.meshLeft !== undefined) deeds.push(warning('Skipped', facts.meshLeft));
  const { drift } = facts;
  if (to === 'ramp.shift' && drift !== undefined) {
    const { context } = machine;
    deeds.push(
      isReasserting(context)
        ? warning('Reasserted', `${drift.message}; it is written over (${reassertions(context.reassertedAt)})`)
        : warning('Adopted', `${drift.message}; green's ${context.adoptedWeight ?? 0} % is taken over, and bakes`),
    );
  }
  if (to === 'halted') deeds.push(warning('Halted', machine.context.haltedBecause ?? ''));
  if (to === 'succeeded') deeds.push(normal('Succeeded', succeededWords(groundwork)));
  if (to === 'rolledBack') deeds.push(normal('RolledBack', because?.message ?? ''));
  return deeds;
}

function succeededWords(groundwork: Groundwork | undefined): string {
  const retained = groundwork?.stack.retire.retained ?? [];
  if (retained.length === 0) return 'green serves everything; blue is gone';
  return `green serves all that the plan moves; blue is gone but for what others still call: ${retainedInWords(retained)}`;
}

/** A way back in steps tells each share as it is read back, and why it goes on at once where it does. */
function shiftedBackDeeds({ context }: StoredMachine, to: MachineState, facts: Facts): Deed[] {
  if (to === 'backward.dismantle') return [normal('WeightVerified', facts.restored.why)];
  if (context.easedTo !== null) return context.verifiedAt === null ? [] : [normal('WeightVerified', facts.weights.why)];
  if (facts.breach !== undefined) return [warning(breachReason(facts.breach.reason), facts.breach.message)];
  return facts.drift === undefined ? [] : [warning('Drifted', facts.drift.message)];
}

const BREACHES: ReadonlySet<string> = new Set<Breach['reason'] | 'RehearsalFailed'>([
  'AlarmBreach',
  'AnalysisFailed',
  'BlueFading',
  'RehearsalFailed',
]);

/** A breach is told under its own name; a green that never became ready was sick too. */
const breachReason = (because: string): EventReason => (BREACHES.has(because) ? (because as EventReason) : 'GreenSick');

const reassertions = (at: readonly number[] | null): string =>
  `${at?.length ?? 0} of ${REASSERTIONS_MAX} within ${REASSERT_WINDOW_MS / 60_000} minutes`;

/** A request that comes too late is refused with a word, once for each process that sees it. */
export function lateRequestDeeds(memory: Memory, from: MachineState, { request }: Facts): Deed[] {
  const isLate = !isReversible(from) && !isBackward(from) && !isSettled(from);
  if (request.kind === 'none' || !isLate || memory.verdicts.get('request') === request.kind) return [];
  memory.verdicts.set('request', request.kind);
  return [
    request.kind === 'abort'
      ? warning('Refused', 'an abort came after the point of no return; the plan goes on')
      : warning('Refused', 'a deletion came after the point of no return; the plan goes on, and is removed at its end'),
  ];
}

/** A deployment on blue under the plan, once: it is what the condition tells as long as it lasts. */
export function sourceDeeds(before: readonly Condition[], { sourceChange, source }: Observation): Deed[] {
  if (sourceChange === undefined) return [];
  const was = before.find(({ type, status }) => type === 'SourceChanged' && status === 'True');
  if (was?.reason === sourceChange.reason) return [];
  return [warning(sourceChange.reason === 'BlueDeploying' ? 'BlueDeploying' : 'SourceChanged', source.why)];
}

/** What others changed of the stack, and what becomes of it; `undefined` where nobody did. */
export const changedWords = ({ changes, stack }: Observation): string | undefined =>
  changes.length === 0 ? undefined : stack?.why;

/** A rule, or something of the stack, that others changed. What halts the plan, is written over or taken over is told by that. */
export function driftDeeds(before: readonly Condition[], observation: Observation, { to, moved }: Decision): Deed[] {
  const message = observation.facts.drift?.message ?? changedWords(observation);
  const wasDrifted = before.some(({ type, status }) => type === 'Drifted' && status === 'True');
  const isAnswered = to === 'halted' || (moved && to === 'ramp.shift');
  return message === undefined || wasDrifted || isAnswered ? [] : [warning('Drifted', message)];
}

/** A gate whose verdict is not the one of the last look. */
export interface ChangedGate {
  gate: Report['gates'][number];
  /** False for a gate that this process had not seen before. */
  wasKnown: boolean;
}

/** The gates whose verdict changed since the last look, and for those that fail, whose words did. Remembers them. */
export function changedGates(memory: Memory, gates: Report['gates']): ChangedGate[] {
  return gates.flatMap((gate) => {
    const { name, verdict, why } = gate;
    const now = verdict === 'fail' ? `${verdict} ${why}` : verdict;
    const before = memory.verdicts.get(name);
    memory.verdicts.set(name, now);
    return before === now ? [] : [{ gate, wasKnown: before !== undefined }];
  });
}

/** What a gate's change means to the people who watch: a plan that is refused, one that is held, one that may go on. */
export function gateDeeds({ gate, wasKnown }: ChangedGate, state: MachineState): Deed[] {
  const { name, verdict, why } = gate;
  if (isAdmission(name)) return verdict === 'fail' ? [warning('Refused', why)] : [];
  // An alarm that fires takes the plan back, and is told by that.
  if (!mayCarryGreenWeight(state) || verdict === 'fail') return [];
  if (verdict === 'pass') return wasKnown ? [normal('GateChanged', `${name}: ${why}`)] : [];
  return [warning('GateChanged', `${name}: ${why}`)];
}

/** Gates that a plan has to pass before anything is made: their failure is a refusal of the plan. */
const isAdmission = (gate: string): boolean => gate === 'inventory' || gate === 'preflight';

/** An event is read as one line, and a plan may have hundreds of decisions: the rest is in its spec. */
const CONSENTS_MAX = 20;

const listed = (word: string, all: readonly string[]): string => {
  if (all.length === 0) return '';
  const left = all.length - CONSENTS_MAX;
  return `; ${word}: ${all.slice(0, CONSENTS_MAX).join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
};

/** What the plan agreed to and decided, on the record from the day on which it began. */
function consentOf({ accept, decisions }: Pick<PlanSpec, 'accept' | 'decisions'>): string {
  return (
    listed(
      'accepted',
      accept.map((one) => (typeof one === 'string' ? one : `${one.code} at ${one.place}`)),
    ) +
    listed(
      'decided',
      decisions.map(({ code, place, choice }) => `${code} at ${place} = ${choice}`),
    )
  );
}

function describeInventory({ estate, assessment, stack }: Groundwork): string {
  const shared = sharedGreenOf(stack);
  const guesses = assessment.edges.filter((edge) => edge.certainty === 'guess').length;
  return (
    `${assessment.services.length} services in ${assessment.waves.length} waves ` +
    `(${assessment.waves.map((wave) => wave.join(', ')).join(' → ')}); App Mesh ${estate.mesh.answer.state}` +
    (guesses > 0 ? `; ${guesses} calls are guesses, confirmed by the plan` : '') +
    (shared.length > 0 ? `; shares ${sharedInWords(shared)}` : '')
  );
}
