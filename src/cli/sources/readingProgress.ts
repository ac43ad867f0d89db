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
    const each = [...this.#calls].map(([service, calls]) => `${service} ${grouped(calls)}`).join(', ');
    // What matters least is last, and goes first.
    return fitted(
      [`reading ${this.#what}`, count, isKnown ? bar : '', isKnown ? this.#left(done, total) : '', each],
      columns,
    );
  }

  /** How long it will take at the rate of until now; empty where nothing can be said. */
  #left(done: number, total: number): string {
    const elapsedMs = this.#monotonicMs() - this.#startedAtMs;
    if (elapsedMs < MEASURED_MS || done < MEASURED_CALLS || done >= total) return '';
    const leftMs = ((total - done) * elapsedMs) / done;
    return leftMs < MINUTE_MS ? 'less than a minute left' : `about ${Math.round(leftMs / MINUTE_MS)} min left`;
  }
}

const ELLIPSIS = '…';
const GAP = '  ';

/** Where each part stands in the line; they are given in the order of what they are worth. */
const PLACES = [0, 2, 1, 4, 3];

function fitted(byWorth: readonly string[], columns: number): string {
  let taken: { text: string; place: number }[] = [];
  const joined = (parts: typeof taken): string =>
    parts
      .toSorted((left, right) => left.place - right.place)
      .map(({ text }) => text)
      .join(GAP);
  for (const [index, text] of byWorth.entries()) {
    if (text === '') continue;
    const more = [...taken, { text, place: PLACES[index] ?? index }];
    if (joined(more).length <= columns) taken = more;
    else if (taken.length === 0) return `${text.slice(0, Math.max(0, columns - 1))}${columns > 0 ? ELLIPSIS : ''}`;
  }
  return joined(taken);
}
