import { MESH_READ_ACTIONS } from '../inventory/meshActions.ts';
import { INDEX_ACTIONS, STREAM_ACTIONS, TABLE_ACTIONS } from '../../state/actions.ts';
import { INDEX_NAME } from '../../state/table.ts';
import { NOTIFY_ACTIONS } from '../notify/actions.ts';
import { allow, inMesh, IN_CLUSTERS, SCALABLE_TARGETS, type Statement } from './statement.ts';
import { arnOf, PLACES } from './places.ts';

/** The operator's table, whom it tells, and what it reads. */
export const OPERATOR_READ: readonly Statement[] = [
  allow('OwnTable', TABLE_ACTIONS, arnOf('dynamodb', `table/${PLACES.table}`)),
  allow('OwnIndex', INDEX_ACTIONS, arnOf('dynamodb', `table/${PLACES.table}/index/${INDEX_NAME}`)),
  allow('OwnStream', STREAM_ACTIONS, arnOf('dynamodb', `table/${PLACES.table}/stream/*`)),
  allow('Notify', NOTIFY_ACTIONS, [arnOf('sns', PLACES.topic), arnOf('events', `event-bus/${PLACES.eventBus}`)]),
  // None of these has a resource, or is of use with one: composite alarms are told on `*` only (row W3).
  allow(
    'ReadWithoutResource',
    [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DescribeScheduledActions',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'ecs:DescribeTaskDefinition',
      'ecs:ListTaskDefinitions',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetHealth',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
      'servicediscovery:ListTagsForResource',
      'sts:GetCallerIdentity',
    ],
    '*',
  ),
  allow('MeshRead', MESH_READ_ACTIONS, inMesh('*')),
  allow('ClusterRead', ['ecs:DescribeClusters'], [PLACES.clusterArns]),
  // The four that read may be asked of `*` alone, or of what no ARN is known of before it was read: the cluster is what limits them.
  allow(
    'ServicesRead',
    ['ecs:DescribeServices', 'ecs:DescribeTasks', 'ecs:ListServices', 'ecs:ListTasks'],
    '*',
    IN_CLUSTERS,
  ),
  allow('ScalingTagsRead', ['application-autoscaling:ListTagsForResource'], SCALABLE_TARGETS),
  allow('AlarmsTagsRead', ['cloudwatch:ListTagsForResource'], arnOf('cloudwatch', 'alarm:*')),
];
