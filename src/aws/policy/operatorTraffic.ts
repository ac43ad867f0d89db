import { ALARM_NAME_PREFIX } from '../../plan/createdAlarms.ts';
import { allow, MADE, SCALABLE_TARGETS, TAGGED, type Statement } from './statement.ts';
import { arnOf, PLACES } from './places.ts';

const TARGET_GROUPS = arnOf('elasticloadbalancing', 'targetgroup/*/*');
const LISTENERS = arnOf('elasticloadbalancing', `listener/app/${PLACES.loadBalancer}/*`);
const RULES = arnOf('elasticloadbalancing', `listener-rule/app/${PLACES.loadBalancer}/*`);
const MADE_ALARMS = arnOf('cloudwatch', `alarm:${ALARM_NAME_PREFIX}*`);
const TARGET_TRACKING_ALARMS = arnOf('cloudwatch', 'alarm:TargetTracking-*');

/** What is changed of load balancers, scaling and alarms. */
export const OPERATOR_TRAFFIC: readonly Statement[] = [
  // The user's rules, which nobody has tagged.
  allow('TrafficShift', ['elasticloadbalancing:ModifyListener', 'elasticloadbalancing:ModifyRule'], [LISTENERS, RULES]),
  allow('RulesMake', ['elasticloadbalancing:CreateRule'], LISTENERS, { Null: TAGGED }),
  allow('TargetGroupsMake', ['elasticloadbalancing:CreateTargetGroup'], TARGET_GROUPS, { Null: TAGGED }),
  allow(
    'BalancingOwnChange',
    [
      'elasticloadbalancing:DeleteRule',
      'elasticloadbalancing:DeleteTargetGroup',
      'elasticloadbalancing:ModifyTargetGroup',
      'elasticloadbalancing:ModifyTargetGroupAttributes',
    ],
    [RULES, TARGET_GROUPS],
    { Null: MADE },
  ),
  allow('BalancingTagWhatIsMade', ['elasticloadbalancing:AddTags'], [RULES, TARGET_GROUPS], {
    StringEquals: { 'elasticloadbalancing:CreateAction': ['CreateRule', 'CreateTargetGroup'] },
  }),
  // Blue's is held still, and goes with blue.
  allow(
    'ScalingChange',
    ['application-autoscaling:DeregisterScalableTarget', 'application-autoscaling:RegisterScalableTarget'],
    SCALABLE_TARGETS,
    { StringEquals: { 'application-autoscaling:service-namespace': 'ecs' } },
  ),
  allow(
    'ScalingOwnChange',
    [
      'application-autoscaling:DeleteScalingPolicy',
      'application-autoscaling:DeleteScheduledAction',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:PutScheduledAction',
    ],
    SCALABLE_TARGETS,
    { Null: MADE },
  ),
  allow('ScalingTagWhatIsMade', ['application-autoscaling:TagResource'], SCALABLE_TARGETS, { Null: TAGGED }),
  allow('AlarmsMake', ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'], MADE_ALARMS, { Null: TAGGED }),
  allow('AlarmsOwnChange', ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'], MADE_ALARMS, { Null: MADE }),
  // Application Auto Scaling makes and deletes them with its caller's rights.
  allow('AlarmsOfScaling', ['cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm'], TARGET_TRACKING_ALARMS),
];
