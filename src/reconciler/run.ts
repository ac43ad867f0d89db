import type {
  AlarmResource,
  Assessment,
  FreezeResource,
  ProbeRuleResource,
  RuleResource,
  ScalingFreezeResource,
  ScalingResource,
  ServiceResource,
  SharedServiceResource,
  Stack,
} from '../assess/model.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import type { StackChange } from '../machines/gates/drift.ts';
import type { WantedRoute } from '../machines/intent.ts';
import type { PlanStatus } from '../machines/record.ts';
import type { PlanSpec } from '../plan/model.ts';
import type { Verdict } from '../plan/verdict.ts';
import type { Owner, PlanRequests } from './ports.ts';

/** The estate and what follows from it; a pure function of the record and the spec. */
export interface Groundwork {
  estate: Estate;
  assessment: Assessment;
  stack: Stack;
}

/** What one reconcile starts from: the record, and what it says about the world. Nothing here was observed just now. */
export interface Run {
  owner: Owner;
  /** What the plan runs on: the last spec that was accepted. */
  spec: PlanSpec;
  /** False where the user's spec has gone from the table: a hold. */
  hasSpec: boolean;
  status: PlanStatus;
  requests: PlanRequests;
  /** `undefined` until the inventory was taken. */
  groundwork: Groundwork | undefined;
  memory: Memory;
}

/**
 * What the operator remembers of a plan between reconciles. All of it can be lost at any time: it is read again or done again,
 * and doing it again changes nothing.
 */
export interface Memory {
  /** What it is a memory of: uid, attempt, generation. */
  key: string;
  /** As it was recorded. */
  groundwork: Groundwork | undefined;
  /** ARNs of the stack's resources. */
  resolved: Map<string, string>;
  /** The claims on rules and services were seen to be ours. */
  claimed: boolean;
  /** Who holds what the plan wants to claim; `undefined` where nobody else does. */
  heldByOthers: Verdict | undefined;
  /** The rules were written back unchanged. */
  wayBackProven: boolean;
  /** Why the last attempt at it failed. */
  preflightProblem: string | undefined;
  /** The last verdict of each gate, so that only changes are logged. */
  verdicts: Map<string, string>;
  /** What is in the way of a resource that is to be made or taken away, as the last try said it, by resource id. */
  hindrances: Map<string, string>;
  /** What others were last seen to have changed of the stack, and when. */
  seen: { at: number; changes: readonly StackChange[]; unread: readonly string[] } | undefined;
  /** When a resource that others changed was put back, by resource id. */
  mended: Map<string, number[]>;
  /** Ids of the rules for probes that were seen to be gone. */
  probeRulesGone: Set<string>;
  /** How many looks in a row each probe passed, by the gate's name. */
  probePasses: Map<string, number>;
  /** When a rule was written, by {@link writtenKey}. What was repeated stands on the record too (`contested.ts`). */
  written: Map<string, number[]>;
  /** Ids of the rules that somebody was last seen to have deleted. */
  rulesGone: ReadonlySet<string>;
  /** When blue's minimum was raised, by the freeze's id and the floor. */
  raised: Map<string, number[]>;
  /** Green that is kept after a rollback registers under none of blue's names. */
  withdrawn: boolean;
  /** Services that ECS did not name at the last look. */
  missing: Set<string>;
  /** Why green does not follow what was deployed on blue, and the revisions that this was said of. */
  notFollowed: { revisions: string; why: string } | undefined;
  /** Consecutive reconciles that changed something and came no further. */
  restless: number;
}

export const emptyMemory = (key: string): Memory => ({
  key,
  groundwork: undefined,
  resolved: new Map(),
  claimed: false,
  heldByOthers: undefined,
  wayBackProven: false,
  preflightProblem: undefined,
  verdicts: new Map(),
  hindrances: new Map(),
  seen: undefined,
  mended: new Map(),
  probeRulesGone: new Set(),
  probePasses: new Map(),
  written: new Map(),
  rulesGone: new Set(),
  raised: new Map(),
  withdrawn: false,
  missing: new Set(),
  notFollowed: undefined,
  restless: 0,
});

/** A rule and what it was to carry. */
export const writtenKey = (rule: RuleResource, route: WantedRoute): string =>
  `${rule.id} ${route.kind === 'split' ? route.greenWeight : route.kind}`;

export const rulesOf = (stack: Stack): RuleResource[] =>
  stack.resources.filter((resource): resource is RuleResource => resource.kind === 'rule');

/** Green that the plan has made itself. */
export const greenServicesOf = (stack: Stack): ServiceResource[] =>
  stack.resources.filter((resource): resource is ServiceResource => resource.kind === 'service');

/** Green of every service that moves, that of an earlier plan included where it is shared. */
export const greensOf = (stack: Stack): (ServiceResource | SharedServiceResource)[] =>
  stack.resources.filter(
    (resource): resource is ServiceResource | SharedServiceResource =>
      resource.kind === 'service' || resource.kind === 'sharedService',
  );

/** Names of green that runs from the start on, whatever others set its count to; that of services whose sides take turns does not. */
export const greenToRun = (stack: Stack): ReadonlySet<string> =>
  new Set(
    greensOf(stack)
      .filter((one) => one.kind === 'sharedService' || (one.input.desiredCount ?? 0) > 0)
      .map(({ name }) => name),
  );

export const greenScalingOf = (stack: Stack): ScalingResource[] =>
  stack.resources.filter((resource): resource is ScalingResource => resource.kind === 'scaling');

/** The rules that lead probes to green before it has weight. */
export const probeRulesOf = (stack: Stack): ProbeRuleResource[] =>
  stack.resources.filter((resource): resource is ProbeRuleResource => resource.kind === 'probeRule');

/** The alarms that Meshlift makes with green. */
export const greenAlarmsOf = (stack: Stack): AlarmResource[] =>
  stack.resources.filter((resource): resource is AlarmResource => resource.kind === 'alarm');

/** The blue services that the plan moves. */
export const migratedServices = ({ estate, assessment }: Groundwork): BlueService[] =>
  estate.services.filter((service) => assessment.services.includes(service.name));

/** The same in the order in which they are taken away: callers before those that they call. */
export const retiringServices = ({ estate, stack }: Groundwork): BlueService[] =>
  stack.retire.services.flatMap((name) => estate.services.find((service) => service.name === name) ?? []);

/** The freezes on blue's scaling. */
export const freezesOf = ({ resources }: Stack): ScalingFreezeResource[] =>
  resources.filter((resource): resource is ScalingFreezeResource => resource.kind === 'scalingFreeze');

/** The freezes on blue that stays: given back when the rest of blue goes. */
export const retainedFreezesOf = ({ retire, resources }: Stack): FreezeResource[] => {
  const retained = new Set(retire.retained.map(({ service }) => service));
  return resources.filter(
    (resource): resource is FreezeResource =>
      (resource.kind === 'scalingFreeze' || resource.kind === 'rebalancingFreeze') &&
      retained.has(resource.blueService ?? ''),
  );
};

/** How many tasks each blue service had when it was recorded. */
export const recordedCounts = (groundwork: Groundwork): Map<string, number> =>
  new Map(migratedServices(groundwork).map((service) => [service.name, service.service.desiredCount ?? 0]));

/** Which revision each blue service ran when it was recorded. */
export const recordedRevisions = (groundwork: Groundwork): Map<string, string> =>
  new Map(migratedServices(groundwork).map((service) => [service.name, service.service.taskDefinition ?? '']));
