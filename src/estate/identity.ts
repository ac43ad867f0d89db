import type { EstateExport } from './export.ts';
import { lastPart } from './order.ts';

type Groups = Required<
  Pick<EstateExport, 'appMesh' | 'ecs' | 'serviceDiscovery' | 'elbv2' | 'autoScaling' | 'cloudWatch'>
>;

export type ObjectKind =
  | 'mesh'
  | 'virtualNode'
  | 'virtualService'
  | 'virtualRouter'
  | 'route'
  | 'virtualGateway'
  | 'gatewayRoute'
  | 'cluster'
  | 'service'
  | 'taskDefinition'
  | 'namespace'
  | 'cloudMapService'
  | 'loadBalancer'
  | 'listener'
  | 'rule'
  | 'targetGroup'
  | 'scalableTarget'
  | 'scalingPolicy'
  | 'scheduledAction'
  | 'metricAlarm'
  | 'compositeAlarm';

/** One object of an export, with what tells it from every other. */
export interface EstateObject {
  kind: ObjectKind;
  value: object;
  /** Its ARN. Undefined for an object that a template tells of, and for those that have none. */
  arn: string | undefined;
  /** Its names, joined by `/`: enough, with account and region, to tell it from every other object of its kind. */
  name: string;
}

interface ObjectList {
  kind: ObjectKind;
  read: (exported: EstateExport) => EstateObject[];
  write: (exported: EstateExport, values: object[]) => void;
}

function list<Group extends keyof Groups, Name extends keyof Groups[Group]>(
  kind: ObjectKind,
  group: Group,
  name: Name,
  arnOf: (item: ItemOf<Groups[Group][Name]>) => string | undefined,
  namesOf: (item: ItemOf<Groups[Group][Name]>) => (string | number | undefined)[],
): ObjectList {
  return {
    kind,
    read: (exported) => {
      const items = (exported[group] as Groups[Group] | undefined)?.[name] as ItemOf<Groups[Group][Name]>[] | undefined;
      return (items ?? []).map((value) => ({
        kind,
        value: value as object,
        arn: arnOf(value),
        name: namesOf(value)
          .map((part) => part ?? '')
          .join('/'),
      }));
    },
    write: (exported, values) => {
      if (group === 'autoScaling') exported.autoScaling ??= { targets: [], policies: [], scheduledActions: [] };
      if (group === 'cloudWatch') {
        // Of none told nothing is made: no list is not an empty one.
        if (values.length === 0 && exported.cloudWatch === undefined) return;
        exported.cloudWatch ??= { metricAlarms: [], compositeAlarms: [] };
      }
      (exported[group] as Record<Name, object[]>)[name] = values;
    },
  };
}

type ItemOf<List> = List extends readonly (infer Item)[] ? Item : never;

/** Every list of an export whose objects are told apart. */
export const OBJECT_LISTS: readonly ObjectList[] = [
  list(
    'mesh',
    'appMesh',
    'meshes',
    (one) => one.metadata?.arn,
    (one) => [one.meshName],
  ),
  list(
    'virtualNode',
    'appMesh',
    'virtualNodes',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualNodeName],
  ),
  list(
    'virtualService',
    'appMesh',
    'virtualServices',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualServiceName],
  ),
  list(
    'virtualRouter',
    'appMesh',
    'virtualRouters',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualRouterName],
  ),
  list(
    'route',
    'appMesh',
    'routes',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualRouterName, one.routeName],
  ),
  list(
    'virtualGateway',
    'appMesh',
    'virtualGateways',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualGatewayName],
  ),
  list(
    'gatewayRoute',
    'appMesh',
    'gatewayRoutes',
    (one) => one.metadata?.arn,
    (one) => [one.meshName, one.virtualGatewayName, one.gatewayRouteName],
  ),
  list(
    'cluster',
    'ecs',
    'clusters',
    (one) => one.clusterArn,
    (one) => [one.clusterName],
  ),
  list(
    'service',
    'ecs',
    'services',
    (one) => one.serviceArn,
    (one) => [lastPart(one.clusterArn ?? ''), one.serviceName],
  ),
  list(
    'taskDefinition',
    'ecs',
    'taskDefinitions',
    (one) => one.taskDefinition.taskDefinitionArn,
    (one) => [`${one.taskDefinition.family ?? ''}:${one.taskDefinition.revision ?? ''}`],
  ),
  list(
    'namespace',
    'serviceDiscovery',
    'namespaces',
    (one) => one.Arn,
    (one) => [one.Id ?? one.Name],
  ),
  list(
    'cloudMapService',
    'serviceDiscovery',
    'services',
    (one) => one.Arn,
    (one) => [one.NamespaceId, one.Name],
  ),
  list(
    'loadBalancer',
    'elbv2',
    'loadBalancers',
    (one) => one.LoadBalancerArn,
    (one) => [one.LoadBalancerName],
  ),
  list(
    'listener',
    'elbv2',
    'listeners',
    (one) => one.ListenerArn,
    (one) => [one.LoadBalancerArn, one.Port],
  ),
  list(
    'rule',
    'elbv2',
    'rules',
    (one) => one.RuleArn,
    (one) => [one.ListenerArn, one.Priority],
  ),
  list(
    'targetGroup',
    'elbv2',
    'targetGroups',
    (one) => one.TargetGroupArn,
    (one) => [one.TargetGroupName],
  ),
  list(
    'scalableTarget',
    'autoScaling',
    'targets',
    (one) => one.ScalableTargetARN,
    (one) => [one.ResourceId, one.ScalableDimension],
  ),
  list(
    'scalingPolicy',
    'autoScaling',
    'policies',
    (one) => one.PolicyARN,
    (one) => [one.ResourceId, one.ScalableDimension, one.PolicyName],
  ),
  list(
    'scheduledAction',
    'autoScaling',
    'scheduledActions',
    (one) => one.ScheduledActionARN,
    (one) => [one.ResourceId, one.ScalableDimension, one.ScheduledActionName],
  ),
  list(
    'metricAlarm',
    'cloudWatch',
    'metricAlarms',
    (one) => one.AlarmArn,
    (one) => [one.AlarmName],
  ),
  list(
    'compositeAlarm',
    'cloudWatch',
    'compositeAlarms',
    (one) => one.AlarmArn,
    (one) => [one.AlarmName],
  ),
];

export const objectsOf = (exported: EstateExport): EstateObject[] =>
  OBJECT_LISTS.flatMap((each) => each.read(exported));

/** Account and region that an ARN tells; empty where it tells none. */
export function placeOf(arn: string | undefined): { account: string; region: string } {
  const [, , , region = '', account = ''] = (arn ?? '').split(':');
  return { account, region };
}

/** The account that owns the mesh of an object of App Mesh, where it is told. Two accounts may have a mesh of one name. */
const meshOwnerOf = (value: { metadata?: { meshOwner?: string } }): string | undefined => value.metadata?.meshOwner;

/** The key of an object by its names alone, in its own account and region, or in its reader's where it tells none. */
export function nameKey(object: EstateObject, caller: EstateExport['caller']): string {
  const own = placeOf(object.arn);
  const account = own.account || caller.account;
  const owner = meshOwnerOf(object.value) ?? account;
  const name = owner === account ? object.name : `@${owner}/${object.name}`;
  return [object.kind, account, own.region || caller.region, name].join('/');
}

/** The key of an object in `readFrom`. */
export const keyOf = (object: EstateObject, caller: EstateExport['caller']): string =>
  object.arn ?? nameKey(object, caller);
