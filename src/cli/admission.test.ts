import { expect, test } from 'vitest';
import { exportOf, planFor } from '../../test/fixtures/estates.ts';
import { addSharedGreen } from '../../test/fixtures/sharedGreen.ts';
import type { PlanStatus } from '../machines/record.ts';
import { machineIn } from '../machines/testFacts.ts';
import { testStatus } from '../state/testing.ts';
import { checkAdmission } from './admission.ts';

const SIMPLE = '01-simple-three-tier';

const refusedWith = async (maker: PlanStatus | undefined) => {
  const exported = exportOf(SIMPLE);
  addSharedGreen(exported);
  const target = { nameSuffix: '-sc', serviceConnect: { namespace: 'shop-sc' }, shared: ['stock-api'] };
  const admission = await checkAdmission(
    planFor(SIMPLE, { target }),
    { inventory: async () => exported, alarms: async () => [], alarmsBeneath: async () => [] },
    {
      listPlans: async () => [],
      readSpec: async () => undefined,
      readStatus: async () =>
        maker && { status: maker, version: 1, lease: { holder: '', epoch: 1, leaseMs: 1, renewals: 0 }, notices: [] },
      heldByOthers: async () => [],
    },
  );
  return admission.refusals.map(({ place, message }) => `${place}: ${message}`);
};

test('a plan whose shared green is not there to stay is refused before it is written', async () => {
  expect(await refusedWith(testStatus({ machine: machineIn('succeeded') }))).toEqual([]);
  expect(await refusedWith(testStatus({ machine: machineIn('soak') }))).toEqual([
    expect.stringMatching(/^spec\.target\.shared: stock-api-sc was made by plan first, which is in soak/),
  ]);
  expect(await refusedWith(undefined)).toEqual([expect.stringContaining('of which the table has no record')]);
});
