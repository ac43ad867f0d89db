import { AwsError } from './errors.ts';
import type { Faults } from './faults.ts';
import type { ServiceId } from './services/service.ts';

/** A token bucket's size and how fast it fills, in calls and calls per second. */
export interface Rate {
  burst: number;
  perSecond: number;
}

/** API calls that share one bucket, of one service. */
export interface Family {
  name: string;
  rate: Rate;
  operations: readonly string[];
}

/**
 * The families with published or remembered rates: rows E31 and E71 for ECS, W7 for CloudWatch (which publishes a rate and
 * no burst; a second's worth is taken). Calls in no family share {@link OTHER_READS} or {@link OTHER_WRITES} of their service.
 */
export const FAMILIES: Readonly<Partial<Record<ServiceId, readonly Family[]>>> = {
  ecs: [
    family('cluster read', 50, 20, 'DescribeClusters', 'ListClusters'),
    family(
      'task definition write',
      20,
      1,
      'RegisterTaskDefinition',
      'DeregisterTaskDefinition',
      'DeleteTaskDefinitions',
    ),
    family(
      'task definition read',
      50,
      20,
      'DescribeTaskDefinition',
      'ListTaskDefinitions',
      'ListTaskDefinitionFamilies',
    ),
    family('task read', 20, 20, 'DescribeTasks', 'DescribeContainerInstances'),
    family('task run and stop', 100, 40, 'RunTask', 'StartTask', 'StopTask'),
    family(
      'service read',
      100,
      20,
      'DescribeServices',
      'ListServices',
      'ListServicesByNamespace',
      'DescribeServiceDeployments',
      'ListServiceDeployments',
      'DescribeServiceRevisions',
    ),
    family('service write', 50, 5, 'CreateService', 'UpdateService', 'DeleteService'),
    family('tag write', 20, 10, 'TagResource', 'UntagResource'),
  ],
  cloudwatch: [
    family('DescribeAlarms', 9, 9, 'DescribeAlarms'),
    family('PutMetricAlarm', 3, 3, 'PutMetricAlarm'),
    family('PutCompositeAlarm', 3, 3, 'PutCompositeAlarm'),
    family('GetMetricData', 50, 50, 'GetMetricData'),
    family('ListMetrics', 25, 25, 'ListMetrics'),
  ],
};

/** ELBv2's reads are published (row L26). AWS publishes nothing for the others; they are guessed to be like them. */
export const OTHER_READS: Rate = { burst: 40, perSecond: 10 };
export const OTHER_WRITES: Rate = { burst: 20, perSecond: 5 };

/** Which code and status each service throttles with (rows E71, L26, W7, K2). */
export const REFUSALS: Readonly<Record<ServiceId, { code: string; status: number }>> = {
  ecs: { code: 'ThrottlingException', status: 400 },
  'application-auto-scaling': { code: 'ThrottlingException', status: 400 },
  'app-mesh': { code: 'TooManyRequestsException', status: 429 },
  servicediscovery: { code: 'RequestLimitExceeded', status: 400 },
  'elastic-load-balancing-v2': { code: 'Throttling', status: 400 },
  cloudwatch: { code: 'Throttling', status: 400 },
  sts: { code: 'Throttling', status: 400 },
  ec2: { code: 'RequestLimitExceeded', status: 503 },
  iam: { code: 'Throttling', status: 400 },
  'cloudwatch-logs': { code: 'ThrottlingException', status: 400 },
  'service-quotas': { code: 'TooManyRequestsException', status: 400 },
  sns: { code: 'Throttling', status: 400 },
  eventbridge: { code: 'ThrottlingException', status: 400 },
  sqs: { code: 'RequestThrottled', status: 403 },
};

/** How much of the published rates the fault `throttling` leaves. */
export const FAULT_SHARE = 0.25;

/**
 * Token buckets for each API family of the account. Calls are made in real time, so the buckets fill in real time, not the
 * lab's. Off, unless the published rates are asked for or the fault `throttling` is on.
 */
export class Throttle {
  readonly #faults: Faults;
  readonly #realNow: () => number;
  readonly #published: boolean;
  readonly #buckets = new Map<string, { tokens: number; filledAtMs: number }>();

  constructor(options: {
    faults: Faults;
    /** Real time in milliseconds, from any origin. */
    realNow: () => number;
    /** Whether the published rates hold when the fault is off; they do not unless asked for. */
    publishedRates?: boolean;
  }) {
    this.#faults = options.faults;
    this.#realNow = options.realNow;
    this.#published = options.publishedRates ?? false;
  }

  /** Takes one token for a call: the error to answer with where there is none left. */
  take(service: ServiceId, operation: string): AwsError | undefined {
    const share = this.#faults.has('throttling') ? FAULT_SHARE : this.#published ? 1 : undefined;
    if (share === undefined) return undefined;
    const { name, rate } = familyOf(service, operation);
    const burst = Math.max(1, rate.burst * share);
    const key = `${service}/${name}/${share}`;
    const nowMs = this.#realNow();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAtMs: nowMs };
    const filled = bucket.tokens + ((nowMs - bucket.filledAtMs) / 1000) * rate.perSecond * share;
    const tokens = Math.min(burst, filled);
    const granted = tokens >= 1;
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, filledAtMs: nowMs });
    if (granted) return undefined;
    const { code, status } = REFUSALS[service];
    return new AwsError(code, 'Rate exceeded', { status });
  }
}

function family(name: string, burst: number, perSecond: number, ...operations: string[]): Family {
  return { name, rate: { burst, perSecond }, operations };
}

function familyOf(service: ServiceId, operation: string): { name: string; rate: Rate } {
  const named = FAMILIES[service]?.find(({ operations }) => operations.includes(operation));
  if (named !== undefined) return named;
  return /^(Describe|List|Get|Discover)/.test(operation)
    ? { name: 'other reads', rate: OTHER_READS }
    : { name: 'other writes', rate: OTHER_WRITES };
}
