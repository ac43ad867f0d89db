import type { ECSClientConfig } from '@aws-sdk/client-ecs';
import type { Log } from '../reconciler/ports.ts';
import { callContext, currentCall } from './callContext.ts';
import { codeOf, hasCode } from './errors.ts';

const THROTTLING_BASE_MS = 400;
const TRANSIENT_BASE_MS = 80;
const DELAY_MS_MAX = 10_000;

/**
 * What makes another thing each time, and has no token by which AWS would know the second call (row E30): where its answer is lost, what
 * is there is read first, by the next reconcile.
 */
const NEVER_BLINDLY_AGAIN: ReadonlySet<string> = new Set(['ecs:RegisterTaskDefinition']);

type RetryStrategy = Extract<NonNullable<ECSClientConfig['retryStrategy']>, { acquireInitialRetryToken: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

export interface RetryOptions {
  /** Attempts in total, the first included. */
  attemptsMax: number;
  log: Log;
  /** [0, 1); the jitter. */
  random: () => number;
  onThrottled: (api: string) => void;
}

const token = (count: number, delayMs: number): RetryToken => ({
  getRetryCount: () => count,
  getRetryDelay: () => delayMs,
});

/**
 * Exponential back-off with jitter, and said aloud: every throttled attempt is a log line with its API and its delay. A quota
 * (`LimitExceededException`) is not retried, although the SDK would (row K2).
 */
export function createRetryStrategy(options: RetryOptions): RetryStrategy {
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0, 0)),
    recordSuccess: () => {},
    refreshRetryTokenForRetry: (previous, info) => {
      const count = previous.getRetryCount() + 1;
      const api = currentCall()?.api ?? 'unknown';
      const throttling = info.errorType === 'THROTTLING' && !hasCode(info.error, 'LimitExceededException');
      if (throttling) options.onThrottled(api);
      const retryable = throttling || (info.errorType === 'TRANSIENT' && !NEVER_BLINDLY_AGAIN.has(api));
      if (!retryable || count >= options.attemptsMax) return Promise.reject(new Error('no further attempt'));

      const baseMs = throttling ? THROTTLING_BASE_MS : TRANSIENT_BASE_MS;
      const delayMs = Math.round(Math.min(DELAY_MS_MAX, baseMs * 2 ** (count - 1)) * (0.5 + options.random() / 2));
      const fields = { ...callContext().logFields, api, attempt: count, delayMs, code: codeOf(info.error) };
      options.log.warn(fields, throttling ? 'throttled' : 'awsCallRetried');
      return Promise.resolve(token(count, delayMs));
    },
  };
}
