import type { Clock } from '../../../lab/clock.ts';
import { withCallContext } from '../../../src/aws/callContext.ts';
import type { AwsClients } from '../../../src/aws/clients.ts';
import type { Ask } from '../../../src/aws/probes/ask.ts';
import { createWorld } from '../../../src/aws/world.ts';
import type { PlanStatus } from '../../../src/machines/record.ts';
import { createChannels } from '../../../src/notify/channels.ts';
import { oneWorld, type Log, type NotifyChannels, type Worlds } from '../../../src/reconciler/ports.ts';
import { Reconciler } from '../../../src/reconciler/reconcile.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/reconciler/settings.ts';
import { planHash } from '../../../src/state/planHash.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import type { Table } from '../../../src/state/table.ts';

export const LEASE_MS = 30_000;
export const CALL_MS_MAX = 8_000;

export interface Parts {
  name: string;
  clients: AwsClients;
  table: Table;
  /** Of AWS, of the plan and of the lease: all time is one. */
  clock: Pick<Clock, 'now'>;
  newUid: () => string;
  log: Log;
  settings?: Partial<Settings>;
  /** Told of a status that has landed in the table. */
  persisted?: (plan: string, status: PlanStatus) => void;
  /** What answers probes; without it they are sent over the network. */
  ask?: Ask;
  /** Default one account, over the clients. */
  worlds?: Worlds;
  /** Default the real ones. */
  channels?: NotifyChannels;
  /** Default the real one, with the fence in it. */
  scoped?: typeof withCallContext;
}

/** An operator, composed as the `operator` verb does it, but for time and for what its calls go through. */
export function compose(parts: Parts): { reconciler: Reconciler; store: TablePlanStore } {
  const { name, clients, clock } = parts;
  const store = new TablePlanStore({
    table: parts.table,
    holder: name,
    leaseMs: LEASE_MS,
    monotonicMs: () => clock.now(),
  });
  const write = store.write.bind(store);
  store.write = async (lease, status, events, notices) => {
    const held = await write(lease, status, events, notices);
    parts.persisted?.(lease.plan, status);
    return held;
  };
  const planClock = { now: () => clock.now(), realMs: (ms: number) => ms };
  const reconciler = new Reconciler({
    store,
    worlds:
      parts.worlds ??
      oneWorld(
        createWorld({
          clients,
          clock: planClock,
          realPause: () => Promise.resolve(),
          ...(parts.ask === undefined ? {} : { probes: { ask: parts.ask, baseUrl: undefined } }),
        }),
      ),
    channels: parts.channels ?? createChannels(clients),
    scoped: parts.scoped ?? withCallContext,
    callMsMax: CALL_MS_MAX,
    // Nothing here takes long enough for a lease to be renewed in the middle.
    timers: { set: () => ({ cancel: () => {} }) },
    monotonicMs: () => clock.now(),
    clock: planClock,
    settings: { ...DEFAULT_SETTINGS, ...parts.settings },
    log: parts.log,
    name,
    newUid: parts.newUid,
    hashSpec: planHash,
  });
  return { reconciler, store };
}
