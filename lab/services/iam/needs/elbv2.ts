import { creating, eachNamed, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

const on = (operation: string, member: string) => (input: Record<string, string>) => [
  { action: `elasticloadbalancing:${operation}`, resource: input[member] ?? '*' },
];

const making =
  (operation: string, resourceOf: (input: never, around: Surroundings) => { resource: string; tagged?: string }) =>
  (input: { Tags?: { Key?: string; Value?: string }[] }, around: Surroundings): Need[] => {
    const { resource, tagged = resource } = resourceOf(input as never, around);
    return creating(
      { action: `elasticloadbalancing:${operation}`, resource, requestTags: tagsIn(input.Tags) },
      {
        action: 'elasticloadbalancing:AddTags',
        createActionKey: 'elasticloadbalancing:CreateAction',
        operation,
        resource: tagged,
      },
    );
  };

const named = ({ account }: Surroundings, rest: string) =>
  `arn:aws:elasticloadbalancing:${account.region}:${account.id}:${rest}`;

/** Every Describe operation has no resource-level permission (§14). */
export const ELBV2_NEEDS: NeedTable = {
  ...eachNamed(
    [
      'DescribeLoadBalancers',
      'DescribeCapacityReservation',
      'DescribeListeners',
      'DescribeRules',
      'DescribeTargetGroups',
      'DescribeTargetHealth',
      'DescribeLoadBalancerAttributes',
      'DescribeTargetGroupAttributes',
      'DescribeListenerAttributes',
      'DescribeTags',
      'DescribeAccountLimits',
    ],
    (operation) => onAnything(`elasticloadbalancing:${operation}`),
  ),
  ...eachNamed(['DeleteLoadBalancer', 'SetSecurityGroups', 'SetSubnets', 'ModifyLoadBalancerAttributes'], (operation) =>
    on(operation, 'LoadBalancerArn'),
  ),
  ...eachNamed(['ModifyListener', 'DeleteListener', 'ModifyListenerAttributes'], (operation) =>
    on(operation, 'ListenerArn'),
  ),
  ...eachNamed(['ModifyRule', 'DeleteRule'], (operation) => on(operation, 'RuleArn')),
  ...eachNamed(
    ['ModifyTargetGroup', 'DeleteTargetGroup', 'RegisterTargets', 'DeregisterTargets', 'ModifyTargetGroupAttributes'],
    (operation) => on(operation, 'TargetGroupArn'),
  ),
  CreateLoadBalancer: making('CreateLoadBalancer', ({ Name }: { Name: string }, around) => ({
    resource: named(around, `loadbalancer/app/${Name}/*`),
  })),
  CreateTargetGroup: making('CreateTargetGroup', ({ Name }: { Name: string }, around) => ({
    resource: named(around, `targetgroup/${Name}/*`),
  })),
  CreateListener: making('CreateListener', ({ LoadBalancerArn }: { LoadBalancerArn: string }) => ({
    resource: LoadBalancerArn,
    tagged: `${LoadBalancerArn.replace(':loadbalancer/', ':listener/')}/*`,
  })),
  CreateRule: making('CreateRule', ({ ListenerArn }: { ListenerArn: string }) => ({
    resource: ListenerArn,
    tagged: `${ListenerArn.replace(':listener/', ':listener-rule/')}/*`,
  })),
  SetRulePriorities: ({ RulePriorities = [] }: { RulePriorities?: { RuleArn?: string }[] }) =>
    RulePriorities.map(({ RuleArn = '*' }) => ({
      action: 'elasticloadbalancing:SetRulePriorities',
      resource: RuleArn,
    })),
  AddTags: ({ ResourceArns = [], Tags }) =>
    (ResourceArns as string[]).map((resource) => ({
      action: 'elasticloadbalancing:AddTags',
      resource,
      requestTags: tagsIn(Tags),
    })),
  RemoveTags: ({ ResourceArns = [], TagKeys }) =>
    (ResourceArns as string[]).map((resource) => ({
      action: 'elasticloadbalancing:RemoveTags',
      resource,
      tagKeys: TagKeys,
    })),
};
