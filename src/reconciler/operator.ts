import type { Clock, Log, PlanStore } from './ports.ts';
import { PRIORITY, realTimers, WorkQueue, type Priority, type Timers } from './queue.ts';
import type { Next, Reconciler } from './reconcile.ts';
import type { Settings } from './settings.ts';

export interface OperatorOptions {
  reconciler: Reconciler;
  store: PlanStore;
  clock: Clock;
  settings: Settings;
  log: Log;
  /** A number in [0, 1), for the jitter of a back-off. */
  random: () => number;
  timers?: Timers;
  /** Plans that are reconciled at the same time. Default 4. */
  workers?: number;
  /** Called after each reconcile, for metrics. */
  onReconcile?: (plan: string, result: Next['kind'] | 'error') => void;
}

/** The long-running loop: finds plans, hands each to the reconciler when it is due, and backs off from errors. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #queue: WorkQueue;
  /** Plans that have a place in the queue or a timer: the poll leaves them alone. */
  readonly #scheduled = new Set<string>();
  #poll: { cancel(): void } | undefined;
  #running: Promise<void>[] = [];
  #sweeping: Promise<void> = Promise.resolve();
  #stopping = false;
  /** When the table was last listed with success, on the monotonic clock; `undefined` before. */
  lastPollRealMs: number | undefined;

  constructor(options: OperatorOptions) {
    this.#options = options;
    this.#queue = new WorkQueue(options.timers ?? realTimers);
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  start(): void {
    const workers = this.#options.workers ?? 4;
    this.#running = Array.from({ length: workers }, () => this.#work());
    this.#sweeping = this.#sweep();
  }

  /** Finishes the reconciles under way, gives the leases back. No call is cut. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#poll?.cancel();
    this.#queue.close();
    await Promise.all([...this.#running, this.#sweeping]);
    await this.#options.reconciler.release();
  }

  async #sweep(): Promise<void> {
    const { store, reconciler, settings, log, timers } = this.#options;
    try {
      for (const name of await store.listPlans()) {
        if (this.#stopping || this.#scheduled.has(name)) continue;
        // A record that cannot be read keeps nobody from the other plans: it is reconciled, fails there, and is backed off from.
        if (!(await reconciler.needsWork(name).catch(() => true))) continue;
        this.#scheduled.add(name);
        this.#queue.add(name, PRIORITY.sweep);
      }
      this.lastPollRealMs = performance.now();
    } catch (error) {
      log.error({ err: describe(error) }, 'pollFailed');
    }
    if (this.#stopping) return;
    this.#poll = (timers ?? realTimers).set(settings.pollRealMs, () => {
      this.#sweeping = this.#sweep();
    });
  }

  async #work(): Promise<void> {
    for (;;) {
      const name = await this.#queue.next();
      if (name === undefined) return;
      await this.#reconcile(name);
      this.#queue.done(name);
    }
  }

  /** A panic costs one reconcile, not the operator. */
  async #reconcile(name: string): Promise<void> {
    const { reconciler, log, clock, onReconcile } = this.#options;
    try {
      const next = await reconciler.reconcile(name);
      onReconcile?.(name, next.kind);
      switch (next.kind) {
        case 'again':
          this.#queue.add(name, next.priority);
          break;
        case 'after':
          this.#queue.addAfter(name, clock.realMs(next.delayMs), next.priority);
          break;
        case 'backoff':
          this.#queue.addAfter(name, this.#backoffMs(name, next.priority), next.priority);
          break;
        case 'settled':
          this.#scheduled.delete(name);
          break;
      }
    } catch (error) {
      onReconcile?.(name, 'error');
      reconciler.noteFailure(name);
      log.error({ plan: name, err: describe(error) }, 'reconcileFailed');
      this.#queue.addAfter(name, this.#backoffMs(name, PRIORITY.sweep), PRIORITY.sweep);
    }
  }

  /** While green may have weight, a call that fails keeps nobody from looking at the alarms as often as ever. */
  #backoffMs(name: string, priority: Priority): number {
    const { clock, settings, reconciler } = this.#options;
    const { first, max } = settings.backoffRealMs;
    const failures = Math.max(1, reconciler.failures(name));
    const isUrgent = priority === PRIORITY.rollback || priority === PRIORITY.ramp;
    const longest = isUrgent ? Math.min(max, Math.max(first, clock.realMs(settings.tickMs))) : max;
    return Math.min(longest, first * 2 ** Math.min(failures - 1, 16)) * (0.5 + this.#options.random() / 2);
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
