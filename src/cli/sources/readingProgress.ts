import type { CallExpectations } from '../../aws/expectedCalls.ts';

const BAR_COLUMNS = 20;
/** A rate that is measured over less than this says nothing. */
const MEASURED_MS = 3_000;
const MEASURED_CALLS = 20;
const MINUTE_MS = 60_000;

const grouped = (count: number): string => count.toLocaleString('en-US');

/**
 * How far a reading is, step by step. Of each step it counts the calls that were made and those that are expected, which may become
 * more while lists come in: the bar never goes back for that, and is drawn only while no list is open.
 */
export class ReadingProgress implements CallExpectations {
  #what = '';
  #expected = 0;
  #openLists = 0;
  #calls = new Map<string, number>();
  /** The part of the bar that was shown last, 0…1. */
  #shown = 0;
  #startedAtMs: number;
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
    this.#startedAtMs = monotonicMs();
  }

  /** The next step: `mesh shop`. */
  begin(what: string): void {
    this.#what = what;
    this.#expected = 0;
    this.#calls = new Map();
    this.#shown = 0;
    this.#startedAtMs = this.#monotonicMs();
  }

  expect(calls: number): void {
    this.#expected += calls;
  }

  listing(state: 'opened' | 'closed'): void {
    this.#openLists += state === 'opened' ? 1 : -1;
  }

  /** A call was answered. */
  made(service: string): void {
    this.#calls.set(service, (this.#calls.get(service) ?? 0) + 1);
  }

  /**
   * One line, as much of it as the terminal is wide:
   * `reading mesh shop  ████████░░░░  412 of 2,310  appmesh 380, ecs 32  about 2 min left`.
   */
  line(columns: number): string {
    const done = [...this.#calls.values()].reduce((sum, count) => sum + count, 0);
    const total = Math.max(this.#expected, done);
    const isKnown = this.#openLists === 0 && this.#expected > 0;
    if (isKnown) this.#shown = Math.max(this.#shown, done / total);
    const filled = Math.floor(this.#shown * BAR_COLUMNS);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled);
    const count = isKnown
      ? `${grouped(done)} of ${grouped(total)}`
      : `${grouped(done)} ${done === 1 ? 'call' : 'calls'}`;
    const services = [...this.#calls]
      .toSorted(([, left], [, right]) => right - left)
      .map(([service, calls]) => `${service} ${grouped(calls)}`);
    const left = isKnown ? this.#left(done, total) : '';
    const shown = (parts: { bar: boolean; left: boolean; services: number }): string =>
      [
        `reading ${this.#what}`,
        parts.bar && isKnown ? bar : '',
        count,
        services.slice(0, parts.services).join(', '),
        parts.left ? left : '',
      ]
        .filter((part) => part !== '')
        .join(GAP);
    // The first that fits, from all there is to say down to the least.
    const lines = [
      ...services.map((_, index) => shown({ bar: true, left: true, services: services.length - index })),
      shown({ bar: true, left: true, services: 0 }),
      shown({ bar: true, left: false, services: 0 }),
      shown({ bar: false, left: false, services: 0 }),
    ];
    return lines.find((line) => line.length <= columns) ?? cut(lines.at(-1) ?? '', columns);
  }

  /** How long it will take at the rate of until now; empty where nothing can be said. */
  #left(done: number, total: number): string {
    const elapsedMs = this.#monotonicMs() - this.#startedAtMs;
    if (elapsedMs < MEASURED_MS || done < MEASURED_CALLS || done >= total) return '';
    const leftMs = ((total - done) * elapsedMs) / done;
    return leftMs < MINUTE_MS ? 'less than a minute left' : `about ${Math.round(leftMs / MINUTE_MS)} min left`;
  }
}

const GAP = '  ';

const cut = (text: string, columns: number): string => (columns < 1 ? '' : `${text.slice(0, columns - 1)}…`);
