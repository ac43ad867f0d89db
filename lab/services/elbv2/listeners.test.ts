import { expect, test } from 'vitest';
import { TestWorld, weighted } from './testWorld.ts';

function worldWithListener() {
  const world = new TestWorld();
  const loadBalancer = world.loadBalancer();
  const blue = world.group('blue');
  const create = (change: object = {}) =>
    world.call('CreateListener', {
      LoadBalancerArn: loadBalancer,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [weighted({ [blue]: 1 })],
      ...change,
    }).Listeners?.[0];
  return { world, loadBalancer, create, listener: create() };
}

test('L32: the same listener made again is the one that is there, with its rules and its default action', () => {
  const { world, loadBalancer, create, listener } = worldWithListener();
  const rule = world.rule(listener.ListenerArn, [
    { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } },
  ]);
  expect(create()).toEqual(listener);
  expect(world.call('DescribeListeners', { LoadBalancerArn: loadBalancer }).Listeners).toHaveLength(1);
  expect(world.describeRule(rule).RuleArn).toBe(rule);
});

test.each([
  {
    what: 'another default action',
    change: { DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }] },
  },
  { what: 'another protocol', change: { Protocol: 'HTTPS', Certificates: [{ CertificateArn: 'arn:aws:acm:none' }] } },
])('L32: $what on a port that is taken is refused, and the listener stays as it is', ({ change }) => {
  const { world, loadBalancer, create, listener } = worldWithListener();
  expect(() => create(change)).toThrow(
    expect.objectContaining({
      code: 'DuplicateListenerException',
      message: `A listener already exists on this port for this load balancer '${loadBalancer}'`,
    }),
  );
  expect(world.call('DescribeListeners', { LoadBalancerArn: loadBalancer }).Listeners).toEqual([listener]);
});

test('L33: stickiness of another protocol is refused as a configuration, what is none as a value; nothing is changed', () => {
  const world = new TestWorld();
  const TargetGroupArn = world.group('blue');
  const before = world.call('DescribeTargetGroupAttributes', { TargetGroupArn });
  const stickBy = (Value: string) =>
    world.call('ModifyTargetGroupAttributes', {
      TargetGroupArn,
      Attributes: [
        { Key: 'stickiness.enabled', Value: 'true' },
        { Key: 'stickiness.type', Value },
      ],
    });
  expect(() => stickBy('source_ip')).toThrow(
    expect.objectContaining({
      code: 'InvalidConfigurationRequestException',
      message: "Stickiness type 'source_ip' is not supported for target groups with the HTTP protocol",
    }),
  );
  expect(() => stickBy('luck')).toThrow(expect.objectContaining({ code: 'ValidationError' }));
  expect(world.call('DescribeTargetGroupAttributes', { TargetGroupArn })).toEqual(before);
  expect(() => stickBy('app_cookie')).toThrow(
    "You must set an application cookie name to enable stickiness of type 'app_cookie'",
  );
  stickBy('lb_cookie');
  const cookie = { Key: 'stickiness.app_cookie.cookie_name', Value: 'basket' };
  world.call('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes: [cookie] });
  stickBy('app_cookie');
});
