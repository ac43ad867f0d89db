import { wantedApproval } from '../machines/approval.ts';
import { isBackward, isSettled } from '../machines/classify.ts';
import type { MachineState, PlanEvent, PlanStatus } from '../machines/record.ts';
import type { NotifyTopic } from '../plan/notify.ts';
import type { Message } from './message.ts';
import { enteredWords } from './words.ts';

/** A message is read on a telephone, and many of them have to have room on the record. */
const BECAUSE_CHARACTERS_MAX = 600;

/** One write of the status, as far as it is to be told. */
export interface Change {
  plan: string;
  at: number;
  before: PlanStatus;
  after: PlanStatus;
  /** The events that tell the transition; empty where the plan did not move. */
  transition: readonly Pick<PlanEvent, 'type' | 'message'>[];
  /** Every other event of the write. */
  others: readonly Pick<PlanEvent, 'type' | 'reason' | 'message'>[];
}

/**
 * What a write has to tell: its transition, whatever that says by the way included; each warning; a wait for a person that began with
 * it. That messages cannot be sent is not told by a message.
 */
export function messagesOf(change: Change): Message[] {
  return [...transitionMessage(change), ...warningMessages(change), ...approvalMessage(change)];
}

function transitionMessage(change: Change): Message[] {
  const { before, after, transition } = change;
  const [from, to] = [before.machine.value, after.machine.value];
  if (transition.length === 0) return [];
  const warnings = transition.filter(({ type }) => type === 'Warning').map(({ message }) => message);
  const because = warnings.length > 0 ? warnings.join('; ') : (after.machine.context.backwardBecause?.message ?? null);
  const topics: NotifyTopic[] = ['transitions'];
  if (warnings.length > 0) topics.push('warnings');
  if (isBackward(to) || to === 'rolledBack') topics.push('rollback');
  if (isSettled(to)) topics.push('settled');
  return [
    {
      ...subjectOf(change, from, to),
      kind: 'transition',
      topics,
      title: `${change.plan} ${enteredWords(to, after.report.blueRetained)}`,
      because: because === null ? null : shortened(because),
    },
  ];
}

const warningMessages = (change: Change): Message[] =>
  change.others
    .filter(({ type, reason }) => type === 'Warning' && reason !== 'NotifyFailed')
    .map(({ reason, message }) => ({
      ...subjectOf(change, change.before.machine.value, change.after.machine.value),
      kind: 'warning',
      topics: ['warnings'],
      title: `${change.plan} has a warning: ${reason}`,
      because: shortened(message),
    }));

function approvalMessage(change: Change): Message[] {
  const { plan, before, after } = change;
  const wanted = wantedApproval(after.report);
  if (wanted === undefined || wantedApproval(before.report) !== undefined) return [];
  return [
    {
      ...subjectOf(change, before.machine.value, after.machine.value),
      kind: 'approval',
      topics: ['approval'],
      title: `${plan} waits for a person's approval`,
      because: shortened(after.report.waitingFor),
      next: wanted,
    },
  ];
}

function subjectOf({ plan, at, after }: Change, from: MachineState, to: MachineState) {
  return {
    at,
    plan,
    uid: after.uid,
    attempt: after.attempt,
    from,
    to,
    greenWeight: greenWeightOf(after),
    next: `meshlift explain ${plan}`,
  };
}

function greenWeightOf({ report }: PlanStatus): number | null {
  const read = report.weights.flatMap(({ readBack }) => (readBack === null ? [] : [readBack]));
  return read.length === 0 ? null : Math.max(...read);
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= BECAUSE_CHARACTERS_MAX ? line : `${line.slice(0, BECAUSE_CHARACTERS_MAX - 1)}…`;
}
