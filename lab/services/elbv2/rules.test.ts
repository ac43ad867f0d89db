import { describe, expect, test } from 'vitest';
import { NOT_FOUND, path, TestWorld, weighted } from './testWorld.ts';

function worldWithListener() {
  const world = new TestWorld();
  const loadBalancer = world.loadBalancer();
  return { world, loadBalancer, listener: world.listener(loadBalancer) };
}

test('L6: the default rule can be changed by ModifyListener only', () => {
  const { world, listener } = worldWithListener();
  const [rule] = world.call('DescribeRules', { ListenerArn: listener }).Rules;
  expect(rule).toMatchObject({ IsDefault: true, Priority: 'default' });
  const refusal = expect.objectContaining({ code: 'OperationNotPermittedException' });
  expect(() => world.call('ModifyRule', { RuleArn: rule.RuleArn, Actions: [NOT_FOUND] })).toThrow(refusal);
  expect(() => world.call('DeleteRule', { RuleArn: rule.RuleArn })).toThrow(refusal);
  const pairs = [{ RuleArn: rule.RuleArn, Priority: 1 }];
  expect(() => world.call('SetRulePriorities', { RulePriorities: pairs })).toThrow(refusal);
  const blue = world.group('blue');
  world.call('ModifyListener', { ListenerArn: listener, DefaultActions: [weighted({ [blue]: 1 })] });
  expect(world.describeRule(rule.RuleArn).Actions?.[0]?.TargetGroupArn).toBe(blue);
});

test('L34: conditions are described in both forms, and taken in one', () => {
  const { world, listener } = worldWithListener();
  const rule = world.rule(listener, [NOT_FOUND]);
  const [described] = world.describeRule(rule).Conditions ?? [];
  expect(described).toEqual({ Field: 'path-pattern', Values: ['/*'], PathPatternConfig: { Values: ['/*'] } });
  const change = (condition: object) => world.call('ModifyRule', { RuleArn: rule, Conditions: [condition] });
  expect(() => change(described ?? {})).toThrow(
    expect.objectContaining({
      code: 'ValidationError',
      message: "You cannot provide both Values and 'PathPatternConfig' for a condition of type 'path-pattern'",
    }),
  );
  expect(() => change({ Field: 'host-header', Values: ['a.b', 'c.d'] })).toThrow(
    "The 'host-header' field contains too many values; the limit is '1'",
  );
  change({ Field: 'path-pattern', Values: ['/a'] });
  change({ Field: 'path-pattern', PathPatternConfig: { Values: ['/b'] } });
  expect(world.describeRule(rule).Conditions?.[0]?.Values).toEqual(['/b']);
});

describe('L13: priorities', () => {
  test('a priority is taken once a listener', () => {
    const { world, loadBalancer, listener } = worldWithListener();
    world.rule(listener, [NOT_FOUND], 10);
    expect(() => world.rule(listener, [NOT_FOUND], 10)).toThrow(
      expect.objectContaining({ code: 'PriorityInUseException', message: "Priority '10' is currently in use" }),
    );
    expect(() => world.rule(listener, [NOT_FOUND], 50_001)).toThrow('between 1 and 50000');
    world.rule(world.listener(loadBalancer, [NOT_FOUND], 81), [NOT_FOUND], 10);
  });

  test('SetRulePriorities lets rules trade places, all or nothing', () => {
    const { world, listener } = worldWithListener();
    const [a, b, c] = [10, 20, 30].map((priority) => world.rule(listener, [NOT_FOUND], priority));
    const set = (...pairs: [string | undefined, number][]) =>
      world.call('SetRulePriorities', {
        RulePriorities: pairs.map(([RuleArn, Priority]) => ({ RuleArn, Priority })),
      });
    const order = () =>
      world.call('DescribeRules', { ListenerArn: listener }).Rules.map((rule: { RuleArn: string }) => rule.RuleArn);
    set([a, 20], [b, 10]);
    expect(order().slice(0, 3)).toEqual([b, a, c]);
    expect(() => set([a, 5], [b, 30])).toThrow("Priority '30' is currently in use");
    expect(() => set([a, 5], [b, 5])).toThrow("Priority '5' was provided multiple times");
    expect(order().slice(0, 3)).toEqual([b, a, c]);
  });
});

test('L14: Priority is a string in answers', () => {
  const { world, listener } = worldWithListener();
  world.rule(listener, [NOT_FOUND], 7);
  const rules = world.call('DescribeRules', { ListenerArn: listener }).Rules;
  expect(rules.map((rule: { Priority: string }) => rule.Priority)).toEqual(['7', 'default']);
});

describe('L15: DescribeRules', () => {
  test('pages, by default at 100 rules', () => {
    const { world, listener } = worldWithListener();
    for (let priority = 1; priority <= 100; priority += 1) world.rule(listener, [NOT_FOUND], priority);
    const first = world.call('DescribeRules', { ListenerArn: listener });
    expect(first.Rules).toHaveLength(100);
    const second = world.call('DescribeRules', { ListenerArn: listener, Marker: first.NextMarker });
    expect(second.Rules).toHaveLength(1);
    expect(second.NextMarker).toBeUndefined();
    const small = world.call('DescribeRules', { ListenerArn: listener, PageSize: 3 });
    expect(small.Rules.map((rule: { Priority: string }) => rule.Priority)).toEqual(['1', '2', '3']);
    expect(() => world.call('DescribeRules', { ListenerArn: listener, PageSize: 401 })).toThrow('between 1 and 400');
    expect(() => world.call('DescribeRules', { ListenerArn: listener, Marker: 'nonsense' })).toThrow('valid marker');
  });

  test('wants a listener or rules that exist', () => {
    const { world, listener } = worldWithListener();
    expect(() => world.call('DescribeRules')).toThrow(expect.objectContaining({ code: 'ValidationError' }));
    expect(() => world.call('DescribeRules', { ListenerArn: 'arn:x' })).toThrow(
      expect.objectContaining({ code: 'ListenerNotFoundException' }),
    );
    expect(() => world.call('DescribeRules', { RuleArns: ['arn:x'] })).toThrow('One or more rules not found');
    const rule = world.rule(listener, [NOT_FOUND]);
    world.call('DeleteRule', { RuleArn: rule });
    expect(() => world.describeRule(rule)).toThrow('One or more rules not found');
  });
});

test('L16: at most 20 load balancers or tagged resources a call', () => {
  const { world, loadBalancer } = worldWithListener();
  const many = Array.from({ length: 21 }, () => loadBalancer);
  expect(() => world.call('DescribeLoadBalancers', { LoadBalancerArns: many })).toThrow('20');
  expect(() => world.call('DescribeTags', { ResourceArns: many })).toThrow('20');
  expect(() => world.call('DescribeLoadBalancers', { Names: ['nobody'] })).toThrow(
    expect.objectContaining({ code: 'LoadBalancerNotFoundException' }),
  );
});

describe('L17: limits', () => {
  test('100 rules a load balancer, over all its listeners', () => {
    const { world, loadBalancer, listener } = worldWithListener();
    for (let priority = 1; priority <= 100; priority += 1) world.rule(listener, [NOT_FOUND], priority);
    const other = world.listener(loadBalancer, [NOT_FOUND], 81);
    expect(() => world.rule(other, [NOT_FOUND])).toThrow(expect.objectContaining({ code: 'TooManyRulesException' }));
  });

  test('100 target groups a load balancer', () => {
    const { world, listener } = worldWithListener();
    const groups = Array.from({ length: 101 }, (_, index) => world.group(`group-${index}`));
    for (let index = 0; index < 100; index += 5) {
      const five = groups.slice(index, index + 5);
      world.rule(listener, [weighted(Object.fromEntries(five.map((arn) => [arn, 1])))], index + 1);
    }
    const last = groups[100] ?? '';
    expect(() => world.rule(listener, [weighted({ [last]: 1 })], 200)).toThrow(
      expect.objectContaining({ code: 'TooManyUniqueTargetGroupsPerLoadBalancerException' }),
    );
  });

  test('5 condition values a rule, 50 listeners a load balancer', () => {
    const { world, loadBalancer, listener } = worldWithListener();
    expect(() => world.rule(listener, [NOT_FOUND], 1, [path('/1', '/2', '/3', '/4', '/5', '/6')])).toThrow('condition');
    for (let port = 1001; port <= 1049; port += 1) world.listener(loadBalancer, [NOT_FOUND], port);
    expect(() => world.listener(loadBalancer, [NOT_FOUND], 1050)).toThrow(
      expect.objectContaining({ code: 'TooManyListenersException' }),
    );
  });
});

test('L18: a target group belongs to one load balancer', () => {
  const { world, listener } = worldWithListener();
  const blue = world.group('blue');
  const rule = world.rule(listener, [weighted({ [blue]: 1 })]);
  const other = world.listener(world.loadBalancer('other'));
  expect(() => world.rule(other, [weighted({ [blue]: 1 })])).toThrow(
    expect.objectContaining({
      code: 'TargetGroupAssociationLimitException',
      message: `The following target groups cannot be associated with more than one load balancer: ${blue}`,
    }),
  );
  world.call('DeleteRule', { RuleArn: rule });
  world.rule(other, [weighted({ [blue]: 1 })]);
});

test('L28: a Network Load Balancer is refused with a way out', () => {
  const { world } = worldWithListener();
  expect(() => world.call('CreateLoadBalancer', { Name: 'n', Type: 'network', Subnets: ['a', 'b'] })).toThrow(
    "The lab does not serve load balancers of a type other than application (network). Nothing was changed. Create one of type 'application'.",
  );
  expect(world.call('DescribeLoadBalancers').LoadBalancers).toHaveLength(1);
});

test('a deleted load balancer takes its listeners and rules along, unless it is protected', () => {
  const { world, loadBalancer, listener } = worldWithListener();
  const blue = world.group('blue');
  const rule = world.rule(listener, [weighted({ [blue]: 1 })]);
  const protect = (Value: string) =>
    world.call('ModifyLoadBalancerAttributes', {
      LoadBalancerArn: loadBalancer,
      Attributes: [{ Key: 'deletion_protection.enabled', Value }],
    });
  protect('true');
  expect(() => world.call('DeleteLoadBalancer', { LoadBalancerArn: loadBalancer })).toThrow('deletion protection');
  protect('false');
  world.call('DeleteLoadBalancer', { LoadBalancerArn: loadBalancer });
  expect(() => world.describeRule(rule)).toThrow('One or more rules not found');
  expect(world.elbv2.listeners()).toEqual([]);
  expect(world.elbv2.find(blue)).toEqual({ targetType: 'ip', hasLoadBalancer: false });
  world.call('DeleteLoadBalancer', { LoadBalancerArn: loadBalancer });
});

test('tags are stored with the resource and go with it', () => {
  const { world, listener } = worldWithListener();
  const rule = world.rule(listener, [NOT_FOUND]);
  const tagsOf = (arn: string) => world.call('DescribeTags', { ResourceArns: [arn] }).TagDescriptions[0].Tags;
  world.call('AddTags', { ResourceArns: [rule], Tags: [{ Key: 'meshlift.dev/uid', Value: '1' }] });
  world.call('AddTags', { ResourceArns: [rule], Tags: [{ Key: 'team', Value: 'shop' }] });
  world.call('RemoveTags', { ResourceArns: [rule], TagKeys: ['team'] });
  expect(tagsOf(rule)).toEqual([{ Key: 'meshlift.dev/uid', Value: '1' }]);
  world.call('DeleteRule', { RuleArn: rule });
  expect(() => tagsOf(rule)).toThrow('One or more rules not found');
});

test('what goes in and comes out is copied', () => {
  const { world, listener } = worldWithListener();
  const conditions = [path('/a')];
  const rule = world.rule(listener, [NOT_FOUND], 10, conditions);
  conditions[0]?.PathPatternConfig?.Values?.push('/b');
  world.describeRule(rule).Conditions?.pop();
  expect(world.describeRule(rule).Conditions?.[0]?.Values).toEqual(['/a']);
});
