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
import type { Budget } from './budget.ts';
import { familyOf, isReading } from './budget.ts';
import { callContext, currentCall, runCall } from './callContext.ts';
import { codeOf, isThrottling, outcomeOf, rememberCall, requestIdOf } from './errors.ts';
import { createRetryStrategy } from './retry.ts';

/** How long one attempt of one call may take, real time. A lease must cover it before a mutating call is sent. */
const REQUEST_TIMEOUT_MS = 8_000;
const CONNECTION_TIMEOUT_MS = 3_000;
/** Attempts in total. Three, the SDK's default, are not enough where others share the account's quota (row K1). */
const ATTEMPTS_MAX = 5;

/** A wait for our own budget from this long on is a line in the log. */
const LONG_WAIT_MS = 1_000;

export interface ClientOptions {
  /** Where AWS answers; for the lab. Default AWS's own endpoints. */
  endpoint?: string;
  region: string;
  /** Answers requests in process instead of over the network. */
  requestHandler?: NonNullable<ECSClientConfig['requestHandler']>;
  /** Default the SDK's own chain: environment, profile, container, instance. */
  credentials?: NonNullable<ECSClientConfig['credentials']>;
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
}

/** The SDK's clients with one set of manners: timeouts, budget, back-off, fence, log, counters. */
export interface AwsClients {
  region: string;
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
    },
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  };

  const instrument = <Client extends { middlewareStack: object }>(service: string, client: Client): Client => {
    // Every client's stack has the same shape; only the types of what flows through differ.
    addManners(service, client.middlewareStack as ECSClient['middlewareStack'], options, calls);
    return client;
  };

  const made = [
    instrument('ecs', new ECSClient(config)),
    instrument(
      'servicediscovery',
      new ServiceDiscoveryClient({ ...config, disableHostPrefix: options.endpoint !== undefined }),
    ),
    instrument('elasticloadbalancing', new ElasticLoadBalancingV2Client(config)),
    instrument('application-autoscaling', new ApplicationAutoScalingClient(config)),
    instrument('cloudwatch', new CloudWatchClient({ ...config, disableRequestCompression: true })),
    instrument('sts', new STSClient(config)),
  ] as const;
  const [ecs, serviceDiscovery, elbv2, autoScaling, cloudWatch, sts] = made;
  const loaded: Promise<{ destroy(): void }>[] = [];
  const lazily = <Client extends { destroy(): void; middlewareStack: object }>(
    service: string,
    load: () => Promise<Client>,
  ): (() => Promise<Client>) => {
    let loading: Promise<Client> | undefined;
    return () => {
      if (loading === undefined) {
        loading = load().then((client) => instrument(service, client));
        loaded.push(loading);
      }
      return loading;
    };
  };
  const appMesh = lazily('appmesh', async () => {
    const { AppMeshClient } = await import('@aws-sdk/client-app-mesh');
    return new AppMeshClient(config);
  });
  const ec2 = lazily('ec2', async () => {
    const { EC2Client } = await import('./ec2.ts');
    return new EC2Client(config);
  });
  const serviceQuotas = lazily('servicequotas', async () => {
    const { ServiceQuotasClient } = await import('@aws-sdk/client-service-quotas');
    return new ServiceQuotasClient(config);
  });
  const sns = lazily('sns', async () => {
    const { SNSClient } = await import('@aws-sdk/client-sns');
    return new SNSClient(config);
  });
  const eventBridge = lazily('events', async () => {
    const { EventBridgeClient } = await import('@aws-sdk/client-eventbridge');
    return new EventBridgeClient(config);
  });
  return {
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
      for (const client of made) client.destroy();
      for (const client of loaded) void client.then((one) => one.destroy());
    },
  };
}

function addManners(
  service: string,
  stack: ECSClient['middlewareStack'],
  options: ClientOptions,
  calls: Record<string, number>,
): void {
  // Around the whole call: gives it a name that the attempts, the back-off and the error's reader all see.
  stack.add(
    (next, context) => (args) => {
      const api = `${service}:${String(context.commandName).replace(/Command$/, '')}`;
      return runCall({ api, attempt: 0 }, async () => {
        try {
          return await next(args);
        } catch (error) {
          rememberCall(error, api);
          throw error;
        }
      });
    },
    { step: 'initialize', name: 'meshliftCall', priority: 'high' },
  );

  // Around each attempt, inside the SDK's retries.
  stack.addRelativeTo(
    <Args, Result extends { output: { $metadata: { requestId?: string | undefined } } }>(
      next: (args: Args) => Promise<Result>,
    ) =>
      async (args: Args): Promise<Result> => {
        const call = currentCall();
        if (call === undefined) return next(args);
        const { api } = call;
        const mutating = !isReading(api.slice(api.indexOf(':') + 1));
        const context = callContext();
        call.attempt += 1;
        const attempt = call.attempt;

        const waitedMs = await options.budget.take(familyOf(api), context.priority ?? 'normal');
        if (waitedMs >= LONG_WAIT_MS) options.log.info({ ...context.logFields, api, attempt, waitedMs }, 'heldBack');
        if (mutating) context.beforeMutation?.(api);

        calls[api] = (calls[api] ?? 0) + 1;
        const startedAt = performance.now();
        const report = (outcome: 'ok' | 'fail' | 'unknown', requestId: string | undefined, error?: unknown) => {
          if (!mutating) return;
          const ms = Math.round(performance.now() - startedAt);
          const failure = error === undefined ? {} : { code: codeOf(error), error: (error as Error).message };
          const fields = { ...context.logFields, awsCall: api, requestId, attempt, ms, outcome, ...failure };
          if (outcome === 'ok') options.log.info(fields, 'awsCall');
          else options.log.warn(fields, 'awsCall');
        };
        try {
          const result = await next(args);
          options.budget.succeeded(familyOf(api));
          report('ok', result.output.$metadata.requestId);
          options.onCall?.(api, 'ok', false);
          return result;
        } catch (error) {
          const outcome = outcomeOf(error);
          report(outcome, requestIdOf(error), error);
          options.onCall?.(api, outcome, isThrottling(error));
          throw error;
        }
      },
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'meshliftAttempt' },
  );
}
