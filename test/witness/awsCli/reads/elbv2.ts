import type { Read } from './read.ts';

export const ELBV2: Read[] = [
  [
    'elbv2 describe-load-balancers',
    'LoadBalancers[].[LoadBalancerArn,LoadBalancerName,Type,Scheme,State.Code,length(AvailabilityZones)]',
    (ids) => [[ids.loadBalancer, 'shop', 'application', 'internet-facing', 'active', 2]],
  ],
  [
    'elbv2 describe-listeners --load-balancer-arn {loadBalancer}',
    'Listeners[].[ListenerArn,Protocol,Port,DefaultActions[].[Type,FixedResponseConfig.StatusCode]]',
    (ids) => [[ids.listener, 'HTTP', 8080, [['fixed-response', '404']]]],
  ],
  [
    'elbv2 describe-rules --listener-arn {listener}',
    'Rules[].[Priority,IsDefault,Conditions[].[Field,Values],Actions[].[Type,ForwardConfig.TargetGroups]]',
    (ids) => [
      ['10', false, [['path-pattern', ['/*']]], [['forward', [{ TargetGroupArn: ids.targetGroup, Weight: 1 }]]]],
      ['default', true, [], [['fixed-response', null]]],
    ],
  ],
  ['elbv2 describe-rules --rule-arns {rule}', 'Rules[].RuleArn', ({ rule }) => [rule]],
  [
    'elbv2 describe-target-groups --load-balancer-arn {loadBalancer}',
    'TargetGroups[].[TargetGroupArn,TargetGroupName,Protocol,Port,TargetType,HealthCheckPath,Matcher.HttpCode,LoadBalancerArns]',
    (ids) => [[ids.targetGroup, 'frontend', 'HTTP', 8080, 'ip', '/health', '200', [ids.loadBalancer]]],
  ],
  ['elbv2 describe-target-groups --names frontend', 'TargetGroups[].TargetGroupArn', (ids) => [ids.targetGroup]],
  [
    'elbv2 describe-target-health --target-group-arn {targetGroup}',
    'TargetHealthDescriptions[].[Target.Port,HealthCheckPort,TargetHealth.State]',
    [
      [8080, '8080', 'healthy'],
      [8080, '8080', 'healthy'],
    ],
  ],
  [
    'elbv2 describe-target-health --target-group-arn {targetGroup} --targets Id=10.9.9.9,Port=80',
    'TargetHealthDescriptions[].TargetHealth.[State,Reason]',
    [['unused', 'Target.NotRegistered']],
  ],
  [
    'elbv2 describe-tags --resource-arns {loadBalancer} {targetGroup}',
    'TagDescriptions[].[ResourceArn,Tags]',
    (ids) => [
      [ids.loadBalancer, []],
      [ids.targetGroup, []],
    ],
  ],
  [
    'elbv2 describe-load-balancer-attributes --load-balancer-arn {loadBalancer}',
    "Attributes[?Key=='idle_timeout.timeout_seconds' || Key=='deletion_protection.enabled'].Value",
    ['60', 'false'],
  ],
  [
    'elbv2 describe-target-group-attributes --target-group-arn {targetGroup}',
    "Attributes[?Key=='deregistration_delay.timeout_seconds' || Key=='stickiness.enabled'].Value",
    ['30', 'false'],
  ],
  [
    'elbv2 describe-listener-attributes --listener-arn {listener}',
    "Attributes[?Key=='routing.http.response.server.enabled'].Value",
    ['true'],
  ],
  [
    'elbv2 describe-account-limits',
    "Limits[?Name=='rules-per-application-load-balancer' || Name=='targets-per-application-load-balancer'].Max",
    ['1000', '100'],
  ],
];
