import { Backoff } from './backoff.ts';
import { Deadline } from './deadline.ts';
import { isPanic } from './panic.ts';
import type { Clock, Log, PlanStore } from './ports.ts';
import { PRIORITY, realTimers, WorkQueue, type Priority, type PriorityName, type Timers } from './queue.ts';
import type { Reconciler } from './reconcile.ts';
import type { Next } from './schedule.ts';
import type { Settings } from './settings.ts';
import type { WakeUps } from './wakeUps.ts';

/** What became of a reconcile: when to look again, or why it came to nothing. */
export type Result = Next['kind'] | 'error' | 'panic' | 'deadlineExceeded';

export interface OperatorOptions {
  reconciler: Pick<Reconciler, 'reconcile' | 'needsWork' | 'release'>;
  store: Pick<PlanStore, 'listPlans'>;
  /** Without it every look at the table is at all plans. */
  wakeUps?: WakeUps;
  clock: Clock;
  settings: Settings;
  log: Log;
  /** A number in [0, 1), for the jitter of a back-off. */
  random: () => number;
  timers?: Timers;
  /** Real and monotonic. Default `performance.now()`. */
  nowMs?: () => number;
  /** Plans that are reconciled at the same time: as they mostly wait for AWS, many, so that what they ask goes in few calls. Default 256. */
  workers?: number;
  /** Called for a plan that somebody has changed: what it waits for is worth no more waiting. */
  hurry?: (plan: string) => void;
  /** Called after each reconcile, for metrics. One that exceeds its deadline is over then. */
  onReconcile?: (plan: string, result: Result, realMs: number) => void;
}

/** A plan that is in work, waits for it or has a time at which it is due. */
interface Known {
  priority: Priority;
  /** `unread`: nothing of it was read yet. `others`: another operator has its lease, and it is looked at for a take-over alone. */
  whose: 'unread' | 'ours' | 'others';
}

/** Real. A reconcile from this long on is a line in the log: looks may wait for AWS for as long, but not for longer. */
const SLOW_MS = 30_000;

/** Of the workers, the part that is spared for rollbacks and for plans that somebody has just changed: looks may wait for AWS in all others. */
const SPARED = 1 / 8;

/** The long-running loop: finds plans, hands each to the reconciler when it is due, and backs off from errors. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  readonly #workers: number;
  readonly #queue: WorkQueue;
  readonly #backoff: Backoff;
  readonly #known = new Map<string, Known>();
  /** Plans with a change that no reconcile has read yet. */
  readonly #changed = new Set<string>();
  /** What the sweep under way has not come to yet. */
  #unswept: string[] = [];
  /** How many of them are looked at with each look at the table. */
  #sweptAtOnce = 0;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  /** All plans are to be looked at with the next listing, at once: at the start, and where changes may have been missed. */
  #isAllDue = true;
  #poll: { cancel(): void } | undefined;
  #running: Promise<void>[] = [];
  /** How to give up each reconcile under way. */
  readonly #underWay = new Set<() => void>();
  /** Reconciles that have begun and not ended, those that were given up among them. */
  #unended = 0;
  #looking: Promise<void> = Promise.resolve();
  #stopping = false;
  /** When the table was last looked at with success, on the monotonic clock; `undefined` before. */
  lastPollRealMs: number | undefined;

  constructor(options: OperatorOptions) {
    this.#options = options;
    const { settings, clock } = options;
    this.#timers = options.timers ?? realTimers;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#workers = options.workers ?? 256;
    this.#queue = new WorkQueue(this.#timers, this.#nowMs, Math.floor(this.#workers * SPARED));
    this.#backoff = new Backoff(options.random, settings.backoffRealMs, clock.realMs(settings.tickMs));
  }

  /** Plans that wait to be reconciled, by priority, and how long the first of them has waited, real milliseconds. */
  get queue(): { depths: Record<PriorityName, number>; oldestWaitMs: number } {
    return { depths: this.#queue.depths, oldestWaitMs: this.#queue.oldestWaitMs };
  }

  start(): void {
    this.#running = Array.from({ length: this.#workers }, () => this.#work());
    this.#looking = this.#look();
  }

  /**
   * Finishes the reconciles under way but for those that were given up, or are by then, and gives the leases of all others back. No call is cut.
   * `false`: something that was given up has not ended yet.
   */
  async stop(): Promise<boolean> {
    this.#stopping = true;
    this.#poll?.cancel();
    this.#queue.close();
    const patience = this.#timers.set(this.#options.settings.stopRealMs, () => {
      for (const giveUp of this.#underWay) giveUp();
    });
    await Promise.all([...this.#running, this.#looking]);
    patience.cancel();
    await this.#options.reconciler.release();
    return this.#unended === 0;
  }

  /** One look at the table: for what changed, and by and by for everything. */
  async #look(): Promise<void> {
    const { store, wakeUps, settings, log } = this.#options;
    try {
      const changed = await wakeUps?.look();
      for (const plan of changed?.plans ?? []) this.#wake(plan);
      if (changed === undefined || changed.mayHaveMissed) this.#isAllDue = true;
      if (this.#isAllDue || this.#nowMs() - this.#sweptAtMs >= settings.sweepRealMs) {
        const startedMs = this.#nowMs();
        this.#unswept = [...(await store.listPlans())];
        this.#sweptAtMs = startedMs;
        const { length } = this.#unswept;
        const { pollRealMs, sweepRealMs } = settings;
        this.#sweptAtOnce = this.#isAllDue ? length : Math.ceil((length * pollRealMs) / sweepRealMs);
        this.#isAllDue = false;
      }
      for (const plan of this.#unswept.splice(0, this.#sweptAtOnce)) this.#find(plan);
      this.lastPollRealMs = this.#nowMs();
    } catch (error) {
      log.error({ err: describe(error) }, 'pollFailed');
    }
    if (this.#stopping) return;
    this.#poll = this.#timers.set(settings.pollRealMs, () => {
      this.#looking = this.#look();
    });
  }

  /** A plan that somebody has changed is looked at now, whatever it waits for. */
  #wake(name: string): void {
    this.#changed.add(name);
    this.#options.hurry?.(name);
    const known = this.#known.get(name);
    // Its holder hears of it too.
    if (known?.whose === 'others') return;
    if (known === undefined) this.#known.set(name, { priority: PRIORITY.inventory, whose: 'unread' });
    this.#queue.add(name, PRIORITY.changed);
  }

  /** A plan that stands in the table is looked at once, unless it is known when it is due. */
  #find(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.set(name, { priority: PRIORITY.sweep, whose: 'unread' });
    this.#queue.add(name, PRIORITY.sweep);
  }

  async #work(): Promise<void> {
    for (;;) {
      const name = await this.#queue.next();
      if (name === undefined) return;
      await this.#reconcileInTime(name);
    }
  }

  /**
   * Until the reconcile has ended, or its deadline is over: then it may change nothing more, and the worker goes on with other plans. The plan
   * itself is handed out again when the old reconcile has really ended, so that no plan is worked on twice at once.
   */
  async #reconcileInTime(name: string): Promise<void> {
    const { log, onReconcile, settings } = this.#options;
    const startedMs = this.#nowMs();
    const deadline = new Deadline();
    this.#unended += 1;
    const ended = this.#reconcile(name, deadline).then(({ result, schedule }) => {
      this.#unended -= 1;
      const realMs = this.#nowMs() - startedMs;
      if (deadline.isOver) log.warn({ plan: name, ms: Math.round(realMs), result }, 'endedAfterDeadline');
      else {
        if (realMs >= SLOW_MS) log.info({ plan: name, ms: Math.round(realMs), result }, 'slowReconcile');
        onReconcile?.(name, result, realMs);
      }
      schedule();
      this.#queue.done(name);
    });
    const exceeded = Promise.withResolvers<void>();
    const giveUp = (): void => {
      deadline.exceed();
      const realMs = this.#nowMs() - startedMs;
      log.error({ plan: name, ms: Math.round(realMs), waitsFor: deadline.waitsFor }, 'deadlineExceeded');
      onReconcile?.(name, 'deadlineExceeded', realMs);
      exceeded.resolve();
    };
    const timer = this.#timers.set(settings.reconcileRealMsMax, giveUp);
    this.#underWay.add(giveUp);
    await Promise.race([ended, exceeded.promise]);
    this.#underWay.delete(giveUp);
    timer.cancel();
  }

  /** A panic costs one reconcile, not the operator. */
  async #reconcile(name: string, deadline: Deadline): Promise<{ result: Result; schedule: () => void }> {
    const { reconciler, log } = this.#options;
    const isChanged = this.#changed.delete(name);
    try {
      const asked = isChanged ? await this.#options.wakeUps?.asked(name) : undefined;
      const isOurs = this.#known.get(name)?.whose === 'ours';
      const isIdle = !isOurs && !(await this.#needsWork(name));
      const next: Next = isIdle ? { kind: 'settled' } : await reconciler.reconcile(name, deadline);
      const isHeld = next.kind === 'after' && next.heldBy !== undefined;
      if (isHeld && isChanged) this.#changed.add(name);
      else if (asked !== undefined) await this.#heard(name, asked);
      return { result: next.kind, schedule: () => this.#schedule(name, next) };
    } catch (error) {
      if (isChanged) this.#changed.add(name);
      const panic = isPanic(error);
      log.error({ plan: name, panic, err: describe(error) }, 'reconcileFailed');
      const next: Next = { kind: 'backoff', priority: this.#known.get(name)?.priority ?? PRIORITY.sweep };
      return { result: panic ? 'panic' : 'error', schedule: () => this.#schedule(name, next) };
    }
  }

  /** A record that cannot be read keeps nobody from the other plans: it is reconciled, fails there, and is backed off from. */
  #needsWork(name: string): Promise<boolean> {
    return this.#options.reconciler.needsWork(name).catch(() => true);
  }

  /** A change that came meanwhile is looked at next. That one was heard and could not be noted costs one more look. */
  async #heard(name: string, asked: string): Promise<void> {
    const { wakeUps, log } = this.#options;
    try {
      if ((await wakeUps?.heard(name, asked)) === false) this.#wake(name);
    } catch (error) {
      log.debug({ plan: name, err: describe(error) }, 'wakeUpStays');
    }
  }

  #schedule(name: string, next: Next): void {
    if (next.kind !== 'backoff') this.#backoff.forget(name);
    if (next.kind === 'settled') {
      this.#known.delete(name);
      return;
    }
    const { priority } = next;
    const isHeldByOther = next.kind === 'after' && next.heldBy !== undefined;
    this.#known.set(name, { priority, whose: isHeldByOther ? 'others' : 'ours' });
    switch (next.kind) {
      case 'again':
        this.#queue.add(name, priority);
        break;
      case 'after':
        this.#queue.addAfter(
          name,
          isHeldByOther ? this.#foreignMs(next.delayMs) : this.#realMs(next.delayMs),
          priority,
        );
        break;
      case 'quarantined':
        this.#queue.addAfter(name, next.realMs, priority);
        break;
      case 'backoff':
        this.#queue.addAfter(name, this.#backoff.afterError(name, priority), priority);
        break;
    }
  }

  #realMs(planMs: number): number {
    return this.#options.clock.realMs(planMs);
  }

  /** How long until a plan of another operator is looked at again: so long that all of them together are no more looks than settled. */
  #foreignMs(planMs: number): number {
    const foreign = [...this.#known.values()].filter(({ whose }) => whose === 'others').length;
    const { leaseLooksPerSecondMax } = this.#options.settings;
    return Math.max(this.#realMs(planMs), (foreign * 1_000) / leaseLooksPerSecondMax);
  }
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
