import { namingDimension, serviceNames } from '../../estate/alarms/ofEstate.ts';
import type { BlueService } from '../../estate/model.ts';
import type { PlanSpec } from '../../plan/model.ts';
import type { AlarmReading, WatchedMetric } from '../readings.ts';
import { beneath } from './alarmMetrics.ts';

/** AWS publishes these by service and by target group; what an application publishes itself, green publishes as blue does. */
const NAMESPACES: ReadonlySet<string> = new Set(['AWS/ECS', 'ECS/ContainerInsights', 'AWS/ApplicationELB']);

/**
 * Why an alarm would never fire for green, in a sentence: every metric that it comes down to is of one of blue's target groups, services
 * or task definitions. `undefined` where one of them is not, or where it is not known what it comes down to.
 */
export function blindness(
  alarm: AlarmReading,
  known: ReadonlyMap<string, AlarmReading>,
  blue: readonly BlueService[],
): string | undefined {
  const { metricAlarms, unseen } = beneath(alarm, known);
  const metrics = metricAlarms.flatMap(({ basis }) => (basis.kind === 'metrics' ? basis.metrics : []));
  if (unseen.length > 0 || metrics.length === 0) return undefined;
  const ofBlue = metrics.map((metric) => blueNameOf(metric, blue));
  if (ofBlue.includes(undefined)) return undefined;
  return (
    `alarm ${alarm.name} watches ${[...new Set(ofBlue)].join(' and ')} alone, which is blue's, and would never fire for green; ` +
    'let it watch the load balancer as a whole, or take it out of spec.gates.alarms'
  );
}

/**
 * The alarms that refuse a plan for their blindness, with their places in `spec.gates.alarms`. A rescue passes over those that see blue
 * alone, as long as one is left that would take a bad green back, of its own or of those that it creates.
 */
export function blindAlarms(
  { strategy, gates }: Pick<PlanSpec, 'strategy' | 'gates'>,
  alarms: readonly AlarmReading[],
  known: ReadonlyMap<string, AlarmReading>,
  blue: readonly BlueService[],
): { index: number; message: string }[] {
  const blind = alarms.flatMap((alarm, index) => {
    const message = blindness(alarm, known, blue);
    return message === undefined ? [] : [{ index, message }];
  });
  const oneSees = blind.length < alarms.length || gates.createAlarms !== null;
  return strategy === 'rescue' && oneSees ? [] : blind;
}

/** `TargetGroup targetgroup/frontend/0123456789abcdef` of a metric that only blue has; `undefined` for any other. */
function blueNameOf(metric: WatchedMetric, blue: readonly BlueService[]): string | undefined {
  if (metric.kind === 'query' || !NAMESPACES.has(metric.namespace)) return undefined;
  const { dimensions } = metric;
  for (const service of blue) {
    const dimension = namingDimension(dimensions, serviceNames(service));
    if (dimension !== undefined) return `${dimension} ${dimensions[dimension]}`;
  }
  return undefined;
}
