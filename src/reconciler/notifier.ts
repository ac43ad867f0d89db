import { shownChannel, type NotifyChannel } from '../plan/notify.ts';
import type { Clock, HeldLease, Log, Notice, NotifyChannels, PlanStore } from './ports.ts';

/** A channel that fails is tried again after this, doubling; plan time. */
const BACKOFF_MS = { first: 5_000, max: 5 * 60_000 };

export interface NotifierOptions {
  store: Pick<PlanStore, 'readStatus' | 'delivered'>;
  channels: NotifyChannels;
  clock: Clock;
  log: Log;
}

/** What a reconcile hands over: a plan whose outbox is not empty, and the lease under which it may be told. */
export interface Errand {
  plan: string;
  uid: string;
  lease: HeldLease;
  channels: readonly NotifyChannel[];
}

interface Failure {
  why: string;
  times: number;
  tryAgainAt: number;
}

/**
 * Tells what stands in the outboxes, beside the reconciles and never in their way: nothing waits for it but the operator's end. A message is
 * sent under the plan's lease, in its channel's order, and taken away once the channel took it; an end in between sends it again, under the
 * same id. What it remembers can be lost at any time.
 */
export class Notifier {
  readonly #options: NotifierOptions;
  /** The newest errand of each plan that nobody works on yet. */
  readonly #waiting = new Map<string, Errand>();
  readonly #running = new Map<string, Promise<void>>();
  /** By plan and place of the channel. */
  readonly #failures = new Map<string, Map<number, Failure>>();
  #stopped = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Returns at once. */
  tell(errand: Errand): void {
    if (this.#stopped) return;
    const { plan } = errand;
    this.#waiting.set(plan, errand);
    if (this.#running.has(plan)) return;
    this.#running.set(
      plan,
      this.#work(plan).finally(() => this.#running.delete(plan)),
    );
  }

  /** Which channels failed at their last try, by their place, and why. */
  failures(plan: string): ReadonlyMap<number, string> {
    return new Map([...(this.#failures.get(plan) ?? [])].map(([channel, { why }]) => [channel, why]));
  }

  forget(plan: string): void {
    this.#failures.delete(plan);
  }

  /** Until nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Sends out what is being sent, and begins nothing more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.idle();
  }

  async #work(plan: string): Promise<void> {
    for (;;) {
      const errand = this.#waiting.get(plan);
      if (errand === undefined) return;
      this.#waiting.delete(plan);
      try {
        await this.#tellAll(errand);
      } catch (error) {
        this.#options.log.warn({ plan, err: String(error) }, 'notifyFailed');
      }
    }
  }

  async #tellAll(errand: Errand): Promise<void> {
    const item = await this.#options.store.readStatus(errand.plan);
    if (item === undefined || item.status.uid !== errand.uid) return;
    const byChannel = Map.groupBy(item.notices, ({ channel }) => channel);
    // A channel that is slow, or down, keeps no other waiting.
    await Promise.all([...byChannel].map(([channel, notices]) => this.#tellChannel(errand, channel, notices)));
  }

  async #tellChannel(errand: Errand, place: number, notices: readonly Notice[]): Promise<void> {
    const { store, channels, clock, log } = this.#options;
    const channel = errand.channels[place];
    const failures = this.#failuresOf(errand.plan);
    const failed = failures.get(place);
    if (channel !== undefined && failed !== undefined && clock.now() < failed.tryAgainAt) return;
    for (const notice of notices) {
      if (this.#stopped || !errand.lease.covers(channels.longestMs)) return;
      const fields = { plan: errand.plan, uid: errand.uid, id: notice.id, title: notice.message.title };
      // A channel that the plan has no more is told nothing; what waits for it has no reader.
      if (channel !== undefined) {
        const shown = shownChannel(channel);
        try {
          await channels.send(channel, { ...notice.message, id: notice.id });
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error);
          const times = (failures.get(place)?.times ?? 0) + 1;
          const waitMs = Math.min(BACKOFF_MS.max, BACKOFF_MS.first * 2 ** Math.min(times - 1, 16));
          failures.set(place, { why, times, tryAgainAt: clock.now() + waitMs });
          log.warn({ ...fields, channel: shown, why, times, waitMs }, 'notifyFailed');
          return;
        }
        failures.delete(place);
        log.info({ ...fields, channel: shown }, 'notified');
      }
      if (!(await store.delivered(errand.lease, errand.uid, notice.key))) return;
    }
  }

  #failuresOf(plan: string): Map<number, Failure> {
    let failures = this.#failures.get(plan);
    if (failures === undefined) {
      failures = new Map();
      this.#failures.set(plan, failures);
    }
    return failures;
  }
}
