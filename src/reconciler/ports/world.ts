import type { ProbeRuleResource, RuleResource, ScalingFreezeResource, ScalingResource } from '../../assess/model.ts';
import type { ProbeRequest } from '../../assess/probes/request.ts';
import type { EstateExport, MeshAnswer } from '../../estate/export.ts';
import type { BlueService } from '../../estate/model.ts';
import type { ServiceImages } from '../../machines/gates/images.ts';
import type { ProbeAnswers } from '../../machines/gates/probeAnswer.ts';
import type { ReceivedBytes } from '../../machines/gates/unused.ts';
import type { AlarmReading, EdgeMinute, ServiceHealth, WatchedMetric } from '../../machines/readings.ts';
import type { MigrationPlan, Percentile } from '../../plan/model.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { Owner, Resolved, ResourceActor } from './resources.ts';
import type { Router } from './router.ts';
import type { BlueRetirement, GreenRegistries, TurnTaking } from './sides.ts';

export type { AlarmReading, EdgeMinute, ServiceHealth };

/** Requests that a target group counted; absent datapoints are 0 only where the load balancer's own count shows traffic. */
export interface EdgeTraffic {
  blue: number;
  green: number;
  blue5xx: number;
  green5xx: number;
  /** Whether the load balancer published anything in the window: without it zeros mean nothing. */
  hasData: boolean;
}

/** What the clients of a service counted as its answers, by status. */
export interface ServiceConnectAnswers {
  requests: number;
  /** 5xx. */
  errors: number;
}

/** What became of the minimum of blue's scaling. */
export interface RaisedFloor {
  from: number;
  to: number;
}

/** Everything that the reconciler asks of AWS. */
export interface World {
  /** Reads the live APIs. Failed reads are in `errors`, never missing in silence; throws only when ECS itself does not answer. */
  inventory(plan: MigrationPlan): Promise<EstateExport>;
  resources: ResourceActor;
  router: Router;
  alarms(names: readonly string[]): Promise<AlarmReading[]>;
  /** The alarms that these, where they are composite, look at, and those that they look at in turn, as far down as is read. */
  alarmsBeneath(alarms: readonly AlarmReading[]): Promise<AlarmReading[]>;
  /** When the newest period that holds data ends, milliseconds since the epoch, in the order given; `null` where none does. */
  newestData(metrics: readonly WatchedMetric[]): Promise<(number | null)[]>;
  /** @param without ARNs of target groups to which nothing leads any more: what they say of a service counts for nothing. Default none. */
  health(clusterArn: string, services: readonly string[], without?: ReadonlySet<string>): Promise<ServiceHealth[]>;
  /** What really runs in each service, in the order given. */
  runningImages(clusterArn: string, services: readonly string[]): Promise<ServiceImages[]>;
  /** Requests per side at the edge, over the last `windowMs` of complete minutes. */
  edgeTraffic(rule: RuleResource, resolved: Resolved, windowMs: number): Promise<EdgeTraffic>;
  /**
   * Sends each request to green through its rule for probes, and where that is wanted to blue as any user's: all at once, once each,
   * in the order given. What nobody answered is said so; throws {@link AwsCallError} where AWS did not tell where to send them.
   */
  probe(
    rule: ProbeRuleResource,
    owner: Owner,
    requests: readonly { request: ProbeRequest; withBlue: boolean }[],
  ): Promise<ProbeAnswers[]>;
  /** Calls of green A to green B that Service Connect counted (`TargetDiscoveryName`, calling service). */
  serviceConnectCalls(
    cluster: string,
    callingService: string,
    discoveryName: string,
    windowMs: number,
  ): Promise<number>;
  /**
   * Both sides at the edge by the minute: the minutes from `fromMs` on that the load balancer has published, oldest first. Throws
   * {@link AwsCallError} where green's target group was not read yet, or CloudWatch did not answer in full.
   */
  edgeMinutes(
    rule: RuleResource,
    resolved: Resolved,
    fromMs: number,
    percentiles: readonly Percentile[],
  ): Promise<EdgeMinute[]>;
  /** How a service answered those of its clients that are listed, as they counted it. */
  serviceConnectAnswers(
    cluster: string,
    calls: readonly { callingService: string; discoveryName: string }[],
    windowMs: number,
  ): Promise<ServiceConnectAnswers>;
  /** What blue's services received in the last 15 minutes, and in those before `sinceMs`, in the order given. */
  receivedBytes(clusterArn: string, services: readonly BlueService[], sinceMs: number): Promise<ReceivedBytes[]>;
  blue: BlueRetirement;
  registries: GreenRegistries;
  turns: TurnTaking;
  /** How App Mesh answers for a mesh now. Throws {@link AwsCallError} where it says "later", which tells nothing. */
  meshAnswer(mesh: string): Promise<MeshAnswer>;
  /**
   * Raises the minimum of blue's scaling, to its maximum at most, so that its count follows. `undefined` where nothing is to be raised; may
   * be asked twice. `resources.remove` of the freeze gives the recorded minimum back.
   */
  raiseFloor(freeze: ScalingFreezeResource, floor: number): Promise<RaisedFloor | undefined>;
  /** Ends the suspension of green's scale-in, when blue goes: green scales by itself from here on. */
  releaseScaling(resource: ScalingResource): Promise<void>;
  /** `pass` when green's scaling flags are as blue's were before Meshlift suspended anything. */
  scalingReleased(resource: ScalingResource): Promise<Verdict>;
}
