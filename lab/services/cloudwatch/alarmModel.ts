import type { PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import type { AlarmRule } from './alarmRule.ts';
import type { Query } from './metricQuery.ts';

/** How an alarm's state came about and since when. Times are lab time, milliseconds since the epoch. */
export interface AlarmState {
  value: StateValue;
  reason: string;
  reasonData: string | undefined;
  /** The last time that anything set the state, the same value included (SetAlarmState). */
  updatedMs: number;
  /** The last time that the value changed (row W6). */
  transitionedMs: number;
}

interface AlarmBase {
  name: string;
  arn: string;
  configurationUpdatedMs: number;
  actionsEnabled: boolean;
  state: AlarmState;
  tags: Map<string, string>;
}

/** What decides about a metric alarm, read out of its definition. */
export interface Evaluation {
  queries: Query[];
  periodMs: number;
  /** N: how many periods are looked at. */
  evaluationPeriods: number;
  /** M: how many of them must breach. */
  datapointsToAlarm: number;
  threshold: number;
  comparison: Comparison;
  treatMissingData: TreatMissingData;
}

export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface StoredMetricAlarm extends AlarmBase {
  kind: 'metric';
  /** What was put, without tags; DescribeAlarms answers from it. */
  definition: PutMetricAlarmInput;
  evaluation: Evaluation;
  /** Told the new state at every transition; `undefined` for alarms that people put. */
  onState: ((state: StateValue) => void) | undefined;
}

export interface StoredCompositeAlarm extends AlarmBase {
  kind: 'composite';
  definition: {
    description: string | undefined;
    okActions: string[];
    alarmActions: string[];
    insufficientDataActions: string[];
    rule: string;
  };
  rule: AlarmRule;
}

export type StoredAlarm = StoredMetricAlarm | StoredCompositeAlarm;
