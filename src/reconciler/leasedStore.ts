import type { LeaseKeeper } from './leaseKeeper.ts';
import type { PlanStore } from './ports.ts';

/**
 * The store as a reconcile uses it that holds a plan. The status is written on the condition that the lease is still ours; the estate and the claims
 * are items of their own, on which nothing of the lease stands: they are written only while it covers one more call of `callMs`, as AWS is.
 *
 * @throws LeaseLostError, DeadlineExceededError from those that write
 */
export function leasedStore(keeper: LeaseKeeper, callMs: number): PlanStore {
  const { store } = keeper;
  const leased =
    <Given extends unknown[], Answer>(change: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      keeper.check(callMs);
      return change(...given);
    };
  return {
    ...store,
    writeEstate: leased((name, uid, estate) => store.writeEstate(name, uid, estate)),
    claim: leased((name, uid, targets) => store.claim(name, uid, targets)),
    releaseClaims: leased((name, uid) => store.releaseClaims(name, uid)),
  };
}
