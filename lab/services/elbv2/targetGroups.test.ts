import { describe, expect, test } from 'vitest';
import { TestWorld, weighted } from './testWorld.ts';

const inUse = (arn: string) =>
  expect.objectContaining({
    code: 'ResourceInUseException',
    message: `Target group '${arn}' is currently in use by a listener or a rule`,
  });

describe('L19: DeleteTargetGroup', () => {
  test('is refused while an action names the group, even at weight 0, and for a moment after', () => {
    const world = new TestWorld({ targetGroupInUseMs: 5_000 });
    const listener = world.listener(world.loadBalancer());
    const blue = world.group('blue');
    const green = world.group('green');
    const rule = world.rule(listener, [weighted({ [blue]: 100, [green]: 0 })]);
    const remove = () => world.call('DeleteTargetGroup', { TargetGroupArn: green });
    expect(remove).toThrow(inUse(green));
    world.call('ModifyRule', { RuleArn: rule, Actions: [weighted({ [blue]: 1 })] });
    expect(remove).toThrow(inUse(green));
    world.clock.advance(4_999);
    expect(remove).toThrow(inUse(green));
    world.clock.advance(1);
    remove();
    expect(() => world.call('DescribeTargetGroups', { TargetGroupArns: [green] })).toThrow(
      'One or more target groups not found',
    );
  });

  test('frees a group that a deleted listener or load balancer named; registered targets do not keep it', () => {
    const world = new TestWorld();
    const loadBalancer = world.loadBalancer();
    const blue = world.group('blue');
    world.listener(loadBalancer, [weighted({ [blue]: 1 })]);
    world.register(blue, '10.0.0.1');
    expect(() => world.call('DeleteTargetGroup', { TargetGroupArn: blue })).toThrow(inUse(blue));
    world.call('DeleteLoadBalancer', { LoadBalancerArn: loadBalancer });
    world.call('DeleteTargetGroup', { TargetGroupArn: blue });
    expect(world.elbv2.find(blue)).toBeUndefined();
    expect(world.elbv2.health(blue, { ip: '10.0.0.1', port: 8080 })).toBe('unused');
  });
});

test('L20: creating again is idempotent only with equal settings', () => {
  const world = new TestWorld();
  const blue = world.group('blue');
  expect(world.group('blue')).toBe(blue);
  expect(() => world.group('blue', { Port: 9090 })).toThrow(
    expect.objectContaining({ code: 'DuplicateTargetGroupNameException' }),
  );
  const loadBalancer = world.loadBalancer('shop');
  expect(world.loadBalancer('shop')).toBe(loadBalancer);
  expect(() => world.call('CreateLoadBalancer', { Name: 'shop', Subnets: ['subnet-b', 'subnet-c'] })).toThrow(
    expect.objectContaining({ code: 'DuplicateLoadBalancerNameException' }),
  );
});

test('L17: a target group’s name has at most 32 characters', () => {
  const world = new TestWorld();
  world.group('a'.repeat(32));
  expect(() => world.group('a'.repeat(33))).toThrow("cannot be longer than '32' characters");
});

test('L22: the defaults of health checks, and an interval that must exceed the timeout', () => {
  const world = new TestWorld();
  const blue = world.group('blue');
  expect(world.call('DescribeTargetGroups', { Names: ['blue'] }).TargetGroups).toMatchObject([
    {
      TargetGroupArn: blue,
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      HealthCheckPath: '/',
      HealthCheckPort: 'traffic-port',
      LoadBalancerArns: [],
    },
  ]);
  expect(() => world.group('green', { HealthCheckIntervalSeconds: 5 })).toThrow(
    "Health check timeout '5' must be smaller than the interval '5'",
  );
  expect(() => world.call('ModifyTargetGroup', { TargetGroupArn: blue, HealthCheckTimeoutSeconds: 30 })).toThrow(
    'must be smaller than the interval',
  );
  world.call('ModifyTargetGroup', { TargetGroupArn: blue, HealthCheckPath: '/health' });
  expect(world.call('DescribeTargetGroups').TargetGroups[0]).toMatchObject({
    HealthCheckPath: '/health',
    HealthCheckTimeoutSeconds: 5,
  });
});

test('L23, L24: attributes have AWS’s defaults and ranges', () => {
  const world = new TestWorld();
  const blue = world.group('blue');
  const modify = (Key: string, Value: string) =>
    world.call('ModifyTargetGroupAttributes', { TargetGroupArn: blue, Attributes: [{ Key, Value }] });
  const read = () =>
    new Map(
      world
        .call('DescribeTargetGroupAttributes', { TargetGroupArn: blue })
        .Attributes.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]),
    );
  expect(read().get('deregistration_delay.timeout_seconds')).toBe('300');
  modify('deregistration_delay.timeout_seconds', '30');
  modify('slow_start.duration_seconds', '60');
  expect(read().get('deregistration_delay.timeout_seconds')).toBe('30');
  expect(read().get('slow_start.duration_seconds')).toBe('60');
  expect(() => modify('deregistration_delay.timeout_seconds', '3601')).toThrow('not valid');
  expect(() => modify('slow_start.duration_seconds', '29')).toThrow('not valid');
  expect(() => modify('load_balancing.algorithm.type', 'least_outstanding_requests')).toThrow('Slow start');
  expect(() => modify('no.such.key', 'true')).toThrow("Target group attribute key 'no.such.key' is not recognized");
});

test('M2: a target group’s name has letters, digits and hyphens within', () => {
  const world = new TestWorld();
  for (const name of ['under_score', '-orders', 'orders-']) {
    expect(() => world.group(name)).toThrow(
      `1 validation error detected: Value '${name}' at 'targetGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: (?!^-)(?!.*-$)^[A-Za-z0-9-]+$`,
    );
  }
});

test('the target groups of a load balancer are those that its actions name', () => {
  const world = new TestWorld();
  const loadBalancer = world.loadBalancer();
  const blue = world.group('blue');
  world.group('green');
  world.listener(loadBalancer, [weighted({ [blue]: 1 })]);
  const { TargetGroups: found } = world.call('DescribeTargetGroups', { LoadBalancerArn: loadBalancer });
  expect(found).toMatchObject([{ TargetGroupArn: blue, LoadBalancerArns: [loadBalancer] }]);
  expect(world.elbv2.find(blue)).toEqual({ targetType: 'ip', hasLoadBalancer: true });
});

test('L29: an empty protocol version is none', () => {
  const world = new TestWorld();
  const arn = world.group('blue', { ProtocolVersion: '' });
  const { TargetGroups } = world.call('DescribeTargetGroups', { TargetGroupArns: [arn] });
  expect(TargetGroups[0].ProtocolVersion).toBe('HTTP1');
  expect(() => world.group('green', { ProtocolVersion: 'HTTP9' })).toThrow('Protocol version');
});
