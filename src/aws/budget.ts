import type { CallPriority } from './callContext.ts';

/** A token bucket: `burst` calls at once, `perSecond` sustained. AWS's time. */
interface Limit {
  burst: number;
  perSecond: number;
}

/**
 * What we allow ourselves, per API family, of what AWS allows the account (rows E31, E71, L26, W7): the account has other users, and
 * ECS's own deployment alarms poll `DescribeAlarms` on the same quota (row E45). Families whose limits AWS does not publish have
 * a careful guess; real throttling lowers any of them at run time.
 */
const LIMITS = {
  'ecs/cluster-read': { burst: 50, perSecond: 20 },
  'ecs/service-read': { burst: 100, perSecond: 20 },
  'ecs/service-write': { burst: 50, perSecond: 5 },
  'ecs/task-definition-read': { burst: 50, perSecond: 20 },
  'ecs/task-definition-write': { burst: 20, perSecond: 1 },
  'ecs/task': { burst: 20, perSecond: 20 },
  'ecs/tag': { burst: 20, perSecond: 10 },
  'elasticloadbalancing/read': { burst: 40, perSecond: 10 },
  'elasticloadbalancing/write': { burst: 20, perSecond: 5 },
  'servicediscovery/read': { burst: 60, perSecond: 20 },
  'servicediscovery/write': { burst: 20, perSecond: 5 },
  'application-autoscaling/read': { burst: 40, perSecond: 10 },
  'application-autoscaling/write': { burst: 20, perSecond: 5 },
  'cloudwatch/alarms': { burst: 9, perSecond: 6 },
  'cloudwatch/metrics': { burst: 50, perSecond: 25 },
  'appmesh/read': { burst: 60, perSecond: 20 },
  'appmesh/write': { burst: 20, perSecond: 5 },
  'ec2/read': { burst: 50, perSecond: 10 },
  'servicequotas/read': { burst: 10, perSecond: 2 },
  'sns/write': { burst: 20, perSecond: 10 },
  'events/write': { burst: 20, perSecond: 10 },
  'sts/read': { burst: 20, perSecond: 10 },
} as const satisfies Record<string, Limit>;

export type Family = keyof typeof LIMITS;

/** Whether an operation changes nothing that anybody could see, by AWS's own naming; a session that is begun is none's but the caller's. */
export const isReading = (operation: string): boolean => /^(Describe|List|Get|Discover|Assume)/.test(operation);

/** The bucket that an API (`ecs:DescribeServices`) draws from. */
export function familyOf(api: string): Family {
  const [service = '', operation = ''] = api.split(':');
  const kind = isReading(operation) ? 'read' : 'write';
  switch (service) {
    case 'ecs':
      if (/Tag(s|Resource)/.test(operation)) return 'ecs/tag';
      if (operation.includes('TaskDefinition')) return `ecs/task-definition-${kind}`;
      if (operation.includes('Cluster')) return 'ecs/cluster-read';
      if (operation.includes('Service')) return `ecs/service-${kind}`;
      return 'ecs/task';
    case 'cloudwatch':
      return operation.includes('Alarm') ? 'cloudwatch/alarms' : 'cloudwatch/metrics';
    case 'elasticloadbalancing':
    case 'servicediscovery':
    case 'application-autoscaling':
    case 'appmesh':
      return `${service}/${kind}`;
    case 'ec2':
    case 'servicequotas':
      return `${service}/read`;
    case 'sns':
    case 'events':
      return `${service}/write`;
    default:
      return 'sts/read';
  }
}

/** Part of every bucket that only rollback may empty. */
const ROLLBACK_SHARE = 0.2;
/** Rollback asks AWS itself rather than wait longer than this for our own bucket. */
const ROLLBACK_WAIT_MS_MAX = 250;
/** From so much of what nobody saves up for rollback, there is plenty. */
const PLENTY = 0.5;
/** Throttling halves a family's rate, down to this part of the published one; each success wins back a little. */
const RATE_FLOOR = 0.05;
const RATE_RECOVERY = 0.02;

interface Bucket {
  tokens: number;
  refilledAt: number;
  /** 0…1: how much of the published rate we dare to use. */
  rate: number;
  waits: number;
  waitedMs: number;
  /** Who waits, but for rollback, in the order in which they came. */
  line: Waiter[];
  /** Somebody sees to it that the line is served. */
  isServed: boolean;
}

interface Waiter {
  /** Who has the smallest goes first. It may become smaller while it waits. */
  turn: () => number;
  sinceMs: number;
  serve: (waitedMs: number) => void;
}

const nobodys = (): number => 0;

/** How one family stands. */
export interface FamilyState {
  family: Family;
  /** Calls that could be made at once, rollback's share included; below 0 where rollback has gone ahead. */
  tokens: number;
  /** Calls a second that we allow ourselves now: less than usual after throttling. */
  perSecond: number;
  /** Calls that had to wait so far, and how long they did together, milliseconds. */
  waits: number;
  waitedMs: number;
}

export interface BudgetOptions {
  /** Milliseconds of AWS's time on a clock that never jumps; in a lab whose time is scaled they are shorter than real ones. Default `performance.now`. */
  monotonicMs?: () => number;
  /** In the time of `monotonicMs`. Default a real timer. */
  sleep?: (ms: number) => Promise<void>;
}

/** The calls that we may make. One for the whole process: the quota is the account's. */
export class Budget {
  readonly #buckets = new Map<Family, Bucket>();
  readonly #monotonicMs: () => number;
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(options: BudgetOptions = {}) {
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /**
   * Waits until one call of the family may be made, and counts it. Of those who wait, who has the smallest turn is served first, and of these who came
   * first; but for rollback, which waits behind nobody. Answers how long that took, milliseconds.
   *
   * @param turn looked at whenever somebody is served. Default 0
   */
  async take(family: Family, priority: CallPriority, turn: () => number = nobodys): Promise<number> {
    const bucket = this.#refilled(family);
    const waitedMs = await (priority === 'rollback'
      ? this.#draw(family, { reserved: 0, patienceMs: ROLLBACK_WAIT_MS_MAX })
      : this.#drawInTurn(family, turn));
    if (waitedMs > 0) bucket.waits += 1;
    bucket.waitedMs += waitedMs;
    return waitedMs;
  }

  async #drawInTurn(family: Family, turn: () => number): Promise<number> {
    const bucket = this.#refilled(family);
    if (bucket.line.length === 0 && bucket.tokens - 1 >= reservedOf(family)) {
      bucket.tokens -= 1;
      return 0;
    }
    const served = new Promise<number>((serve) => bucket.line.push({ turn, sinceMs: bucket.refilledAt, serve }));
    if (!bucket.isServed) void this.#serve(family, bucket);
    return served;
  }

  async #serve(family: Family, bucket: Bucket): Promise<void> {
    bucket.isServed = true;
    while (bucket.line.length > 0) {
      await this.#draw(family, { reserved: reservedOf(family), patienceMs: Number.POSITIVE_INFINITY });
      const next = firstOf(bucket.line);
      bucket.line = bucket.line.filter((one) => one !== next);
      next?.serve(this.#monotonicMs() - next.sinceMs);
    }
    bucket.isServed = false;
  }

  /** Answers for how long it slept, milliseconds. */
  async #draw(family: Family, { reserved, patienceMs }: { reserved: number; patienceMs: number }): Promise<number> {
    const { perSecond } = LIMITS[family];
    let sleptMs = 0;
    for (;;) {
      const bucket = this.#refilled(family);
      if (bucket.tokens - 1 >= reserved || sleptMs >= patienceMs) {
        // What rollback has asked beyond it is not for others to wait out without end: AWS says itself what it has no room for.
        bucket.tokens = Math.max(bucket.tokens - 1, -LIMITS[family].burst);
        return sleptMs;
      }
      const missing = reserved + 1 - bucket.tokens;
      const untilRefillMs = Math.max(1, Math.ceil((missing / (perSecond * bucket.rate)) * 1000));
      const sleepMs = Math.min(untilRefillMs, patienceMs - sleptMs);
      await this.#sleep(sleepMs);
      sleptMs += sleepMs;
    }
  }

  /** Whether a call that can be done without may be made: what is left, after those who wait now, is for those that cannot. */
  hasPlenty(family: Family): boolean {
    const { burst } = LIMITS[family];
    const { tokens, rate, line } = this.#refilled(family);
    const reserved = reservedOf(family);
    return rate === 1 && line.length === 0 && tokens >= reserved + (burst - reserved) * PLENTY;
  }

  /** The families that were drawn on so far. */
  state(): FamilyState[] {
    return [...this.#buckets.keys()].map((family) => {
      const { tokens, rate, waits, waitedMs } = this.#refilled(family);
      return { family, tokens, perSecond: LIMITS[family].perSecond * rate, waits, waitedMs };
    });
  }

  /** AWS throttled a call of the family: go slower. What was saved up is gone, but for what rollback may need. */
  throttled(family: Family): void {
    const bucket = this.#refilled(family);
    bucket.rate = Math.max(RATE_FLOOR, bucket.rate / 2);
    bucket.tokens = Math.min(bucket.tokens, reservedOf(family));
  }

  succeeded(family: Family): void {
    const bucket = this.#refilled(family);
    bucket.rate = Math.min(1, bucket.rate + RATE_RECOVERY);
  }

  #refilled(family: Family): Bucket {
    const { burst, perSecond } = LIMITS[family];
    const now = this.#monotonicMs();
    const bucket = this.#buckets.get(family) ?? {
      tokens: burst,
      refilledAt: now,
      rate: 1,
      waits: 0,
      waitedMs: 0,
      line: [],
      isServed: false,
    };
    this.#buckets.set(family, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.refilledAt) / 1000) * perSecond * bucket.rate);
    bucket.refilledAt = now;
    return bucket;
  }
}

/** What of a family's burst is left for rollback. */
const reservedOf = (family: Family): number => LIMITS[family].burst * ROLLBACK_SHARE;

/** The waiter with the smallest turn; of those with the same the one that came first. */
function firstOf(line: readonly Waiter[]): Waiter | undefined {
  const turns = line.map(({ turn }) => turn());
  return line[turns.indexOf(Math.min(...turns))];
}
