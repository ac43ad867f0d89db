import type { MachineState } from '../machines/record.ts';
import type { NotifyTopic } from '../plan/notify.ts';

/** What became of a plan, for a person who does not look at it. JSON; kept on the record until it was told. */
export interface Message {
  kind: 'transition' | 'warning' | 'approval';
  /** It is for every channel that listens to one of these. */
  topics: readonly NotifyTopic[];
  /** Milliseconds since the epoch. */
  at: number;
  plan: string;
  uid: string;
  attempt: number;
  /** One line: what happened to which plan. */
  title: string;
  /** The states before and after; equal where the plan did not move. */
  from: MachineState;
  to: MachineState;
  /** Green's share as it was read back, percent: the most of all entries. `null` where it was not read. */
  greenWeight: number | null;
  because: string | null;
  /** A command that shows more, or that does what is waited for. */
  next: string;
}

/** A message with the name by which a receiver tells a repetition: the same for every try and every channel. */
export interface NamedMessage extends Message {
  id: string;
}
