import type { PlanEvent } from '../../machines/record.ts';
import type { HeldLease, PlanStore } from '../../reconciler/ports.ts';
import { testStatus } from '../testing.ts';

export const MANIFEST = {
  apiVersion: 'meshlift.dev/v1',
  kind: 'MigrationPlan',
  metadata: { name: 'shop' },
  spec: { source: { cluster: 'shop', mesh: 'shop' }, ramp: { steps: [{ weight: 5, bake: '5m' }] } },
};

export const event = (at: number, message: string): PlanEvent => ({
  at,
  type: 'Normal',
  reason: 'WeightVerified',
  message,
  from: 'op-1',
});

export async function acquired(store: PlanStore, plan = 'shop'): Promise<HeldLease> {
  const answer = await store.acquire(plan, testStatus);
  if (answer.kind !== 'acquired') throw new Error(`held by ${answer.by}`);
  return answer.lease;
}
