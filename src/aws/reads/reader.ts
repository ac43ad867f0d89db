import type { MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { Service } from '@aws-sdk/client-ecs';
import type { Rule, TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import { type Budget, familyOf } from '../budget.ts';
import { callContext, type Look, turnNow } from '../callContext.ts';
import type { AwsClients } from '../clients.ts';
import type { SeenAlarm } from '../gates/alarms.ts';
import { alarmKind } from './alarms.ts';
import { ruleKind } from './listeners.ts';
import { type Floor, Looks } from './looks.ts';
import { metricKind, type MetricQuestion } from './metricData.ts';
import { CONFIGURATION_TICKS, Remembered, REMEMBERED_TICKS } from './remembered.ts';
import { scalableTargetKind } from './scalableTargets.ts';
import { serviceKind, type ServiceName } from './services.ts';
import { type Answer, type Common, type Kind, SharedRead } from './sharedRead.ts';
import { tagKind, targetGroupKind, type TargetGroupName } from './targetGroups.ts';

export interface ReaderOptions {
  /** Real milliseconds. Default 10 s: how old an answer may be when a look begins. */
  tickMs?: number;
  /** Default `performance.now`. */
  monotonicMs?: () => number;
  /** AWS's time, milliseconds since the epoch. Default `Date.now`. */
  nowMs?: () => number;
  /** Real. For how long a question waits for others to go with. Default 2 ms. */
  gatherMs?: number;
  /** Hears of every call: how many names went in it. */
  onBatch?: (api: string, size: number) => void;
  /** Hears once of each look that has waited for more than a tick for the budget, last for that of the API. */
  onHeldBack?: (plan: string, api: string, heldMs: number) => void;
  /** Hears of every question: whether an answer was there already. */
  onAnswer?: (api: string, from: 'shared' | 'asked') => void;
}

/** What is asked for one by one, since AWS takes no more in a call, and for how many ticks each is gone by where the budget is spent. */
const ONE_BY_ONE = {
  'elasticloadbalancing:DescribeListeners': REMEMBERED_TICKS,
  'elasticloadbalancing:DescribeTargetHealth': REMEMBERED_TICKS,
  'elasticloadbalancing:DescribeTargetGroupAttributes': CONFIGURATION_TICKS,
  'application-autoscaling:DescribeScalingPolicies': CONFIGURATION_TICKS,
  'application-autoscaling:DescribeScheduledActions': CONFIGURATION_TICKS,
  'application-autoscaling:ListTagsForResource': CONFIGURATION_TICKS,
  'cloudwatch:ListTagsForResource': CONFIGURATION_TICKS,
} as const satisfies Record<string, number>;

export type OneByOne = keyof typeof ONE_BY_ONE;

/**
 * What all plans of this process read of one account and region together. Only looks share ({@link Look}); everything else is asked by whoever
 * wants to know it, and at once: a rollback, what is read before something is changed and after it.
 */
export class Reader {
  readonly services: SharedRead<ServiceName, Service | undefined>;
  readonly alarms: SharedRead<string, SeenAlarm | undefined>;
  readonly rules: SharedRead<string, Rule[]>;
  readonly metrics: SharedRead<MetricQuestion, MetricDataResult[]>;
  readonly targetGroups: SharedRead<TargetGroupName, TargetGroup | undefined>;
  readonly tags: SharedRead<string, { Key?: string | undefined; Value?: string | undefined }[] | undefined>;
  readonly scalableTargets: SharedRead<string, ScalableTarget | undefined>;
  /** The load balancer of each target group, as it was once told. */
  readonly loadBalancers = new Map<string, string>();
  /** AWS's time, milliseconds since the epoch. */
  readonly nowMs: () => number;
  readonly #looks: Looks;
  readonly #common: Common;
  readonly #budget: Budget;
  readonly #oneByOne = new Map<string, Remembered<unknown>>();

  constructor(clients: AwsClients, budget: Budget, options: ReaderOptions) {
    const { tickMs = 10_000, monotonicMs = () => performance.now(), gatherMs = 2 } = options;
    let order = 0;
    this.#budget = budget;
    this.nowMs = options.nowMs ?? Date.now;
    this.#common = {
      tickMs,
      now: monotonicMs,
      nextOrder: () => (order += 1),
      soon: (action) => void (gatherMs === 0 ? setImmediate(action) : setTimeout(action, gatherMs)),
      admitted: (api, turn) => budget.take(familyOf(api), 'normal', turn),
      plans: () => this.#looks.plans,
      onBatch: options.onBatch ?? (() => {}),
      onAnswer: options.onAnswer ?? (() => {}),
    };
    this.#looks = new Looks({
      tickMs,
      now: monotonicMs,
      order: () => order,
      after: (ms, action) => {
        const timer = setTimeout(action, ms).unref();
        return { cancel: () => clearTimeout(timer) };
      },
      onHeldBack: options.onHeldBack ?? (() => {}),
    });
    const shared = <Key, Value>(kind: Kind<Key, Value>) => new SharedRead(kind, this.#common);
    this.services = shared(serviceKind(clients));
    this.alarms = shared(alarmKind(clients));
    this.rules = shared(ruleKind(clients));
    this.metrics = shared(metricKind(clients));
    this.targetGroups = shared(targetGroupKind(clients));
    this.tags = shared(tagKind(clients));
    this.scalableTargets = shared(scalableTargetKind(clients));
  }

  /** The look that is under way; `undefined` where everything is to be asked anew. A rollback shares nothing and waits for nobody. */
  look(): SharedLook | undefined {
    const { look, priority } = callContext();
    return look === undefined || priority === 'rollback' ? undefined : new SharedLook(this, look, this.#looks);
  }

  /** A call that changes something has begun, or is over. */
  changed(): void {
    const { plan } = callContext();
    if (plan !== undefined) this.#looks.changed(plan);
  }

  /** Something is to be done about the plan: a look of it that waits for the budget goes without what it has not asked yet. */
  hurry(plan: string): void {
    this.#looks.hurry(plan);
  }

  /** A call of the look that is under way has waited for the budget. */
  held(api: string, ms: number): void {
    const { look } = callContext();
    if (look !== undefined) this.#looks.waited(look, api, ms);
  }

  /** What is asked for one by one: see {@link Remembered}. */
  async oneByOne<Value>(
    api: OneByOne,
    name: string,
    ask: () => Promise<Value>,
    options?: Parameters<Remembered<Value>['read']>[3],
  ): Promise<Value> {
    const { look, priority } = callContext();
    const isShared = look !== undefined && priority !== 'rollback';
    if (!isShared) return ask();
    const remembered = (this.#oneByOne.get(api) ??
      new Remembered(
        api,
        this.#common,
        () => this.#budget.hasPlenty(familyOf(api)),
        ONE_BY_ONE[api],
      )) as Remembered<Value>;
    this.#oneByOne.set(api, remembered);
    const floor = this.#looks.floorOf(look);
    const value = await remembered.read(
      name,
      ask,
      { floor, changedBefore: this.#looks.changedBefore(look) },
      { ...options, patience: this.#looks.patienceOf(look), turn: turnNow() },
    );
    this.#looks.given(look);
    return value;
  }
}

/** One look's share in what all of them read. */
export class SharedLook {
  readonly reader: Reader;
  readonly #look: Look;
  readonly #looks: Looks;

  constructor(reader: Reader, look: Look, looks: Looks) {
    this.reader = reader;
    this.#look = look;
    this.#looks = looks;
  }

  get floor(): Floor {
    return this.#looks.floorOf(this.#look);
  }

  async load<Key, Value>(from: SharedRead<Key, Value>, key: Key): Promise<Value> {
    return (await this.answer(from, key, this.floor)).value;
  }

  /** {@link SharedRead.load} with another floor than the look's own. */
  async answer<Key, Value>(
    from: SharedRead<Key, Value>,
    key: Key,
    floor: Floor,
    known?: 'newest' | 'oldest',
  ): Promise<Answer<Value>> {
    const answer = await from.load(key, floor, {
      known,
      patience: this.#looks.patienceOf(this.#look),
      turn: turnNow(),
    });
    this.#looks.given(this.#look);
    return answer;
  }
}
