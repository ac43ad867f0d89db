import type { Percentile } from '../plan/model.ts';

/** An alarm as it was read. */
export interface AlarmReading {
  name: string;
  /** `missing`: the API answered and did not name it (row W2). */
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'missing';
  stateReason: string;
  /** When the state last changed, milliseconds since the epoch; `null` for a missing alarm. */
  transitionedAt: number | null;
  basis: AlarmBasis;
}

/** What an alarm's state is made of. */
export type AlarmBasis =
  | {
      kind: 'metrics';
      /** Its one metric, or those of its metric math. */
      metrics: readonly WatchedMetric[];
      /** The longest of its metrics' periods. */
      periodMs: number;
      /** How many datapoints must be on the wrong side before it is in ALARM. */
      datapointsToAlarm: number;
    }
  | {
      kind: 'composite';
      /** Names of the alarms that its rule looks at. */
      children: readonly string[];
      /** The alarm that keeps it from telling anybody, by name or ARN; its state is none of the suppressor's business. */
      suppressor: string | undefined;
    }
  /** CloudWatch named no metric and no rule. */
  | { kind: 'notTold' };

/** What can be asked for its newest datapoint. */
export type WatchedMetric =
  | {
      kind: 'metric';
      namespace: string;
      name: string;
      dimensions: Readonly<Record<string, string>>;
      /** `Sum`, `p99`. */
      statistic: string;
      periodMs: number;
      /** Only where the alarm names one. */
      unit?: string;
      /** Only where it is another account's. */
      accountId?: string;
    }
  /** A query of Metrics Insights, which names its metrics itself. */
  | { kind: 'query'; expression: string; periodMs: number };

/** A service's capacity as it was read. */
export interface ServiceHealth {
  service: string;
  exists: boolean;
  /** ECS did not name it at all, not even as INACTIVE. Default false. */
  isMissing?: boolean;
  desired: number;
  running: number;
  /** Healthy in every target group, or running where it has none. */
  healthy: number;
  /**
   * False while a load balancer has no verdict on any of its targets: their group is in no rule (row L8), or has come into one
   * just now. `healthy` then says nothing.
   */
  checked: boolean;
  /** One deployment, completed. */
  steady: boolean;
  /** ARN of the revision that the service runs, or is being deployed; empty where it does not exist. */
  taskDefinition: string;
  why: string;
}

/** `frontend 2/2, user-api 1/2`: healthy of desired. */
export const healthOfAll = (services: readonly ServiceHealth[]): string =>
  services.map((service) => `${service.service} ${service.healthy}/${service.desired}`).join(', ');

/** What one side's target group counted in one minute. */
export interface SideMinute {
  requests: number;
  /** Requests that the target answered with 5xx, or that found no connection to one; never more than `requests`. */
  errors: number;
  /** Percentiles of the response time, milliseconds; those that were asked for and published. */
  latencyMs: Readonly<Partial<Record<Percentile, number>>>;
}

/** A minute that the load balancer has published, with both sides in it. What a side did not publish it did not have. */
export interface EdgeMinute {
  /** The minute's start, milliseconds since the epoch. */
  atMs: number;
  blue: SideMinute;
  green: SideMinute;
}
