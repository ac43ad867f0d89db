import type { Access } from './access.ts';
import type { CreatedAlarms } from './createdAlarms.ts';
import type { FreezeWindow } from './freeze.ts';
import type { NotifyChannel } from './notify.ts';
import type { Probe } from './probes.ts';

/**
 * A plan as the rest of Meshlift sees it: parsed, defaulted, every duration in milliseconds. The schema (`schema.ts`) makes
 * exactly this from what a user writes; what the schema refuses never gets here.
 */
export interface MigrationPlan {
  /** DNS-label-like: `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63 characters. The key of the record. */
  name: string;
  spec: PlanSpec;
}

export type Strategy = 'migrate' | 'rescue';

export interface PlanSpec {
  /**
   * `migrate`: blue is whole, and stays whole until green has proven itself. `rescue`: blue is failing already; what only a healthy blue
   * could fulfil is waived, and said to be.
   */
  strategy: Strategy;
  /** `null`: with the operator's own role, in its own Region. */
  access: Access | null;
  source: {
    /** Name of the ECS cluster. */
    cluster: string;
    /** Name of the App Mesh mesh. */
    mesh: string;
    /** What happens when blue's task definition changes under the plan. */
    onSourceChange: 'pause' | 'follow' | 'ignore';
  };
  target: {
    /** Appended to a blue service's name. Default `-sc`. */
    nameSuffix: string;
    serviceConnect: {
      /** Name of the Cloud Map namespace that is made for green, or that `shared` stands in. Default `<mesh>-sc`. */
      namespace: string;
    };
    /** Names of the blue services whose green an earlier plan has made, and which this plan uses as it is. Default none. */
    shared: readonly string[];
  };
  /**
   * Empty: the closed subgraph of the entries moves, whatever it holds. Not empty: the listed services and the entries are the
   * whole set that the user expects to move, and a called service that is missing from it is refused by name.
   */
  services: Readonly<Record<string, { cutover: Cutover }>>;
  traffic: readonly TrafficEntry[];
  ramp: {
    steps: readonly RampStep[];
    /** Whether green is given 1 % and back before the first step, to measure the way back. Default false. */
    rehearse: boolean;
  };
  gates: {
    /** Names of CloudWatch alarms, metric or composite. */
    alarms: readonly string[];
    /** What Meshlift makes for green beside them; `null` where it makes none. */
    createAlarms: CreatedAlarms | null;
    /** Whether a bake may be shorter than what the alarms can see. Default `refuse`, in a rescue `force`. */
    shortBakes: 'refuse' | 'force';
    approvals: readonly Approval[];
    /** While one of them is open nothing goes forward. */
    windows: readonly FreezeWindow[];
    /** What green's requests are held to; `null` where the plan leaves that to its alarms. */
    analysis: Analysis | null;
    /** What green must answer before it has any weight. */
    probes: readonly Probe[];
  };
  /** What becomes of a rule, or of green, that others change under the plan. */
  onDrift: 'pause' | 'reassert' | 'adopt';
  rollback: {
    /** How long green is kept after a rollback. Default 0. */
    keepGreenMs: number;
    /** How much of all traffic blue must be able to carry, percent, and what is done below that. Default 100, hold; in a rescue goForward. */
    viability: { min: number; below: 'hold' | 'rollBackNow' | 'goForward' };
    /** How a way back goes that a person asks for; one that green forces is immediate always. Default immediate. */
    strategy: 'immediate' | 'gradual';
  };
  retire: {
    /** How long blue stays at full count after the last bake. */
    soakMs: number;
    mesh: 'delete' | 'keep';
    /** What must show that nobody still calls blue: published metrics, or a recorded consent to believe the call graph. */
    evidence: 'metrics' | 'callGraph';
    /** Whether green registers where blue does in Cloud Map before blue leaves, for callers by DNS. Default handOver. */
    registries: 'handOver' | 'leave';
  };
  /** Who is told of what happens. A message that waits goes to the channel at the same place in the list. */
  notify: readonly NotifyChannel[];
  /** `degraded` findings, read and agreed to: a code alone for all its places. */
  accept: readonly (string | Accepted)[];
  /** Choices made for `needs-decision` findings, and for blockers with a way out. */
  decisions: readonly Decision[];
  paused: boolean;
}

/** `parallel`: both sides run at once. `exclusive`: one stops before the other starts. `manual`: the same, once a person has approved it. */
export type Cutover = 'parallel' | 'exclusive' | 'manual';

/** `iac`: infrastructure-as-code was told. Implied where blue is seen to be under it. */
export type Approval = 'beforeRamp' | 'beforeRetire' | 'iac' | 'cutover';

/** Those that a plan asks for under `gates.approvals`. */
export const PLANNED_APPROVALS = ['beforeRamp', 'beforeRetire', 'iac'] as const satisfies readonly Approval[];

/** Those that a person can give: `cutover` is asked for by a service that is cut over by hand. */
export const APPROVALS = [...PLANNED_APPROVALS, 'cutover'] as const satisfies readonly Approval[];

/** The percentiles of the response time that a plan may limit. */
export const PERCENTILES = [50, 90, 95, 99] as const;
export type Percentile = (typeof PERCENTILES)[number];

/** What green's requests at the load balancer are held to: limits, and blue in the same window. */
export interface Analysis {
  errorRate: {
    /** The share of requests that may fail, a fraction of one. */
    max: number | null;
    /** How many times blue's share green's may be. */
    maxVsBlue: number | null;
  } | null;
  /** One a percentile, rising. */
  latencies: readonly LatencyLimits[];
  /** With fewer requests of green in the window nothing is judged. Default 50. */
  requestsMin: number;
  /** Whole minutes. Default 5. */
  windowMs: number;
}

export interface LatencyLimits {
  percentile: Percentile;
  maxMs: number | null;
  /** How many times blue's percentile green's may be. */
  maxVsBlue: number | null;
}

/** Where a service's traffic comes in: a listener rule, or a listener's default action. */
export interface TrafficEntry {
  /** Name of the blue ECS service. */
  service: string;
  alb: ({ listenerRule: string } | { listener: string }) & {
    /** ARN of another listener of the same load balancer, by which probes come to green. Default the entry's own. */
    testListener?: string;
  };
}

export interface RampStep {
  /** Green's share, percent, 1 to 100. */
  weight: number;
  bakeMs: number;
}

/** The loss at one place, agreed to. */
export interface Accepted {
  code: string;
  place: string;
}

export interface Decision {
  code: string;
  place: string;
  choice: string;
}

/** The ARN of the rule or the listener: the key of an entry in every record. */
export const entryArn = (entry: TrafficEntry): string =>
  'listenerRule' in entry.alb ? entry.alb.listenerRule : entry.alb.listener;
