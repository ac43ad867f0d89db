import type { MachineState } from '../../../src/machines/record.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import { isBackward, isReversible, mayCarryGreenWeight } from '../../../src/machines/classify.ts';
import { Reconciler } from '../../../src/reconciler/reconcile.ts';
import { oneWorld } from '../../../src/reconciler/ports.ts';
import type { Next } from '../../../src/reconciler/schedule.ts';
import { DEFAULT_SETTINGS } from '../../../src/reconciler/settings.ts';
import { SILENT } from '../operator/operatorProcess.ts';
import { lookAt, type Look } from './look.ts';
import { portTo, ruleFor } from './port.ts';
import { isItsEnd, type Mutation, OperatorLife } from './process.ts';
import { Referee } from './referee.ts';
import { isOriginal, ORIGINAL, type Rule, Scene } from './scene.ts';
import { seams } from './seams.ts';
import { hashOf, manifestOf, PLAN, type PlanKind, SHOP, SHOP_WITH_WORKER } from './shop.ts';
import { storeOn, Table } from './table.ts';

const SETTINGS = { ...DEFAULT_SETTINGS, tickMs: 30_000, refusedMs: 20_000, quietWindowMs: 60_000 };
const CALL_MS_MAX = 8_000;
const BACKOFF_MS = 1_000;

interface Operator {
  life: OperatorLife;
  reconciler: Reconciler;
}

/** One plan, real operators, and a small AWS, watched at every call. */
export class Stage {
  readonly scene = new Scene();
  readonly table: Table;
  readonly referee = new Referee();
  readonly visited = new Set<MachineState>();
  operator: Operator;
  readonly #manifests: Record<'paused' | 'running', Record<string, unknown>>;
  readonly #shop: EstateExport;
  #operators = 0;
  #ruleByUs: Rule = { ...ORIGINAL };
  #isDisturbed = false;

  constructor(plan: PlanKind) {
    this.#shop = plan.cutover === 'none' ? SHOP : SHOP_WITH_WORKER;
    this.#manifests = { paused: manifestOf(plan, true), running: manifestOf(plan, false) };
    this.table = new Table(this.#manifests.running);
    this.operator = this.#start();
  }

  /** One reconcile by whoever has the turn, and the time that it asks to wait. */
  async reconcile(): Promise<void> {
    const next = await this.#turnOf(this.operator);
    if (this.operator.life.hasDied) this.replaceOperator();
    if (next?.kind !== 'again') this.scene.pass(waitOf(next));
  }

  /** An incident in the middle of the next reconcile. */
  interruptNext(call: number, incident: () => Promise<void>): void {
    this.operator.life.interruption = {
      call,
      happen: async () => {
        this.#isDisturbed = true;
        await incident();
      },
    };
  }

  /** A new process: what the old one remembered is lost, and its calls reach nobody any more. */
  replaceOperator(): void {
    this.operator.life.hasDied = true;
    this.operator = this.#start();
  }

  /** Whoever has the turn stands still for so long; another takes turns, and keeps them where it got the plan. */
  async letOtherTakeOver(ms: number): Promise<void> {
    const other = this.#start();
    await this.#turnOf(other);
    this.scene.pass(ms);
    const taken = await this.#turnOf(other);
    if (taken?.kind === 'quarantined') {
      this.scene.pass(taken.realMs);
      await this.#turnOf(other);
    }
    await this.#turnOf(other);
    if (this.table.item?.lease.holder === other.life.name) this.operator = other;
  }

  setPaused(isPaused: boolean): void {
    this.table.manifest = this.#manifests[isPaused ? 'paused' : 'running'];
  }

  /** Blue is not the plan's to take away yet, or is taken back. */
  isBlueWanted(): boolean {
    const state = this.table.status?.machine.value;
    return state === undefined || isReversible(state) || isBackward(state);
  }

  /** A person undoes what others made of the rule: where the plan stands still over it, or cannot read it as its own. */
  putRuleBack(): void {
    const { machine } = this.table.status ?? {};
    if (machine === undefined || isBackward(machine.value)) return;
    const { rule } = this.scene;
    // What a way back has left to whom it belongs is no part of the next attempt, which begins with the rule as it was recorded.
    if (machine.value.startsWith('inventory.')) {
      this.scene.rule = { ...ORIGINAL };
      return;
    }
    // Without green in the rule nobody finds it healthy, and before the ramp nobody but us may give it weight: the plan waits.
    const isTakenOut = isOriginal(rule) && (machine.value === 'verify' || mayCarryGreenWeight(machine.value));
    const isAhead = machine.value === 'verify' && (rule.green ?? 0) > 0;
    if (machine.value !== 'halted' && !rule.isForeign && !isTakenOut && !isAhead) return;
    const { adoptedWeight } = machine.context;
    this.scene.rule =
      machine.value === 'halted' && typeof adoptedWeight === 'number'
        ? ruleFor({ kind: 'split', greenWeight: adoptedWeight })
        : { ...this.#ruleByUs };
  }

  async #turnOf({ life, reconciler }: Operator): Promise<Next | undefined> {
    const begin = this.#look();
    life.begin();
    this.#begun.set(life, { begin, calls: [] });
    this.#isDisturbed = false;
    const isAlone = life.fault === undefined && life.failedRead === undefined;
    let next: Next | undefined;
    try {
      next = await reconciler.reconcile(PLAN);
    } catch (error) {
      if (!isItsEnd(error)) throw error;
    }
    life.fault = undefined;
    life.failedRead = undefined;
    const end = this.#look();
    if (end.state !== undefined) this.visited.add(end.state);
    this.referee.tick({
      begin,
      end,
      isClean: isAlone && next !== undefined && next.kind !== 'quarantined' && !this.#isDisturbed,
      isHolder: next !== undefined && this.table.item?.lease.holder === life.name,
      calls: this.#begun.get(life)?.calls ?? [],
    });
    return next;
  }

  readonly #begun = new Map<OperatorLife, { begin: Look; calls: Mutation[] }>();

  #start(): Operator {
    const name = `op-${(this.#operators += 1)}`;
    const { scene, table } = this;
    let before = this.#look();
    const life: OperatorLife = new OperatorLife(name, scene, {
      before: () => {
        before = this.#look();
      },
      after: (mutation) => {
        const begun = this.#begun.get(life);
        if (begun === undefined) return;
        begun.calls.push(mutation);
        if (scene.rule !== before.rule) this.#ruleByUs = scene.rule;
        this.referee.call(before, mutation, this.#look(), { begin: begun.begin, life });
      },
    });
    const port = portTo(scene, life, this.#shop);
    let tokens = 0;
    const reconciler = new Reconciler({
      store: storeOn(table, scene, life),
      worlds: oneWorld(seams.breakage.port?.(port, scene) ?? port),
      channels: { longestMs: 0, send: async () => {} },
      scoped: (scope, work) => {
        life.scope = scope;
        return work();
      },
      callMsMax: CALL_MS_MAX,
      timers: { set: () => ({ cancel: () => {} }) },
      monotonicMs: () => scene.now,
      clock: { now: () => scene.now, realMs: (ms) => ms },
      settings: SETTINGS,
      log: SILENT,
      name,
      newUid: () => `uid-${(tokens += 1)}-of-${name}`,
      hashSpec: hashOf,
    });
    return { life, reconciler };
  }

  #look(): Look {
    return lookAt(this.scene, this.table);
  }
}

/** How long a reconcile asks to wait; plan time here is real time. */
function waitOf(next: Next | undefined): number {
  switch (next?.kind) {
    case 'after':
      return next.delayMs;
    case 'quarantined':
      return next.realMs;
    default:
      return BACKOFF_MS;
  }
}
