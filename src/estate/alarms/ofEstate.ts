import type * as CloudWatch from '@aws-sdk/client-cloudwatch';
import type { EstateExport, Json } from '../export.ts';
import type { BlueService } from '../model.ts';
import { lastPart } from '../order.ts';
import { alarmsAsked } from './rule.ts';
import { type Dimensions, watchedMetrics } from './watched.ts';

type Told = NonNullable<EstateExport['cloudWatch']>;
type Composite = Told['compositeAlarms'][number];

/** `targetgroup/<name>/<id>` and `app/<name>/<id>`: how metrics name what has this ARN. */
export const metricName = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1).replace(/^loadbalancer\//, '');

/** Whether a metric may be of this cluster: one that does not name its cluster is of any. */
const isOf = ({ ClusterName }: Dimensions, cluster: string): boolean =>
  ClusterName === undefined || ClusterName === cluster;

/** What metrics name one service by. */
export interface ServiceNames {
  cluster: string;
  service: string;
  family: string | undefined;
  targetGroupArns: readonly string[];
}

/** What metrics name a service by that was read. */
export const serviceNames = (blue: BlueService): ServiceNames => ({
  cluster: lastPart(blue.service.clusterArn ?? ''),
  service: blue.service.serviceName ?? blue.name,
  family: blue.taskDefinition.family,
  targetGroupArns: blue.targetGroups.flatMap(({ targetGroup }) => targetGroup.TargetGroupArn ?? []),
});

export type NamingDimension = 'ServiceName' | 'TaskDefinitionFamily' | 'TargetGroup';

/** The dimension by which a metric names a service, so that it tells nothing of another in its stead. */
export function namingDimension(dimensions: Dimensions, names: ServiceNames): NamingDimension | undefined {
  const { ServiceName, TaskDefinitionFamily, TargetGroup } = dimensions;
  if (TargetGroup !== undefined) {
    return names.targetGroupArns.some((arn) => metricName(arn) === TargetGroup) ? 'TargetGroup' : undefined;
  }
  if (!isOf(dimensions, names.cluster)) return undefined;
  if (ServiceName !== undefined) return ServiceName === names.service ? 'ServiceName' : undefined;
  return TaskDefinitionFamily !== undefined && TaskDefinitionFamily === names.family
    ? 'TaskDefinitionFamily'
    : undefined;
}

/**
 * Whether a metric alarm watches something of an estate: a metric of it names one of the estate's clusters or services, their task
 * definitions' families, target groups or load balancers. A metric of another service of the same cluster does not.
 */
export function watchesEstate({ ecs, elbv2 }: EstateExport): (alarm: Json<CloudWatch.MetricAlarm>) => boolean {
  const clusters = new Set([
    ...ecs.clusters.map((one) => one.clusterName ?? ''),
    ...ecs.services.map((one) => lastPart(one.clusterArn ?? '')),
  ]);
  const services = new Set(ecs.services.map((one) => `${lastPart(one.clusterArn ?? '')}/${one.serviceName ?? ''}`));
  const families = new Set(ecs.taskDefinitions.map(({ taskDefinition }) => taskDefinition.family ?? ''));
  const balanced = new Set([
    ...elbv2.targetGroups.map((one) => metricName(one.TargetGroupArn ?? '')),
    ...elbv2.loadBalancers.map((one) => metricName(one.LoadBalancerArn ?? '')),
  ]);
  const names = (dimensions: Dimensions): boolean => {
    const { ClusterName, ServiceName, TaskDefinitionFamily, LoadBalancer, TargetGroup } = dimensions;
    if (TargetGroup !== undefined || LoadBalancer !== undefined) {
      return balanced.has(TargetGroup ?? '') || balanced.has(LoadBalancer ?? '');
    }
    if (ServiceName !== undefined) {
      return [...clusters].some((name) => isOf(dimensions, name) && services.has(`${name}/${ServiceName}`));
    }
    if (ClusterName !== undefined && !clusters.has(ClusterName)) return false;
    return TaskDefinitionFamily === undefined ? ClusterName !== undefined : families.has(TaskDefinitionFamily);
  };
  return (alarm) => watchedMetrics(alarm).some(names);
}

/** The composite alarms that look at one of the alarms of these names, or at another composite that does. */
export function compositesOver<Alarm extends Pick<Composite, 'AlarmName' | 'AlarmRule'>>(
  names: Iterable<string>,
  composites: readonly Alarm[],
): Alarm[] {
  const above = new Map<string, Alarm[]>();
  for (const one of composites) {
    for (const { name } of alarmsAsked(one.AlarmRule ?? '')) above.set(name, [...(above.get(name) ?? []), one]);
  }
  const found = new Set<Alarm>();
  let next = [...names];
  while (next.length > 0) {
    const reached = new Set(next.flatMap((name) => above.get(name) ?? []).filter((one) => !found.has(one)));
    for (const one of reached) found.add(one);
    next = [...reached].map((one) => one.AlarmName ?? '');
  }
  return composites.filter((one) => found.has(one));
}

/** Of the alarms that are told those that watch something of the estate, and the composites over them. */
export function alarmsOfEstate(exported: EstateExport, { metricAlarms, compositeAlarms }: Told): Told {
  const watching = metricAlarms.filter(watchesEstate(exported));
  return {
    metricAlarms: watching,
    compositeAlarms: compositesOver(
      watching.map((one) => one.AlarmName ?? ''),
      compositeAlarms,
    ),
  };
}
