import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { ServiceRecord } from './records.ts';

const EVENTS_MAX = 100;
const DUPLICATE_MS = 6 * 3_600_000;

/** The event lists of services: the newest 100, a repeated text suppressed for six hours (rows E24, E25). */
export class Events {
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(parts: { clock: Clock; random: Random }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  /** `text` without the leading `(service …)`. A text that says the same as the newest event is dropped. */
  add(service: ServiceRecord, text: string): void {
    const message = `(service ${service.name}) ${text}`;
    const nowMs = this.#clock.now();
    const [newest] = service.events;
    if (newest?.message === message && nowMs - (newest.createdAt?.getTime() ?? 0) < DUPLICATE_MS) return;
    const id = [8, 4, 4, 4, 12].map((length) => this.#random.hex(length)).join('-');
    service.events = [{ id, createdAt: new Date(nowMs), message }, ...service.events].slice(0, EVENTS_MAX);
  }
}
