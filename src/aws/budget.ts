import type { CallPriority } from './callContext.ts';

/** A token bucket: `burst` calls at once, `perSecond` sustained. Real time. */
interface Limit {
  burst: number;
  perSecond: number;
}

/**
 * What we allow ourselves, per API family, of what AWS allows the account (rows E31, E71, W7): the account has other users, and
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
  'elasticloadbalancing/read': { burst: 100, perSecond: 30 },
  'elasticloadbalancing/write': { burst: 40, perSecond: 10 },
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

/** Whether an operation only reads, by AWS's own naming. */
export const isReading = (operation: string): boolean => /^(Describe|List|Get|Discover)/.test(operation);

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
/** Throttling halves a family's rate, down to this part of the published one; each success wins back a little. */
const RATE_FLOOR = 0.05;
const RATE_RECOVERY = 0.02;

interface Bucket {
  tokens: number;
  refilledAt: number;
  /** 0…1: how much of the published rate we dare to use. */
  rate: number;
}

export interface BudgetOptions {
  /** Milliseconds of a real clock that never jumps. Default `performance.now`. */
  monotonicMs?: () => number;
  /** Real time. Default a timer. */
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

  /** Waits until one call of the family may be made, and counts it. Answers how long that took, milliseconds. */
  async take(family: Family, priority: CallPriority): Promise<number> {
    const { burst, perSecond } = LIMITS[family];
    const reserved = priority === 'rollback' ? 0 : burst * ROLLBACK_SHARE;
    let waitedMs = 0;
    for (;;) {
      const bucket = this.#refilled(family);
      const patient = priority !== 'rollback' || waitedMs < ROLLBACK_WAIT_MS_MAX;
      if (bucket.tokens - 1 >= reserved || !patient) {
        bucket.tokens -= 1;
        return waitedMs;
      }
      const missing = reserved + 1 - bucket.tokens;
      const untilRefillMs = Math.max(1, Math.ceil((missing / (perSecond * bucket.rate)) * 1000));
      const waitMs = priority === 'rollback' ? Math.min(untilRefillMs, ROLLBACK_WAIT_MS_MAX - waitedMs) : untilRefillMs;
      await this.#sleep(waitMs);
      waitedMs += waitMs;
    }
  }

  /** AWS throttled a call of the family: go slower. What was saved up is gone, but for what rollback may need. */
  throttled(family: Family): void {
    const bucket = this.#refilled(family);
    bucket.rate = Math.max(RATE_FLOOR, bucket.rate / 2);
    bucket.tokens = Math.min(bucket.tokens, LIMITS[family].burst * ROLLBACK_SHARE);
  }

  succeeded(family: Family): void {
    const bucket = this.#refilled(family);
    bucket.rate = Math.min(1, bucket.rate + RATE_RECOVERY);
  }

  #refilled(family: Family): Bucket {
    const { burst, perSecond } = LIMITS[family];
    const now = this.#monotonicMs();
    const bucket = this.#buckets.get(family) ?? { tokens: burst, refilledAt: now, rate: 1 };
    this.#buckets.set(family, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.refilledAt) / 1000) * perSecond * bucket.rate);
    bucket.refilledAt = now;
    return bucket;
  }
}
