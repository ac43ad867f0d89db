import type {
  ProbeRuleResource,
  RegistryHandOver,
  RuleResource,
  ScalingFreezeResource,
  ScalingResource,
  ServiceResource,
  StackResource,
} from '../assess/model.ts';
import type { ProbeRequest } from '../assess/probes/request.ts';
import type { EstateExport, MeshAnswer } from '../estate/export.ts';
import type { BlueService, Estate, MeshResource } from '../estate/model.ts';
import type { ServiceImages } from '../machines/gates/images.ts';
import type { TurnReading } from '../machines/gates/turns.ts';
import type { ReceivedBytes } from '../machines/gates/unused.ts';
import type { ProbeAnswers } from '../machines/gates/probeAnswer.ts';
import type { WantedRoute } from '../machines/intent.ts';
import type { AlarmReading, EdgeMinute, ServiceHealth, WatchedMetric } from '../machines/readings.ts';
import type { PlanEvent, PlanStatus } from '../machines/record.ts';
import type { Message, NamedMessage } from '../notify/message.ts';
import { entryArn, type MigrationPlan, type Percentile, type TrafficEntry } from '../plan/model.ts';
import type { NotifyChannel } from '../plan/notify.ts';
import type { Verdict } from '../plan/verdict.ts';

/** Time, as data: AWS times, record times, bakes, windows. In the lab it is lab time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Real milliseconds that `durationMs` of this clock takes; the queue and its timers are real. */
  realMs(durationMs: number): number;
}

// ---------------------------------------------------------------------------------------------------------------- AWS

/** What the AWS calls of one pass over a plan have in common. */
export interface CallScope {
  /** The fence: called before each mutating call, with its name; what it throws keeps the call from being sent. */
  beforeMutation: (callName: string) => void;
  /** Rollback draws on a reserved share of each API's budget. */
  priority: 'normal' | 'rollback';
  /** Joined to every log line about a call. */
  logFields: object;
}

/** Whose an AWS object is: on every one that Meshlift makes, as the tags `meshlift.dev/plan` and `meshlift.dev/uid`. */
export interface Owner {
  plan: string;
  uid: string;
}

/** What a resource was read as. */
export type Observed =
  /** `why`: what keeps it from being made, where that is known. */
  | { status: 'absent'; why?: string }
  /** Exists, ours, as it should be, usable. */
  | { status: 'ready'; arn: string; why: string }
  /** Exists or is being made; nothing to do but wait. */
  | { status: 'waiting'; arn?: string; why: string }
  /** Exists and is ours, but not as it should be: `ensure` mends it. */
  | { status: 'differs'; arn: string; why: string }
  /** Exists but does not carry our tags: never touched. */
  | { status: 'foreign'; arn: string; why: string }
  /** Ours, and cannot become ready (a failed deployment). */
  | { status: 'failed'; arn: string; why: string }
  /** The API did not answer, or denied. */
  | { status: 'unknown'; why: string };

export type Ensured =
  | { outcome: 'unchanged' | 'created' | 'updated'; arn: string }
  | { outcome: 'waiting'; why: string };

export type Removed = { outcome: 'gone' } | { outcome: 'waiting'; why: string };

/** ARNs of the stack's resources that were read so far, by resource id. */
export type Resolved = ReadonlyMap<string, string>;

/**
 * The acting half of the stack's resources. `ensure` and `remove` may run twice and may be cut at any point; neither touches
 * what does not carry the owner's tags. They throw only {@link AwsCallError}.
 */
export interface ResourceActor {
  read(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Observed>;
  ensure(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Ensured>;
  /** For `rule` and `scalingFreeze`, `remove` restores what was there before. */
  remove(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Removed>;
}

/** What an entry's rule is to carry. */
export type Route = WantedRoute;

export interface RouterReading {
  /**
   * What the rule carries, in the router's words; `foreign` is none of ours. Whether that gives green any weight is only known where green's
   * target group is: without it `sendsToGreen` is false.
   */
  route: Route | { kind: 'foreign'; why: string; sendsToGreen: boolean };
  /** What was changed since the rule carried that route, field by field; empty where nothing was. */
  changesSince: (was: Route) => readonly string[];
}

/** What moves traffic. One file per way of shifting. */
export interface Router {
  read(rule: RuleResource, resolved: Resolved): Promise<RouterReading>;
  /** One mutating call. Keeps every other action, stickiness and login of the original. */
  write(rule: RuleResource, route: Route, resolved: Resolved): Promise<void>;
  /** `pass` only when every listener and rule that names either target group carries the route. An API error is `unknown`. */
  verify(rule: RuleResource, route: Route, resolved: Resolved): Promise<Verdict>;
  /** Writes the original actions back unchanged, which proves the way back. Refused when the rule is not as recorded. */
  proveWayBack(rule: RuleResource): Promise<Verdict>;
}

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

/** Blue's side in retire. */
export interface BlueRetirement {
  /** Suspends scaling and lowers the minimum to 0 in one call (row P2), then sets the desired count to 0. */
  scaleDown(service: BlueService): Promise<void>;
  /** `pass` when the service runs nothing. */
  scaledDown(service: BlueService): Promise<Verdict>;
  /** Takes the scalable target and the service away. */
  remove(service: BlueService): Promise<void>;
  removed(service: BlueService): Promise<Verdict>;
  /** Deletes one App Mesh resource; one that is already gone counts as deleted. */
  removeMesh(resource: MeshResource): Promise<void>;
  meshRemoved(resources: readonly MeshResource[]): Promise<Verdict>;
  /** Sets the desired count back to the recorded one. */
  revive(service: BlueService): Promise<void>;
}

/** Green's services in blue's Cloud Map services, for callers that resolve those names. They throw only {@link AwsCallError}. */
export interface GreenRegistries {
  /**
   * Has green's service register there too, which deploys it anew, with new tasks before old ones stop; once that is over a deployment
   * configuration that allows less is put back. `unchanged` where there is nothing to do, or nothing yet.
   */
  register(handOver: RegistryHandOver, owner: Owner): Promise<'registered' | 'restored' | 'unchanged'>;
  /** `pass` when the deployment is over and every task of green is an instance there. */
  registered(handOver: RegistryHandOver): Promise<Verdict>;
  /** Takes green's service out again. False where it is out already, or is not ours. */
  withdraw(handOver: RegistryHandOver, owner: Owner): Promise<boolean>;
  /** `pass` when green's service registers there no more and is deployed by its own bounds, or is not ours. */
  withdrawn(handOver: RegistryHandOver, owner: Owner): Promise<Verdict>;
}

/** The two sides of a service that never run both. Each may run twice, and may be cut at any point. */
export interface TurnTaking {
  /** @param owner whose it must be: another's counts as not there; `undefined` for blue, which is the user's */
  read(clusterArn: string, service: string, owner: Owner | undefined): Promise<TurnReading>;
  /** Sets green's count, and then wakes its scaling. */
  startGreen(resource: ServiceResource, count: number, scaling: ScalingResource | undefined): Promise<void>;
  /** Puts green's scaling to sleep, and then sets its count to 0. */
  stopGreen(resource: ServiceResource, scaling: ScalingResource | undefined): Promise<void>;
  /** Sets blue's count back to the recorded one, and then its scaling, but for its scale-in, which stays suspended. */
  restartBlue(service: BlueService): Promise<void>;
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

/** An AWS call that failed for good, or whose outcome is not known. Classified, for the person who must act. */
export class AwsCallError extends Error {
  readonly call: string;
  readonly code: string;
  /** `throttled`: try again later. `denied`, `invalid`: a person must act. `unknown`: it may have been done. */
  readonly kind: 'throttled' | 'denied' | 'invalid' | 'notFound' | 'conflict' | 'unknown';

  constructor(call: string, code: string, kind: AwsCallError['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AwsCallError';
    this.call = call;
    this.code = code;
    this.kind = kind;
  }
}

// -------------------------------------------------------------------------------------------------------------- state

/** What a person asked for beside the spec; kept on the spec item, so that the operator's part is never written by others. */
export interface PlanRequests {
  abort?: { by: string; at: number; why: string };
  delete?: { by: string; at: number };
  approvals?: Record<string, GivenApproval>;
  promote?: GivenPromotion;
  /** A new attempt with the same spec, after the attempt of this number was rolled back. */
  retry?: { by: string; at: number; why: string; attempt: number };
}

/** An approval as it stands on the record. */
export interface GivenApproval {
  by: string;
  at: number;
  why: string;
  /** The services that a person vouches for. */
  services?: string[];
  /** It opens nothing from then on, milliseconds since the epoch. Absent: it does not end. */
  expiresAt?: number;
  /** Version of the status that the person saw. */
  recordVersion: number;
}

/** A person ends a bake or the soak. */
export interface GivenPromotion {
  by: string;
  at: number;
  why: string;
  /** Past every gate but the alarms and the capacity of both sides. */
  forced: boolean;
  /** What the person saw: for any other state or step it is not heard. */
  state: string;
  step: number;
  /** When what the person saw had begun: a bake that began later is another, though of the same step. Absent in what an older command line asked. */
  enteredAt?: number;
  /** Version of the status that the person saw. */
  recordVersion: number;
}

/** The user's part, as it stands in the table: not yet parsed. */
export interface SpecItem {
  name: string;
  /** As the user wrote it, apiVersion to spec; anything may be in here when it was put by hand. */
  manifest: unknown;
  requests: PlanRequests;
}

/** The operator's part with the record's own book-keeping. */
export interface StatusItem {
  status: PlanStatus;
  /** Grows by one with every write. */
  version: number;
  lease: LeaseState;
  /** What is still to be told, oldest first. */
  notices: readonly Notice[];
}

/** One message that waits to be told to one channel. */
export interface Notice {
  /** Its name on the record. */
  key: string;
  /** Of the message, the same for each of its channels: uid, attempt, the record's version that it came with, its place there. */
  id: string;
  /** Place of the channel in `spec.notify`, from 0. */
  channel: number;
  message: Message;
}

/** What a write changes of what is still to be told. */
export interface NewNotices {
  add: readonly Pick<Notice, 'channel' | 'message'>[];
  /** Keys of those that are given up. */
  drop: readonly string[];
}

export interface LeaseState {
  /** Name of the operator that holds the plan; empty when released. */
  holder: string;
  /** Grows with every take-over, never falls. */
  epoch: number;
  /** How long the lease lasts, real milliseconds. A challenger watches an unchanged lease for that long on its own clock. */
  leaseMs: number;
  /** Changes with every renewal. */
  renewals: number;
}

/** Ours for now. Every status write carries it; a write under a lost lease throws {@link LeaseLostError}. */
export interface HeldLease {
  plan: string;
  epoch: number;
  /** The version that was read or written last. */
  version: number;
  /** True while the lease, measured on the monotonic clock from when the last renewal was sent, covers `callMs` more. */
  covers(callMs: number): boolean;
}

export class LeaseLostError extends Error {
  override name = 'LeaseLostError';
}

/** Claimed already: by whom. */
export interface ClaimConflict {
  target: string;
  heldBy: string;
}

/** The table. Every write is conditional; one that fails is read back before it is believed. */
export interface PlanStore {
  /** Names of all plans that have a spec or a status item. */
  listPlans(): Promise<string[]>;
  readSpec(name: string): Promise<SpecItem | undefined>;
  readStatus(name: string): Promise<StatusItem | undefined>;
  /**
   * Takes or renews the plan's lease. `held` names the holder when it is someone else's and has not been watched to its end.
   * Creates the status item with `initial()` when there is none.
   */
  acquire(
    name: string,
    initial: () => PlanStatus,
  ): Promise<
    | {
        kind: 'acquired';
        lease: HeldLease;
        status: PlanStatus;
        notices: readonly Notice[];
        tookOverFrom: string | undefined;
      }
    | { kind: 'held'; by: string }
  >;
  /** Writes the status, its events and what of it is to be told, all at once, under the lease, renewing it. */
  write(lease: HeldLease, status: PlanStatus, events: readonly PlanEvent[], notices?: NewNotices): Promise<HeldLease>;
  /** Takes a notice away that was told. `false`: the plan is another's by now, or another plan. In the way of no other write. */
  delivered(lease: HeldLease, uid: string, key: string): Promise<boolean>;
  release(lease: HeldLease): Promise<void>;
  events(name: string, limit?: number): Promise<PlanEvent[]>;
  /** The estate as the plan recorded it, one item a service. */
  writeEstate(name: string, uid: string, estate: Estate): Promise<void>;
  readEstate(name: string, uid: string): Promise<Estate | undefined>;
  /** All or nothing: rules and services that only one plan may hold. */
  claim(name: string, uid: string, targets: readonly string[]): Promise<ClaimConflict[]>;
  releaseClaims(name: string, uid: string): Promise<void>;
  /** Which of the targets plans of other names hold. Changes nothing. */
  heldByOthers(name: string, targets: readonly string[]): Promise<ClaimConflict[]>;
  /** Removes every item of a plan; events stay until their TTL. */
  remove(lease: HeldLease): Promise<void>;
}

/** What a rule's claim, or a service's, is called. */
export const ruleClaim = (entry: TrafficEntry): string => `rule/${entryArn(entry)}`;
export const serviceClaim = (clusterArn: string, service: string): string => `service/${clusterArn}/${service}`;

// ----------------------------------------------------------------------------------------------------------- channels

/** What tells people. */
export interface NotifyChannels {
  /** Real. How long a send may take at most. */
  longestMs: number;
  /** Throws where the channel is not known to have taken the message; what it throws holds no secret. */
  send(channel: NotifyChannel, message: NamedMessage): Promise<void>;
}

// ---------------------------------------------------------------------------------------------------------------- log

/** pino's shape, as far as it is used: a constant `msg`, camelCase fields. */
export interface Log {
  info(fields: object, msg: string): void;
  warn(fields: object, msg: string): void;
  error(fields: object, msg: string): void;
  debug(fields: object, msg: string): void;
}
