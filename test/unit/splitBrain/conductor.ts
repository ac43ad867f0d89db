import { setImmediate } from 'node:timers/promises';
import type { Timers } from '../../../src/reconciler/queue.ts';
import type { Scene } from '../schedules/scene.ts';

/** Somebody's next step. */
interface Waiting {
  who: string;
  /**
   * `turn`: the process's own next step, whenever it comes to it. `flight`: a call that was sent, and lands by its deadline at the latest,
   * whatever becomes of the process. `timer`: not before its time.
   */
  kind: 'turn' | 'flight' | 'timer';
  /** Plan time: when a timer is due, or by when a flight has landed. */
  at: number;
  resume: () => void;
}

/**
 * Decides who takes the next step and when time passes, so that an interleaving is a list of numbers and can be played again. Time is the
 * scene's, and the same for every process; one that stands still does nothing in it, while what it has sent lands all the same.
 */
export class Conductor {
  readonly #scene: Scene;
  readonly #waiting: Waiting[] = [];
  readonly #standing = new Set<string>();
  #catchesSender = false;
  /** Steps are not waited for: whoever comes to one goes on. */
  isFree = true;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  turn(who: string): Promise<void> {
    return this.isFree && !this.#standing.has(who)
      ? Promise.resolve()
      : this.#wait(who, 'turn', Number.POSITIVE_INFINITY);
  }

  /** Between a fence and the sending of what it let pass. */
  sending(who: string): Promise<void> {
    if (this.#catchesSender) this.standStill(who);
    this.#catchesSender = false;
    return this.turn(who);
  }

  /** Whoever is next to be about to send a call stands still there. */
  catchSender(): void {
    this.#catchesSender = true;
  }

  /** A call that is on its way for `longestMs` at most. */
  flight(who: string, longestMs: number): Promise<void> {
    return this.isFree ? Promise.resolve() : this.#wait(who, 'flight', this.#scene.now + longestMs);
  }

  sleep(who: string, ms: number): Promise<void> {
    return this.#wait(who, 'timer', this.#scene.now + ms);
  }

  /** The timers of one process. */
  timersOf(who: string): Timers {
    return {
      set: (delayMs, action) => {
        const waiting: Waiting = { who, kind: 'timer', at: this.#scene.now + delayMs, resume: action };
        this.#waiting.push(waiting);
        return { cancel: () => this.#forget(waiting) };
      },
    };
  }

  get standing(): ReadonlySet<string> {
    return this.#standing;
  }

  standStill(who: string): void {
    this.#standing.add(who);
  }

  everybodyGoesOn(): void {
    this.#catchesSender = false;
    this.#standing.clear();
  }

  /** Lets one of those take its step who may; which, a number says. `false`: nobody may. */
  async step(which: number): Promise<boolean> {
    const ready = this.#waiting.filter((one) => this.#mayGoOn(one));
    const chosen = ready[which % Math.max(1, ready.length)];
    if (chosen === undefined) return false;
    await this.#resume(chosen);
    return true;
  }

  /** Lets time pass. What is in flight lands on the way, each no later than by its deadline. */
  async pass(ms: number): Promise<void> {
    const until = this.#scene.now + ms;
    for (;;) {
      const landing = this.#waiting
        .filter(({ kind, at }) => kind === 'flight' && at <= until)
        .toSorted((one, other) => one.at - other.at)[0];
      if (landing === undefined) break;
      this.#scene.pass(Math.max(0, landing.at - this.#scene.now));
      await this.#resume(landing);
    }
    this.#scene.pass(Math.max(0, until - this.#scene.now));
  }

  /** Until the next timer of somebody who does not stand still is due, milliseconds; `undefined` where there is none. */
  untilNextTimer(): number | undefined {
    const due = this.#waiting
      .filter(({ kind, who }) => kind === 'timer' && !this.#standing.has(who))
      .map(({ at }) => at);
    return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - this.#scene.now);
  }

  #mayGoOn({ who, kind, at }: Waiting): boolean {
    if (kind === 'flight') return true;
    return !this.#standing.has(who) && (kind === 'turn' || at <= this.#scene.now);
  }

  async #resume(one: Waiting): Promise<void> {
    this.#forget(one);
    one.resume();
    // Everybody runs until all wait again.
    await setImmediate();
  }

  #wait(who: string, kind: Waiting['kind'], at: number): Promise<void> {
    return new Promise((resume) => this.#waiting.push({ who, kind, at, resume }));
  }

  #forget(one: Waiting): void {
    const index = this.#waiting.indexOf(one);
    if (index >= 0) this.#waiting.splice(index, 1);
  }
}
