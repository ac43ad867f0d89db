import { alarmsAsked } from '../estate/alarms/rule.ts';
import { isScaling, type WatchedAlarm } from '../estate/alarms/watched.ts';
import { byText } from '../estate/order.ts';
import { bakeMsFor } from '../plan/sight.ts';

/** What is known of the alarms that a plan may go by. */
export interface RelevantAlarms {
  /** Those that watch the users' side of the entries. */
  chosen: string[];
  /** Those that seem to belong here and are not chosen, with why. */
  others: { name: string; why: string }[];
  /** The shortest bake in which each of the chosen could fire, milliseconds; 0 where none is. */
  bakeMsMin: number;
}

/**
 * The alarms that a bad green would fire: those on the load balancers as a whole, and composite ones over them. Alarms that scale, that
 * watch one target group or one service, which green is not part of, and those that fire now are told of and not chosen.
 *
 * @param loadBalancers as metrics name them: `app/shop/50dc6c495c0c9188`
 * @param services names of the services that move
 */
export function relevantAlarms(
  alarms: readonly WatchedAlarm[],
  loadBalancers: readonly string[],
  services: readonly string[],
): RelevantAlarms {
  const chosen: string[] = [];
  const others: RelevantAlarms['others'] = [];
  const judge = (alarm: WatchedAlarm, why: string | undefined): void => {
    if (why !== undefined) others.push({ name: alarm.name, why });
    else if (alarm.state === 'ALARM') others.push({ name: alarm.name, why: 'it was in ALARM when it was read' });
    else chosen.push(alarm.name);
  };
  const sorted = [...alarms].sort((one, other) => byText(one.name, other.name));
  for (const alarm of sorted) {
    const on = (name: string, values: readonly string[]): boolean =>
      alarm.metrics.some((dimensions) => values.includes(dimensions[name] ?? ''));
    if (isScaling(alarm) || !(on('LoadBalancer', loadBalancers) || on('ServiceName', services))) continue;
    const isNarrow = alarm.metrics.some(
      ({ TargetGroup, ServiceName }) => TargetGroup !== undefined || ServiceName !== undefined,
    );
    judge(alarm, isNarrow ? 'it watches one target group or service of blue, not green' : undefined);
  }
  for (const alarm of sorted) {
    if (alarmsAsked(alarm.rule ?? '').some(({ name }) => chosen.includes(name))) judge(alarm, undefined);
  }
  return { chosen, others, bakeMsMin: chosen.length === 0 ? 0 : bakeMsFor(longestBreachMs(chosen, alarms)) };
}

/** The slowest of the named alarms, and of those that composites among them look at. */
function longestBreachMs(names: readonly string[], alarms: readonly WatchedAlarm[]): number {
  const reached = new Set(names);
  // A set that grows is walked to its end.
  for (const name of reached) {
    const rule = alarms.find((alarm) => alarm.name === name)?.rule;
    for (const asked of alarmsAsked(rule ?? '')) reached.add(asked.name);
  }
  return Math.max(...alarms.filter(({ name }) => reached.has(name)).map(({ breachMs }) => breachMs));
}
