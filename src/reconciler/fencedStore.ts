import type { Deadline } from './deadline.ts';
import type { PlanStore } from './ports.ts';

/** The store as one reconcile uses it: it changes nothing once the reconcile's deadline is over, and reads as ever. */
export function fencedStore(store: PlanStore, deadline: Deadline): PlanStore {
  const fenced =
    <Given extends unknown[], Answer>(change: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      deadline.check();
      return change(...given);
    };
  return {
    listPlans: () => store.listPlans(),
    readSpec: (name) => store.readSpec(name),
    readStatus: (name) => store.readStatus(name),
    events: (name, limit) => store.events(name, limit),
    readEstate: (name, uid) => store.readEstate(name, uid),
    heldByOthers: (name, targets) => store.heldByOthers(name, targets),
    acquire: fenced((name, initial) => store.acquire(name, initial)),
    write: fenced((lease, status, events, notices) => store.write(lease, status, events, notices)),
    delivered: fenced((lease, uid, key) => store.delivered(lease, uid, key)),
    release: fenced((lease) => store.release(lease)),
    writeEstate: fenced((name, uid, estate) => store.writeEstate(name, uid, estate)),
    claim: fenced((name, uid, targets) => store.claim(name, uid, targets)),
    releaseClaims: fenced((name, uid) => store.releaseClaims(name, uid)),
    remove: fenced((lease) => store.remove(lease)),
  };
}
