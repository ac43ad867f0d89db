import type {
  Action,
  AuthenticateOidcActionConfig,
  ForwardActionConfig,
  TargetGroupTuple,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { validationError } from './errors.ts';

const ROUTING = new Set<string>(['forward', 'fixed-response', 'redirect']);
const AUTHENTICATION = new Set<string>(['authenticate-oidc', 'authenticate-cognito', 'jwt-validation']);
const TARGET_GROUPS_MAX = 5;
const WEIGHT_MAX = 999;
const STICKINESS_SECONDS_MAX = 604_800;

/**
 * A whole list of actions as the lab stores it: in their order, a forward always with its `ForwardConfig`, an OIDC action with
 * its client secret. The list replaces what was there (row L3); `before` is that old list, from which `UseExistingClientSecret`
 * takes the secret (row L4). Throws ValidationError and InvalidLoadBalancerAction in AWS's words (rows L1, L2, L5, L12).
 */
export function normaliseActions(
  actions: Action[] | undefined,
  listenerProtocol: 'HTTP' | 'HTTPS',
  before: Action[] = [],
): Action[] {
  if (actions === undefined || actions.length === 0) throw validationError('An action must be specified');
  const orders = new Set<number>();
  for (const action of actions) {
    if (actions.length > 1 && action.Order === undefined) {
      throw validationError('An Order must be specified for each action in a list of several actions');
    }
    if (action.Order === undefined) continue;
    if (orders.has(action.Order)) throw validationError(`Action order '${action.Order}' was provided multiple times`);
    orders.add(action.Order);
  }
  const sorted = [...actions].sort((a, b) => (a.Order ?? 1) - (b.Order ?? 1));
  const routing = sorted.filter((action) => ROUTING.has(action.Type ?? ''));
  if (routing.length !== 1 || sorted.at(-1) !== routing[0]) {
    throw invalidAction(
      "A rule must have exactly one action of type 'forward', 'redirect' or 'fixed-response', and it must be performed last",
    );
  }
  if (sorted.length > 2) throw invalidAction('A rule can have only one authentication action');
  return sorted.map((action) => normaliseAction(action, listenerProtocol, before));
}

function normaliseAction(action: Action, listenerProtocol: 'HTTP' | 'HTTPS', before: Action[]): Action {
  const type = action.Type ?? '';
  if (AUTHENTICATION.has(type) && listenerProtocol !== 'HTTPS') {
    throw invalidAction(`Actions of type '${type}' are supported only on HTTPS listeners`);
  }
  switch (action.Type) {
    case 'forward': {
      const { TargetGroupArn: _, ...rest } = action;
      return { ...rest, ForwardConfig: normaliseForward(action) };
    }
    case 'fixed-response':
      if (!/^[245]\d\d$/.test(action.FixedResponseConfig?.StatusCode ?? '')) {
        throw validationError('A fixed-response action needs a StatusCode that is 2XX, 4XX or 5XX');
      }
      return action;
    case 'redirect':
      return { ...action, RedirectConfig: normaliseRedirect(action) };
    case 'authenticate-oidc':
      return { ...action, AuthenticateOidcConfig: withSecret(action.AuthenticateOidcConfig, before) };
    case 'authenticate-cognito':
      if (action.AuthenticateCognitoConfig === undefined) {
        throw validationError("An 'AuthenticateCognitoConfig' must be specified with 'authenticate-cognito'");
      }
      return action;
    case 'jwt-validation':
      if (action.JwtValidationConfig === undefined) {
        throw validationError("A 'JwtValidationConfig' must be specified with 'jwt-validation'");
      }
      return action;
    default:
      throw validationError(
        `Value '${type}' at 'actions.member.type' failed to satisfy constraint: Member must satisfy enum value set: ` +
          `[${[...ROUTING, ...AUTHENTICATION].join(', ')}]`,
      );
  }
}

function normaliseForward(action: Action): ForwardActionConfig {
  const top = action.TargetGroupArn;
  const list = action.ForwardConfig?.TargetGroups ?? (top === undefined ? [] : [{ TargetGroupArn: top }]);
  if (list.length === 0) throw validationError('You must specify a target group for a forward action');
  if (top !== undefined && (list.length !== 1 || list[0]?.TargetGroupArn !== top)) {
    throw validationError(
      'You can specify both a target group list and a top-level target group ARN only if the ARNs match',
    );
  }
  if (list.length > TARGET_GROUPS_MAX) {
    throw new AwsError(
      'TooManyTargetGroupsException',
      `You cannot specify more than ${TARGET_GROUPS_MAX} target groups per action`,
    );
  }
  const arns = list.map((tuple) => tuple.TargetGroupArn ?? '');
  if (new Set(arns).size !== arns.length) throw validationError('A target group can be specified only once per action');
  return {
    TargetGroups: list.map((tuple) => withWeight(tuple, list.length)),
    TargetGroupStickinessConfig: normaliseStickiness(action.ForwardConfig?.TargetGroupStickinessConfig),
  };
}

function withWeight(tuple: TargetGroupTuple, count: number): TargetGroupTuple {
  const min = count > 1 ? 0 : 1;
  const weight = tuple.Weight ?? (count > 1 ? undefined : 1);
  if (weight === undefined || !Number.isInteger(weight) || weight < min || weight > WEIGHT_MAX) {
    const which = count > 1 ? 'each' : 'the';
    throw validationError(`The weight for ${which} target group must be between ${min} and ${WEIGHT_MAX}, inclusive`);
  }
  return { TargetGroupArn: tuple.TargetGroupArn, Weight: weight };
}

function normaliseStickiness(
  config: ForwardActionConfig['TargetGroupStickinessConfig'],
): NonNullable<ForwardActionConfig['TargetGroupStickinessConfig']> {
  if (config?.DurationSeconds === undefined) {
    if (config?.Enabled === true)
      throw validationError('You must provide a duration when enabling target group stickiness');
    return { Enabled: false };
  }
  if (config.DurationSeconds < 1 || config.DurationSeconds > STICKINESS_SECONDS_MAX) {
    throw validationError(`Target group stickiness duration must be between 1 and ${STICKINESS_SECONDS_MAX} seconds`);
  }
  return { Enabled: config.Enabled ?? false, DurationSeconds: config.DurationSeconds };
}

function normaliseRedirect(action: Action): NonNullable<Action['RedirectConfig']> {
  const config = action.RedirectConfig;
  if (config?.StatusCode !== 'HTTP_301' && config?.StatusCode !== 'HTTP_302') {
    throw validationError('A redirect action needs a StatusCode of HTTP_301 or HTTP_302');
  }
  return { Protocol: '#{protocol}', Port: '#{port}', Host: '#{host}', Path: '/#{path}', Query: '#{query}', ...config };
}

function withSecret(config: AuthenticateOidcActionConfig | undefined, before: Action[]): AuthenticateOidcActionConfig {
  if (config === undefined)
    throw validationError("An 'AuthenticateOidcConfig' must be specified with 'authenticate-oidc'");
  const { UseExistingClientSecret: useExisting, ...rest } = config;
  if (useExisting !== true) {
    if (config.ClientSecret === undefined) {
      throw validationError(
        'You must specify either a client secret or UseExistingClientSecret for an authenticate-oidc action',
      );
    }
    return rest;
  }
  if (config.ClientSecret !== undefined) {
    throw validationError('You cannot specify both a client secret and UseExistingClientSecret');
  }
  const existing = before.find((action) => action.Type === 'authenticate-oidc')?.AuthenticateOidcConfig?.ClientSecret;
  if (existing === undefined) throw validationError('There is no existing client secret to use');
  return { ...rest, ClientSecret: existing };
}

function invalidAction(message: string): AwsError {
  return new AwsError('InvalidLoadBalancerActionException', message);
}

/** As Describe answers: no client secret (row L4); `TargetGroupArn` beside the `ForwardConfig` where there is one group (row L5). */
export function presentActions(actions: Action[]): Action[] {
  return actions.map((action) => {
    const tuples = action.ForwardConfig?.TargetGroups ?? [];
    if (tuples.length === 1) return { ...action, TargetGroupArn: tuples[0]?.TargetGroupArn };
    if (action.AuthenticateOidcConfig === undefined) return action;
    const { ClientSecret: _, ...config } = action.AuthenticateOidcConfig;
    return { ...action, AuthenticateOidcConfig: config };
  });
}

export function targetGroupArns(actions: Action[]): string[] {
  return actions.flatMap((action) =>
    (action.ForwardConfig?.TargetGroups ?? []).map((tuple) => tuple.TargetGroupArn ?? ''),
  );
}
