import type { Observed } from '../../../src/reconciler/ports.ts';
import { ALARMS, BLUE_COUNTS, BLUE_REVISIONS, ENTRY, WORKER } from './shop.ts';

/** What the listener does. A side that is not named gets nothing, and its targets are not checked (row L8). */
export interface Rule {
  /** Weights. */
  blue: number | undefined;
  green: number | undefined;
  /** Somebody made it do something else besides, or instead. */
  isForeign: boolean;
}

export const ORIGINAL: Rule = { blue: 100, green: undefined, isForeign: false };

export const isOriginal = ({ blue, green, isForeign }: Rule): boolean =>
  blue !== undefined && green === undefined && !isForeign;

/** Green's share of the rule's traffic, percent; `undefined` where neither side gets any. */
export function greenShare({ blue = 0, green = 0 }: Rule): number | undefined {
  return blue + green === 0 ? undefined : (green / (blue + green)) * 100;
}

/** Tasks of one service. */
export interface Tasks {
  desired: number;
  healthy: number;
  /** Whether new tasks become healthy; those of blue need App Mesh for it. */
  isStarting: boolean;
  taskDefinition: string;
}

export interface AlarmState {
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | 'missing';
  transitionedAt: number;
}

/** A thing that was made, whoever made it. */
export interface Made {
  uid: string;
  status: Extract<Observed['status'], 'ready' | 'differs'>;
  readyAt: number;
}

const START = Date.UTC(2026, 0, 5, 9);

/** One small AWS: everything that invariants speak of, as plain data on a clock that the schedule moves. */
export class Scene {
  now = START;
  rule: Rule = { ...ORIGINAL };
  readonly blue = new Map<string, Tasks>(
    [...BLUE_COUNTS].map(([name, count]) => [
      name,
      { desired: count, healthy: count, isStarting: true, taskDefinition: BLUE_REVISIONS.get(name) ?? '' },
    ]),
  );
  readonly green = new Map<string, Tasks>();
  readonly made = new Map<string, Made>();
  readonly alarms = new Map<string, AlarmState>(ALARMS.map((name) => [name, { state: 'OK', transitionedAt: START }]));
  /** Since when CloudWatch has published nothing; `undefined` while it does. */
  silentSince: number | undefined;
  /** App Mesh does not answer: no task of blue becomes healthy any more. */
  isMeshGone = false;
  mesh: 'there' | 'removed' = 'there';
  /** API families that refuse every call, until that is mended. */
  readonly denied = new Set<Family>();

  /** Another scene that goes on from here. */
  copy(): Scene {
    return Object.assign(new Scene(), structuredClone(Object.fromEntries(Object.entries(this))));
  }

  /** When the newest minute with data ends. */
  newestData(): number {
    return this.silentSince ?? this.now;
  }

  areAlarmsOk(): boolean {
    return [...this.alarms.values()].every(({ state }) => state === 'OK');
  }

  setAlarm(name: string, state: AlarmState['state']): void {
    this.alarms.set(name, { state, transitionedAt: this.now });
  }

  /** Whether the load balancer finds somebody healthy in a side's target group. */
  hasHealthyTarget(side: 'blue' | 'green'): boolean {
    return this.rule[side] !== undefined && this.healthyOf(side) > 0;
  }

  healthyOf(side: 'blue' | 'green'): number {
    return (side === 'blue' ? this.blue.get(ENTRY) : this.greenOf(ENTRY))?.healthy ?? 0;
  }

  /** Green's tasks in a blue service's stead; names of later attempts are numbered. */
  greenOf(name: string): Tasks | undefined {
    return this.green.get([...this.green.keys()].find((green) => isGreenOf(green, name)) ?? '');
  }

  /** Every service of blue that requests need has what it had at the beginning. */
  isBlueWhole(): boolean {
    return [...BLUE_COUNTS].every(([name, count]) => name === WORKER || (this.blue.get(name)?.healthy ?? 0) >= count);
  }

  /** Lets time pass: tasks that can start have started. */
  pass(ms: number): void {
    this.now += ms;
    for (const tasks of this.blue.values()) settle(tasks, tasks.isStarting && !this.isMeshGone);
    for (const tasks of this.green.values()) settle(tasks, tasks.isStarting);
  }
}

/** What is denied together. */
export type Family = 'metrics' | 'ruleWrites' | 'taskReads' | 'alarmReads';

function settle(tasks: Tasks, mayStart: boolean): void {
  if (tasks.healthy > tasks.desired || mayStart) tasks.healthy = tasks.desired;
}

export const isGreenOf = (green: string, name: string): boolean => green.startsWith(`${name}-sc`);
