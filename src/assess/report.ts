import type { KubernetesMember } from '../estate/export.ts';
import type { Certainty, Estate } from '../estate/model.ts';
import type { Manager } from './managedBy.ts';
import type { Finding } from './model.ts';
import type { Cutover } from './operations/work.ts';
import type { WayIn } from './waysIn.ts';

/** Exit code 0, 2 and 3 of `meshlift assess`. */
export type ReportVerdict = 'clean' | 'needsDecisions' | 'blocked';

/** Whether a service calls, is called, does both, or neither. */
export type Role = 'client' | 'server' | 'clientServer' | 'none';

/**
 * What an estate is, and what its move would mean, before there is a plan. Every form that `meshlift assess` prints is made of
 * this. JSON through and through; holds no value of an environment variable but host names and hashes.
 */
export interface EstateReport {
  caller: Estate['caller'];
  /** Empty where the source does not tell. */
  takenAt: string;
  cluster: Estate['cluster'];
  mesh: { name: string; answer: Estate['mesh']['answer'] };
  verdict: ReportVerdict;
  /** Ordered by name; those outside the mesh as well, and what runs in Kubernetes. */
  services: ReportService[];
  /** Ordered by `from`, `to`, `name`. */
  calls: ReportCall[];
  /** Servers first, of everything that is meshed. */
  waves: string[][];
  /** Services that call each other in a circle. */
  cycles: string[][];
  /** What can move on its own, in the order in which it should. */
  proposals: ProposedPlan[];
  /** Worst first. */
  findings: Finding[];
  capacity: CapacityRow[];
  cost: CostRow[];
  /** Where two sources disagree, what no source tells, and which calls failed: one sentence each, with the place. */
  gaps: { kind: 'difference' | 'unresolved' | 'error' | 'notLookedAt'; place: string; message: string }[];
}

export interface ReportService {
  name: string;
  /** `undefined` for a service outside the mesh. */
  virtualNode: { name: string; certainty: Certainty } | undefined;
  role: Role;
  /** Set for a node or a gateway of the mesh that runs in Kubernetes, and is no ECS service. Absent for one of ECS. */
  kubernetes?: KubernetesMember;
  /** Ordered by ARN. */
  entries: readonly WayIn[];
  desiredCount: number | undefined;
  launchType: string;
  cutover: Cutover;
  /** Green's draft; `undefined` where it cannot move. */
  green: { name: string; aliases: { dnsName: string; port: number }[]; containersDropped: string[] } | undefined;
  /** Terraform's or CloudFormation's address, where it is under one. */
  managedBy: Manager | undefined;
  /** Where it was read: a file, or the live APIs. */
  readFrom: string;
}

export interface ReportCall {
  from: string;
  /** A service of the cluster, or a host outside it. */
  to: string;
  /** The name that the client calls. */
  name: string;
  port: number | undefined;
  certainty: Certainty;
  leadsOutside: boolean;
}

export interface ProposedPlan {
  /** A DNS label made of the entry's name. */
  name: string;
  entries: string[];
  /** The closed subgraph: the entries and everything they call. */
  services: string[];
  /** Services among them that other proposals need too: those whose `services` name them. */
  shared: string[];
  /**
   * Names of the proposals that are one plan with it, since they share services with it, directly or by a third: a plan by itself has to
   * decide that blue of those stays (`OPS_CALLER_LEFT_BEHIND`). Absent is none.
   */
  together?: string[];
  /** Names that are called and that no service of the cluster answers to. */
  missing: string[];
}

/** One line of need and have, for running both sides at once. */
export interface CapacityRow {
  what: string;
  need: number;
  /** `undefined` where no source tells. */
  have: number | undefined;
  unit: string;
  source: string;
  verdict: 'enough' | 'short' | 'unknown';
}

/** What a side takes while both run. */
export interface CostRow {
  service: string;
  side: 'blue' | 'green';
  tasks: number;
  vcpuHoursPerHour: number;
  gigabyteHoursPerHour: number;
  /** Only with `--prices`. */
  pricePerHour?: { amount: number; currency: string };
}
