import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { NOT_FOUND, path, TestWorld, weighted } from './testWorld.ts';

const OIDC: Action = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://id.example.com',
    AuthorizationEndpoint: 'https://id.example.com/authorize',
    TokenEndpoint: 'https://id.example.com/token',
    UserInfoEndpoint: 'https://id.example.com/user',
    ClientId: 'shop',
    ClientSecret: 'hush',
  },
};

function worldWithListener() {
  const world = new TestWorld();
  const listener = world.listener(world.loadBalancer());
  const blue = world.group('blue');
  const green = world.group('green');
  return { world, listener, blue, green };
}

describe('forward actions', () => {
  test.each([-1, 1000, 1.5, undefined])('L1: of several groups a weight of %s is refused', (weight) => {
    const { world, listener, blue, green } = worldWithListener();
    expect(() => world.rule(listener, [weighted({ [blue]: 1, [green]: weight })])).toThrow(
      'The weight for each target group must be between 0 and 999, inclusive',
    );
    expect(world.call('DescribeRules', { ListenerArn: listener }).Rules).toHaveLength(1);
  });

  test('L1: a single group with weight 0 is refused, of several one may have 0', () => {
    const { world, listener, blue, green } = worldWithListener();
    expect(() => world.rule(listener, [weighted({ [blue]: 0 })])).toThrow(
      'The weight for the target group must be between 1 and 999, inclusive',
    );
    const rule = world.rule(listener, [weighted({ [blue]: 999, [green]: 0 })]);
    expect(world.describeRule(rule).Actions?.[0]?.ForwardConfig?.TargetGroups).toEqual([
      { TargetGroupArn: blue, Weight: 999 },
      { TargetGroupArn: green, Weight: 0 },
    ]);
  });

  test('L2: a sixth group is refused, and so are groups of different protocols', () => {
    const { world, listener, blue } = worldWithListener();
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => world.group(name));
    expect(() => world.rule(listener, [weighted(Object.fromEntries(six.map((arn) => [arn, 1])))])).toThrow(
      'You cannot specify more than 5 target groups per action',
    );
    const tls = world.group('tls', { Protocol: 'HTTPS' });
    expect(() => world.rule(listener, [weighted({ [blue]: 1, [tls]: 1 })])).toThrow('incompatible protocols');
  });

  test('L3: ModifyRule and ModifyListener replace the whole list, stickiness included', () => {
    const { world, listener, blue, green } = worldWithListener();
    const rule = world.rule(listener, [weighted({ [blue]: 90, [green]: 10 }, 60)], 10, [path('/a'), hostIs('x.y')]);
    world.call('ModifyRule', { RuleArn: rule, Actions: [weighted({ [blue]: 1 })] });
    const [action] = world.describeRule(rule).Actions ?? [];
    expect(action?.ForwardConfig?.TargetGroups).toEqual([{ TargetGroupArn: blue, Weight: 1 }]);
    expect(action?.ForwardConfig?.TargetGroupStickinessConfig).toEqual({ Enabled: false });
    expect(world.describeRule(rule).Conditions).toHaveLength(2);
    world.call('ModifyRule', { RuleArn: rule, Conditions: [path('/b')] });
    expect(world.describeRule(rule).Conditions?.map((condition) => condition.Values)).toEqual([['/b']]);

    world.call('ModifyListener', { ListenerArn: listener, DefaultActions: [weighted({ [green]: 1 })] });
    const [answer] = world.call('DescribeListeners', { ListenerArns: [listener] }).Listeners;
    expect(answer.DefaultActions).toHaveLength(1);
    expect(answer.DefaultActions[0].TargetGroupArn).toBe(green);
  });

  test('L5: a single group is answered twice, and both may not be sent with a list', () => {
    const { world, listener, blue, green } = worldWithListener();
    const rule = world.rule(listener, [{ Type: 'forward', TargetGroupArn: blue }]);
    const [single] = world.describeRule(rule).Actions ?? [];
    expect(single?.TargetGroupArn).toBe(blue);
    expect(single?.ForwardConfig?.TargetGroups).toEqual([{ TargetGroupArn: blue, Weight: 1 }]);
    expect(() =>
      world.call('ModifyRule', {
        RuleArn: rule,
        Actions: [{ ...weighted({ [blue]: 1, [green]: 1 }), TargetGroupArn: blue }],
      }),
    ).toThrow('You can specify both a target group list and a top-level target group ARN only if the ARNs match');
    world.call('ModifyRule', { RuleArn: rule, Actions: [single] });
    world.call('ModifyRule', { RuleArn: rule, Actions: [weighted({ [blue]: 1, [green]: 1 })] });
    expect(world.describeRule(rule).Actions?.[0]?.TargetGroupArn).toBeUndefined();
  });

  test('L12: stickiness needs a duration of 1 to 604,800 seconds', () => {
    const { world, listener, blue } = worldWithListener();
    const sticky = (config: object): Action[] => [
      {
        Type: 'forward',
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: blue }], TargetGroupStickinessConfig: config },
      },
    ];
    expect(() => world.rule(listener, sticky({ Enabled: true }))).toThrow(
      'You must provide a duration when enabling target group stickiness',
    );
    expect(() => world.rule(listener, sticky({ Enabled: true, DurationSeconds: 604_801 }))).toThrow(
      'between 1 and 604800 seconds',
    );
    world.rule(listener, sticky({ Enabled: true, DurationSeconds: 604_800 }));
  });
});

describe('lists of actions', () => {
  test('an authentication action needs HTTPS, an order, and a routing action behind it', () => {
    const { world, listener, blue } = worldWithListener();
    const forward: Action = { ...weighted({ [blue]: 1 }), Order: 2 };
    expect(() => world.rule(listener, [OIDC, forward])).toThrow('supported only on HTTPS listeners');
    const https = world.httpsListener(world.loadBalancer('other'), [NOT_FOUND]);
    const { Order: _, ...unordered } = forward;
    expect(() => world.rule(https, [OIDC, unordered])).toThrow('An Order must be specified');
    expect(() => world.rule(https, [{ ...OIDC, Order: 3 }, forward])).toThrow('must be performed last');
    expect(() => world.rule(https, [OIDC])).toThrow('exactly one action');
    const rule = world.rule(https, [forward, OIDC]);
    expect(world.describeRule(rule).Actions?.map((action) => action.Type)).toEqual(['authenticate-oidc', 'forward']);
    expect(world.route(https)).toMatchObject({ kind: 'unavailable' });
    world.register(blue, '10.0.0.1');
    expect(world.route(https)).toMatchObject({ kind: 'forward', targetGroupArn: blue });
  });

  test('L4: the client secret is never answered, and rewriting the rule must keep it on purpose', () => {
    const world = new TestWorld();
    const blue = world.group('blue');
    const https = world.httpsListener(world.loadBalancer(), [NOT_FOUND]);
    const rule = world.rule(https, [OIDC, { ...weighted({ [blue]: 1 }), Order: 2 }]);
    const described = world.describeRule(rule).Actions ?? [];
    expect(JSON.stringify(described)).not.toContain('hush');
    expect(() => world.call('ModifyRule', { RuleArn: rule, Actions: described })).toThrow('UseExistingClientSecret');
    const [oidc, forward] = described;
    const kept = [
      { ...oidc, AuthenticateOidcConfig: { ...oidc?.AuthenticateOidcConfig, UseExistingClientSecret: true } },
      forward,
    ];
    world.call('ModifyRule', { RuleArn: rule, Actions: kept });
    world.call('ModifyRule', { RuleArn: rule, Actions: kept });
    world.call('ModifyRule', { RuleArn: rule, Actions: [{ ...forward, Order: 1 }] });
    expect(() => world.call('ModifyRule', { RuleArn: rule, Actions: kept })).toThrow('no existing client secret');
  });
});

function hostIs(value: string) {
  return { Field: 'host-header', Values: [value] };
}
