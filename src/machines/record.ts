import type { PlanSpec } from '../plan/model.ts';
import type { Verdict } from '../plan/verdict.ts';
import type { Loads } from './load.ts';

/** The version of the machine below; a record of a newer one is refused with a word, an older one is migrated explicitly. */
export const MACHINE_VERSION = 1;

/** The machine's states, as dotted paths. */
export const MACHINE_STATES = [
  'inventory.assess',
  'inventory.preflight',
  'provision',
  'verify',
  'ramp.shift',
  'ramp.bake',
  'cutover.stopBlue',
  'cutover.startGreen',
  'soak',
  'retire.prove',
  'retire.drain',
  'retire.handOver',
  'retire.scaleDown',
  'retire.remove',
  'retire.mesh',
  'succeeded',
  'backward.reviveBlue',
  'backward.shiftBack',
  'backward.cutBack',
  'backward.dismantle',
  'rolledBack',
  'halted',
] as const;

export type MachineState = (typeof MACHINE_STATES)[number];

/** The user's five words, or `rollback`. */
export type Phase = 'inventory' | 'provision' | 'verify' | 'ramp' | 'retire' | 'rollback';

/** The machine's memory: JSON, no clock but what facts brought. */
export interface MachineContext {
  /** Index into `spec.ramp.steps`. */
  step: number;
  /** When the current state was entered, milliseconds since the epoch. */
  enteredAt: number;
  /** When the current step's weight was read back; a bake counts from here. `null` before. */
  verifiedAt: number | null;
  /** When green was first to have weight, milliseconds since the epoch; `null` before. */
  rampedAt: number | null;
  /** Why the plan went backward; `null` while it goes forward. */
  backwardBecause: { reason: string; message: string; at: number } | null;
  /** Green's share on a way back by steps, percent; `null` where everything goes back at once. */
  easedTo: number | null;
  /** Where a rehearsal of the way back is: on its way to one per cent, or back; `null` where none is under way. */
  rehearsal: 'out' | 'back' | null;
  /** How long the rehearsed way back took; `null` where none was confirmed. */
  rehearsedMs: number | null;
  haltedBecause: string | null;
  /** Who passed the gates over for the step that begins; `null` where nobody did. It ends when the step's weight is read back. */
  forcedBy: string | null;
  /** When the step's weights were written over what others wrote, the last few times; `null` where they never were. */
  reassertedAt: number[] | null;
  /** Green's weight that others wrote and the plan took over in place of the step's, percent; `null` where the step's own is meant. */
  adoptedWeight: number | null;
  /** What load has grown to under the plan, by blue's service; `null` where it has not. Never falls within an attempt. */
  load: Loads | null;
}

/** What DynamoDB holds of the machine. */
export interface StoredMachine {
  machineVersion: number;
  value: MachineState;
  context: MachineContext;
}

export type ConditionType =
  | 'Ready'
  | 'GreenHealthy'
  | 'BlueHealthy'
  | 'WeightsVerified'
  | 'AlarmsOK'
  | 'Drifted'
  | 'SourceChanged'
  | 'Waived'
  | 'Paused'
  | 'RolledBack'
  | 'Succeeded';

export interface Condition {
  type: ConditionType;
  status: 'True' | 'False' | 'Unknown';
  /** CamelCase. */
  reason: string;
  message: string;
  /** When `status` last changed, milliseconds since the epoch. */
  since: number;
}

/** The closed list of event reasons. */
export type EventReason =
  | 'Accepted'
  | 'Refused'
  | 'InventoryTaken'
  | 'WayBackProven'
  | 'Claimed'
  | 'Created'
  | 'Updated'
  | 'Removed'
  | 'Transition'
  | 'WeightWritten'
  | 'WeightVerified'
  | 'GateChanged'
  | 'AlarmBreach'
  | 'AnalysisFailed'
  | 'GreenSick'
  | 'BlueFading'
  | 'Aborted'
  | 'Approved'
  | 'Promoted'
  | 'Paused'
  | 'Resumed'
  | 'Drifted'
  | 'Reasserted'
  | 'Adopted'
  | 'SourceChanged'
  | 'BlueDeploying'
  | 'Throttled'
  | 'CallFailed'
  | 'Rehearsed'
  | 'RehearsalFailed'
  | 'RescueStarted'
  | 'Waived'
  | 'TakenOver'
  | 'NotifyFailed'
  | 'Skipped'
  | 'Restored'
  | 'CutOver'
  | 'PointOfNoReturn'
  | 'RolledBack'
  | 'Succeeded'
  | 'Halted';

/** One line of the plan's append-only history. */
export interface PlanEvent {
  at: number;
  type: 'Normal' | 'Warning';
  reason: EventReason;
  message: string;
  /** The operator's name. */
  from: string;
}

/** One thing that must hold before a state is left; `name` is a word for the person: `bake`, `gates`. */
export type Guard = { name: string } & Verdict;

/** What a screen shows of the last observation. Rebuilt by every reconcile. */
export interface Report {
  /** When it was observed, milliseconds since the epoch. Absent where nothing was yet. */
  observedAt?: number;
  /** One sentence: what the plan waits for. */
  waitingFor: string;
  /** One sentence: what is left of the way back. */
  wayBack: string;
  weights: {
    entry: string;
    service: string;
    /** Green's share, percent. */
    want: number;
    readBack: number | null;
    /** Green's share of the requests that the target groups counted lately; `null` without data. */
    served: number | null;
    /** How far back `served` and `requests` look. Absent where nothing was counted. */
    servedMs?: number;
    requests: { blue: number; green: number; blue5xx: number; green5xx: number } | null;
  }[];
  services: {
    blue: string;
    green: string;
    blueHealthy: number | null;
    blueDesired: number | null;
    greenHealthy: number | null;
    greenDesired: number | null;
    /** Name of the plan that made green, where this one shares it. */
    sharedWith?: string;
  }[];
  /** Blue that stays when the plan has succeeded, and the blue services that call it. Absent where all of blue goes. */
  blueRetained?: { service: string; callers: string[] }[];
  resources: { id: string; status: string; why: string }[];
  gates: ({ name: string } & Verdict)[];
  /** What must hold before the state is left, each by itself. */
  guards: Guard[];
}

/** The operator's part of a plan's record. */
export interface PlanStatus {
  /** Given by the operator when it first sees the plan. */
  uid: string;
  /** Counts the specs that were accepted; from 1. */
  generation: number;
  /** Hash of the user's spec as it stands in the table, whether accepted or refused. */
  observedSpecHash: string;
  /** The spec that the plan runs on: the last one accepted. `null` before the first was. */
  spec: PlanSpec | null;
  /** Numbers green's names after a rollback: 1, 2, … */
  attempt: number;
  createdAt: number;
  machine: StoredMachine;
  conditions: Condition[];
  report: Report;
  /** When the operator looks again, milliseconds since the epoch; `null` for a settled plan. */
  nextCheckAt: number | null;
  /**
   * Rules that were written more than once lately, since others write them back: when, by rule and what was written, milliseconds since the
   * epoch, oldest first; and the attempt and generation (`of`) for which that counts. Absent where none was.
   */
  contested?: { of: string; writtenAt: Record<string, number[]> };
}
