import type { Estate } from '../estate/model.ts';
import type { PlanEvent, PlanStatus } from '../machines/record.ts';
import { LeaseLostError } from '../reconciler/ports.ts';
import type {
  Acquisition,
  ClaimConflict,
  HeldLease,
  MonotonicClock,
  NewNotices,
  PlanStore,
  SpecItem,
  StatusItem,
} from '../reconciler/ports.ts';
import { claimTargets, heldByOthers, releaseTargets } from './claims.ts';
import { readEstateItems, removeEstateItems, writeEstateItems } from './estateItems.ts';
import { boundedEvents, putEvents, readEvents } from './eventItems.ts';
import type { Outbox } from './eventItems.ts';
import { planOfPk, specKey, statusKey, wakeKey } from './keys.ts';
import { Lease, LeaseWatch } from './lease.ts';
import { noticeAttributes } from './noticeItems.ts';
import { readSpecRecord } from './specItems.ts';
import { readStatusRecord } from './statusItems.ts';
import type { StatusRecord } from './statusItems.ts';
import { ABSENT, PRESENT } from './table.ts';
import type { Table } from './table.ts';

export interface PlanStoreOptions {
  table: Table;
  /** The operator's name. Unique to this process: two that share a name would fight over every plan. Not empty. */
  holder: string;
  /** How long a lease of ours lasts, real milliseconds. */
  leaseMs: number;
  monotonicMs: MonotonicClock;
}

/** An acquisition that loses this many races in a row leaves the plan to the winner. */
const RACES_MAX = 3;

/** {@link PlanStore} on one table. */
export class TablePlanStore implements PlanStore {
  readonly #table: Table;
  readonly #options: PlanStoreOptions;
  readonly #watch = new LeaseWatch();
  /** The leases that this process holds, as it wrote them last. */
  readonly #held = new Map<string, Lease>();
  /** Events that came with a write of ours and are not known to be items of their own yet. */
  readonly #pending = new Map<string, Outbox>();
  /** Whose events, up to which write, are known to be items. */
  readonly #flushed = new Map<string, { uid: string; version: number }>();

  constructor(options: PlanStoreOptions) {
    if (options.holder === '') throw new RangeError('an operator needs a name: an empty holder means a released lease');
    this.#options = options;
    this.#table = options.table;
  }

  async listPlans(): Promise<string[]> {
    const partitions = [...(await this.#table.partitionsWith('spec')), ...(await this.#table.partitionsWith('status'))];
    return [...new Set(partitions.flatMap((pk) => planOfPk(pk) ?? []))].toSorted();
  }

  async readSpec(name: string): Promise<SpecItem | undefined> {
    const record = await readSpecRecord(this.#table, name);
    if (record === undefined) return undefined;
    const { manifest, requests } = record;
    return { name, manifest, requests };
  }

  async readStatus(name: string): Promise<StatusItem | undefined> {
    const record = await readStatusRecord(this.#table, name);
    if (record === undefined) return undefined;
    const { status, version, lease, notices } = record;
    return { status, version, lease, notices };
  }

  async acquire(name: string, initial: () => PlanStatus): Promise<Acquisition> {
    let winner = '<unknown>';
    for (let races = 0; races < RACES_MAX; races += 1) {
      const sentMs = this.#options.monotonicMs();
      const record = await readStatusRecord(this.#table, name);
      if (record === undefined) {
        const status = initial();
        const lease = await this.#create(name, status);
        if (lease !== undefined) return { kind: 'acquired', lease, status, notices: [], tookOverFrom: undefined };
        continue;
      }
      const { holder, epoch } = record.lease;
      const isOurs = holder === this.#options.holder && this.#held.get(name)?.epoch === epoch;
      const isFree = isOurs || holder === '';
      if (!isFree && !this.#watch.hasEnded(name, record.lease, sentMs, this.#options.monotonicMs())) {
        this.#held.delete(name);
        return { kind: 'held', by: holder };
      }
      const lease = await this.#take(name, record, isOurs ? epoch : epoch + 1);
      if (lease !== undefined) {
        const { status, notices } = record;
        return { kind: 'acquired', lease, status, notices, tookOverFrom: isFree ? undefined : holder };
      }
      winner = holder;
    }
    return { kind: 'held', by: winner };
  }

  async write(
    lease: HeldLease,
    status: PlanStatus,
    events: readonly PlanEvent[],
    notices: NewNotices = { add: [], drop: [] },
  ): Promise<HeldLease> {
    const held = this.#ours(lease);
    // The item has room for the events of one write: those of the last must be items before they are written over.
    const pending = this.#pending.get(lease.plan);
    if (pending !== undefined) await this.#flush(lease.plan, status.uid, pending);
    const version = lease.version + 1;
    const { now, later } = boundedEvents(events);
    const outbox: Outbox = { version, events: now };
    const sentMs = this.#options.monotonicMs();
    const hasLanded = await this.#table.update(
      statusKey(lease.plan),
      {
        set: {
          status,
          version,
          renewals: held.renewals + 1,
          leaseMs: this.#options.leaseMs,
          outbox,
          ...noticeAttributes(version, notices.add),
        },
        remove: notices.drop,
      },
      this.#underLease(lease),
    );
    if (!hasLanded) throw this.#lost(lease);
    const renewed = this.#hold(lease.plan, lease.epoch, version, held.renewals + 1, sentMs);
    this.#pending.set(lease.plan, outbox);
    // The write is in force, so a failure here is none of it: the events are safe in the item until the next try.
    await this.#flush(lease.plan, status.uid, outbox).catch(() => undefined);
    // A plan of many services or alarms may have more to tell than one item holds: a rollback is not to fail by that.
    return later.length === 0 ? renewed : this.write(renewed, status, later);
  }

  delivered(lease: HeldLease, uid: string, key: string): Promise<boolean> {
    const { holder } = this.#options;
    return this.#table.removeAttribute(statusKey(lease.plan), key, { uid, epoch: lease.epoch, holder });
  }

  async release(lease: HeldLease): Promise<void> {
    const held = this.#held.get(lease.plan);
    this.#held.delete(lease.plan);
    if (held === undefined || held.epoch !== lease.epoch) return;
    // A lease that was lost needs no release: whether this lands does not matter.
    await this.#table.update(
      statusKey(lease.plan),
      { set: { holder: '', version: lease.version + 1, renewals: held.renewals + 1 } },
      this.#underLease(lease),
    );
  }

  events(name: string, limit?: number): Promise<PlanEvent[]> {
    return readEvents(this.#table, name, limit);
  }

  writeEstate(name: string, uid: string, estate: Estate): Promise<void> {
    return writeEstateItems(this.#table, name, uid, estate);
  }

  readEstate(name: string, uid: string): Promise<Estate | undefined> {
    return readEstateItems(this.#table, name, uid);
  }

  claim(name: string, uid: string, targets: readonly string[]): Promise<ClaimConflict[]> {
    return claimTargets(this.#table, name, uid, targets);
  }

  releaseClaims(name: string, uid: string): Promise<void> {
    return releaseTargets(this.#table, name, uid);
  }

  heldByOthers(name: string, targets: readonly string[]): Promise<ClaimConflict[]> {
    return heldByOthers(this.#table, name, targets);
  }

  /**
   * The status goes before the spec: a crash in between leaves a plan whose deletion is still asked for, and that nothing was
   * made for, which is removed again. A spec that was submitted anew meanwhile carries no such request and stays.
   */
  async remove(lease: HeldLease): Promise<void> {
    this.#ours(lease);
    const { plan } = lease;
    const record = await readStatusRecord(this.#table, plan);
    if (record === undefined || record.version !== lease.version) throw this.#lost(lease);
    await this.#flush(plan, record.status.uid, record.outbox);
    await releaseTargets(this.#table, plan, record.status.uid);
    await removeEstateItems(this.#table, plan);
    // Before the spec: of a plan that is submitted anew another item tells.
    await this.#table.delete(wakeKey(plan), {});
    if (!(await this.#table.delete(statusKey(plan), this.#underLease(lease)))) throw this.#lost(lease);
    await this.#table.delete(specKey(plan), { 'requests.delete': PRESENT });
    this.#held.delete(plan);
    this.#pending.delete(plan);
    this.#flushed.delete(plan);
    this.#watch.forget(plan);
  }

  async #create(name: string, status: PlanStatus): Promise<Lease | undefined> {
    const { holder, leaseMs } = this.#options;
    const sentMs = this.#options.monotonicMs();
    const outbox: Outbox = { version: 1, events: [] };
    const hasLanded = await this.#table.put(
      statusKey(name),
      { uid: status.uid, status, version: 1, holder, epoch: 1, leaseMs, renewals: 1, outbox },
      { pk: ABSENT },
    );
    return hasLanded ? this.#hold(name, 1, 1, 1, sentMs) : undefined;
  }

  async #take(name: string, record: StatusRecord, epoch: number): Promise<Lease | undefined> {
    const { holder, leaseMs } = this.#options;
    const version = record.version + 1;
    const renewals = record.lease.renewals + 1;
    const sentMs = this.#options.monotonicMs();
    const hasLanded = await this.#table.update(
      statusKey(name),
      { set: { holder, epoch, leaseMs, renewals, version } },
      { version: record.version, epoch: record.lease.epoch, holder: record.lease.holder },
    );
    if (!hasLanded) return undefined;
    const lease = this.#hold(name, epoch, version, renewals, sentMs);
    await this.#flush(name, record.status.uid, record.outbox);
    return lease;
  }

  /** Makes items of the events of a write that has landed. */
  async #flush(plan: string, uid: string, outbox: Outbox): Promise<void> {
    const flushed = this.#flushed.get(plan);
    if (flushed?.uid !== uid || flushed.version !== outbox.version) await putEvents(this.#table, plan, outbox);
    this.#flushed.set(plan, { uid, version: outbox.version });
    this.#pending.delete(plan);
  }

  #hold(plan: string, epoch: number, version: number, renewals: number, sentMs: number): Lease {
    const { leaseMs, monotonicMs } = this.#options;
    const lease = new Lease(plan, { epoch, version, renewals, leaseMs, sentMs }, monotonicMs);
    this.#held.set(plan, lease);
    this.#watch.forget(plan);
    return lease;
  }

  #ours(lease: HeldLease): Lease {
    const held = this.#held.get(lease.plan);
    if (held === undefined || held.epoch !== lease.epoch) throw this.#lost(lease);
    return held;
  }

  #underLease(lease: HeldLease) {
    return { version: lease.version, epoch: lease.epoch, holder: this.#options.holder };
  }

  #lost(lease: HeldLease): LeaseLostError {
    this.#held.delete(lease.plan);
    return new LeaseLostError(
      `${this.#options.holder} no longer holds plan "${lease.plan}" (epoch ${lease.epoch}, version ${lease.version}): ` +
        'its record moved; nothing was written',
    );
  }
}
