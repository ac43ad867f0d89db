import { formatDuration } from './duration.ts';

/** The alarms that Meshlift makes for green, one set for each of green's target groups: `gates.alarms.create`. */
export interface CreatedAlarms {
  /** The share of requests that may fail in a minute, a fraction of one. Default 0.05. */
  errorRateMax: number;
  /** How long the 99th percentile of a minute's response times may be; `null` where nobody watches it, which is the default. */
  latencyP99MaxMs: number | null;
  /** A minute with fewer requests is a good one, whatever became of them. Default 20. */
  requestsMin: number;
}

export const DEFAULT_CREATED_ALARMS: CreatedAlarms = { errorRateMax: 0.05, latencyP99MaxMs: null, requestsMin: 20 };

/** How they are evaluated: two bad minutes out of three, so that one bad minute takes nothing back. */
export const CREATED_ALARM_PERIOD_MS = 60_000;
export const CREATED_ALARM_PERIODS = 3;
export const CREATED_ALARM_DATAPOINTS = 2;

/** What a green that is bad from its first request on needs, until such an alarm has its datapoints. */
export const CREATED_ALARM_BREACH_MS = CREATED_ALARM_DATAPOINTS * CREATED_ALARM_PERIOD_MS;

/** How the names of the alarms begin. No name of AWS's own begins so; a policy can be held to it. */
export const ALARM_NAME_PREFIX = 'meshlift/';

/** `meshlift/shop/frontend-sc/errors`. */
export const createdAlarmName = (plan: string, targetGroup: string, what: 'errors' | 'latency'): string =>
  `${ALARM_NAME_PREFIX}${plan}/${targetGroup}/${what}`;

export const isCreatedAlarm = (name: string): boolean => name.startsWith(ALARM_NAME_PREFIX);

/** A fraction as a person writes it: `5 %`. */
export const inPercent = (fraction: number): string => `${Number((fraction * 100).toFixed(4))} %`;

/** `more than 5 % of 20 or more requests fail`: what such an alarm finds, in a sentence's middle. */
export const createdAlarmFinds = {
  errors: ({ errorRateMax, requestsMin }: CreatedAlarms): string =>
    `more than ${inPercent(errorRateMax)} of ${requestsMin} or more requests fail`,
  latency: ({ requestsMin }: CreatedAlarms, maxMs: number): string =>
    `one of a hundred of ${requestsMin} or more requests takes longer than ${formatDuration(maxMs)}`,
};
