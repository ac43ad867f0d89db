import type { StateValue } from '@aws-sdk/client-cloudwatch';
import type { Comparison, Evaluation } from './alarmModel.ts';

/** A period of the evaluation range: `value` is `undefined` where there is no datapoint. */
export interface Point {
  startMs: number;
  value: number | undefined;
}

/** What an evaluation comes to. `retain` leaves the alarm as it is. */
export type Outcome =
  | { kind: 'retain' }
  | {
      kind: 'state';
      state: StateValue;
      /** The datapoints that decided, newest first, missing ones left out. */
      evaluated: { startMs: number; value: number }[];
      /** How many periods had to be filled by the policy for missing data. */
      missing: number;
    };

/**
 * How many periods CloudWatch fetches for N evaluation periods: more than N, so that late data does not count as missing. AWS tells
 * one number only, 5 for N = 3 (§8.2).
 */
export function evaluationRange(evaluationPeriods: number): number {
  return evaluationPeriods + 2;
}

/** Whether a value is on the wrong side of the threshold. */
export function breaches(value: number, comparison: Comparison, threshold: number): boolean {
  switch (comparison) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= threshold;
    case 'GreaterThanThreshold':
      return value > threshold;
    case 'LessThanThreshold':
      return value < threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= threshold;
  }
}

/**
 * The state that `points` (the evaluation range, oldest first) put an alarm into: the truth table of §8.2 and of "Configuring how
 * CloudWatch alarms treat missing data". With N real points anywhere in the range the newest N of them decide. With fewer, the policy
 * for missing data stands in for those that lack.
 */
export function evaluateAlarm(evaluation: Evaluation, points: Point[]): Outcome {
  const { evaluationPeriods: periods, datapointsToAlarm: needed, comparison, threshold } = evaluation;
  const real = points.flatMap(({ startMs, value }) => (value === undefined ? [] : [{ startMs, value }])).reverse();
  const isBreaching = ({ value }: { value: number }) => breaches(value, comparison, threshold);
  const evaluated = real.slice(0, periods);
  const missing = Math.max(0, periods - real.length);
  const breaching = evaluated.filter(isBreaching).length;
  const outcome = (state: StateValue): Outcome => ({ kind: 'state', state, evaluated, missing });

  if (missing === 0) return outcome(breaching >= needed ? 'ALARM' : 'OK');
  const policy = evaluation.treatMissingData;
  switch (policy) {
    case 'breaching':
      return outcome(breaching + missing >= needed ? 'ALARM' : 'OK');
    case 'notBreaching':
      return outcome(breaching >= needed ? 'ALARM' : 'OK');
    case 'missing':
    case 'ignore': {
      if (real.length === 0) return policy === 'missing' ? outcome('INSUFFICIENT_DATA') : { kind: 'retain' };
      if (breaching >= needed) return outcome('ALARM');
      if (breaching < real.length) return outcome('OK');
      // All there is breaches, but too little of it: only `missing` alarms, and only once the oldest is as old as M periods,
      // so that a first breaching datapoint after a silence does not alarm at once.
      const oldestAge = points.length - points.findIndex(({ value }) => value !== undefined);
      return policy === 'missing' && oldestAge >= needed ? outcome('ALARM') : { kind: 'retain' };
    }
  }
}
