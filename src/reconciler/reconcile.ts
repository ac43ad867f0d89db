import { assess } from '../assess/assess.ts';
import { retainedInWords } from '../assess/retained.ts';
import { buildStack } from '../assess/stack.ts';
import { isBackward, isSettled, mayCarryGreenWeight, mayFollow } from '../machines/classify.ts';
import { conditions } from '../machines/conditions.ts';
import { decide, startMachine, UnknownMachineVersionError, type Decision } from '../machines/decide.ts';
import { phaseOf } from '../machines/intent.ts';
import type { PlanEvent, PlanStatus } from '../machines/record.ts';
import { acceptSpec, asksForRetry, isVanished, type Acceptance } from './acceptance.ts';
import { act } from './act.ts';
import { claimedByOther, ruleClaimsOf } from './claims.ts';
import { withContested, writtenBefore } from './contested.ts';
import { floorsOf, withFloors } from './floors.ts';
import { LeaseKeeper } from './leaseKeeper.ts';
import { messagesOf } from '../notify/messages.ts';
import { fitting } from './fitting.ts';
import { failureDeeds, LAST_WORD_MS, noticeChange } from './notices.ts';
import { Notifier } from './notifier.ts';
import type { Observation } from './observe/observation.ts';
import { observe } from './observe/observe.ts';
import type {
  CallScope,
  Clock,
  Log,
  Notice,
  NotifyChannels,
  PlanRequests,
  PlanStore,
  SpecItem,
  World,
} from './ports.ts';
import { PRIORITY, realTimers, type Priority, type Timers } from './queue.ts';
import { emptyReport, report } from './report.ts';
import { emptyMemory, type Memory, type Run } from './run.ts';
import { alarmsAsTheyAre, rescueDeeds } from './rescueTelling.ts';
import type { Settings } from './settings.ts';
import { admitShared } from './sharedGreen.ts';
import {
  acceptanceDeeds,
  changedGates,
  changedWords,
  driftDeeds,
  gateDeeds,
  lateRequestDeeds,
  sourceDeeds,
  transitionDeeds,
  type Deed,
} from './telling.ts';

export interface ReconcilerOptions {
  store: PlanStore;
  world: World;
  channels: NotifyChannels;
  /** Runs `work` so that every AWS call made in it, directly or not, has this scope. */
  scoped: <T>(scope: CallScope, work: () => Promise<T>) => Promise<T>;
  /** Real. How much lease a mutating call must find left: its own longest time. */
  callMsMax: number;
  /** Real. How often the lease is renewed while a reconcile is under way. Default 10 s. */
  renewEveryMs?: number;
  /** Default real timers. */
  timers?: Timers;
  clock: Clock;
  settings: Settings;
  log: Log;
  /** The operator's own name, on events and leases. */
  name: string;
  newUid: () => string;
  hashSpec: (spec: unknown) => string;
}

const RENEW_EVERY_MS = 10_000;
/**
 * So many reconciles in a row may change something and still be where they were. One that goes on after that mends what
 * something else undoes each time: it goes on at the pace of a tick.
 */
const RESTLESS_MAX = 20;

/** When to look again; the return value of a reconcile is its schedule. */
export type Next =
  | { kind: 'after'; delayMs: number; priority: Priority }
  /** Look again at once: something changed. */
  | { kind: 'again'; priority: Priority }
  /** An error: back off. */
  | { kind: 'backoff'; priority: Priority }
  /** Only a change of the table can make work. */
  | { kind: 'settled' };

/**
 * One plan, one pass: observe → decide → persist → act. A key is all it is given, and everything it knows is read again.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #memories = new Map<string, Memory>();
  readonly #keepers = new Map<string, LeaseKeeper>();
  /** Consecutive reconciles that failed, by plan; one may fail before there is any memory of it. */
  readonly #failures = new Map<string, number>();
  #reconciles = 0;
  /** Sends what reconciles have written down to be told. */
  readonly notifier: Notifier;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.notifier = new Notifier(options);
  }

  /**
   * Gives every lease back, so that another operator goes on at once. One that the table does not take back runs out. What is being told is told
   * before, since it is told under a lease.
   */
  async release(): Promise<void> {
    await this.notifier.stop();
    for (const [name, keeper] of this.#keepers) {
      this.#keepers.delete(name);
      await keeper.stop();
      try {
        await this.#options.store.release(keeper.lease);
      } catch (error) {
        this.#options.log.warn({ plan: name, err: String(error) }, 'releaseFailed');
      }
    }
  }

  async reconcile(name: string): Promise<Next> {
    const { store, clock, log } = this.#options;
    const specItem = await store.readSpec(name);
    if (specItem === undefined && (await store.readStatus(name)) === undefined) return this.#forget(name);
    const acquired = await store.acquire(name, () => this.#newStatus(clock.now()));
    if (acquired.kind === 'held') {
      this.#keepers.delete(name);
      log.debug({ plan: name, heldBy: acquired.by }, 'heldByOther');
      return { kind: 'after', delayMs: this.#options.settings.tickMs, priority: PRIORITY.sweep };
    }
    const keeper = new LeaseKeeper(
      store,
      acquired.lease,
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
    acquired: { status: PlanStatus; notices: readonly Notice[]; tookOverFrom: string | undefined },
    specItem: SpecItem | undefined,
  ): Promise<Next> {
    const { clock, log } = this.#options;
    const { epoch } = keeper.lease;
    const events: PlanEvent[] = [];
    if (acquired.tookOverFrom !== undefined) {
      // What this process knew of the plan from an earlier time, the other may have recorded anew.
      this.#memories.delete(name);
      events.push(this.#event('Normal', 'TakenOver', `from ${acquired.tookOverFrom}; epoch ${epoch}`));
      log.info({ plan: name, uid: acquired.status.uid, from: acquired.tookOverFrom, epoch }, 'takenOver');
    }
    const acceptance = acceptSpec(acquired.status, specItem, this.#options.hashSpec, clock.now());
    events.push(...acceptanceDeeds(acquired.status, acceptance).map((deed) => this.#eventOf(deed)));
    this.#logAcceptance(name, acceptance);
    const { notices } = acquired;
    const settledAway = await this.#finalise(name, keeper, acceptance.status, specItem?.requests ?? {}, notices);
    if (settledAway) return this.#forget(name);
    if (acceptance.status.spec === null) return this.#refuse(keeper, acceptance, events);
    return this.#pass(name, keeper, acceptance, specItem?.requests ?? {}, !isVanished(specItem), events, notices);
  }

  async #pass(
    name: string,
    keeper: LeaseKeeper,
    acceptance: Acceptance,
    requests: PlanRequests,
    hasSpec: boolean,
    events: PlanEvent[],
    waiting: readonly Notice[],
  ): Promise<Next> {
    const { store, clock, log, settings } = this.#options;
    const { status } = acceptance;
    const reconcileId = `${this.#options.name}-${++this.#reconciles}`;
    const run = await this.#run(name, status, requests, hasSpec);
    if (status.machine.value === 'inventory.assess') {
      const claims = ruleClaimsOf(run.spec);
      const targets = claims.map((claim) => claim.target);
      run.memory.heldByOthers = claimedByOther(claims, await store.heldByOthers(name, targets));
    }
    /** What of blue's scaling is Meshlift's follows from the load on the record, before the decision and after it. */
    const worldAt = ({ context }: PlanStatus['machine']) =>
      withFloors(this.#options.world, floorsOf(run.spec, run.groundwork, context.load));
    const scope: CallScope = {
      beforeMutation: () => keeper.check(this.#options.callMsMax),
      priority: isBackward(status.machine.value) ? 'rollback' : 'normal',
      logFields: { plan: name, uid: status.uid, reconcileId, epoch: keeper.lease.epoch },
    };
    const observation = await this.#options.scoped(scope, () =>
      observe(run, worldAt(status.machine), clock, settings, log),
    );
    await admitShared(run, store, observation);
    let decision: Decision;
    try {
      decision = decide(status.machine, observation.facts, run.spec);
    } catch (error) {
      if (!(error instanceof UnknownMachineVersionError)) throw error;
      log.error({ plan: name, uid: status.uid, err: error.message }, 'refusedRecord');
      return { kind: 'after', delayMs: settings.refusedMs, priority: PRIORITY.sweep };
    }
    if (observation.inventory !== undefined) {
      run.groundwork = observation.inventory;
      run.memory.groundwork = observation.inventory;
      if (decision.to === 'inventory.preflight') {
        await store.writeEstate(name, status.uid, observation.inventory.estate);
      }
    }
    await this.#refreeze(run, keeper, decision, observation);
    const transition: PlanEvent[] = [];
    if (decision.moved) {
      transition.push(...transitionDeeds(decision, observation.facts, run).map((deed) => this.#eventOf(deed)));
      log.info(
        {
          plan: name,
          uid: status.uid,
          reconcileId,
          epoch: keeper.lease.epoch,
          phase: phaseOf(decision.to),
          from: decision.from,
          to: decision.to,
          event: decision.event,
          why: decision.machine.context.backwardBecause?.message,
        },
        'transition',
      );
    }
    const deeds = [
      ...lateRequestDeeds(run.memory, decision.from, observation.facts),
      ...sourceDeeds(status.conditions, observation),
      ...rescueDeeds(decision, observation, run.spec.strategy === 'rescue'),
      ...driftDeeds(status.conditions, observation, decision),
    ];
    for (const changed of changedGates(run.memory, observation.gates)) {
      const { name: gate, verdict, why } = changed.gate;
      log.info({ ...scope.logFields, gate, verdict, why }, 'verdict');
      deeds.push(...gateDeeds(changed, decision.from));
    }
    const others = [...events, ...deeds.map((deed) => this.#eventOf(deed))];
    const next = withContested(this.#nextStatus(run, acceptance, decision, observation), run.memory, clock.now());
    const { notify } = run.spec;
    const change = { plan: name, at: clock.now(), before: status, after: next };
    const told = noticeChange(waiting, notify, messagesOf({ ...change, transition, others }), change.at);
    const undelivered = [...told.deeds, ...failureDeeds(run.memory.verdicts, notify, this.notifier.failures(name))].map(
      (deed) => this.#eventOf(deed),
    );
    await keeper.write(next, [...events, ...transition, ...others.slice(events.length), ...undelivered], told.notices);
    const acted = await this.#options.scoped(
      {
        ...scope,
        priority: isBackward(decision.to) ? 'rollback' : 'normal',
        logFields: { ...scope.logFields, phase: phaseOf(decision.to) },
      },
      () =>
        act({
          run,
          world: worldAt(decision.machine),
          store,
          clock,
          log,
          settings,
          machine: decision.machine,
          moved: decision.moved,
          observation,
        }),
    );
    let { left } = told;
    if (acted.deeds.length > 0) {
      const acts = acted.deeds.map((deed) => this.#eventOf(deed));
      const messages = messagesOf({ ...change, before: next, transition: [], others: acts });
      const { notices, left: more } = noticeChange([], notify, messages, change.at);
      await keeper.write(withContested(next, run.memory, clock.now()), acts, notices);
      left += more;
    }
    if (left > 0) this.notifier.tell({ plan: name, uid: status.uid, lease: keeper.lease, channels: notify });
    if (isSettled(decision.to)) {
      await store.releaseClaims(name, status.uid);
      // What is still to be told is told under the lease.
      if (left > 0) return { kind: 'after', delayMs: settings.tickMs, priority: PRIORITY.sweep };
      await keeper.stop();
      await store.release(keeper.lease);
      this.#keepers.delete(name);
    }
    return this.#schedule(run, decision, acted.progress, acted.failed);
  }

  /** What green follows is on the record before anything is done about it: whoever holds the plan next renders the same from it. */
  async #refreeze(run: Run, keeper: LeaseKeeper, { to }: Decision, { followed }: Observation): Promise<void> {
    if (followed === undefined || !mayFollow(to)) return;
    keeper.check(this.#options.callMsMax);
    await this.#options.store.writeEstate(run.owner.plan, run.owner.uid, followed.estate);
    run.groundwork = followed;
    run.memory.groundwork = followed;
    run.memory.seen = undefined;
    for (const { kind, id } of followed.stack.resources) if (kind === 'taskDefinition') run.memory.resolved.delete(id);
  }

  #schedule(run: Run, decision: Decision, progress: boolean, failed: boolean): Next {
    const { settings } = this.#options;
    const priority = priorityOf(decision.to);
    if (isSettled(decision.to)) return { kind: 'settled' };
    if (failed) {
      this.noteFailure(run.owner.plan);
      return { kind: 'backoff', priority };
    }
    this.#failures.delete(run.owner.plan);
    run.memory.restless = progress && !decision.moved ? run.memory.restless + 1 : 0;
    const isRestless = run.memory.restless > RESTLESS_MAX;
    if (decision.moved || (progress && !isRestless)) return { kind: 'again', priority };
    const delayMs = decision.to === 'inventory.assess' ? settings.refusedMs : settings.tickMs;
    return { kind: 'after', delayMs, priority };
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

  /** Consecutive failures of a plan, for the back-off. */
  failures(name: string): number {
    return this.#failures.get(name) ?? 0;
  }

  /** An error that no act had foreseen. */
  noteFailure(name: string): void {
    this.#failures.set(name, this.failures(name) + 1);
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

  #nextStatus(run: Run, acceptance: Acceptance, decision: Decision, observation: Observation): PlanStatus {
    const { clock, settings } = this.#options;
    const { status } = acceptance;
    const { machine } = decision;
    const told = report(machine, { ...run, status }, observation);
    const { refused } = acceptance;
    const isHeld = refused?.reason === 'SpecVanished' && !isBackward(machine.value) && !isSettled(machine.value);
    return fitting({
      ...status,
      machine,
      conditions: conditions(status.conditions, machine, {
        facts: observation.facts,
        refused: acceptance.refused,
        greenHealthy: observation.greenHealthy,
        blueHealthy: observation.blueHealthy,
        alarms: alarmsAsTheyAre(observation),
        changed: changedWords(observation),
        source: observation.source,
        sourceChange: observation.sourceChange,
        waived: run.spec.strategy === 'rescue' ? observation.waived : undefined,
        retained: told.blueRetained === undefined ? undefined : retainedInWords(told.blueRetained),
      }),
      report: isHeld ? { ...told, waitingFor: refused.message } : told,
      nextCheckAt: isSettled(machine.value) ? null : clock.now() + settings.tickMs,
    });
  }

  /** A spec that never was valid: nothing runs, the condition says why. */
  async #refuse(keeper: LeaseKeeper, acceptance: Acceptance, events: PlanEvent[]): Promise<Next> {
    const { clock, settings } = this.#options;
    const { status, refused } = acceptance;
    const now = clock.now();
    const message = refused?.message ?? 'no spec was accepted yet';
    const before = status.conditions.find((condition) => condition.type === 'Ready');
    await keeper.write(
      {
        ...status,
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            reason: refused?.reason ?? 'NotAccepted',
            message,
            since: before?.status === 'False' ? before.since : now,
          },
        ],
        report: emptyReport(message),
      },
      events,
    );
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
    await this.#options.store.releaseClaims(name, status.uid);
    await keeper.stop();
    await this.#options.store.remove(keeper.lease);
    this.#options.log.info({ plan: name, uid: status.uid }, 'deleted');
    return true;
  }

  #forget(name: string): Next {
    this.#memories.delete(name);
    this.#keepers.delete(name);
    this.#failures.delete(name);
    this.notifier.forget(name);
    return { kind: 'settled' };
  }

  #newStatus(now: number): PlanStatus {
    return {
      uid: this.#options.newUid(),
      generation: 0,
      observedSpecHash: '',
      spec: null,
      attempt: 1,
      createdAt: now,
      machine: startMachine(now),
      conditions: [],
      report: emptyReport('the operator'),
      nextCheckAt: now,
    };
  }

  #event(type: PlanEvent['type'], reason: PlanEvent['reason'], message: string): PlanEvent {
    return { at: this.#options.clock.now(), type, reason, message, from: this.#options.name };
  }

  #logAcceptance(plan: string, { status, accepted, refused }: Acceptance): void {
    const fields = { plan, uid: status.uid, generation: status.generation };
    if (accepted) this.#options.log.info(fields, 'accepted');
    if (refused !== undefined) this.#options.log.debug({ ...fields, ...refused }, 'refused');
  }

  #eventOf(deed: Deed): PlanEvent {
    return this.#event(deed.type, deed.reason, deed.message);
  }
}

function priorityOf(state: Decision['to']): Priority {
  if (isBackward(state)) return PRIORITY.rollback;
  if (mayCarryGreenWeight(state)) return PRIORITY.ramp;
  if (state === 'provision' || state === 'verify') return PRIORITY.verify;
  return PRIORITY.inventory;
}
