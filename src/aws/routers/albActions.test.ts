import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Route } from '../../reconciler/ports.ts';
import { actionsFor, describeActions, routeOf, sameActions, sharesLike } from './albActions.ts';

const blueArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-blue/0123456789abcdef';
const greenArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop-green/fedcba9876543210';
const sides = { blueArn, greenArn };

/** As DescribeRules answers for a forward to one target group: both spellings of it (row L5). */
const described: Action = {
  Type: 'forward',
  TargetGroupArn: blueArn,
  ForwardConfig: {
    TargetGroups: [{ TargetGroupArn: blueArn, Weight: 1 }],
    TargetGroupStickinessConfig: { Enabled: false },
  },
};
const plain: Action = { Type: 'forward', TargetGroupArn: blueArn };
const sticky: Action = {
  Type: 'forward',
  Order: 1,
  ForwardConfig: {
    TargetGroups: [{ TargetGroupArn: blueArn, Weight: 1 }],
    TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 },
  },
};
const login: Action = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example.com',
    AuthorizationEndpoint: 'https://login.example.com/authorize',
    TokenEndpoint: 'https://login.example.com/token',
    UserInfoEndpoint: 'https://login.example.com/user',
    ClientId: 'shop',
  },
};
const withLogin: Action[] = [login, { ...sticky, Order: 2 }];

const originals: [string, Action[]][] = [
  ['one target group', [plain]],
  ['one target group as described', [described]],
  ['stickiness', [sticky]],
  ['a login before it', withLogin],
];

const routes: Route[] = [
  { kind: 'blueOnly' },
  { kind: 'split', greenWeight: 0 },
  { kind: 'split', greenWeight: 5 },
  { kind: 'split', greenWeight: 100 },
  { kind: 'greenOnly' },
];

describe.each(originals)('from an original with %s', (_name, original) => {
  test.each(routes)('what is written for $kind $greenWeight reads back as that', (route) => {
    expect(routeOf(actionsFor(route, original, sides), original, sides)).toEqual(route);
  });

  test('the split sums to the whole at every weight, and keeps every other action in its place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (greenWeight) => {
        const actions = actionsFor({ kind: 'split', greenWeight }, original, sides);
        expect(actions.map((action) => [action.Type, action.Order])).toEqual(
          original.map((action) => [action.Type, action.Order]),
        );
        const groups = actions.at(-1)?.ForwardConfig?.TargetGroups ?? [];
        expect(groups.map((group) => group.Weight)).toEqual([100 - greenWeight, greenWeight]);
      }),
    );
  });

  test('no route changes the original that was handed in', () => {
    const before = structuredClone(original);
    for (const route of routes) actionsFor(route, original, sides);
    expect(original).toEqual(before);
  });
});

describe('actions', () => {
  test('L5: two target groups are written without the single one’s ARN', () => {
    const [action] = actionsFor({ kind: 'split', greenWeight: 10 }, [described], sides);
    expect(action).not.toHaveProperty('TargetGroupArn');
  });

  test('L1: green alone carries no weight that the original did not have', () => {
    expect(actionsFor({ kind: 'greenOnly' }, [plain], sides)).toEqual([{ Type: 'forward', TargetGroupArn: greenArn }]);
  });

  test('L4: a login is written with the secret that AWS keeps', () => {
    for (const route of routes) {
      expect(actionsFor(route, withLogin, sides)[0]?.AuthenticateOidcConfig).toMatchObject({
        ClientId: 'shop',
        UseExistingClientSecret: true,
      });
    }
  });

  test('L12: the stickiness of the original stays on while there are two target groups, and after', () => {
    for (const route of routes) {
      expect(actionsFor(route, [sticky], sides)[0]?.ForwardConfig?.TargetGroupStickinessConfig).toEqual({
        Enabled: true,
        DurationSeconds: 3600,
      });
    }
  });

  test('both spellings of one target group are the same; another one, a lost login or another stickiness are not', () => {
    expect(sameActions([plain], [described])).toBe(true);
    expect(sameActions([plain], [{ ...plain, TargetGroupArn: greenArn }])).toBe(false);
    expect(sameActions(withLogin, withLogin.slice(1))).toBe(false);
    expect(sameActions([plain], [sticky])).toBe(false);
  });

  test('weights are compared as a set, not in the order that AWS lists them', () => {
    const [action] = actionsFor({ kind: 'split', greenWeight: 10 }, [plain], sides);
    const turned: Action = {
      Type: 'forward',
      ForwardConfig: { TargetGroups: [...(action?.ForwardConfig?.TargetGroups ?? [])].reverse() },
    };
    expect(routeOf([turned], [plain], sides)).toEqual({ kind: 'split', greenWeight: 10 });
  });

  test('what somebody else wrote is no route of ours', () => {
    const fixed: Action = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } };
    expect(routeOf([fixed], [plain], sides)).toBeUndefined();
    const [split] = actionsFor({ kind: 'split', greenWeight: 10 }, [plain], sides);
    const third = { TargetGroupArn: `${blueArn}-other`, Weight: 1 };
    const three: Action = {
      Type: 'forward',
      ...split,
      ForwardConfig: { TargetGroups: [...(split?.ForwardConfig?.TargetGroups ?? []), third] },
    };
    expect(routeOf([three], [plain], sides)).toBeUndefined();
  });

  test.each<[string, Action[]]>([
    ['without blue', [{ Type: 'forward', TargetGroupArn: greenArn }]],
    [
      'with a second target group',
      [
        {
          Type: 'forward',
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: blueArn }, { TargetGroupArn: 'other' }] },
        },
      ],
    ],
  ])('an original %s is refused with a word', (_name, original) => {
    expect(() => actionsFor({ kind: 'split', greenWeight: 5 }, original, sides)).toThrow(/Nothing was changed/);
  });

  test.each([-1, 101, 2.5, Number.NaN])('a weight of %s is refused', (greenWeight) => {
    expect(() => actionsFor({ kind: 'split', greenWeight }, [plain], sides)).toThrow(/whole number/);
  });

  test('without green’s target group only the original can be written or recognised', () => {
    const none = { blueArn, greenArn: undefined };
    expect(() => actionsFor({ kind: 'greenOnly' }, [plain], none)).toThrow(/no target group yet/);
    expect(actionsFor({ kind: 'blueOnly' }, [plain], none)).toEqual([plain]);
    expect(routeOf(actionsFor({ kind: 'greenOnly' }, [plain], sides), [plain], none)).toBeUndefined();
  });

  test('another rule with the same shares carries the route too, whatever else it does', () => {
    for (const route of routes) {
      expect(sharesLike(route, actionsFor(route, withLogin, sides), sides)).toBe(true);
      expect(sharesLike(route, actionsFor({ kind: 'split', greenWeight: 33 }, [plain], sides), sides)).toBe(false);
    }
  });

  test('another rule that sends blue’s target group something beside others’ is no hindrance to the way back', () => {
    const canary = {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: blueArn, Weight: 9 },
          { TargetGroupArn: `${blueArn}-of-others`, Weight: 1 },
        ],
      },
    };
    expect(sharesLike({ kind: 'blueOnly' }, [canary], sides)).toBe(true);
    expect(sharesLike({ kind: 'greenOnly' }, [canary], sides)).toBe(false);
  });

  test('are told in a few words', () => {
    expect(describeActions(actionsFor({ kind: 'split', greenWeight: 25 }, withLogin, sides))).toBe(
      'authenticate-oidc, then forward to shop-blue 75, shop-green 25',
    );
  });
});
