import { expect, test, vi } from 'vitest';
import { Operator } from './operator.ts';
import type { PlanStore } from './ports.ts';
import { PRIORITY } from './queue.ts';
import type { Next, Reconciler } from './reconcile.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

const SILENT = { info: () => {}, warn: () => {}, error: () => {}, debug: () => {} };

/** An operator whose plans do as they are told; its waits are recorded, and never come due. */
function operatorOf(reconcilePlan: (name: string) => Promise<Next>, names: string[], failures = 0) {
  const reconciled: string[] = [];
  const waits: number[] = [];
  const reconciler = {
    needsWork: (name: string) =>
      name === 'unreadable' ? Promise.reject(new Error('not one that Meshlift wrote')) : Promise.resolve(true),
    reconcile: (name: string) => {
      reconciled.push(name);
      return reconcilePlan(name);
    },
    failures: () => failures,
    noteFailure: () => {},
    release: () => Promise.resolve(),
  } as unknown as Reconciler;
  const operator = new Operator({
    reconciler,
    store: { listPlans: () => Promise.resolve(names) } as unknown as PlanStore,
    clock: { now: () => 0, realMs: (ms) => ms },
    settings: DEFAULT_SETTINGS,
    log: SILENT,
    random: () => 1,
    timers: {
      set: (delayMs) => {
        waits.push(delayMs);
        return { cancel: () => {} };
      },
    },
  });
  return { operator, reconciled, waits };
}

test('a record that cannot be read keeps nobody from the other plans', async () => {
  const { operator, reconciled } = operatorOf(
    (name) => (name === 'unreadable' ? Promise.reject(new Error('no')) : Promise.resolve({ kind: 'settled' })),
    ['unreadable', 'shop'],
  );
  operator.start();
  await vi.waitFor(() => expect(reconciled).toContain('shop'));
  await operator.stop();
});

test('while green may have weight a failing call is backed off from for a tick at most: the alarms are looked at', async () => {
  for (const [priority, longest] of [
    [PRIORITY.ramp, DEFAULT_SETTINGS.tickMs],
    [PRIORITY.rollback, DEFAULT_SETTINGS.tickMs],
    [PRIORITY.inventory, DEFAULT_SETTINGS.backoffRealMs.max],
  ] as const) {
    const { operator, waits } = operatorOf(() => Promise.resolve({ kind: 'backoff', priority }), ['shop'], 50);
    operator.start();
    await vi.waitFor(() => expect(waits).toContain(longest));
    await operator.stop();
  }
});
