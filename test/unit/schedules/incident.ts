import fc from 'fast-check';
import type { AlarmState, Family } from './scene.ts';
import type { Fault } from './process.ts';
import { ALARMS, BLUE_COUNTS, type PlanKind } from './shop.ts';

/** What the world, people and machines do to a plan. */
export type Incident =
  | { kind: 'alarm'; name: string; state: AlarmState['state'] }
  /** Fires and clears before anybody looks. */
  | { kind: 'alarmFlaps'; name: string }
  /** What CloudWatch shows ends so long ago already. */
  | { kind: 'metricsStop'; agoMs: number }
  | { kind: 'metricsComeBack' }
  | { kind: 'denied'; family: Family }
  | { kind: 'allowed' }
  | { kind: 'tasksDie'; side: 'blue' | 'green'; service: string; howMany: 'one' | 'all' }
  | { kind: 'tasksRecover' }
  | { kind: 'blueScaledByHand'; service: string }
  | { kind: 'greenChangedByHand'; service: string }
  | { kind: 'blueDeployed'; service: string }
  | { kind: 'weightsEdited'; green: number }
  | { kind: 'ruleEdited' }
  | { kind: 'ruleRestored' }
  | { kind: 'appMeshGoes' }
  | { kind: 'pause' }
  | { kind: 'resume' }
  | { kind: 'abort' }
  | { kind: 'promote'; forced: boolean }
  | { kind: 'approve' }
  | { kind: 'retry' }
  | { kind: 'timePasses'; ms: number }
  | { kind: 'operatorRestarts' }
  /** The process stands still, and another operator takes its turns meanwhile. */
  | { kind: 'operatorStandsStill'; ms: number }
  | { kind: 'callFails'; mutation: number; fault: Fault }
  | { kind: 'readFails'; read: number };

/** An incident with its moment: so many reconciles after the one before it. */
export interface Moment {
  reconciles: number;
  /** Before which call of the next reconcile; `undefined`: before it begins. */
  inside: number | undefined;
  incident: Incident;
}

/** What one run of a plan lives through. */
export interface Schedule {
  plan: PlanKind;
  moments: readonly Moment[];
  /** Afterwards all is well; or a person gives the plan up first. */
  end: 'calm' | 'abort';
}

const alarm = fc.constantFrom(...ALARMS);
const service = fc.constantFrom(...BLUE_COUNTS.keys());

const incident: fc.Arbitrary<Incident> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('alarm' as const),
      name: alarm,
      state: fc.constantFrom<AlarmState['state']>('ALARM', 'OK', 'INSUFFICIENT_DATA', 'missing'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('alarmFlaps' as const), name: alarm }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Incident>(
      { kind: 'metricsStop', agoMs: 0 },
      { kind: 'metricsStop', agoMs: 360_000 },
      { kind: 'metricsComeBack' },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('denied' as const),
      family: fc.constantFrom<Family>('metrics', 'ruleWrites', 'taskReads', 'alarmReads'),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Incident>({ kind: 'allowed' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('tasksDie' as const),
      side: fc.constantFrom('blue' as const, 'green' as const),
      service,
      howMany: fc.constantFrom('one' as const, 'all' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Incident>({ kind: 'tasksRecover' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('blueScaledByHand' as const), service }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('greenChangedByHand' as const), service }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('blueDeployed' as const), service }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('weightsEdited' as const),
      green: fc.constantFrom(0, 1, 10, 30, 50, 70, 100),
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom<Incident>({ kind: 'ruleEdited' }, { kind: 'ruleRestored' }) },
  { weight: 1, arbitrary: fc.constant<Incident>({ kind: 'appMeshGoes' }) },
  { weight: 2, arbitrary: fc.constantFrom<Incident>({ kind: 'pause' }, { kind: 'resume' }) },
  { weight: 1, arbitrary: fc.constant<Incident>({ kind: 'abort' }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('promote' as const), forced: fc.boolean() }) },
  { weight: 2, arbitrary: fc.constant<Incident>({ kind: 'approve' }) },
  { weight: 2, arbitrary: fc.constant<Incident>({ kind: 'retry' }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('timePasses' as const), ms: fc.constantFrom(20_000, 400_000, 3_600_000) }),
  },
  { weight: 2, arbitrary: fc.constant<Incident>({ kind: 'operatorRestarts' }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('operatorStandsStill' as const), ms: fc.constantFrom(20_000, 45_000) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('callFails' as const),
      mutation: fc.integer({ min: 1, max: 6 }),
      fault: fc.constantFrom<Fault>('diesBefore', 'diesAfter', 'answerLost', 'throttled'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('readFails' as const), read: fc.integer({ min: 1, max: 20 }) }),
  },
);

const moment: fc.Arbitrary<Moment> = fc.record({
  reconciles: fc.integer({ min: 0, max: 9 }),
  inside: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 25 }) },
  ),
  incident,
});

export const arbitrarySchedule: fc.Arbitrary<Schedule> = fc.record({
  plan: fc.record({
    onDrift: fc.constantFrom('pause' as const, 'reassert' as const, 'adopt' as const),
    below: fc.constantFrom('hold' as const, 'rollBackNow' as const, 'goForward' as const),
    cutover: fc.constantFrom<PlanKind['cutover']>('none', 'none', 'exclusive', 'manual'),
    approvals: fc.constantFrom<PlanKind['approvals']>([], [], ['beforeRamp'], ['beforeRetire']),
  }),
  moments: fc.array(moment, { maxLength: 14, size: 'max' }),
  end: fc.constantFrom('calm' as const, 'calm' as const, 'abort' as const),
});
