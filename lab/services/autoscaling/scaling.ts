import type {
  ScalingActivity,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Clock, Timer } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { DesiredCounts } from '../ports.ts';
import { ECS_DIMENSION, type TargetRecord } from './target.ts';

export type Direction = 'out' | 'in';

/** How often an alarm that stays in ALARM asks for another step, and the cooldown where the policy names none. */
const REPEAT_MS = 60_000;
const COOLDOWN_SECONDS = 300;
const ACTIVITIES_MAX = 500;
/** An alarm tells that the metric is beyond the target and not by how much, so each step adds a tenth, at least one task. */
const STEP_OUT_SHARE = 0.1;

/** What changes desired counts, and the record of it: rows P2, P3, P4 and P5. */
export class Scaling {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ecs: DesiredCounts;
  #activities: ScalingActivity[] = [];

  constructor(parts: { clock: Clock; random: Random; ecs: DesiredCounts }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
    this.#ecs = parts.ecs;
  }

  /** Newest first. */
  get activities(): readonly ScalingActivity[] {
    return this.#activities;
  }

  /** Row P2: registering a target moves a desired count that lies outside of its bounds. */
  keepInBounds(target: TargetRecord): void {
    const count = this.#ecs.desiredCount(target.clusterName, target.serviceName);
    if (count === undefined) return;
    if (count < target.minCapacity) {
      this.#set(target, target.minCapacity, `minimum capacity was set to ${target.minCapacity}`);
    } else if (count > target.maxCapacity) {
      this.#set(target, target.maxCapacity, `maximum capacity was set to ${target.maxCapacity}`);
    }
  }

  /** What the two alarms of a target tracking policy set going, each for as long as it is in ALARM. */
  tracker(target: TargetRecord, policyName: string, configuration: TargetTrackingScalingPolicyConfiguration) {
    const timers = new Map<Direction, Timer>();
    let notBeforeMs: Record<Direction, number> = { out: 0, in: 0 };
    const step = (direction: Direction, alarmName: string) => {
      timers.set(
        direction,
        this.#clock.after(REPEAT_MS, () => step(direction, alarmName)),
      );
      const nowMs = this.#clock.now();
      if (nowMs < notBeforeMs[direction]) return;
      const cause = `monitor alarm ${alarmName} in state ALARM triggered policy ${policyName}`;
      if (!this.#step(target, direction, cause)) return;
      const outMs = (configuration.ScaleOutCooldown ?? COOLDOWN_SECONDS) * 1000;
      const inMs = (configuration.ScaleInCooldown ?? COOLDOWN_SECONDS) * 1000;
      // A cooldown never holds back scaling out after scaling in.
      notBeforeMs =
        direction === 'out' ? { out: nowMs + outMs, in: nowMs + outMs } : { out: notBeforeMs.out, in: nowMs + inMs };
    };
    const settle = (direction: Direction) => {
      timers.get(direction)?.cancel();
      timers.delete(direction);
    };
    return {
      onState: (direction: Direction, alarmName: string, state: StateValue) => {
        if (state !== 'ALARM') settle(direction);
        else if (!timers.has(direction)) step(direction, alarmName);
      },
      cancel: () => {
        settle('out');
        settle('in');
      },
    };
  }

  #step(target: TargetRecord, direction: Direction, cause: string): boolean {
    const { clusterName, serviceName, minCapacity, maxCapacity, suspended } = target;
    const count = this.#ecs.desiredCount(clusterName, serviceName);
    if (count === undefined) return false;
    if (direction === 'out') {
      if (suspended.DynamicScalingOutSuspended) return false;
      const next =
        count < minCapacity
          ? minCapacity
          : Math.min(maxCapacity, count + Math.max(1, Math.ceil(count * STEP_OUT_SHARE)));
      return next > count && this.#set(target, next, cause);
    }
    if (suspended.DynamicScalingInSuspended || this.#ecs.isDeploying(clusterName, serviceName)) return false;
    return count > minCapacity && this.#set(target, count - 1, cause);
  }

  #set(target: TargetRecord, count: number, cause: string): true {
    this.#ecs.setDesiredCount(target.clusterName, target.serviceName, count);
    const now = new Date(this.#clock.now());
    const activity: ScalingActivity = {
      ActivityId: [8, 4, 4, 4, 12].map((length) => this.#random.hex(length)).join('-'),
      ServiceNamespace: 'ecs',
      ResourceId: target.resourceId,
      ScalableDimension: ECS_DIMENSION,
      Description: `Setting desired count to ${count}.`,
      Cause: cause,
      StartTime: now,
      EndTime: now,
      StatusCode: 'Successful',
      StatusMessage: `Successfully set desired count to ${count}. Change successfully fulfilled by ecs.`,
    };
    this.#activities = [activity, ...this.#activities].slice(0, ACTIVITIES_MAX);
    return true;
  }
}
