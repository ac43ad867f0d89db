import {
  AwsCallError,
  type CallScope,
  type HeldLease,
  LeaseLostError,
  type PlanStore,
} from '../../../src/reconciler/ports.ts';
import { Reconciler } from '../../../src/reconciler/reconcile.ts';
import { oneWorld } from '../../../src/reconciler/ports.ts';
import { DEFAULT_SETTINGS } from '../../../src/reconciler/settings.ts';
import { TablePlanStore } from '../../../src/state/planStore.ts';
import type { Table } from '../../../src/state/table.ts';
import { SILENT } from '../operator/operatorProcess.ts';
import { portTo } from '../schedules/port.ts';
import type { Caller, Mutation } from '../schedules/process.ts';
import type { Family, Scene } from '../schedules/scene.ts';
import { hashOf, PLAN, SHOP } from '../schedules/shop.ts';
import type { Conductor } from './conductor.ts';
import type { SharedRecord } from './record.ts';

export const LEASE_MS = 30_000;
export const CALL_MS_MAX = 8_000;
const RENEW_EVERY_MS = 10_000;
const BACKOFF_MS = 1_000;
/** K11: what was signed longer ago AWS refuses. */
const SIGNATURE_MS_MAX = 5 * 60_000;
/** How often a replica looks at a plan that asks for nothing. */
const IDLE_MS = 20_000;
const SETTINGS = { ...DEFAULT_SETTINGS, tickMs: 20_000, refusedMs: 20_000, quietWindowMs: 60_000 };

/** How a replica is made wrong on purpose. */
export interface Breakage {
  /** Around the fence. */
  fence?: (check: () => void) => void;
  /** Around the lease that the store gives out, with when it was asked for and when it was answered. */
  lease?: (lease: HeldLease, asked: number, answered: number, now: () => number) => HeldLease;
  /** The process's own monotonic clock. */
  monotonicMs?: (now: number) => number;
  /** Around the table, as the store uses it. */
  table?: (real: Table) => Table;
  /** How old the signature of a call may be when it goes out. */
  signatureMsMax?: number;
}

/** Around each call as it lands; `epoch` is that of the lease under which it was sent. */
export type OnCall = (mutation: Mutation, caller: Caller, epoch: number, effect: () => void) => void;

export interface ReplicaOptions {
  name: string;
  scene: Scene;
  record: SharedRecord;
  conductor: Conductor;
  /** Whether a process can stand still between the fence and the sending: no fence helps against that. */
  mayStopInCalls: boolean;
  breakage: Breakage;
  onCall: OnCall;
}

/** One operator process that drives the plan for as long as there is something to do, beside others that do the same. */
export class Replica implements Caller {
  readonly name: string;
  alarms: Caller['alarms'] = 'unread';
  dataAgeMs = Number.POSITIVE_INFINITY;
  reconciles = 0;
  readonly #options: ReplicaOptions;
  #scope: CallScope | undefined;
  #epoch = 0;
  #isOver = false;

  constructor(options: ReplicaOptions) {
    this.name = options.name;
    this.#options = options;
    void this.#run();
  }

  /** It takes no further step of its own. */
  end(): void {
    this.#isOver = true;
  }

  async read<T>(_api: string, _family: Family | undefined, answer: () => T): Promise<T> {
    await this.#options.conductor.turn(this.name);
    return answer();
  }

  async mutate<T>(mutation: Mutation, _family: Family | undefined, effect: () => T): Promise<T> {
    const { scene, conductor, mayStopInCalls, onCall, breakage } = this.#options;
    await conductor.turn(this.name);
    const check = () => this.#scope?.beforeMutation(mutation.api);
    (breakage.fence ?? ((real) => real()))(check);
    const epoch = this.#epoch;
    const signedAt = scene.now;
    if (mayStopInCalls) await conductor.sending(this.name);
    if (scene.now - signedAt > (breakage.signatureMsMax ?? SIGNATURE_MS_MAX))
      throw new AwsCallError(mutation.api, 'InvalidSignatureException', 'invalid', 'Signature expired');
    await conductor.flight(this.name, CALL_MS_MAX);
    let answer: T | undefined;
    let refused: unknown;
    onCall(mutation, this, epoch, () => {
      try {
        answer = effect();
      } catch (error) {
        refused = error;
      }
    });
    await conductor.turn(this.name);
    if (refused !== undefined) throw refused;
    return answer as T;
  }

  async #run(): Promise<void> {
    const { conductor } = this.#options;
    const reconciler = this.#reconciler();
    while (!this.#isOver) {
      await conductor.turn(this.name);
      this.reconciles += 1;
      const waitMs = await this.#reconcile(reconciler);
      if (waitMs > 0) await conductor.sleep(this.name, waitMs);
    }
  }

  /** Answers how long to wait then, milliseconds. */
  async #reconcile(reconciler: Reconciler): Promise<number> {
    try {
      if (!(await reconciler.needsWork(PLAN))) return IDLE_MS;
      const next = await reconciler.reconcile(PLAN);
      switch (next.kind) {
        case 'again':
          return 0;
        case 'after':
          return next.delayMs;
        case 'quarantined':
          return next.realMs;
        case 'backoff':
          return BACKOFF_MS;
        case 'settled':
          return IDLE_MS;
      }
    } catch (error) {
      if (!(error instanceof LeaseLostError) && !(error instanceof AwsCallError)) throw error;
      return BACKOFF_MS;
    }
  }

  #reconciler(): Reconciler {
    const { name, scene, conductor } = this.#options;
    let uids = 0;
    return new Reconciler({
      store: this.#store(),
      worlds: oneWorld(portTo(scene, this, SHOP)),
      channels: { longestMs: 0, send: async () => {} },
      scoped: (scope, work) => {
        this.#scope = scope;
        return work();
      },
      callMsMax: CALL_MS_MAX,
      renewEveryMs: RENEW_EVERY_MS,
      timers: conductor.timersOf(name),
      monotonicMs: () => scene.now,
      clock: { now: () => scene.now, realMs: (ms) => ms },
      settings: SETTINGS,
      log: SILENT,
      name,
      newUid: () => `uid-${(uids += 1)}-of-${name}`,
      hashSpec: hashOf,
    });
  }

  #store(): PlanStore {
    const { name, scene, record, conductor, breakage } = this.#options;
    const table = record.tableOf(name, conductor);
    const store: PlanStore = new TablePlanStore({
      table: breakage.table?.(table) ?? table,
      holder: name,
      leaseMs: LEASE_MS,
      monotonicMs: () => (breakage.monotonicMs ?? ((now) => now))(scene.now),
    });
    const { lease: around } = breakage;
    const acquire = store.acquire.bind(store);
    const write = store.write.bind(store);
    const changed = (lease: HeldLease, asked: number): HeldLease =>
      around === undefined ? lease : around(lease, asked, scene.now, () => scene.now);
    store.acquire = async (...given) => {
      const asked = scene.now;
      const acquired = await acquire(...given);
      if (acquired.kind === 'held') return acquired;
      this.#epoch = acquired.lease.epoch;
      return { ...acquired, lease: changed(acquired.lease, asked) };
    };
    store.write = async (...given) => {
      const asked = scene.now;
      return changed(await write(...given), asked);
    };
    return store;
  }
}
