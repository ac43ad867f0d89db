import { AsyncLocalStorage } from 'node:async_hooks';
import { Backoff } from '../../src/reconciler/backoff.ts';
import { LeaseLostError } from '../../src/reconciler/ports.ts';
import { PRIORITY } from '../../src/reconciler/queue.ts';
import { LEASE_MS } from '../unit/operator/compose.ts';
import { PLAN } from '../unit/operator/manifest.ts';
import { OperatorWorld } from '../unit/operator/operatorWorld.ts';
import { endOf } from './end.ts';
import type { Call, Fault } from './fault.ts';
import { type Draw, Faults, type Life, ProcessDied } from './faults.ts';
import { type SimulatedOperator, startSimulated, type Variant } from './operator.ts';
import type { Deed, Scenario } from './scenario.ts';

/** Few looks: what happens between them is the same. */
const SETTINGS = { tickMs: 60_000 };
const STEPS = [
  { weight: 20, bake: '1m' },
  { weight: 100, bake: '1m' },
];
/** A plan that has not settled after so many reconciles never will. */
const PASSES_MAX = 250;
/** The queue's back-off from errors, which is real time elsewhere. */
const BACKOFF_MS = { first: 250, max: 30_000 };
/** How long a process stands still beyond its lease. */
const STANDS_STILL_MS = LEASE_MS + 20_000;
/** Of others, until it goes on. */
const TURNS_MAX = 16;

export interface Simulated {
  /** What was wrong while it ran: breaches of invariants, users' requests that failed, a plan that never settled. */
  wrong: string[];
  /** What there was at the end; empty where it never came to one. */
  end: string[];
  calls: readonly Call[];
  reconciles: number;
}

/** The estate, the plan's operators, the faults, and the referee. */
export class Simulation {
  readonly world: OperatorWorld;
  readonly faults: Faults;
  readonly #variant: Variant | undefined;
  /** Those that are still to come. */
  readonly #deeds: Deed[];
  #state = 'inventory.assess';
  #operator: SimulatedOperator;
  #started = 0;
  /** Out of the context of whatever call is under way: neither its fence nor its priority is another's. */
  readonly #outside = AsyncLocalStorage.snapshot();
  /** Who stands still, and until when. */
  #standing: { life: Life; done: Promise<void> } | undefined;
  reconciles = 0;

  /** A plan of two steps has been applied. */
  static async create(scenario: Scenario, faults: readonly Fault[] | Draw, variant?: Variant): Promise<Simulation> {
    const world = await OperatorWorld.create({ wire: false, settings: SETTINGS });
    scenario.before?.(world);
    await world.apply({ steps: STEPS, ...scenario.plan });
    return new Simulation(world, scenario, faults, variant);
  }

  private constructor(
    world: OperatorWorld,
    scenario: Scenario,
    faults: readonly Fault[] | Draw,
    variant: Variant | undefined,
  ) {
    this.world = world;
    this.#deeds = [...scenario.deeds];
    this.#variant = variant;
    const { wire } = world.referee;
    this.faults = new Faults(faults, {
      clock: world.clock,
      state: () => this.#state,
      before: (mutation) => void wire.before?.(mutation),
      after: (mutation) => void wire.after?.(mutation),
      meanwhile: (life, call) => this.#meanwhile(life, call),
    });
    this.#operator = this.#start();
  }

  #start(): SimulatedOperator {
    return startSimulated({
      name: `op-${(this.#started += 1)}`,
      world: this.world,
      faults: this.faults,
      settings: SETTINGS,
      persisted: (plan, status) => {
        this.world.referee.wire.persisted?.(plan, status);
        if (plan === PLAN) this.#state = status.machine.value;
      },
      variant: this.#variant,
    });
  }

  /** The process is gone with its memory; another comes. */
  restart(): void {
    this.#operator.hasDied = true;
    this.#operator = this.#start();
  }

  /** A process stands still in the middle of a reconcile, for longer than its lease; then it goes on as if nothing had been. */
  #meanwhile(still: Life, call: number): Promise<void> {
    if (still !== this.#operator) return Promise.resolve();
    this.#operator = this.#start();
    // How far others have come when it wakes up is another with each call.
    const done = this.#outside(() => this.#othersTurns(1 + ((call * 7) % TURNS_MAX)));
    this.#standing = { life: still, done };
    return done;
  }

  async #othersTurns(turns: number): Promise<void> {
    await this.pass();
    await this.world.clock.advanceAsync(STANDS_STILL_MS);
    for (let turn = 0; turn < turns; turn += 1) await this.pass();
  }

  /** What is to happen now, one reconcile of the operator that is alive, and the time that it asks to wait. */
  async pass(): Promise<void> {
    const status = (await this.world.store.readStatus(PLAN))?.status;
    if (status !== undefined && this.#deeds[0]?.when(status) === true) await this.#deeds.shift()?.happen(this.world);
    const operator = this.#operator;
    const { reconciler } = operator;
    const { clock } = this.world;
    this.reconciles += 1;
    try {
      const next = await reconciler.reconcile(PLAN);
      switch (next.kind) {
        case 'after':
          await clock.advanceAsync(next.delayMs);
          break;
        case 'quarantined':
          await clock.advanceAsync(next.realMs);
          break;
        case 'backoff':
          await clock.advanceAsync(this.#backoff.afterError(PLAN, next.priority));
          break;
        case 'again':
        case 'settled':
      }
      if (next.kind !== 'backoff') this.#backoff.forget(PLAN);
    } catch (error) {
      if (!(error instanceof ProcessDied || error instanceof LeaseLostError || operator.hasDied)) {
        this.#errors.add(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      }
      if (!operator.hasDied) await clock.advanceAsync(this.#backoff.afterError(PLAN, PRIORITY.sweep));
    }
    // Its other calls may have ended the reconcile before this one was heard of.
    if (this.#standing?.life === operator) await this.#standing.done;
    if (this.#operator.hasDied) this.#operator = this.#start();
  }

  /** What reconciles threw. */
  readonly #errors = new Set<string>();

  readonly #backoff = new Backoff(() => 1, BACKOFF_MS, BACKOFF_MS.max);

  /** Reconciles until the table asks for nothing more, so many times at most. Answers whether it came to that. */
  async settles(passesMax: number): Promise<boolean> {
    for (let pass = 0; pass < passesMax; pass += 1) {
      if (!(await this.#needsWork())) return true;
      await this.pass();
    }
    return false;
  }

  /** What a plan that does not settle waits for. */
  async unsettled(): Promise<string> {
    const { machine, report } = await this.world.status();
    const errors = [...this.#errors].join('; ');
    return `never settled: in ${machine.value}, waiting for ${report.waitingFor}; ${errors}`;
  }

  #needsWork(): Promise<boolean> {
    return this.#operator.reconciler.needsWork(PLAN).catch((error: unknown) => {
      if (!(error instanceof ProcessDied)) this.#errors.add(String(error));
      if (this.#operator.hasDied) this.#operator = this.#start();
      return true;
    });
  }
}

/** Plays a scenario with these faults, until the plan has settled. */
export async function simulate(scenario: Scenario, faults: readonly Fault[], variant?: Variant): Promise<Simulated> {
  const simulation = await Simulation.create(scenario, faults, variant);
  const { world } = simulation;
  const isSettled = await simulation.settles(PASSES_MAX);
  const wrong = [
    ...world.referee.breaches,
    ...world.traffic.tally.failed.map((one) => `a user's request failed: ${one}`),
  ];
  if (!isSettled) wrong.push(await simulation.unsettled());
  const end = isSettled ? await endOf(world) : [];
  await world.close();
  return { wrong, end, calls: simulation.faults.calls, reconciles: simulation.reconciles };
}
