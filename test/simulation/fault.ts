/** What befalls a call of AWS that changes something. */
export const WRITE_FAULTS = [
  'diesBefore',
  'diesAfter',
  'throttled',
  'answerLost',
  'hangs',
  'madeTwice',
  'denied',
] as const;
/** What befalls a call of AWS that reads. */
export const READ_FAULTS = ['throttled', 'stale', 'emptyFirst', 'absent', 'denied', 'standsStill'] as const;
/** What befalls a write to the table. */
export const TABLE_WRITE_FAULTS = ['diesBefore', 'diesAfter', 'throttled', 'answerLost', 'neverAnswered'] as const;
/** What befalls a read of the table. */
export const TABLE_READ_FAULTS = ['throttled'] as const;

/**
 * `diesBefore`, `diesAfter`: the process, before the call is sent or after its effect. `throttled`: refused. `answerLost`: done, and the
 * operator does not hear of it; at the table the client sends it again. `neverAnswered`: that again, until the client gives up. `hangs`: not
 * done, and known only once the call's timeout has passed. `madeTwice`: the answer is the second call's. `denied`: this call and all of its kind
 * for a while, until a person grants it. `stale`: this read and the next two of its kind answer what they answered the last time. `emptyFirst`: a page
 * without items and with a token, then the data. `absent`: one of the things that were asked for is not in the answer. `standsStill`: the process,
 * for longer than its lease, while another takes its turns.
 */
export type FaultKind =
  | (typeof WRITE_FAULTS)[number]
  | (typeof READ_FAULTS)[number]
  | (typeof TABLE_WRITE_FAULTS)[number];

/** All of them, each once. */
export const FAULT_KINDS: readonly FaultKind[] = [...new Set([...WRITE_FAULTS, ...READ_FAULTS, ...TABLE_WRITE_FAULTS])];

/** At which call of the run, counted from 1 over all operators, reads and the table's included. */
export interface Fault {
  call: number;
  kind: FaultKind;
}

/** A call as it was begun. */
export interface Call {
  /** `ecs:CreateService`, `dynamodb:UpdateItem`. */
  api: string;
  isRead: boolean;
  /** The plan's state in the record. */
  state: string;
  /** Of the faults that are for some reads alone, those that change this one's answer. */
  takes: readonly FaultKind[];
}

/** The faults that a call can meet. */
export function faultsOf(call: Call): readonly FaultKind[] {
  const isTable = call.api.startsWith('dynamodb:');
  if (isTable) return call.isRead ? TABLE_READ_FAULTS : TABLE_WRITE_FAULTS;
  return call.isRead ? READ_FAULTS.filter((kind) => !CHOOSY.has(kind) || call.takes.includes(kind)) : WRITE_FAULTS;
}

/** What changes no answer but of some reads. */
const CHOOSY: ReadonlySet<FaultKind> = new Set<FaultKind>(['stale', 'emptyFirst', 'absent']);
