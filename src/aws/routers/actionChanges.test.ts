import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { actionChanges } from './actionChanges.ts';

const arnOf = (name: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/${name}/0123456789abcdef`;
const sides = { blueArn: arnOf('shop'), greenArn: arnOf('shop-sc') };

const split = (weights: Record<string, number>, stickyForSeconds = 0): Action => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: Object.entries(weights).map(([name, Weight]) => ({ TargetGroupArn: arnOf(name), Weight })),
    TargetGroupStickinessConfig: {
      Enabled: stickyForSeconds > 0,
      ...(stickyForSeconds > 0 ? { DurationSeconds: stickyForSeconds } : {}),
    },
  },
});
const half = split({ shop: 50, 'shop-sc': 50 });
const login: Action = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://login.example.com',
    AuthorizationEndpoint: 'https://login.example.com/authorize',
    TokenEndpoint: 'https://login.example.com/token',
    UserInfoEndpoint: 'https://login.example.com/user',
    ClientId: 'shop',
    ClientSecret: 'hush',
  },
};

test.each([
  ['nothing, whichever way it is written', split({ 'shop-sc': 50, shop: 50 }), []],
  ['weights', split({ shop: 10, 'shop-sc': 90 }), ['weight of blue 50 → 10, of green 50 → 90']],
  ['one weight alone', split({ shop: 50, 'shop-sc': 60 }), ['weight of green 50 → 60']],
  ['green taken out', split({ shop: 1 }), ['weight of blue 50 → all, of green 50 → none']],
  ['a third group', split({ shop: 50, 'shop-sc': 50, other: 5 }), ['weight of other none → 5']],
  ['stickiness', split({ shop: 50, 'shop-sc': 50 }, 3600), ['stickiness off → 3600 s']],
] as const)('%s', (_what, after, changes) => {
  expect(actionChanges([half], [after], sides)).toEqual(changes);
});

test('another type of action, with its settings, cut short where they are long', () => {
  const answer = { StatusCode: '503', MessageBody: 'x'.repeat(100) };
  expect(actionChanges([half], [{ Type: 'fixed-response', FixedResponseConfig: answer }], sides)).toEqual([
    'weight of blue 50 → none, of green 50 → none',
    'stickiness off → none',
    'actions forward → fixed-response',
    'fixed-response StatusCode none → 503',
    `fixed-response MessageBody none → ${'x'.repeat(59)}…`,
  ]);
});

test('a login that was taken out, and one that was pointed elsewhere, without its secret', () => {
  const forward = { ...half, Order: 2 };
  const before = [login, forward];
  expect(actionChanges(before, [half], sides)).toContain('actions authenticate-oidc then forward → forward');
  const moved = {
    ...login,
    AuthenticateOidcConfig: { ...login.AuthenticateOidcConfig, ClientId: 'other', ClientSecret: 'new' },
  };
  const changes = actionChanges(before, [moved as Action, forward], sides);
  expect(changes).toEqual(['authenticate-oidc ClientId shop → other']);
});
