import { MESH_READ_ACTIONS } from '../inventory/meshActions.ts';
import type { Statement } from './statement.ts';
import { arnOf, PLACES } from './places.ts';

/** What reads AWS without an operator. What has no resource is asked of `*`, all else of the account and Region, shared meshes aside. */
export const ASSESS: readonly Statement[] = [
  {
    Sid: 'ReadWithoutResource',
    Effect: 'Allow',
    Action: [
      'application-autoscaling:DescribeScalableTargets',
      'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:DescribeScheduledActions',
      'appmesh:ListMeshes',
      // Composite alarms are told on `*` only (row W3).
      'cloudwatch:DescribeAlarms',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeSubnets',
      'ecs:DescribeTaskDefinition',
      'ecs:ListClusters',
      'ecs:ListServices',
      'elasticloadbalancing:DescribeAccountLimits',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTags',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeTargetGroups',
      'servicediscovery:ListNamespaces',
      'servicediscovery:ListServices',
      'servicequotas:GetAWSDefaultServiceQuota',
      'servicequotas:ListServiceQuotas',
      'sts:GetCallerIdentity',
    ],
    Resource: '*',
  },
  {
    Sid: 'MeshRead',
    Effect: 'Allow',
    Action: MESH_READ_ACTIONS,
    Resource: `arn:${PLACES.partition}:appmesh:${PLACES.region}:*:mesh/*`,
  },
  {
    Sid: 'ServicesRead',
    Effect: 'Allow',
    Action: [
      'ecs:DescribeClusters',
      'ecs:DescribeContainerInstances',
      'ecs:DescribeServices',
      'ecs:DescribeTasks',
      'ecs:ListContainerInstances',
      'ecs:ListTasks',
    ],
    Resource: arnOf('ecs', '*'),
  },
  {
    Sid: 'CloudMapRead',
    Effect: 'Allow',
    Action: ['servicediscovery:ListInstances'],
    Resource: arnOf('servicediscovery', 'service/*'),
  },
];
