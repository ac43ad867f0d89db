import { afterEach, beforeEach, describe } from 'vitest';
import type { StoreStage } from '../testing.ts';
import { claimsContract } from './claims.ts';
import { estatesContract } from './estates.ts';
import { eventsContract } from './events.ts';
import { leaseContract } from './leases.ts';
import { lostAnswersContract } from './lostAnswers.ts';
import { noticesContract } from './notices.ts';
import { operatorsContract } from './operators.ts';
import { plansContract } from './plans.ts';
import { removalContract } from './removal.ts';
import { requestsContract } from './requests.ts';
import { tableContract } from './tables.ts';
import type { TableTraits } from './traits.ts';

/** What the plan store and the request writer promise, whatever table they stand on. `start` makes one that is empty. */
export function planStoreContract(traits: TableTraits, start: () => Promise<StoreStage>): void {
  describe(`plan store contract: ${traits.name}`, () => {
    let current: StoreStage;
    beforeEach(async () => {
      current = await start();
    });
    afterEach(() => current.close());
    const stage = () => current;

    tableContract(traits, stage);
    plansContract(stage);
    leaseContract(stage);
    lostAnswersContract(stage);
    eventsContract(stage);
    noticesContract(stage);
    claimsContract(stage);
    estatesContract(stage);
    operatorsContract(stage);
    removalContract(stage);
    requestsContract(stage);
  });
}
