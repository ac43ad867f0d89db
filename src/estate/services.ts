import { cloudMapServices, registriesOf, type Registry } from './cloudMap.ts';
import type { EstateExport, Json } from './export.ts';
import type { BlueScaling, BlueService } from './model.ts';
import { by, lastPart } from './order.ts';
import { primaryTaskSet, taskDefinitionArnOf } from './taskSets.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

/** A service of the cluster before anything is known of its place in the mesh. */
export interface FoundService
  extends Omit<BlueService, 'virtualNode' | 'listeners' | 'matchedBy' | 'nodeSpec' | 'virtualGateway'> {
  /** True where `registries` come from registered instances and not from the service itself. */
  registriesFromInstances: boolean;
}

export const loadBalancersOf = (service: Json<Ecs.Service>): Json<Ecs.LoadBalancer>[] =>
  (service.loadBalancers?.length ?? 0) > 0
    ? (service.loadBalancers ?? [])
    : (primaryTaskSet(service)?.loadBalancers ?? []);

function scalingOf(exported: EstateExport, clusterName: string, serviceName: string): BlueScaling | undefined {
  const resourceId = `service/${clusterName}/${serviceName}`;
  const target = exported.autoScaling?.targets.find(
    (one) => one.ResourceId === resourceId && one.ScalableDimension === 'ecs:service:DesiredCount',
  );
  if (target === undefined) return undefined;
  return {
    target,
    policies: (exported.autoScaling?.policies ?? [])
      .filter((policy) => policy.ResourceId === resourceId)
      .sort(by((policy) => policy.PolicyName ?? '')),
    scheduledActions: (exported.autoScaling?.scheduledActions ?? [])
      .filter((action) => action.ResourceId === resourceId)
      .sort(by((action) => action.ScheduledActionName ?? '')),
  };
}

/** The services of the cluster that are ACTIVE, ordered by name. One whose task definition could not be read has an empty one. */
export function findServices(exported: EstateExport, cluster: { arn: string; name: string }): FoundService[] {
  const registries: ReadonlyMap<string, Registry> = cloudMapServices(exported);
  const taskDefinitions = new Map(
    exported.ecs.taskDefinitions.map((one) => [one.taskDefinition.taskDefinitionArn, one]),
  );
  const targetGroups = new Map(exported.elbv2.targetGroups.map((one) => [one.TargetGroupArn, one]));
  return exported.ecs.services
    .filter((service) => service.clusterArn === cluster.arn && (service.status ?? 'ACTIVE') === 'ACTIVE')
    .map((service) => {
      const name = service.serviceName ?? lastPart(service.serviceArn ?? '');
      const described = taskDefinitions.get(taskDefinitionArnOf(service));
      const registered = registriesOf(exported, registries, service, cluster.name);
      return {
        name,
        arn: service.serviceArn ?? '',
        service,
        taskDefinition: described?.taskDefinition ?? {},
        taskDefinitionTags: described?.tags ?? [],
        targetGroups: loadBalancersOf(service).flatMap(({ targetGroupArn }) => {
          const targetGroup = targetGroups.get(targetGroupArn);
          if (targetGroup === undefined) return [];
          return [{ targetGroup, attributes: exported.elbv2.targetGroupAttributes?.[targetGroupArn ?? ''] ?? [] }];
        }),
        scaling: scalingOf(exported, cluster.name, name),
        registries: registered.registries,
        registriesFromInstances: registered.fromInstances,
      };
    })
    .sort(by((service) => service.name));
}
