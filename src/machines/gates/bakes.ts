import { CREATED_ALARM_DATAPOINTS, CREATED_ALARM_PERIOD_MS } from '../../plan/createdAlarms.ts';
import { formatDuration } from '../../plan/duration.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { bakeMsFor, SEEN_AFTER_MS } from '../../plan/sight.ts';
import type { AlarmReading } from '../readings.ts';
import { beneath } from './alarmMetrics.ts';

/** A step that is over before one of the plan's alarms could have fired. */
export interface ShortBake {
  /** `spec.ramp.steps[0].bake` */
  place: string;
  message: string;
}

/**
 * The steps whose bake is shorter than what the alarms need to see a green that is bad from its first request on: as many periods as
 * must breach, and two minutes. None where the plan forces them. What an alarm is made of that could not be read needs nothing here.
 */
export function shortBakes(
  { ramp, gates }: Pick<PlanSpec, 'ramp' | 'gates'>,
  alarms: readonly AlarmReading[],
  known: ReadonlyMap<string, AlarmReading>,
): ShortBake[] {
  if (gates.shortBakes === 'force') return [];
  const slowest = [...ownNeeds(gates), ...alarms.flatMap((alarm) => needsOf(alarm, known))].reduce<Need | undefined>(
    (most, next) => (most === undefined || next.bakeMs > most.bakeMs ? next : most),
    undefined,
  );
  if (slowest === undefined) return [];
  return ramp.steps.flatMap(({ weight, bakeMs }, index) =>
    bakeMs >= slowest.bakeMs
      ? []
      : [
          {
            place: `spec.ramp.steps[${index}].bake`,
            message:
              `${formatDuration(bakeMs)} at ${weight} % is over before ${slowest.alarm} could have fired: it needs ${slowest.why}; ` +
              `bake for at least ${formatDuration(slowest.bakeMs)}, or write spec.gates.shortBakes: force`,
          },
        ],
  );
}

interface Need {
  /** `alarm shop-5xx` */
  alarm: string;
  bakeMs: number;
  /** `2 datapoints of 1m, and 2m until CloudWatch has seen them` */
  why: string;
}

/** What the alarms that the plan creates will need: they are known before they exist. */
const ownNeeds = ({ createAlarms }: PlanSpec['gates']): Need[] =>
  createAlarms === null
    ? []
    : [{ alarm: 'an alarm that the plan creates', ...needOf(CREATED_ALARM_PERIOD_MS, CREATED_ALARM_DATAPOINTS) }];

const needsOf = (alarm: AlarmReading, known: ReadonlyMap<string, AlarmReading>): Need[] =>
  beneath(alarm, known).metricAlarms.flatMap(({ name, basis }) =>
    basis.kind !== 'metrics'
      ? []
      : [
          {
            alarm: `alarm ${name === alarm.name ? name : `${alarm.name} by ${name}`}`,
            ...needOf(basis.periodMs, basis.datapointsToAlarm),
          },
        ],
  );

const needOf = (periodMs: number, datapoints: number): Omit<Need, 'alarm'> => ({
  bakeMs: bakeMsFor(periodMs * datapoints),
  why:
    `${datapoints} datapoint${datapoints === 1 ? '' : 's'} of ${formatDuration(periodMs)}, ` +
    `and ${formatDuration(SEEN_AFTER_MS)} until CloudWatch has seen that`,
});
