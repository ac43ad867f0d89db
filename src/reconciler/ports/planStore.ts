import type { Estate } from '../../estate/model.ts';
import type { PlanEvent, PlanStatus } from '../../machines/record.ts';
import type { LeaseState, HeldLease } from './lease.ts';
import type { Notice, NewNotices } from './notices.ts';
import type { PlanRequests } from './requests.ts';

/** The user's part, as it stands in the table: not yet parsed. */
export interface SpecItem {
  name: string;
  /** As the user wrote it, apiVersion to spec; anything may be in here when it was put by hand. */
  manifest: unknown;
  requests: PlanRequests;
}

/** The operator's part with the record's own book-keeping. */
export interface StatusItem {
  status: PlanStatus;
  /** Grows by one with every write. */
  version: number;
  lease: LeaseState;
  /** What is still to be told, oldest first. */
  notices: readonly Notice[];
}

/** Claimed already: by whom. */
export interface ClaimConflict {
  target: string;
  heldBy: string;
}

/**
 * The record is of a machine version that this Meshlift cannot run: a newer one, or one so old that no way leads from it. It was left as it is, and
 * its lease where it was.
 */
export class RecordVersionError extends Error {
  override name = 'RecordVersionError';
  readonly plan: string;

  constructor(plan: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.plan = plan;
  }
}

/** What came of asking for a plan's lease: it is ours, with the record as it stood, or another's. */
export type Acquisition =
  | {
      kind: 'acquired';
      lease: HeldLease;
      status: PlanStatus;
      notices: readonly Notice[];
      /** The holder before, where that had not given the plan back. */
      tookOverFrom: string | undefined;
    }
  | { kind: 'held'; by: string };

/** The table. Every write is conditional; one that fails is read back before it is believed. */
export interface PlanStore {
  /** Names of all plans that have a spec or a status item. */
  listPlans(): Promise<string[]>;
  readSpec(name: string): Promise<SpecItem | undefined>;
  /** Throws {@link RecordVersionError}, as does all that reads the status of a plan to change it. */
  readStatus(name: string): Promise<StatusItem | undefined>;
  /**
   * Takes or renews the plan's lease. `held` names the holder when it is someone else's and has not been watched to its end.
   * Creates the status item with `initial()` when there is none.
   */
  acquire(name: string, initial: () => PlanStatus): Promise<Acquisition>;
  /** Writes the status, its events and what of it is to be told, all at once, under the lease, renewing it. */
  write(lease: HeldLease, status: PlanStatus, events: readonly PlanEvent[], notices?: NewNotices): Promise<HeldLease>;
  /** Takes a notice away that was told. `false`: the plan is another's by now, or another plan. In the way of no other write. */
  delivered(lease: HeldLease, uid: string, key: string): Promise<boolean>;
  release(lease: HeldLease): Promise<void>;
  events(name: string, limit?: number): Promise<PlanEvent[]>;
  /** The estate as the plan recorded it, one item a service. */
  writeEstate(name: string, uid: string, estate: Estate): Promise<void>;
  readEstate(name: string, uid: string): Promise<Estate | undefined>;
  /** All or nothing: rules and services that only one plan may hold. */
  claim(name: string, uid: string, targets: readonly string[]): Promise<ClaimConflict[]>;
  releaseClaims(name: string, uid: string): Promise<void>;
  /** Which of the targets plans of other names hold. Changes nothing. */
  heldByOthers(name: string, targets: readonly string[]): Promise<ClaimConflict[]>;
  /** Removes every item of a plan; events stay until their TTL. */
  remove(lease: HeldLease): Promise<void>;
}
