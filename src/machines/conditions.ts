import type { Verdict } from '../plan/verdict.ts';
import { isSettled } from './classify.ts';
import type { Facts } from './facts.ts';
import type { SourceChange } from './gates/source.ts';
import { type Waiver, waiverWords } from './gates/waived.ts';
import type { Condition, ConditionType, StoredMachine } from './record.ts';

interface Draft {
  status: Condition['status'];
  reason: string;
  message: string;
}

/** What the verdicts behind the conditions were called. */
export interface ConditionFacts {
  facts: Facts;
  /** Why the plan as it stands in the table is not what runs: refused, invalid, vanished. */
  refused: { reason: string; message: string } | undefined;
  greenHealthy: Verdict;
  blueHealthy: Verdict;
  alarms: Verdict;
  /** What others changed of what the plan made, and what becomes of it; `undefined` where nobody did. */
  changed: string | undefined;
  /** Whether blue runs what was recorded, and what was deployed on it where it does not. */
  source: Verdict;
  sourceChange: SourceChange | undefined;
  /** Gates that a rescue passes over; `undefined` in any other plan. */
  waived: readonly Waiver[] | undefined;
  /** The blue that stays at the end and who calls it; `undefined` where all of it goes. */
  retained: string | undefined;
}

const statusOf = (verdict: Verdict): Condition['status'] => {
  switch (verdict.verdict) {
    case 'pass':
      return 'True';
    case 'fail':
      return 'False';
    case 'wait':
      return 'False';
    case 'unknown':
      return 'Unknown';
  }
};

/** The conditions, in their order. `since` moves only when the status does. */
export function conditions(previous: readonly Condition[], machine: StoredMachine, input: ConditionFacts): Condition[] {
  const { facts } = input;
  const drafts: [ConditionType, Draft][] = [
    ['Ready', ready(machine, input)],
    ['GreenHealthy', fromVerdict(input.greenHealthy, 'Healthy', 'NotHealthy')],
    ['BlueHealthy', fromVerdict(input.blueHealthy, 'Healthy', 'NotHealthy')],
    ['WeightsVerified', fromVerdict(facts.weights, 'ReadBack', 'NotReadBack')],
    ['AlarmsOK', fromVerdict(input.alarms, 'AllOK', 'NotOK')],
    [
      'Drifted',
      facts.drift !== undefined
        ? { status: 'True', reason: 'RuleChanged', message: facts.drift.message }
        : input.changed !== undefined
          ? { status: 'True', reason: 'ResourceChanged', message: input.changed }
          : { status: 'False', reason: 'AsWritten', message: 'no rule was changed by others' },
    ],
    [
      'SourceChanged',
      input.sourceChange !== undefined
        ? { status: 'True', reason: input.sourceChange.reason, message: input.source.why }
        : input.source.verdict === 'unknown'
          ? { status: 'Unknown', reason: 'NotKnown', message: input.source.why }
          : { status: 'False', reason: 'AsRecorded', message: input.source.why },
    ],
    ...waivedOf(input.waived),
    [
      'Paused',
      facts.hold === undefined
        ? { status: 'False', reason: 'NotPaused', message: 'spec.paused is false, and no freeze window is open' }
        : {
            status: 'True',
            reason: facts.hold.reason,
            message: `${facts.hold.message}: forward steps wait, a rollback does not`,
          },
    ],
    [
      'RolledBack',
      machine.value === 'rolledBack'
        ? {
            status: 'True',
            reason: machine.context.backwardBecause?.reason ?? 'Unknown',
            message: machine.context.backwardBecause?.message ?? '',
          }
        : machine.value.startsWith('backward.')
          ? {
              status: 'False',
              reason: 'RollingBack',
              message: machine.context.backwardBecause?.message ?? '',
            }
          : { status: 'False', reason: 'Forward', message: 'the plan was not rolled back' },
    ],
    [
      'Succeeded',
      machine.value === 'succeeded'
        ? succeeded(input.retained)
        : { status: 'False', reason: 'NotYet', message: `the plan is in ${machine.value}` },
    ],
  ];
  return drafts.map(([type, draft]) => {
    const before = previous.find((condition) => condition.type === type);
    const since = before !== undefined && before.status === draft.status ? before.since : facts.now;
    return { type, ...draft, since };
  });
}

function succeeded(retained: string | undefined): Draft {
  return retained === undefined
    ? { status: 'True', reason: 'Migrated', message: 'all services run on Service Connect; blue is gone' }
    : {
        status: 'True',
        reason: 'BlueRetained',
        message: `all services run on Service Connect; blue stays of ${retained}, until a later plan has moved its callers`,
      };
}

/** Only a rescue waives, and only a rescue says of itself whether it does. */
function waivedOf(waived: readonly Waiver[] | undefined): [ConditionType, Draft][] {
  if (waived === undefined) return [];
  return [
    [
      'Waived',
      waived.length === 0
        ? { status: 'False', reason: 'NothingWaived', message: 'no gate is waived in this state' }
        : { status: 'True', reason: 'Rescue', message: waiverWords(waived) },
    ],
  ];
}

function ready(machine: StoredMachine, { facts, refused }: ConditionFacts): Draft {
  if (refused !== undefined) return { status: 'False', ...refused };
  if (machine.value === 'halted') {
    return { status: 'False', reason: 'Halted', message: machine.context.haltedBecause ?? 'a person must look' };
  }
  if (isSettled(machine.value)) {
    const ended = machine.value === 'succeeded' ? 'has succeeded' : 'was rolled back';
    return { status: 'True', reason: 'Settled', message: `the plan ${ended}` };
  }
  if (machine.value === 'inventory.assess' && facts.admitted.verdict !== 'pass') {
    return {
      status: 'False',
      reason: facts.admitted.reason ?? 'NotAdmitted',
      message: facts.admitted.why,
    };
  }
  if (machine.value === 'inventory.preflight' && facts.preflight.verdict !== 'pass') {
    return {
      status: 'False',
      reason: facts.preflight.reason ?? 'Preflight',
      message: facts.preflight.why,
    };
  }
  return { status: 'True', reason: 'InProgress', message: `the plan is in ${machine.value}` };
}

const fromVerdict = (verdict: Verdict, whenTrue: string, whenFalse: string): Draft => ({
  status: statusOf(verdict),
  reason: verdict.verdict === 'pass' ? whenTrue : verdict.verdict === 'unknown' ? 'NotKnown' : whenFalse,
  message: verdict.why,
});
