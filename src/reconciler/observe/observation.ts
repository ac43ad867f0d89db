import type { StackResource } from '../../assess/model.ts';
import type { Facts } from '../../machines/facts.ts';
import type { StackChange } from '../../machines/gates/drift.ts';
import type { Turn } from '../../machines/gates/turns.ts';
import type { SourceChange } from '../../machines/gates/source.ts';
import type { Waiver } from '../../machines/gates/waived.ts';
import type { MachineState, Report } from '../../machines/record.ts';
import type { Verdict } from '../../plan/verdict.ts';
import type { AlarmReading, EdgeMinute, EdgeTraffic, Observed, RouterReading, ServiceHealth, World } from '../ports.ts';
import type { Groundwork, Run } from '../run.ts';
import type { Settings } from '../settings.ts';
import type { Read } from './attempt.ts';
import type { NamedVerdict } from './gates/gate.ts';

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
  /** What was deployed on blue under the plan; `undefined` where nothing was, or blue was not read. */
  sourceChange: SourceChange | undefined;
  /** The estate with what was deployed on blue, where green is to follow it; recorded before anything is done. */
  followed: Groundwork | undefined;
  /** Green services, by resource id, that do not run yet what the record calls for. */
  behind: readonly string[];
  /** What the plan made is as it was made; `undefined` where nobody looks. */
  stack: Verdict | undefined;
  /** What others changed of it. */
  changes: readonly StackChange[];
  alarms: Verdict;
  /** As they were read; empty where they were not. */
  alarmReadings: readonly AlarmReading[];
  /** The alarms can see green, and within each bake; asked before anything is made. */
  alarmFitness: Verdict;
  /** What counts in place of an alarm's own verdict, by the alarm's name: in a rescue alone. */
  alarmWaivers: Map<string, Verdict>;
  /** The gates that a rescue passes over in this look. */
  waived: Waiver[];
  gates: Report['gates'];
  green: ServiceHealth[];
  blue: ServiceHealth[];
  traffic: Map<string, EdgeTraffic>;
  /** How far back `traffic` looks; absent where nobody looks. */
  trafficMs?: number;
  /** Both sides by the minute, by rule; where the state needs them. */
  edgeMinutes: Map<string, Read<EdgeMinute[]>>;
  /** What the plan's analysis makes of them. */
  analysis: NamedVerdict[];
  routes: Map<string, RouterReading['route']>;
  /** Services whose sides take turns, by blue's name; where the state is about them, and only those that could be read. */
  turns: Map<string, Turn>;
}

/** What every part of an observation starts from. */
export interface Look {
  run: Run;
  world: World;
  settings: Settings;
  state: MachineState;
  now: number;
}
