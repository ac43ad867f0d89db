import type { Clock, Log, OperatorRecord, OperatorRegister } from './ports.ts';
import { realTimers, type Timers } from './queue.ts';

export interface HeartbeatOptions {
  register: OperatorRegister;
  /** What does not change while the operator runs. */
  operator: Omit<OperatorRecord, 'startedAt' | 'lastSeen' | 'plans' | 'planCount'>;
  /** Names of the plans that it holds now. */
  plans: () => readonly string[];
  /** Real. A write that takes longer puts the next one off: there is one at a time. */
  everyMs: number;
  clock: Clock;
  log: Log;
  /** Default real timers. */
  timers?: Timers;
}

/**
 * Tells people that an operator is there, and what it holds. Nothing is decided by it: who may change a plan is said by the plan's own lease. A beat
 * that fails is logged, and the next one tries again.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #startedAt: number;
  #timer: { cancel(): void } | undefined;
  #beating: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** The first beat is now. */
  start(): void {
    this.#beating = this.#beat();
  }

  /** Takes the operator off the register. One that the table does not take off is told as silent, and forgotten in time. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#beating;
    const { register, operator, log } = this.#options;
    try {
      await register.leave(operator.name, operator.uid);
    } catch (error) {
      log.warn({ err: String(error) }, 'leaveFailed');
    }
  }

  async #beat(): Promise<void> {
    const { register, operator, plans, clock, log, everyMs, timers } = this.#options;
    const held = plans().toSorted();
    try {
      await register.beat({
        ...operator,
        startedAt: this.#startedAt,
        lastSeen: clock.now(),
        planCount: held.length,
        plans: held,
      });
    } catch (error) {
      log.warn({ err: String(error) }, 'heartbeatFailed');
    }
    if (this.#stopped) return;
    this.#timer = (timers ?? realTimers).set(everyMs, () => {
      this.#beating = this.#beat();
    });
  }
}
