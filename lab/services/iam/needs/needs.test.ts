import { expect, test } from 'vitest';
import { SimulatedClock } from '../../../clock.ts';
import { createSimulatedAws } from '../../../simulated/simulatedAws.ts';
import type { ServiceId } from '../../service.ts';
import { NEEDS } from './needs.ts';

const { services } = createSimulatedAws({ clock: new SimulatedClock() }).aws;

test.each(Object.entries(services))('what %s serves is in the table, and nothing else', (id, { operations }) => {
  expect(Object.keys(NEEDS[id as ServiceId]).sort()).toEqual(Object.keys(operations).sort());
});

const ACCOUNT = { id: '111122223333', region: 'eu-west-1' };
const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
const LISTENER = arn('elasticloadbalancing', 'listener/app/lb/1/2');
const RULE = arn('elasticloadbalancing', 'listener-rule/app/lb/1/2/3');
const TAG = [{ Key: 'a', Value: 'b' }];

const CASES: [ServiceId, string, object, [string, string][]][] = [
  [
    'ecs',
    'DescribeServices',
    { services: ['a', arn('ecs', 'service/c/b')] },
    [
      ['ecs:DescribeServices', arn('ecs', 'service/default/a')],
      ['ecs:DescribeServices', arn('ecs', 'service/c/b')],
    ],
  ],
  [
    'cloudwatch',
    'DeleteDashboards',
    { DashboardNames: ['a', 'b'] },
    [
      ['cloudwatch:DeleteDashboards', 'arn:aws:cloudwatch::111122223333:dashboard/a'],
      ['cloudwatch:DeleteDashboards', 'arn:aws:cloudwatch::111122223333:dashboard/b'],
    ],
  ],
  ['ecs', 'ListServices', { cluster: 'c' }, [['ecs:ListServices', '*']]],
  [
    'ecs',
    'DescribeServiceRevisions',
    { serviceRevisionArns: [arn('ecs', 'service-revision/c/s/1')] },
    [
      ['ecs:DescribeServiceRevisions', arn('ecs', 'service/c/s')],
      ['ecs:DescribeServiceRevisions', arn('ecs', 'service-revision/c/s/1')],
    ],
  ],
  ['ecs', 'StopTask', { cluster: arn('ecs', 'cluster/c'), task: 't' }, [['ecs:StopTask', arn('ecs', 'task/c/t')]]],
  [
    'elastic-load-balancing-v2',
    'DescribeRules',
    { ListenerArn: LISTENER },
    [['elasticloadbalancing:DescribeRules', '*']],
  ],
  [
    'elastic-load-balancing-v2',
    'CreateRule',
    { ListenerArn: LISTENER, Tags: TAG },
    [
      ['elasticloadbalancing:CreateRule', LISTENER],
      ['elasticloadbalancing:AddTags', arn('elasticloadbalancing', 'listener-rule/app/lb/1/2/*')],
    ],
  ],
  ['elastic-load-balancing-v2', 'ModifyRule', { RuleArn: RULE }, [['elasticloadbalancing:ModifyRule', RULE]]],
  [
    'elastic-load-balancing-v2',
    'SetRulePriorities',
    { RulePriorities: [{ RuleArn: RULE }] },
    [['elasticloadbalancing:SetRulePriorities', RULE]],
  ],
  [
    'app-mesh',
    'ListRoutes',
    { meshName: 'm', virtualRouterName: 'r' },
    [['appmesh:ListRoutes', arn('appmesh', 'mesh/m/virtualRouter/r')]],
  ],
  [
    'app-mesh',
    'UpdateRoute',
    {
      meshName: 'm',
      virtualRouterName: 'r',
      routeName: 'x',
      spec: { httpRoute: { action: { weightedTargets: [{ virtualNode: 'n' }] } } },
    },
    [
      ['appmesh:UpdateRoute', arn('appmesh', 'mesh/m/virtualRouter/r/route/x')],
      ['appmesh:UpdateRoute', arn('appmesh', 'mesh/m/virtualNode/n')],
    ],
  ],
  [
    'servicediscovery',
    'DeleteService',
    { Id: 'srv-1' },
    [['servicediscovery:DeleteService', arn('servicediscovery', 'service/srv-1')]],
  ],
  ['cloudwatch', 'GetMetricData', {}, [['cloudwatch:GetMetricData', '*']]],
  ['cloudwatch', 'DescribeAlarms', { AlarmNames: [] }, [['cloudwatch:DescribeAlarms', arn('cloudwatch', 'alarm:*')]]],
  [
    'application-auto-scaling',
    'PutScalingPolicy',
    { ServiceNamespace: 'ecs', ResourceId: 'service/c/s' },
    [['application-autoscaling:PutScalingPolicy', arn('application-autoscaling', 'scalable-target/*')]],
  ],
  [
    'eventbridge',
    'PutEvents',
    { Entries: [{}, { EventBusName: 'own' }] },
    [
      ['events:PutEvents', arn('events', 'event-bus/default')],
      ['events:PutEvents', arn('events', 'event-bus/own')],
    ],
  ],
  [
    'cloudwatch-logs',
    'CreateLogGroup',
    { logGroupName: '/ecs/a' },
    [['logs:CreateLogGroup', arn('logs', 'log-group:/ecs/a:log-stream:')]],
  ],
  ['sts', 'GetCallerIdentity', {}, []],
];

test.each(CASES)('§14: %s %s', (id, operation, input, expected) => {
  const needs = NEEDS[id][operation]?.(input, { account: ACCOUNT, look: () => undefined });
  expect(needs?.map(({ action, resource }) => [action, resource])).toEqual(expected);
});
