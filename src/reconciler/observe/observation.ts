import type { StackResource } from '../../assess/model.ts';
import type { Facts } from '../../machines/facts.ts';
import type { MachineState, Report } from '../../machines/record.ts';
import { unknown, type Verdict } from '../../plan/verdict.ts';
import type { EdgeTraffic, Observed, RouterReading, ServiceHealth, World } from '../ports.ts';
import type { Groundwork, Run } from '../run.ts';
import type { Settings } from '../settings.ts';

/** What one look at the world gave: the machine's facts, and what screens and acts need besides. */
export interface Observation {
  facts: Facts;
  /** Taken in this reconcile, in `inventory.assess` only. */
  inventory: Groundwork | undefined;
  resources: { resource: StackResource; observed: Observed }[];
  greenHealthy: Verdict;
  blueHealthy: Verdict;
  /** Blue runs the revisions that green was made from. */
  source: Verdict;
  alarms: Verdict;
  gates: Report['gates'];
  green: ServiceHealth[];
  blue: ServiceHealth[];
  traffic: Map<string, EdgeTraffic>;
  routes: Map<string, RouterReading['route']>;
}

/** What every part of an observation starts from. */
export interface Look {
  run: Run;
  world: World;
  settings: Settings;
  state: MachineState;
  now: number;
}

export const NOT_OBSERVED = unknown('not observed in this state');

export const NO_FACTS = {
  breach: undefined,
  drift: undefined,
  flapped: undefined,
  admitted: NOT_OBSERVED,
  preflight: NOT_OBSERVED,
  provisioned: NOT_OBSERVED,
  verified: NOT_OBSERVED,
  weights: NOT_OBSERVED,
  gates: NOT_OBSERVED,
  blueReady: NOT_OBSERVED,
  provenUnused: NOT_OBSERVED,
  blueQuiet: NOT_OBSERVED,
  handedOver: NOT_OBSERVED,
  blueScaledDown: NOT_OBSERVED,
  blueRemoved: NOT_OBSERVED,
  meshRemoved: NOT_OBSERVED,
  restored: NOT_OBSERVED,
  dismantled: NOT_OBSERVED,
} satisfies Partial<Facts>;
