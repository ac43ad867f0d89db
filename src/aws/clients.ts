import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { ServiceDiscoveryClient } from '@aws-sdk/client-servicediscovery';
import type { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { Log } from '../reconciler/ports.ts';
import type { CredentialsProvider } from './assumedRole.ts';
import type { Budget } from './budget.ts';
import { familyOf } from './budget.ts';
import { createDirectClient, type Direct } from './directClient.ts';
import { createManners, type Manners } from './manners.ts';
import { Reader, type ReaderOptions } from './reads/reader.ts';
import { createRetryStrategy } from './retry.ts';

/** How long one attempt of one call may take, real time. A lease must cover it before a mutating call is sent. */
const REQUEST_TIMEOUT_MS = 8_000;
const CONNECTION_TIMEOUT_MS = 3_000;
/**
 * Connections to one API at a time: more than calls can be under way by their budget while each takes its whole time, so that a rollback's never waits
 * for one that reads hold. The SDK's default is 50.
 */
const SOCKETS_MAX = 500;
/** Attempts in total. Three, the SDK's default, are not enough where others share the account's quota (row K1). */
const ATTEMPTS_MAX = 5;

export interface ClientOptions {
  /** Where AWS answers; for the lab. Default AWS's own endpoints. */
  endpoint?: string;
  region: string;
  /** Answers requests in process instead of over the network. */
  requestHandler?: NonNullable<ECSClientConfig['requestHandler']>;
  /** Does every call itself, in place of the SDK: no client of it is made. */
  direct?: Direct;
  /** Default the SDK's own chain: environment, profile, container, instance. */
  credentials?: NonNullable<ECSClientConfig['credentials']> & Partial<Pick<CredentialsProvider, 'refused'>>;
  log: Log;
  budget: Budget;
  /** How long one attempt of one call may take, real time. Default 8 s. A lease must cover it. */
  requestTimeoutMs?: number;
  /** Default 5. */
  attemptsMax?: number;
  /** Jitter of the back-off. Default `Math.random`. */
  random?: () => number;
  /** Hears of every attempt of every call; for metrics. */
  onCall?: (api: string, outcome: 'ok' | 'fail' | 'unknown', throttled: boolean) => void;
  /** Goes around every call; for traces. */
  traced?: <T>(api: string, action: () => Promise<T>) => Promise<T>;
  /** How plans read together. */
  reads?: ReaderOptions;
}

/** The SDK's clients with one set of manners: timeouts, budget, back-off, fence, log, counters. */
export interface AwsClients {
  region: string;
  /** What the plans of this process read together; `undefined` in front of no AWS. */
  reader?: Reader;
  ecs: ECSClient;
  /** Loaded when first asked for: everything else works without the package's client ever being made. */
  appMesh(): Promise<AppMeshClient>;
  /** Loaded when first asked for, as few verbs ask. */
  ec2(): Promise<EC2Client>;
  /** Loaded when first asked for. */
  serviceQuotas(): Promise<ServiceQuotasClient>;
  /** Loaded when first asked for, as few plans name a topic. */
  sns(): Promise<SNSClient>;
  /** Loaded when first asked for. */
  eventBridge(): Promise<EventBridgeClient>;
  serviceDiscovery: ServiceDiscoveryClient;
  elbv2: ElasticLoadBalancingV2Client;
  autoScaling: ApplicationAutoScalingClient;
  cloudWatch: CloudWatchClient;
  sts: STSClient;
  /** Attempts made so far, by API (`ecs:DescribeServices`). */
  calls: Readonly<Record<string, number>>;
  /** Attempts that AWS throttled, by API. */
  throttles: Readonly<Record<string, number>>;
  destroy(): void;
}

/** Errors are the SDK's own, each remembered with its call's name; {@link ./errors.ts | `translated`} turns them into ours. */
export function createClients(options: ClientOptions): AwsClients {
  const calls: Record<string, number> = {};
  const throttles: Record<string, number> = {};
  const onChange = { told: () => {} };
  const onThrottled = (api: string) => {
    throttles[api] = (throttles[api] ?? 0) + 1;
    options.budget.throttled(familyOf(api));
  };
  const attemptsMax = options.attemptsMax ?? ATTEMPTS_MAX;
  const retryStrategy = createRetryStrategy({
    attemptsMax,
    log: options.log,
    random: options.random ?? Math.random,
    onThrottled,
  });
  const config = {
    region: options.region,
    retryStrategy,
    maxAttempts: attemptsMax,
    requestHandler: options.requestHandler ?? {
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: SOCKETS_MAX },
      httpsAgent: { maxSockets: SOCKETS_MAX },
    },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };

  const manners = createManners(
    {
      ...options,
      onChange: () => onChange.told(),
      onWait: (api, ms) => clients.reader?.held(api, ms),
    },
    calls,
  );
  const { direct } = options;
  const made = <Client extends { middlewareStack: object }>(service: string, make: () => Client): Client => {
    // Of an SDK client, whose type has private members, the operator uses no more than this one has.
    if (direct !== undefined) return createDirectClient(service, manners, direct) as unknown as Client;
    const client = make();
    // Every client's stack has the same shape; only the types of what flows through differ.
    const stack = client.middlewareStack as ECSClient['middlewareStack'];
    addManners(service, stack, manners);
    if (options.credentials?.refused !== undefined) tellRefusals(stack, options.credentials.refused);
    return client;
  };

  const disableHostPrefix = options.endpoint !== undefined;
  const atHand = [
    made('ecs', () => new ECSClient(config)),
    made('servicediscovery', () => new ServiceDiscoveryClient({ ...config, disableHostPrefix })),
    made('elasticloadbalancing', () => new ElasticLoadBalancingV2Client(config)),
    made('application-autoscaling', () => new ApplicationAutoScalingClient(config)),
    made('cloudwatch', () => new CloudWatchClient({ ...config, disableRequestCompression: true })),
    made('sts', () => new STSClient(config)),
  ] as const;
  const [ecs, serviceDiscovery, elbv2, autoScaling, cloudWatch, sts] = atHand;
  const loaded: Promise<{ destroy(): void }>[] = [];
  const lazily = <Client extends { destroy(): void; middlewareStack: object }>(
    service: string,
    load: () => Promise<() => Client>,
  ): (() => Promise<Client>) => {
    let loading: Promise<Client> | undefined;
    return () => {
      if (loading === undefined) {
        loading = load().then((make) => made(service, make));
        loaded.push(loading);
      }
      return loading;
    };
  };
  const appMesh = lazily('appmesh', async () => {
    const { AppMeshClient } = await import('@aws-sdk/client-app-mesh');
    return () => new AppMeshClient(config);
  });
  const ec2 = lazily('ec2', async () => {
    const { EC2Client } = await import('./ec2.ts');
    return () => new EC2Client(config);
  });
  const serviceQuotas = lazily('servicequotas', async () => {
    const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
    return () => new ServiceQuotasClient(config);
  });
  const sns = lazily('sns', async () => {
    const { SNSClient } = await import('@aws-sdk/client-sns');
    return () => new SNSClient(config);
  });
  const eventBridge = lazily('events', async () => {
    const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
    return () => new EventBridgeClient(config);
  });
  const clients: AwsClients = {
    region: options.region,
    ecs,
    serviceDiscovery,
    elbv2,
    autoScaling,
    cloudWatch,
    sts,
    calls,
    throttles,
    appMesh,
    ec2,
    serviceQuotas,
    sns,
    eventBridge,
    destroy: () => {
      for (const client of atHand) client.destroy();
      for (const client of loaded) void client.then((one) => one.destroy());
    },
  };
  const reader = new Reader(clients, options.budget, options.reads ?? {});
  onChange.told = () => reader.changed();
  return Object.assign(clients, { reader });
}

/** Tells of every attempt that AWS answered with an error, and whose it was. */
function tellRefusals(stack: ECSClient['middlewareStack'], refused: CredentialsProvider['refused']): void {
  stack.addRelativeTo(
    <Args, Result>(next: (args: Args) => Promise<Result>, context: { __smithy_context?: Record<string, unknown> }) =>
      async (args: Args): Promise<Result> => {
        try {
          return await next(args);
        } catch (error) {
          const accessKeyId = signerOf(context);
          if (accessKeyId !== undefined) refused(accessKeyId, error);
          throw error;
        }
      },
    { relation: 'after', toMiddleware: 'meshliftAttempt', name: 'meshliftRefused' },
  );
}

/** The access key that a call is signed with, once the SDK has asked for it. */
function signerOf(context: { __smithy_context?: Record<string, unknown> }): string | undefined {
  const scheme = context.__smithy_context?.['selectedHttpAuthScheme'] as
    | { identity?: { accessKeyId?: string } }
    | undefined;
  return scheme?.identity?.accessKeyId;
}

function addManners(service: string, stack: ECSClient['middlewareStack'], manners: Manners): void {
  stack.add(
    (next, context) => (args) =>
      manners.call(`${service}:${String(context.commandName).replace(/Command$/, '')}`, () => next(args)),
    { step: 'initialize', name: 'meshliftCall', priority: 'high' },
  );
  // Inside the SDK's retries.
  stack.addRelativeTo(
    <Args, Result extends { output: { $metadata: { requestId?: string | undefined } } }>(
      next: (args: Args) => Promise<Result>,
    ) =>
      (args: Args): Promise<Result> =>
        manners.attempt(
          () => next(args),
          (result) => result.output.$metadata.requestId,
        ),
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'meshliftAttempt' },
  );
  // Next to the network: nothing comes in between that waits for anything.
  stack.add(
    (next) => (args) => {
      manners.send();
      return next(args);
    },
    { step: 'deserialize', name: 'meshliftSend', priority: 'low' },
  );
}
