import { assess } from '../assess/assess.ts';
import { buildStack } from '../assess/stack.ts';
import { isBackward, isSettled, mayFollow } from '../machines/classify.ts';
import { decide, type Decision } from '../machines/decide.ts';
import { phaseOf } from '../machines/intent.ts';
import type { PlanEvent, PlanStatus } from '../machines/record.ts';
import { acceptSpec, asksForRetry, isVanished, refusalOfReach, type Acceptance } from './acceptance.ts';
import { act } from './act.ts';
import type { Acted } from './acts/acting.ts';
import { claimedByOther, ruleClaimsOf } from './claims.ts';
import { withContested, writtenBefore } from './contested.ts';
import { Deadline } from './deadline.ts';
import { fencedStore } from './fencedStore.ts';
import { floorsOf, withFloors } from './floors.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { leasedStore } from './leasedStore.ts';
import { messagesOf } from '../notify/messages.ts';
import { newStatus, nextStatus, refusedStatus } from './nextStatus.ts';
import type { PlanSpec } from '../plan/model.ts';
import { failureDeeds, LAST_WORD_MS, noticeChange } from './notices.ts';
import { Notifier } from './notifier.ts';
import type { Observation } from './observe/observation.ts';
import { observe } from './observe/observe.ts';
import { RecordVersionError } from './ports.ts';
import type {
  Acquisition,
  CallScope,
  Clock,
  Log,
  Notice,
  NotifyChannels,
  MonotonicClock,
  PlanRequests,
  PlanStore,
  SpecItem,
  World,
  Worlds,
} from './ports.ts';
import { Quarantine } from './quarantine.ts';
import { PRIORITY, realTimers, type Timers } from './queue.ts';
import { emptyMemory, type Memory, type Run } from './run.ts';
import { rescueDeeds } from './rescueTelling.ts';
import { nextAfter, priorityOf, type Next } from './schedule.ts';
import type { Settings } from './settings.ts';
import { admitShared } from './sharedGreen.ts';
import {
  acceptanceDeeds,
  changedGates,
  driftDeeds,
  gateDeeds,
  lateRequestDeeds,
  sourceDeeds,
  transitionDeeds,
  type Deed,
} from './telling.ts';

export interface ReconcilerOptions {
  store: PlanStore;
  worlds: Worlds;
  channels: NotifyChannels;
  /** Runs `work` so that every AWS call made in it, directly or not, has this scope. */
  scoped: <T>(scope: CallScope, work: () => Promise<T>) => Promise<T>;
  /** Real. How much lease a mutating call must find left: its own longest time. */
  callMsMax: number;
  /** Real. How often the lease is renewed while a reconcile is under way. Default 10 s. */
  renewEveryMs?: number;
  /** Default real timers. */
  timers?: Timers;
  /** The clock that leases are measured on. */
  monotonicMs: MonotonicClock;
  clock: Clock;
  settings: Settings;
  log: Log;
  /** The operator's own name, on events and leases. */
  name: string;
  newUid: () => string;
  hashSpec: (spec: unknown) => string;
  /** Hears of each plan that was taken over from another operator, for metrics. */
  onTakeOver?: () => void;
}

/** How far a plan has come. */
export interface PlanProgress {
  plan: string;
  state: Decision['to'];
  /** When it was last looked at and its status written, on the clock that leases are measured on. */
  lookedAtMs: number;
}

const RENEW_EVERY_MS = 10_000;
/** What one pass over a plan goes by. */
interface Pass {
  run: Run;
  keeper: LeaseKeeper;
  /** What is written through it is written while the lease covers one more call. */
  store: PlanStore;
  acceptance: Acceptance;
  scope: CallScope;
  /** What happened before the plan was looked at. */
  events: readonly PlanEvent[];
  /** What is still to be told of earlier passes. */
  waiting: readonly Notice[];
}

/** The status as it was written, when, and how much is still to be told. */
interface Persisted {
  status: PlanStatus;
  at: number;
  left: number;
}

/**
 * One plan, one pass: observe → decide → persist → act. A key is all it is given, and everything it knows is read again.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #memories = new Map<string, Memory>();
  readonly #keepers = new Map<string, LeaseKeeper>();
  readonly #progress = new Map<string, Omit<PlanProgress, 'plan'>>();
  readonly #quarantine: Quarantine;
  #reconciles = 0;
  /** Sends what reconciles have written down to be told. */
  readonly notifier: Notifier;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#quarantine = new Quarantine(options.callMsMax, options.monotonicMs);
    this.notifier = new Notifier(options);
  }

  /**
   * Gives every lease back, so that another operator goes on at once. One that the table does not take back runs out, and so does that of a plan
   * in quarantine. What is being told is told
   * before, since it is told under a lease.
   */
  async release(): Promise<void> {
    await this.notifier.stop();
    for (const [name, keeper] of this.#keepers) {
      this.#keepers.delete(name);
      // What was given up may still be under way, and is not waited for.
      if (keeper.deadline.isOver) continue;
      // Nor is the last call of the operator before: a lease that runs out has whoever takes it over wait, one that is free has not.
      if (this.#quarantine.look(name).kind === 'wait') continue;
      await keeper.stop();
      try {
        await this.#options.store.release(keeper.lease);
      } catch (error) {
        this.#options.log.warn({ plan: name, err: String(error) }, 'releaseFailed');
      }
    }
  }

  /** Names of the plans that this operator holds. */
  held(): string[] {
    return [...this.#keepers].flatMap(([name, { lease }]) => (lease.covers(0) ? [name] : []));
  }

  /** How far each plan has come that this operator holds, by name. */
  progress(): PlanProgress[] {
    return this.held()
      .flatMap((plan) => {
        const known = this.#progress.get(plan);
        return known === undefined ? [] : [{ plan, ...known }];
      })
      .toSorted((one, other) => (one.plan < other.plan ? -1 : 1));
  }

  async reconcile(name: string, deadline = new Deadline()): Promise<Next> {
    try {
      return await this.#reconcile(name, deadline);
    } catch (error) {
      if (!(error instanceof RecordVersionError) || error.plan !== name) throw error;
      // Its lease is not taken, so that an operator of that version goes on at once.
      this.#letGo(name);
      const { log, settings } = this.#options;
      log.error({ plan: name, err: error.message }, 'refusedRecord');
      return { kind: 'after', delayMs: settings.refusedMs, priority: PRIORITY.sweep };
    }
  }

  async #reconcile(name: string, deadline: Deadline): Promise<Next> {
    const { clock, log } = this.#options;
    const store = fencedStore(this.#options.store, deadline);
    const specItem = await store.readSpec(name);
    if (specItem === undefined && (await store.readStatus(name)) === undefined) return this.#vanished(name);
    const acquired = await store.acquire(name, () => newStatus(this.#options.newUid(), clock.now()));
    if (acquired.kind === 'held') {
      this.#letGo(name);
      log.debug({ plan: name, heldBy: acquired.by }, 'heldByOther');
      const delayMs = this.#options.settings.tickMs;
      return { kind: 'after', delayMs, priority: PRIORITY.sweep, heldBy: acquired.by };
    }
    // Where another had the plan in between, it may have recorded anew what this process knew of it.
    if (this.#keepers.get(name)?.lease.epoch !== acquired.lease.epoch) this.#memories.delete(name);
    const keeper = new LeaseKeeper(
      store,
      acquired.lease,
      deadline,
      this.#options.renewEveryMs ?? RENEW_EVERY_MS,
      this.#options.timers ?? realTimers,
    );
    this.#keepers.set(name, keeper);
    try {
      return await this.#hold(name, keeper, acquired, specItem);
    } finally {
      await keeper.stop();
    }
  }

  /** What is done with a plan while its lease is ours. */
  async #hold(
    name: string,
    keeper: LeaseKeeper,
    acquired: Extract<Acquisition, { kind: 'acquired' }>,
    specItem: SpecItem | undefined,
  ): Promise<Next> {
    const { clock, log } = this.#options;
    const { epoch } = keeper.lease;
    const events: PlanEvent[] = [];
    if (acquired.tookOverFrom !== undefined) {
      this.#quarantine.begin(name, { from: acquired.tookOverFrom, epoch });
      log.info({ plan: name, uid: acquired.status.uid, from: acquired.tookOverFrom, epoch }, 'takenOver');
      this.#options.onTakeOver?.();
    }
    const quarantine = this.#quarantine.look(name);
    if (quarantine.kind === 'wait') {
      return { kind: 'quarantined', realMs: quarantine.realMs, priority: priorityOf(acquired.status.machine.value) };
    }
    if (quarantine.kind === 'over') {
      const message = `from ${quarantine.from}; epoch ${quarantine.epoch}`;
      events.push(this.#event('Normal', 'TakenOver', message));
    }
    const { hashSpec, worlds } = this.#options;
    const acceptance = acceptSpec(acquired.status, specItem, { hash: hashSpec, worlds, now: clock.now() });
    events.push(...this.#eventsOf(acceptanceDeeds(acquired.status, acceptance)));
    this.#logAcceptance(name, acceptance);
    const { notices } = acquired;
    const settledAway = await this.#finalise(name, keeper, acceptance.status, specItem?.requests ?? {}, notices);
    if (settledAway) return this.#forget(name);
    const { spec } = acceptance.status;
    if (spec === null) return this.#refuse(keeper, acceptance, events);
    // The record may have been made by an operator that was allowed more, or by no operator at all.
    const far = isSettled(acceptance.status.machine.value) ? undefined : refusalOfReach(spec, worlds);
    if (far !== undefined) {
      events.push(...this.#tellOutOfReach(name, acceptance, far));
      return this.#leave(keeper, { ...acceptance, refused: far }, spec, events, notices);
    }
    const run = await this.#run(name, acceptance.status, specItem?.requests ?? {}, !isVanished(specItem));
    return this.#pass(keeper, acceptance, run, events, notices);
  }

  async #pass(
    keeper: LeaseKeeper,
    acceptance: Acceptance,
    run: Run,
    events: readonly PlanEvent[],
    waiting: readonly Notice[],
  ): Promise<Next> {
    const { settings } = this.#options;
    const store = leasedStore(keeper, this.#options.callMsMax);
    const { plan: name, uid } = run.owner;
    this.#reconciles += 1;
    const turn = this.#reconciles;
    const reconcileId = `${this.#options.name}-${turn}`;
    const scope = this.#scopeOf(run, keeper, { turn, reconcileId });
    const pass: Pass = { run, keeper, store, acceptance, scope, events, waiting };
    const observation = await this.#observe(pass, reconcileId);
    const decision = decide(run.status.machine, observation.facts, run.spec);
    await this.#recordEstate(pass, decision, observation);
    if (decision.moved) this.#logTransition(pass, decision);
    const persisted = await this.#persist(pass, decision, observation);
    this.#progress.set(name, { state: decision.to, lookedAtMs: this.#options.monotonicMs() });
    const { acted, left } = await this.#act(pass, decision, observation, persisted);
    if (left > 0) this.notifier.tell({ plan: name, uid, lease: keeper.lease, channels: run.spec.notify });
    if (isSettled(decision.to)) {
      await store.releaseClaims(name, uid);
      // What is still to be told is told under the lease.
      if (left > 0) return { kind: 'after', delayMs: settings.tickMs, priority: PRIORITY.sweep };
      await keeper.stop();
      await keeper.store.release(keeper.lease);
      this.#letGo(name);
    }
    return nextAfter(run.memory, decision, acted, settings);
  }

  #scopeOf(run: Run, keeper: LeaseKeeper, { turn, reconcileId }: { turn: number; reconcileId: string }): CallScope {
    const { owner, status } = run;
    return {
      beforeMutation: () => keeper.check(this.#options.callMsMax),
      priority: callPriorityIn(status.machine.value, isOnTheWayBack(run)),
      turn,
      plan: owner.plan,
      logFields: { ...owner, reconcileId, epoch: keeper.lease.epoch, ...whereabouts(status.machine.value) },
      underWay: keeper.deadline.underWay,
    };
  }

  /** What of blue's scaling is Meshlift's follows from the load on the record, before the decision and after it. */
  #worldAt(run: Run, { context }: PlanStatus['machine']): World {
    return withFloors(
      this.#options.worlds.of(run.owner, run.spec.access),
      floorsOf(run.spec, run.groundwork, context.load),
    );
  }

  async #observe({ run, keeper, store, scope }: Pass, reconcileId: string): Promise<Observation> {
    const { clock, settings, log } = this.#options;
    const { owner, status, memory, spec } = run;
    if (status.machine.value === 'inventory.assess') {
      const claims = ruleClaimsOf(spec);
      const targets = claims.map((claim) => claim.target);
      memory.heldByOthers = claimedByOther(claims, await store.heldByOthers(owner.plan, targets));
    }
    keeper.deadline.enter('what it observes');
    const look = { plan: owner.plan, id: reconcileId, epoch: keeper.lease.epoch };
    const observation = await this.#options.scoped(isOnTheWayBack(run) ? scope : { ...scope, look }, () =>
      observe(run, this.#worldAt(run, status.machine), clock, settings, log),
    );
    await admitShared(run, store, observation);
    return observation;
  }

  /** The estate is on the record before anything is done that goes by it. */
  async #recordEstate(pass: Pass, decision: Decision, observation: Observation): Promise<void> {
    const { run, keeper, store } = pass;
    const { inventory } = observation;
    if (inventory !== undefined) {
      run.groundwork = inventory;
      run.memory.groundwork = inventory;
      if (decision.to === 'inventory.preflight') {
        await store.writeEstate(run.owner.plan, run.owner.uid, inventory.estate);
      }
    }
    await this.#refreeze(run, keeper, decision, observation);
  }

  /** Status, events and what is to be told, in one write under the lease. */
  async #persist(pass: Pass, decision: Decision, observation: Observation): Promise<Persisted> {
    const { run, keeper, acceptance, events, waiting } = pass;
    const { plan: name } = run.owner;
    const { notify } = run.spec;
    const at = this.#options.clock.now();
    const transition = this.#eventsOf(decision.moved ? transitionDeeds(decision, observation.facts, run) : []);
    const found = this.#eventsOf(this.#findings(pass, decision, observation));
    const { tickMs } = this.#options.settings;
    const status = withContested(
      nextStatus(run, acceptance, decision, observation, { now: at, tickMs }),
      run.memory,
      at,
    );
    const others = [...events, ...found];
    const messages = messagesOf({ plan: name, at, before: acceptance.status, after: status, transition, others });
    const told = noticeChange(waiting, notify, messages, at);
    const failures = failureDeeds(run.memory.verdicts, notify, this.notifier.failures(name));
    const undelivered = this.#eventsOf([...told.deeds, ...failures]);
    keeper.deadline.enter('the write of its status');
    await keeper.write(status, [...events, ...transition, ...found, ...undelivered], told.notices);
    return { status, at, left: told.left };
  }

  /** What of that which was observed people are told. A verdict that changed is logged too. */
  #findings({ run, scope }: Pass, decision: Decision, observation: Observation): Deed[] {
    const { memory, spec, status } = run;
    const deeds = [
      ...lateRequestDeeds(memory, decision.from, observation.facts),
      ...sourceDeeds(status.conditions, observation),
      ...rescueDeeds(decision, observation, spec.strategy === 'rescue'),
      ...driftDeeds(status.conditions, observation, decision),
    ];
    for (const changed of changedGates(memory, observation.gates)) {
      const { name: gate, verdict, why } = changed.gate;
      this.#options.log.info({ ...scope.logFields, gate, verdict, why }, 'verdict');
      deeds.push(...gateDeeds(changed, decision.from));
    }
    return deeds;
  }

  /** Carries out what was persisted, and writes down what was done. */
  async #act(
    { run, keeper, store, scope }: Pass,
    { to, machine, moved }: Decision,
    observation: Observation,
    persisted: Persisted,
  ): Promise<{ acted: Acted; left: number }> {
    const { clock, log, settings } = this.#options;
    const { status, at, left } = persisted;
    keeper.deadline.enter('what it does');
    const acted = await this.#options.scoped(
      {
        ...scope,
        priority: callPriorityIn(to, isBackward(to)),
        logFields: { ...scope.logFields, ...whereabouts(to) },
      },
      () => {
        const world = this.#worldAt(run, machine);
        return act({ run, world, store, clock, log, settings, machine, moved, observation });
      },
    );
    if (acted.deeds.length === 0) return { acted, left };
    const others = this.#eventsOf(acted.deeds);
    const { plan } = run.owner;
    const messages = messagesOf({ plan, at, before: status, after: status, transition: [], others });
    const told = noticeChange([], run.spec.notify, messages, at);
    await keeper.write(withContested(status, run.memory, clock.now()), others, told.notices);
    return { acted, left: left + told.left };
  }

  /** What green follows is on the record before anything is done about it: whoever holds the plan next renders the same from it. */
  async #refreeze(run: Run, keeper: LeaseKeeper, { to }: Decision, { followed }: Observation): Promise<void> {
    if (followed === undefined || !mayFollow(to)) return;
    await leasedStore(keeper, this.#options.callMsMax).writeEstate(run.owner.plan, run.owner.uid, followed.estate);
    run.groundwork = followed;
    run.memory.groundwork = followed;
    run.memory.seen = undefined;
    for (const { kind, id } of followed.stack.resources) if (kind === 'taskDefinition') run.memory.resolved.delete(id);
  }

  /** Whether the table asks for anything: a cheap look, for plans that nothing else will wake. */
  async needsWork(name: string): Promise<boolean> {
    const { store, hashSpec } = this.#options;
    const [spec, item] = [await store.readSpec(name), await store.readStatus(name)];
    if (item === undefined) return spec !== undefined;
    if (!isSettled(item.status.machine.value)) return true;
    // Claims and lease are given back after the last write: a lease that is still held was left by a process that died there.
    if (item.lease.holder !== '') return true;
    if (item.notices.length > 0) return true;
    if (spec?.requests.delete !== undefined) return true;
    if (spec === undefined || isVanished(spec))
      return !item.status.conditions.some(({ reason }) => reason === 'SpecVanished');
    return asksForRetry(item.status, spec.requests) || hashSpec(spec.manifest) !== item.status.observedSpecHash;
  }

  async #run(name: string, status: PlanStatus, requests: PlanRequests, hasSpec: boolean): Promise<Run> {
    const spec = status.spec;
    if (spec === null) throw new Error(`Plan ${name} runs on no spec.`);
    const key = `${status.uid}/${status.attempt}/${status.generation}`;
    let memory = this.#memories.get(name);
    if (memory === undefined || memory.key !== key) {
      memory = { ...emptyMemory(key), written: writtenBefore(status, key) };
      this.#memories.set(name, memory);
    }
    if (memory.groundwork === undefined && status.machine.value !== 'inventory.assess') {
      const estate = await this.#options.store.readEstate(name, status.uid);
      if (estate !== undefined) {
        const plan = { name, spec };
        const assessment = assess(plan, estate);
        memory.groundwork = { estate, assessment, stack: buildStack(plan, estate, assessment, status.attempt) };
      }
    }
    return {
      owner: { plan: name, uid: status.uid },
      spec,
      hasSpec,
      status,
      requests,
      groundwork: memory.groundwork,
      memory,
    };
  }

  async #refuse(keeper: LeaseKeeper, acceptance: Acceptance, events: PlanEvent[]): Promise<Next> {
    const { clock, settings } = this.#options;
    await keeper.write(refusedStatus(acceptance, clock.now()), events);
    return { kind: 'after', delayMs: settings.refusedMs, priority: PRIORITY.sweep };
  }

  /** A plan out of reach stays where it is; whom it concerns is told by the channels of the spec that it went by. */
  async #leave(
    keeper: LeaseKeeper,
    acceptance: Acceptance,
    { notify }: PlanSpec,
    events: readonly PlanEvent[],
    waiting: readonly Notice[],
  ): Promise<Next> {
    const { clock, settings } = this.#options;
    const at = clock.now();
    const before = acceptance.status;
    const after = refusedStatus(acceptance, at);
    const { plan } = keeper.lease;
    const { uid } = before;
    const messages = messagesOf({ plan, at, before, after, transition: [], others: events });
    const told = noticeChange(waiting, notify, messages, at);
    await keeper.write(after, [...events, ...this.#eventsOf(told.deeds)], told.notices);
    if (told.left > 0) this.notifier.tell({ plan, uid, lease: keeper.lease, channels: notify });
    return { kind: 'after', delayMs: settings.refusedMs, priority: PRIORITY.sweep };
  }

  /** A deletion that was asked for is carried out once the plan is settled, or when it never began. */
  async #finalise(
    name: string,
    keeper: LeaseKeeper,
    status: PlanStatus,
    requests: PlanRequests,
    waiting: readonly Notice[],
  ): Promise<boolean> {
    if (requests.delete === undefined) return false;
    const untouched = status.spec === null || status.machine.value === 'inventory.assess';
    if (!untouched && !isSettled(status.machine.value)) return false;
    // Its end is news, and goes with the record: it has a little time to be told.
    const now = this.#options.clock.now();
    if (waiting.some(({ message }) => now - message.at < LAST_WORD_MS)) return false;
    await leasedStore(keeper, this.#options.callMsMax).releaseClaims(name, status.uid);
    await keeper.stop();
    await keeper.store.remove(keeper.lease);
    this.#options.log.info({ plan: name, uid: status.uid }, 'deleted');
    return true;
  }

  /** Nothing is remembered of what is not ours to drive: an operator outlives thousands of plans. */
  #letGo(name: string): void {
    this.#memories.delete(name);
    this.#progress.delete(name);
    this.#options.worlds.forget(name);
    this.#keepers.delete(name);
    this.#quarantine.forget(name);
  }

  /** Its record is gone, which is how a plan ends that was deleted in order; one that was under way here was not. */
  #vanished(name: string): Next {
    const known = this.#progress.get(name);
    // One that another operator has taken over may have been deleted there, in order.
    const isOurs = this.#keepers.get(name)?.lease.covers(0) === true;
    if (known !== undefined && isOurs) this.#options.log.error({ plan: name, state: known.state }, 'recordVanished');
    return this.#forget(name);
  }

  #forget(name: string): Next {
    this.#letGo(name);
    this.notifier.forget(name);
    return { kind: 'settled' };
  }

  #event(type: PlanEvent['type'], reason: PlanEvent['reason'], message: string): PlanEvent {
    return { at: this.#options.clock.now(), type, reason, message, from: this.#options.name };
  }

  #logAcceptance(plan: string, { status, accepted, refused }: Acceptance): void {
    const fields = { plan, uid: status.uid, generation: status.generation };
    if (accepted) this.#options.log.info(fields, 'accepted');
    if (refused !== undefined) this.#options.log.debug({ ...fields, ...refused }, 'refused');
  }

  /** That a plan is left where it is, perhaps with traffic on green, is said as loudly as can be, once. */
  #tellOutOfReach(
    plan: string,
    { status, refused }: Acceptance,
    { reason, message }: NonNullable<Acceptance['refused']>,
  ): PlanEvent[] {
    if (status.conditions.some((condition) => condition.type === 'Ready' && condition.message === message)) return [];
    this.#options.log.error({ plan, uid: status.uid, state: status.machine.value, reason, why: message }, 'outOfReach');
    // Of the spec in the table it was told already.
    return refused?.message === message ? [] : [this.#event('Warning', 'Refused', message)];
  }

  #logTransition({ scope }: Pass, { from, to, event, machine }: Decision): void {
    const why = machine.context.backwardBecause?.message;
    this.#options.log.info({ ...scope.logFields, ...whereabouts(to), from, to, event, why }, 'transition');
  }

  #eventsOf(deeds: readonly Deed[]): PlanEvent[] {
    return deeds.map(({ type, reason, message }) => this.#event(type, reason, message));
  }
}

/** Who has asked to go back does not wait for the budget of those that go on. */
const isOnTheWayBack = ({ status, requests }: Run): boolean =>
  isBackward(status.machine.value) || requests.abort !== undefined || requests.delete !== undefined;

/** One of the user's words, and the exact state. */
const whereabouts = (state: Decision['to']) => ({ phase: phaseOf(state), state });

/** Who takes green away has its traffic on blue, and time: it would spend what is saved up for those who have not. */
const callPriorityIn = (state: Decision['to'], isBack: boolean): CallScope['priority'] =>
  isBack && state !== 'backward.dismantle' ? 'rollback' : 'normal';
