import { compositesOver, namingDimension, type NamingDimension, serviceNames } from '../../estate/alarms/ofEstate.ts';
import { alarmsAsked } from '../../estate/alarms/rule.ts';
import { isOfTargetTracking, isScalingAction, type WatchedAlarm } from '../../estate/alarms/watched.ts';
import type { BlueService } from '../../estate/model.ts';
import type { Note, Operations } from './note.ts';

/** The alarms that name blue and so see nothing of green, and those of them that fire although nothing is wrong. */
export const alarmNotes = ({ estate, services }: Operations): Note[] =>
  services.flatMap((blue): Note[] => {
    const alarms = estate.alarms ?? [];
    const own = alarms.flatMap((alarm) => {
      const dimension = isOfTargetTracking(alarm) ? undefined : dimensionOf(alarm, blue);
      return dimension === undefined ? [] : [{ alarm, dimension }];
    });
    const service = blue.name;
    const fires = firing(
      own.map(({ alarm }) => alarm),
      alarms,
    );
    return [
      ...naming(own, alarms).map((detail): Note => ({ code: 'OPS_ALARM_ON_BLUE', service, detail })),
      ...fires.map((detail): Note => ({ code: 'OPS_ALARM_FIRES', service, detail })),
    ];
  });

function dimensionOf({ metrics }: WatchedAlarm, blue: BlueService): NamingDimension | undefined {
  const names = serviceNames(blue);
  return metrics.map((one) => namingDimension(one, names)).find((dimension) => dimension !== undefined);
}

const over = (below: readonly WatchedAlarm[], alarms: readonly WatchedAlarm[]): string[] =>
  compositesOver(
    below.map(({ name }) => name),
    alarms.map(({ name, rule }) => ({ AlarmName: name, AlarmRule: rule })),
  ).map((one) => one.AlarmName);

function naming(
  own: readonly { alarm: WatchedAlarm; dimension: NamingDimension }[],
  alarms: readonly WatchedAlarm[],
): string[] {
  const composites = over(
    own.map(({ alarm }) => alarm),
    alarms,
  );
  return [
    ...[...Map.groupBy(own, ({ dimension }) => dimension)].map(
      ([dimension, named]) => `By ${dimension}: ${named.map(({ alarm }) => alarm.name).join(', ')}.`,
    ),
    ...(composites.length === 0 ? [] : [`Composite alarms over them: ${composites.join(', ')}.`]),
  ];
}

/** The topics and functions that an alarm tells, by the last part of their ARNs: a scaling policy is told of elsewhere. */
function tells({ actions, actionsEnabled }: WatchedAlarm): string {
  const names = actions.filter((arn) => !isScalingAction(arn)).map((arn) => arn.slice(arn.lastIndexOf(':') + 1));
  return actionsEnabled && names.length > 0 ? `tells ${names.join(', ')}` : 'tells nobody itself';
}

/** A sentence for each alarm that fires of the move itself, and one for the composites that may fire with them. */
function firing(own: readonly WatchedAlarm[], alarms: readonly WatchedAlarm[]): string[] {
  const found = own.flatMap((alarm): { alarm: WatchedAlarm; detail: string }[] => {
    // One that only scales blue wakes nobody.
    if (alarm.actions.length > 0 && alarm.actions.every(isScalingAction)) return [];
    if (alarm.treatMissingData === 'breaching') {
      const detail = `${alarm.name} takes missing data for a breach: it fires once blue is gone, and ${tells(alarm)}.`;
      return [{ alarm, detail }];
    }
    if (!alarm.watchesForLess) return [];
    return [
      {
        alarm,
        detail: `${alarm.name} fires when there is little: it may while blue is asked less, and ${tells(alarm)}.`,
      },
    ];
  });
  const composites = over(
    found.map(({ alarm }) => alarm),
    alarms,
  );
  const silent = new Set(own.filter((alarm) => alarm.treatMissingData === 'missing').map(({ name }) => name));
  const blind = alarms.filter(({ rule }) =>
    alarmsAsked(rule ?? '').some(({ name, state }) => state === 'INSUFFICIENT_DATA' && silent.has(name)),
  );
  return [
    ...found.map(({ detail }) => detail),
    ...(composites.length === 0 ? [] : [`Composite alarms over them may fire too: ${composites.join(', ')}.`]),
    ...blind.map(
      (alarm) => `${alarm.name} asks for missing data, which blue leaves behind: it may fire, and ${tells(alarm)}.`,
    ),
  ];
}
