import type { Estate } from '../../../src/estate/model.ts';
import type { PlanStatus } from '../../../src/machines/record.ts';
import {
  LeaseLostError,
  type HeldLease,
  type PlanRequests,
  type PlanStore,
  type StatusItem,
} from '../../../src/reconciler/ports.ts';
import type { OperatorLife } from './process.ts';
import type { Scene } from './scene.ts';
import { PLAN } from './shop.ts';

/** Plan time here is real time. */
export const LEASE_MS = 30_000;

/** The plan's two items, as everybody shares them. */
export class Table {
  manifest: Record<string, unknown>;
  requests: PlanRequests = {};
  item: StatusItem | undefined;
  estates = new Map<string, Estate>();
  holderOfClaims: string | undefined;

  constructor(manifest: Record<string, unknown>) {
    this.manifest = manifest;
  }

  get isPaused(): boolean {
    const { spec } = this.manifest as { spec: { paused: boolean } };
    return spec.paused;
  }

  get status(): PlanStatus | undefined {
    return this.item?.status;
  }
}

/** One operator's view of the table: conditional writes under a lease, as the real store makes them. */
export function storeOn(table: Table, scene: Scene, life: OperatorLife): PlanStore {
  let sentAt = 0;
  let watched: { mark: string; since: number } | undefined;
  const held = (epoch: number, version: number): HeldLease => {
    const since = scene.now;
    sentAt = since;
    return { plan: PLAN, epoch, version, covers: (callMs) => scene.now - sentAt + callMs < LEASE_MS };
  };
  const mine = (lease: HeldLease): StatusItem => {
    const { item } = table;
    if (item === undefined || item.lease.epoch !== lease.epoch || item.lease.holder !== life.name)
      throw new LeaseLostError(`${life.name} does not hold the plan any more`);
    return item;
  };
  return {
    listPlans: async () => [PLAN],
    readSpec: async () => ({ name: PLAN, manifest: table.manifest, requests: table.requests }),
    readStatus: async () => table.item,
    acquire: (_name, initial) =>
      life.persist(() => {
        const item = table.item ?? {
          status: initial(),
          version: 0,
          lease: { holder: '', epoch: 0, leaseMs: LEASE_MS, renewals: 0 },
          notices: [],
        };
        const { lease } = item;
        const isOurs = lease.holder === life.name;
        if (!isOurs && lease.holder !== '') {
          const mark = `${lease.epoch}/${lease.renewals}`;
          if (watched?.mark !== mark) watched = { mark, since: scene.now };
          if (scene.now - watched.since < lease.leaseMs) return { kind: 'held', by: lease.holder };
        }
        const epoch = isOurs ? lease.epoch : lease.epoch + 1;
        const version = item.version + 1;
        table.item = {
          ...item,
          version,
          lease: { holder: life.name, epoch, leaseMs: LEASE_MS, renewals: lease.renewals + 1 },
        };
        const tookOverFrom = isOurs || lease.holder === '' ? undefined : lease.holder;
        return { kind: 'acquired', lease: held(epoch, version), status: item.status, notices: [], tookOverFrom };
      }),
    write: (lease, status) =>
      life.persist(() => {
        const item = mine(lease);
        const version = item.version + 1;
        table.item = { ...item, status, version, lease: { ...item.lease, renewals: item.lease.renewals + 1 } };
        return held(lease.epoch, version);
      }),
    delivered: async () => true,
    release: (lease) =>
      life.persist(() => {
        const item = mine(lease);
        table.item = { ...item, version: item.version + 1, lease: { ...item.lease, holder: '' } };
      }),
    events: async () => [],
    writeEstate: (_name, uid, estate) => life.persist(() => void table.estates.set(uid, estate)),
    readEstate: async (_name, uid) => table.estates.get(uid),
    claim: (_name, uid) =>
      life.persist(() => {
        table.holderOfClaims = uid;
        return [];
      }),
    releaseClaims: () =>
      life.persist(() => {
        table.holderOfClaims = undefined;
      }),
    heldByOthers: async () => [],
    remove: async () => {
      throw new Error('no schedule deletes its plan');
    },
  };
}
