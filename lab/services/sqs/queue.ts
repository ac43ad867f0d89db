import type { Clock } from '../../clock.ts';
import type { QueueSettings } from './queueAttributes.ts';

/** A message as a queue holds it. */
export interface StoredMessage {
  id: string;
  body: string;
  md5: string;
  sentAtMs: number;
  sentBy: string;
  /** Nobody receives it before; lab time. */
  visibleAtMs: number;
  firstReceivedAtMs: number | undefined;
  receives: number;
  /** Of its last receive; `undefined` while it was never received. */
  handle: string | undefined;
}

export interface MessageCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

/** One standard queue: what was sent, oldest first, until it is deleted or too old. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number;
  modifiedAtMs: number;
  purgedAtMs: number | undefined;
  settings: QueueSettings;
  readonly #clock: Clock;
  #messages: StoredMessage[] = [];
  /** Of those who wait for a message; each is told once. */
  #listeners = new Set<() => void>();

  constructor({ name, arn, settings, clock }: { name: string; arn: string; settings: QueueSettings; clock: Clock }) {
    this.name = name;
    this.arn = arn;
    this.settings = settings;
    this.#clock = clock;
    this.createdAtMs = clock.now();
    this.modifiedAtMs = this.createdAtMs;
  }

  add(message: StoredMessage): void {
    this.#messages.push(message);
    this.changed();
  }

  /** Messages that may be received now, oldest first; each is out of sight for the timeout from now on. */
  take(countMax: number, timeoutMs: number, newHandle: () => string): StoredMessage[] {
    const now = this.#clock.now();
    const taken = this.#kept()
      .filter(({ visibleAtMs }) => visibleAtMs <= now)
      .slice(0, countMax);
    for (const message of taken) {
      message.visibleAtMs = now + timeoutMs;
      message.firstReceivedAtMs ??= now;
      message.receives += 1;
      message.handle = newHandle();
    }
    return taken;
  }

  /** The message whose last receive was given the handle. */
  find(handle: string): StoredMessage | undefined {
    return this.#kept().find((message) => message.handle === handle);
  }

  delete(message: StoredMessage): void {
    this.#messages = this.#messages.filter((candidate) => candidate !== message);
  }

  purge(): void {
    this.#messages = [];
    this.purgedAtMs = this.#clock.now();
  }

  isInFlight(message: StoredMessage): boolean {
    return message.receives > 0 && message.visibleAtMs > this.#clock.now();
  }

  counts(): MessageCounts {
    const now = this.#clock.now();
    const kept = this.#kept();
    const hidden = kept.filter(({ visibleAtMs }) => visibleAtMs > now);
    const inFlight = hidden.filter(({ receives }) => receives > 0).length;
    return { visible: kept.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
  }

  /** Resolves at the lab time, or before it when a message may have come into sight. */
  change(untilMs: number): Promise<void> {
    const now = this.#clock.now();
    const next = Math.min(untilMs, ...this.#kept().map(({ visibleAtMs }) => Math.max(visibleAtMs, now)));
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel();
        this.#listeners.delete(wake);
        resolve();
      };
      const timer = this.#clock.after(next - now, wake);
      this.#listeners.add(wake);
    });
  }

  /** Tells all who wait to look again. */
  changed(): void {
    // Who waits again meanwhile is not told.
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const wake of listeners) wake();
  }

  #kept(): StoredMessage[] {
    const oldestMs = this.#clock.now() - Number(this.settings.MessageRetentionPeriod) * 1000;
    this.#messages = this.#messages.filter(({ sentAtMs }) => sentAtMs > oldestMs);
    return this.#messages;
  }
}
