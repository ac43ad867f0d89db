import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../../lab/faults.ts';
import type { Door, Trouble } from './door.ts';
import { type Entry, type History, nowMs } from './history.ts';
import type { Replica } from './replica.ts';
import { type Act, AIM_MS_MAX, type Aim, type Scheduled } from './schedule.ts';

export interface NemesisOptions {
  doors: readonly Door[];
  faults: Faults;
  history: History;
  /** Starts an operator behind the slot's door. */
  spawn: (slot: number, labAheadMs: number) => Replica;
  /** Hears of every act. */
  say: (line: string) => void;
}

/** Does what a schedule says to operators and to their ways to the lab; it knows nothing of plans. */
export class Nemesis {
  readonly #options: NemesisOptions;
  readonly #replicas: Replica[];
  readonly #calm = new AbortController();
  readonly #work: Promise<void>[] = [];
  readonly #replacing = new Map<number, Promise<void>>();
  readonly #states = new Map<string, string>();
  /** The last write that has led a plan to another state: what follows it are acts. */
  #transition: Entry | undefined;

  /** Starts an operator for each door. */
  constructor(options: NemesisOptions) {
    this.#options = options;
    options.history.listen((entry) => this.#see(entry));
    this.#replicas = options.doors.map((_, slot) => this.#spawn(slot, 0));
  }

  /** Acts until {@link calm} or the schedule's end. */
  async play(schedule: readonly Scheduled[]): Promise<void> {
    const beganMs = nowMs();
    for (const { atMs, act } of schedule) {
      await this.#pause(beganMs + atMs - nowMs());
      if (this.#calm.signal.aborted) break;
      this.#work.push(this.#perform(act));
    }
    await Promise.all(this.#work);
  }

  /** Takes back what is under way. Resolves when every operator runs and nothing is in its way. */
  async calm(): Promise<void> {
    this.#calm.abort();
    await Promise.all(this.#work);
  }

  /** As a person ends operators. */
  async end(graceMs: number): Promise<void> {
    await this.calm();
    await Promise.all(this.#replicas.map((replica) => replica.end(graceMs)));
  }

  #see(entry: Entry): void {
    if (entry.kind !== 'record' || !entry.hasLanded) return;
    const { plan, write } = entry;
    if (write.state === undefined || write.state === this.#states.get(plan)) return;
    this.#states.set(plan, write.state);
    this.#transition = entry;
  }

  async #perform(act: Act): Promise<void> {
    switch (act.kind) {
      case 'kill':
        await this.#aimed(act.slot, act.aim, () => {
          this.#note(act, 'kill -9', `${AIMED[act.aim]}dead for ${act.deadMs} ms`);
          void this.#replica(act.slot).kill();
        });
        await this.#replace(act.slot, act.deadMs, 0);
        return;
      case 'clock':
        this.#note(act, 'kill -9', `the next one’s clock is off by ${act.labAheadMs} ms of lab time`);
        await this.#replace(act.slot, act.deadMs, act.labAheadMs);
        return;
      case 'stop': {
        const replica = this.#replica(act.slot);
        await this.#aimed(act.slot, act.aim, () => {
          this.#note(act, 'SIGSTOP', `${AIMED[act.aim]}for ${act.ms} ms`);
          replica.stop();
        });
        await this.#pause(act.ms);
        replica.resume();
        this.#note(act, 'SIGCONT', '');
        return;
      }
      case 'partition':
        await this.#trouble(act, { kind: act.how });
        return;
      case 'loseAnswers':
        await this.#trouble(act, { kind: 'loseAnswer' });
        return;
      case 'delay':
        await this.#trouble(act, { kind: 'delay', ms: act.byMs });
        return;
      case 'throttle':
        this.#note(undefined, 'throttling', `for ${act.ms} ms`);
        this.#options.faults.set('throttling', true);
        await this.#pause(act.ms);
        this.#options.faults.set('throttling', false);
        this.#note(undefined, 'throttling ends', '');
    }
  }

  /**
   * Strikes when the moment has come, or when it has not for too long. The lab has not answered yet then: a line of the history is written
   * before.
   */
  async #aimed(slot: number, aim: Aim, strike: () => void): Promise<void> {
    const { name } = this.#replica(slot);
    let isOver = false;
    const once = () => {
      if (isOver) return;
      isOver = true;
      strike();
    };
    if (aim === 'anyTime') {
      once();
      return;
    }
    await new Promise<void>((resolve) => {
      this.#options.history.listen((entry) => {
        if (isOver || !this.#isMoment(entry, name, aim)) return;
        once();
        resolve();
      });
      void this.#pause(AIM_MS_MAX).then(resolve);
    });
    once();
  }

  #isMoment(entry: Entry, name: string, aim: Aim): boolean {
    return aim === 'afterWrite'
      ? entry === this.#transition && entry.kind === 'record' && entry.by === name
      : entry.kind === 'call' && entry.by === name && entry.outcome === 'ok' && entry.input !== undefined;
  }

  /** One that is being replaced is not replaced again, where a slow machine has two acts meet: of two successors one would outlive the run. */
  #replace(slot: number, deadMs: number, labAheadMs: number): Promise<void> {
    const underWay =
      this.#replacing.get(slot) ??
      this.#replaceNow(slot, deadMs, labAheadMs).finally(() => this.#replacing.delete(slot));
    this.#replacing.set(slot, underWay);
    return underWay;
  }

  async #replaceNow(slot: number, deadMs: number, labAheadMs: number): Promise<void> {
    await this.#replica(slot).kill();
    await this.#pause(deadMs);
    this.#replicas[slot] = this.#spawn(slot, labAheadMs);
  }

  async #trouble(act: Extract<Act, { service: string }>, trouble: Trouble): Promise<void> {
    const door = this.#options.doors[act.slot];
    if (door === undefined) throw new RangeError(`there is no door ${act.slot}`);
    this.#note(act, `${WORDS[trouble.kind]} ${act.service}`, `for ${act.ms} ms`);
    const spell = door.trouble(act.service, trouble);
    await this.#pause(act.ms);
    door.clear(spell);
    this.#note(act, `${act.service} is back`, `${spell.struck} calls were struck`);
  }

  #spawn(slot: number, labAheadMs: number): Replica {
    const { history, spawn } = this.#options;
    const replica = spawn(slot, labAheadMs);
    const line = { kind: 'operator', by: replica.name, slot } as const;
    history.write({ ...line, at: nowMs(), what: 'started', ...(labAheadMs === 0 ? {} : { labAheadMs }) });
    void replica.ended.then(() => history.write({ ...line, at: nowMs(), what: 'ended' }));
    return replica;
  }

  #replica(slot: number): Replica {
    const replica = this.#replicas[slot];
    if (replica === undefined) throw new RangeError(`there is no operator in slot ${slot}`);
    return replica;
  }

  #note(on: { slot: number } | undefined, act: string, detail: string): void {
    const { history, say } = this.#options;
    const by = on === undefined ? undefined : this.#replica(on.slot).name;
    history.write({ kind: 'act', at: nowMs(), act, ...(by === undefined ? {} : { on: by }), detail });
    say(`${by ?? 'the account'}: ${act}${detail === '' ? '' : `, ${detail}`}`);
  }

  /** Ends early when it is time to be calm. */
  async #pause(ms: number): Promise<void> {
    await sleep(Math.max(0, ms), undefined, { signal: this.#calm.signal }).catch(() => undefined);
  }
}

const AIMED: Readonly<Record<Aim, string>> = {
  anyTime: '',
  afterWrite: 'straight after it has written that a plan goes on, ',
  afterCall: 'straight after a call that changed something, ',
};

const WORDS: Readonly<Record<Trouble['kind'], string>> = {
  refuse: 'connections break to',
  blackHole: 'nothing comes back from',
  loseAnswer: 'answers are lost from',
  delay: 'calls come late to',
};
