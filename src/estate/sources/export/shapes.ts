import {
  GATEWAY_ROUTE_SPEC,
  MESH_SPEC,
  ROUTE_SPEC,
  VIRTUAL_GATEWAY_SPEC,
  VIRTUAL_NODE_SPEC,
} from '../shapes/appMesh.ts';
import { VIRTUAL_ROUTER_SPEC, VIRTUAL_SERVICE_SPEC } from '../shapes/appMesh.ts';
import { SCALABLE_TARGET, SCALING_POLICY, SCHEDULED_ACTION } from '../shapes/autoScaling.ts';
import { CLOUD_MAP_SERVICE, NAMESPACE } from '../shapes/cloudMap.ts';
import { COMPOSITE_ALARM, METRIC_ALARM } from '../shapes/cloudWatch.ts';
import { CLUSTER, DEPLOYMENT, ECS_TAGS, SERVICE, TASK_DEFINITION, TASK_SET } from '../shapes/ecs.ts';
import { ATTRIBUTES, LISTENER, LOAD_BALANCER, RULE, TARGET_GROUP } from '../shapes/elbv2.ts';
import type { Shape } from '../shapes/shape.ts';

/*
 * What an export holds: what a person declares of each object, and of what AWS adds the members that something is read from.
 * Members beyond these are taken as they stand.
 */

const inMesh = {
  meshName: 'text',
  metadata: { arn: 'text', meshOwner: 'text', resourceOwner: 'text' },
  status: { status: 'text' },
} as const;

const taskSet = { ...TASK_SET, id: 'text', taskSetArn: 'text', status: 'text', stabilityStatus: 'text' } as const;

const deployment = { ...DEPLOYMENT, id: 'text', status: 'text', taskDefinition: 'text', rolloutState: 'text' } as const;

const resources = [{ name: 'text', type: 'text', integerValue: 'number', stringSetValue: ['text'] }] as const;

const scaled = { ServiceNamespace: 'text', ResourceId: 'text', ScalableDimension: 'text' } as const;

const told = { source: 'text', where: 'text', address: 'text' } as const;
const readFrom = { ...told, declaredIn: told } as const;

/** Of each list the shape of its items, by the list's place. */
export const ITEMS = {
  'appMesh.meshes': { ...inMesh, spec: MESH_SPEC },
  'appMesh.virtualNodes': { ...inMesh, virtualNodeName: 'text', spec: VIRTUAL_NODE_SPEC },
  'appMesh.virtualServices': { ...inMesh, virtualServiceName: 'text', spec: VIRTUAL_SERVICE_SPEC },
  'appMesh.virtualRouters': { ...inMesh, virtualRouterName: 'text', spec: VIRTUAL_ROUTER_SPEC },
  'appMesh.routes': { ...inMesh, virtualRouterName: 'text', routeName: 'text', spec: ROUTE_SPEC },
  'appMesh.virtualGateways': { ...inMesh, virtualGatewayName: 'text', spec: VIRTUAL_GATEWAY_SPEC },
  'appMesh.gatewayRoutes': {
    ...inMesh,
    virtualGatewayName: 'text',
    gatewayRouteName: 'text',
    spec: GATEWAY_ROUTE_SPEC,
  },
  'appMesh.tags': { key: 'text', value: 'text' },
  'ecs.clusters': { ...CLUSTER, clusterArn: 'text', status: 'text' },
  'ecs.services': {
    ...SERVICE,
    serviceArn: 'text',
    status: 'text',
    runningCount: 'number',
    pendingCount: 'number',
    platformFamily: 'text',
    createdBy: 'text',
    taskSets: [taskSet],
    deployments: [deployment],
  },
  'ecs.taskDefinitions': {
    taskDefinition: {
      ...TASK_DEFINITION,
      taskDefinitionArn: 'text',
      revision: 'number',
      status: 'text',
      compatibilities: ['text'],
      requiresAttributes: [{ name: 'text', value: 'text' }],
      registeredBy: 'text',
    },
    tags: ECS_TAGS,
  },
  'ecs.containerInstances': {
    containerInstanceArn: 'text',
    ec2InstanceId: 'text',
    capacityProviderName: 'text',
    status: 'text',
    runningTasksCount: 'number',
    registeredResources: resources,
    remainingResources: resources,
    attributes: [{ name: 'text', value: 'text' }],
    tags: ECS_TAGS,
  },
  'ecs.tasks': {
    taskArn: 'text',
    clusterArn: 'text',
    taskDefinitionArn: 'text',
    group: 'text',
    startedBy: 'text',
    launchType: 'text',
    lastStatus: 'text',
    containerInstanceArn: 'text',
    tags: ECS_TAGS,
  },
  'serviceDiscovery.namespaces': {
    ...NAMESPACE,
    Id: 'text',
    Arn: 'text',
    Type: 'text',
    Properties: { DnsProperties: { HostedZoneId: 'text' }, HttpProperties: { HttpName: 'text' } },
  },
  'serviceDiscovery.services': { ...CLOUD_MAP_SERVICE, Id: 'text', Arn: 'text' },
  'serviceDiscovery.instances': { Id: 'text', Attributes: 'texts' },
  'elbv2.loadBalancers': {
    ...LOAD_BALANCER,
    LoadBalancerArn: 'text',
    DNSName: 'text',
    VpcId: 'text',
    AvailabilityZones: [{ ZoneName: 'text', SubnetId: 'text' }],
  },
  'elbv2.listeners': { ...LISTENER, ListenerArn: 'text' },
  'elbv2.rules': { ...RULE, RuleArn: 'text', ListenerArn: 'text', IsDefault: 'flag' },
  'elbv2.targetGroups': { ...TARGET_GROUP, TargetGroupArn: 'text', LoadBalancerArns: ['text'] },
  'elbv2.targetGroupAttributes': ATTRIBUTES[0],
  'elbv2.tags': { Key: 'text', Value: 'text' },
  'autoScaling.targets': { ...SCALABLE_TARGET, ScalableTargetARN: 'text' },
  'autoScaling.policies': { ...SCALING_POLICY, PolicyARN: 'text', Alarms: [{ AlarmName: 'text', AlarmARN: 'text' }] },
  'autoScaling.scheduledActions': { ...SCHEDULED_ACTION, ...scaled, ScheduledActionARN: 'text' },
  'elbv2.accountLimits': { Name: 'text', Max: 'text' },
  'cloudWatch.metricAlarms': { ...METRIC_ALARM, AlarmName: 'text', AlarmArn: 'text', StateValue: 'text' },
  'cloudWatch.compositeAlarms': { ...COMPOSITE_ALARM, AlarmName: 'text', AlarmArn: 'text', StateValue: 'text' },
  'ec2.subnets': { SubnetId: 'text', AvailableIpAddressCount: 'number', VpcId: 'text', CidrBlock: 'text' },
  'ec2.instanceTypes': { InstanceType: 'text', NetworkInfo: { MaximumNetworkInterfaces: 'number' } },
  'serviceQuotas.quotas': { ServiceCode: 'text', QuotaCode: 'text', QuotaArn: 'text', Value: 'number' },
  errors: { call: 'text', subject: 'text', code: 'text', message: 'text' },
  readFrom,
  differences: { object: 'text', name: 'text', member: 'text', told: [readFrom] },
  unresolved: { place: 'text', why: 'text', source: 'text', where: 'text' },
} as const satisfies Record<string, Shape>;

/** What an object is found by. Without it nothing can be said of it that a person could look up. */
export const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  'appMesh.meshes': ['meshName'],
  'appMesh.virtualNodes': ['meshName', 'virtualNodeName'],
  'appMesh.virtualServices': ['meshName', 'virtualServiceName'],
  'appMesh.virtualRouters': ['meshName', 'virtualRouterName'],
  'appMesh.routes': ['meshName', 'virtualRouterName', 'routeName'],
  'appMesh.virtualGateways': ['meshName', 'virtualGatewayName'],
  'appMesh.gatewayRoutes': ['meshName', 'virtualGatewayName', 'gatewayRouteName'],
  'ecs.services': ['serviceName'],
};
