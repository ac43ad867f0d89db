import { pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';

/** What AWS tells of who still calls one blue service, by the source that can tell it. */
export type CallerReading = { service: string; callers: readonly string[] } & (
  | {
      /** Nothing leads to it but its load balancer, which counts every request. One entry a rule. */
      source: 'edge';
      requests: readonly { rule: string; counted: { blue: number; green: number; hasData: boolean } | undefined }[];
    }
  | {
      /** Whatever its tasks receive. `undefined` where it could not be read, with why. */
      source: 'bytes';
      received: ReceivedBytes | undefined;
      why: string;
    }
);

/** Container Insights' `NetworkRxBytes` of one service. */
export interface ReceivedBytes {
  service: string;
  /** Of the last 15 minutes those that were published. */
  minutes: number;
  /** Over those, as published; `null` where none was. */
  mean: number | null;
  /** The same over the 15 minutes before the plan, when blue served everything; `null` where nothing was published. */
  meanBefore: number | null;
}

/** Of 15 minutes, so many must have been published: the newest ones are late by up to three. */
const MINUTES_MIN = 12;

/**
 * Whether AWS shows that nobody calls a blue service any more, in one sentence with source and number. Bytes cannot tell a call from a health
 * check or from Envoy's own control traffic, and a rare call is smaller than either: only silence proves anything. The rest is
 * `unknown`, with what the service received when it served everything beside it, for the person who vouches.
 */
export function unusedVerdict(reading: CallerReading): Verdict {
  const { service, callers } = reading;
  const who = callers.length === 0 ? 'no caller in the call graph' : `called by ${callers.join(', ')}`;
  switch (reading.source) {
    case 'edge':
      return edgeVerdict(service, reading.requests);
    case 'bytes': {
      const { received } = reading;
      if (received === undefined) return unknown(`${service} (${who}): ${reading.why}`);
      const { mean, minutes } = received;
      if (mean === null) {
        return unknown(
          `${service} (${who}): no source; Container Insights publishes no NetworkRxBytes of it, and nothing else is read`,
        );
      }
      const told = `Container Insights NetworkRxBytes, ${minutes} of 15 minutes`;
      if (mean > 0)
        return unknown(
          `${service} (${who}): still receives ${amount(mean)} on average${before(received)}, and bytes do not tell calls from health checks (${told})`,
        );
      return minutes < MINUTES_MIN
        ? unknown(`${service} (${who}): received nothing, but too little was published to tell (${told})`)
        : pass(`${service}: received nothing (${told})`);
    }
  }
}

/** Every one of them, those that a person vouches for included. Nobody vouches for what is counted. */
export function vouched(reading: CallerReading, verdict: Verdict, by: string | undefined): Verdict {
  if (verdict.verdict !== 'unknown' || by === undefined) return verdict;
  return pass(`${reading.service}: ${by} vouches that nobody calls it`);
}

function edgeVerdict(service: string, requests: Extract<CallerReading, { source: 'edge' }>['requests']): Verdict {
  const unread = requests.find(({ counted }) => counted === undefined);
  if (unread !== undefined) return unknown(`${service}: the request counts of ${unread.rule} could not be read`);
  const counts = requests.flatMap(({ counted }) => counted ?? []);
  if (counts.some(({ hasData }) => !hasData))
    return unknown(`${service}: its load balancer counted no request at all, which proves nothing`);
  const sum = (side: 'blue' | 'green'): number => counts.reduce((total, one) => total + one[side], 0);
  const told = 'AWS/ApplicationELB RequestCount';
  return sum('blue') === 0
    ? pass(`${service}: 0 requests, green ${sum('green')}, and nothing leads to it but its load balancer (${told})`)
    : wait(`${service}: still ${sum('blue')} requests at its load balancer (${told})`);
}

const before = ({ mean, meanBefore }: ReceivedBytes): string =>
  meanBefore === null || meanBefore === 0 || mean === null
    ? ''
    : `, ${((mean / meanBefore) * 100).toPrecision(2)} % of the ${amount(meanBefore)} before the plan`;

const amount = (bytes: number): string => `${Math.round(bytes)} B/s`;
