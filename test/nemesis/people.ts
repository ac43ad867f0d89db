import { ListTasksCommand } from '@aws-sdk/client-ecs';
import { type Entry, type History, nowMs } from './history.ts';
import { type Cast, manifestOf } from './plans.ts';
import type { Stage } from './stage.ts';

/** How long a paused plan stays paused, real time. */
const PAUSE_MS = 5_000;
const RETRY_MS = 500;
/** How often the tasks of a green are killed that is to be sick, real time. */
const KILL_MS = 300;

/**
 * The generator: submits the plans one after the other, and does to each what its story says when the table shows it in its first bake.
 * It sees what the history tells, and no operator.
 */
export class People {
  readonly #stage: Stage;
  readonly #history: History;
  readonly #states = new Map<string, string>();
  readonly #told = new Set<string>();
  readonly #work: Promise<void>[] = [];
  #isStopped = false;

  constructor(stage: Stage, history: History) {
    this.#stage = stage;
    this.#history = history;
    history.listen((entry) => this.#see(entry));
  }

  /** The state of each plan that has one, as it was written last. */
  get states(): ReadonlyMap<string, string> {
    return this.#states;
  }

  /** Submits every plan, `everyMs` apart. */
  async submitAll(everyMs: number): Promise<void> {
    for (const cast of this.#stage.cast) {
      if (this.#isStopped) return;
      const { name, story, isLoaded } = cast;
      const estate = this.#stage.estate(name);
      const { targetGroupArn: blueTargetGroup } = estate;
      this.#history.write({ kind: 'plan', at: nowMs(), plan: name, story, isLoaded, blueTargetGroup });
      await this.#stage.requests.put(name, manifestOf(cast, estate), undefined);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }

  /** Whether every plan has come to its end. */
  get areAllSettled(): boolean {
    return this.#stage.cast.every(({ name }) => SETTLED.has(this.#states.get(name) ?? ''));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#work);
  }

  #see(entry: Entry): void {
    if (entry.kind !== 'record' || !entry.hasLanded || entry.write.state === undefined) return;
    const { plan, write } = entry;
    this.#states.set(plan, entry.write.state);
    const cast = this.#stage.cast.find(({ name }) => name === plan);
    if (cast === undefined) return;
    if (write.state === 'ramp.bake' && write.step === 0 && !this.#told.has(plan)) {
      this.#told.add(plan);
      this.#work.push(this.#tell(cast));
    }
    // A sick green is healed once nobody is sent to it: what is left of it is only to be taken away.
    if (write.state === 'backward.dismantle') this.#stage.sick.delete(plan);
  }

  async #tell({ name, story, isLoaded }: Cast): Promise<void> {
    const { requests, lab } = this.#stage;
    switch (story) {
      case 'migrate':
        return;
      case 'sickGreen':
        this.#act('green falls sick', name);
        this.#stage.sick.add(name);
        if (isLoaded) await this.#killGreen(name);
        return;
      case 'abort':
        await this.#again(name, () => requests.requestAbort(name, { by: 'ann', at: lab.clock.now(), why: 'the run' }));
        this.#act('abort', name);
        return;
      case 'pause':
        await this.#again(name, () => requests.setPaused(name, true));
        this.#act('pause', name);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        await this.#again(name, () => requests.setPaused(name, false));
        this.#act('resume', name);
    }
  }

  /** Green's processes die again and again, for as long as it is to be sick. */
  async #killGreen(name: string): Promise<void> {
    const { lab, person, sick } = this.#stage;
    while (sick.has(name) && !this.#isStopped) {
      const { taskArns = [] } = await person.ecs
        .send(new ListTasksCommand({ cluster: name, serviceName: `${name}-sc`, desiredStatus: 'RUNNING' }))
        .catch(() => ({ taskArns: [] }));
      for (const arn of taskArns) for (const pid of lab.tasks.pids(arn)) process.kill(pid, 'SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, KILL_MS));
    }
  }

  /** People's calls are throttled too, and they are patient. What they meet is in the history, each trouble once. */
  async #again(plan: string, request: () => Promise<unknown>): Promise<void> {
    let last: string | undefined;
    while (!this.#isStopped) {
      try {
        await request();
        return;
      } catch (error) {
        const why = String(error);
        if (why !== last) this.#act(`asks again: ${why}`, plan);
        last = why;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  #act(act: string, on: string): void {
    this.#history.write({ kind: 'act', at: nowMs(), act, on });
  }
}

const SETTLED: ReadonlySet<string> = new Set(['succeeded', 'rolledBack', 'halted']);
