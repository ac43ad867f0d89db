import { z } from 'zod';
import { type Analysis, type LatencyLimits, PERCENTILES } from '../model.ts';
import { duration, section } from './building.ts';
import { HOUR_MS } from './durations.ts';
import { percent, requestsMin } from './share.ts';

const MINUTE_MS = 60_000;
const WINDOW_MS_DEFAULT = 5 * MINUTE_MS;
const REQUESTS_MIN_DEFAULT = 50;
const TIMES_MAX = 100;
const TIMES_MESSAGE = `must be a number from 1 to ${TIMES_MAX}: how many times blue's green may be`;
const timesBlue = z.number(TIMES_MESSAGE).min(1, TIMES_MESSAGE).max(TIMES_MAX, TIMES_MESSAGE);

const NO_LIMIT = 'must have max, maxVsBlue or both: without either nothing is judged';

const errorRate = section({
  max: percent.optional().describe('The share of requests that may fail, percent: 1%.'),
  maxVsBlue: timesBlue.optional().describe("How many times blue's share green's may be."),
}).transform((written, context): Analysis['errorRate'] => {
  if (written.max === undefined && written.maxVsBlue === undefined) {
    context.addIssue({ code: 'custom', message: NO_LIMIT });
    return z.NEVER;
  }
  return { max: written.max ?? null, maxVsBlue: written.maxVsBlue ?? null };
});

const latency = section({
  max: duration(HOUR_MS, '1h').optional().describe('How long the percentile may be.'),
  maxVsBlue: timesBlue.optional().describe("How many times blue's percentile green's may be."),
}).transform((written, context): Omit<LatencyLimits, 'percentile'> => {
  if (written.max === undefined && written.maxVsBlue === undefined) {
    context.addIssue({ code: 'custom', message: NO_LIMIT });
    return z.NEVER;
  }
  return { maxMs: written.max ?? null, maxVsBlue: written.maxVsBlue ?? null };
});

const wholeMinutes = duration(HOUR_MS, '1h').refine(
  (windowMs) => windowMs >= MINUTE_MS && windowMs % MINUTE_MS === 0,
  'must be whole minutes, from 1m to 1h: CloudWatch counts by the minute',
);

export const analysis = section({
  errorRate: errorRate.optional().describe('Limits of the share of requests that fail.'),
  latencyP50: latency.optional().describe('Limits of the median response time.'),
  latencyP90: latency.optional().describe('Limits of the 90th percentile of the response time.'),
  latencyP95: latency.optional().describe('Limits of the 95th percentile of the response time.'),
  latencyP99: latency.optional().describe('Limits of the 99th percentile of the response time.'),
  requests: section({
    min: requestsMin
      .default(REQUESTS_MIN_DEFAULT)
      .describe(
        `Requests that green must have served in the window before it is judged. Default ${REQUESTS_MIN_DEFAULT}.`,
      ),
  })
    .prefault({})
    .describe('How many requests a verdict needs.'),
  window: wholeMinutes.default(WINDOW_MS_DEFAULT).describe('How far back is looked, whole minutes. Default 5m.'),
})
  .transform((written, context): Analysis => {
    const latencies = PERCENTILES.flatMap((percentile): LatencyLimits[] => {
      const limits = written[`latencyP${percentile}`];
      return limits === undefined ? [] : [{ percentile, ...limits }];
    });
    if (written.errorRate === undefined && latencies.length === 0) {
      const message = `must limit errorRate or one of ${PERCENTILES.map((one) => `latencyP${one}`).join(', ')}`;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    }
    return {
      errorRate: written.errorRate ?? null,
      latencies,
      requestsMin: written.requests.min,
      windowMs: written.window,
    };
  })
  .optional()
  .describe("Green's error rate and latency at the load balancer, against limits and against blue. Default none.");
