import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { canonicalJson } from '../../plan/canonical.ts';
import { AwsCallError, type Route } from '../../reconciler/ports.ts';

/** The two target groups between which a rule is split. */
export interface Sides {
  blueArn: string;
  /** `undefined` while green's target group does not exist. */
  greenArn: string | undefined;
}

/** The weights of a forward action by target group; a single group always stands for everything. */
export const weightsOf = (action: Action): { arn: string; weight: number }[] => {
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) {
    return action.TargetGroupArn === undefined ? [] : [{ arn: action.TargetGroupArn, weight: 1 }];
  }
  if (groups.length === 1) return [{ arn: groups[0]?.TargetGroupArn ?? '', weight: 1 }];
  return groups
    .map((group) => ({ arn: group.TargetGroupArn ?? '', weight: group.Weight ?? 0 }))
    .sort((a, b) => (a.arn < b.arn ? -1 : 1));
};

/** Every target group that the actions forward to, at whatever weight. */
export const targetGroupsIn = (actions: readonly Action[]): string[] =>
  actions.flatMap((action) => weightsOf(action).map(({ arn }) => arn));

/** What an action means, whichever way it was written. */
interface NormalisedAction {
  Type?: string | undefined;
  /** Of a forward, by target group. */
  weights?: { arn: string; weight: number }[];
  /** Of a forward; 0 where stickiness is off. */
  stickyForSeconds?: number;
  /** The settings of any other type, under the SDK's names. */
  [config: string]: unknown;
}

/**
 * Actions without what Describe adds or leaves out and what means the same: both spellings of a single target group, its
 * weight, stickiness that is off, the order of actions and of target groups, the secret that is never told (rows L4, L5).
 */
export function normalisedActions(actions: readonly Action[]): NormalisedAction[] {
  const inOrder = actions
    .map((action, index) => ({ action, order: action.Order ?? index + 1 }))
    .sort((a, b) => a.order - b.order);
  return inOrder.map(({ action }) => {
    const {
      Order: _order,
      TargetGroupArn: _arn,
      ForwardConfig: forward,
      AuthenticateOidcConfig: oidc,
      ...rest
    } = action;
    const stickiness = forward?.TargetGroupStickinessConfig;
    const { ClientSecret: _secret, UseExistingClientSecret: _existing, ...login } = oidc ?? {};
    return {
      ...rest,
      ...(oidc === undefined ? {} : { login }),
      ...(action.Type === 'forward'
        ? { weights: weightsOf(action), stickyForSeconds: stickiness?.Enabled ? (stickiness.DurationSeconds ?? 0) : 0 }
        : {}),
    };
  });
}

export const sameActions = (one: readonly Action[], other: readonly Action[]): boolean =>
  canonicalJson(normalisedActions(one)) === canonicalJson(normalisedActions(other));

/** The actions as they may be sent: an OIDC login keeps its secret only when that is asked for (row L4). */
const writable = (actions: readonly Action[]): Action[] =>
  actions.map((action) => {
    const oidc = action.AuthenticateOidcConfig;
    if (oidc === undefined || oidc.ClientSecret !== undefined) return action;
    return { ...action, AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } };
  });

const refuse = (code: string, message: string): never => {
  throw new AwsCallError('elasticloadbalancing:ModifyRule', code, 'invalid', message);
};

/** The one action that forwards to blue, and to blue alone. */
function blueForward(original: readonly Action[], blueArn: string): Action {
  const forwards = original.filter((action) => weightsOf(action).some(({ arn }) => arn === blueArn));
  const [only] = forwards;
  if (only === undefined || forwards.length > 1 || weightsOf(only).length !== 1) {
    return refuse(
      'OriginalNotSimple',
      `The recorded actions do not forward to ${blueArn} alone, in one action. Nothing was changed: give the rule a single target group and let the plan take the inventory again.`,
    );
  }
  return only;
}

const greenOf = (sides: Sides): string =>
  sides.greenArn ??
  refuse('GreenTargetGroupUnknown', 'Green has no target group yet, so no rule can name it. Nothing was changed.');

/** What a rule carries on a route, made from nothing but the recorded original. Throws {@link AwsCallError} (`invalid`). */
export function actionsFor(route: Route, original: readonly Action[], sides: Sides): Action[] {
  switch (route.kind) {
    case 'blueOnly':
      return writable(original);
    case 'greenOnly': {
      const greenArn = greenOf(sides);
      const forward = blueForward(original, sides.blueArn);
      const groups = forward.ForwardConfig?.TargetGroups?.map((group) => ({ ...group, TargetGroupArn: greenArn }));
      const handed: Action = {
        ...forward,
        ...(forward.TargetGroupArn === undefined ? {} : { TargetGroupArn: greenArn }),
        ...(groups === undefined ? {} : { ForwardConfig: { ...forward.ForwardConfig, TargetGroups: groups } }),
      };
      return writable(original.map((action) => (action === forward ? handed : action)));
    }
    case 'split': {
      const { greenWeight } = route;
      if (!Number.isInteger(greenWeight) || greenWeight < 0 || greenWeight > 100) {
        return refuse(
          'InvalidWeight',
          `A weight is a whole number from 0 to 100, not ${greenWeight}. Nothing was changed.`,
        );
      }
      const greenArn = greenOf(sides);
      const forward = blueForward(original, sides.blueArn);
      const stickiness = forward.ForwardConfig?.TargetGroupStickinessConfig;
      const { TargetGroupArn: _single, ForwardConfig: _forward, ...rest } = forward;
      const split: Action = {
        ...rest,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: sides.blueArn, Weight: 100 - greenWeight },
            { TargetGroupArn: greenArn, Weight: greenWeight },
          ],
          ...(stickiness === undefined ? {} : { TargetGroupStickinessConfig: stickiness }),
        },
      };
      return writable(original.map((action) => (action === forward ? split : action)));
    }
  }
}

/** Which of our routes these actions are; `undefined` when they are none of them. */
export function routeOf(actions: readonly Action[], original: readonly Action[], sides: Sides): Route | undefined {
  if (sameActions(actions, original)) return { kind: 'blueOnly' };
  if (sides.greenArn === undefined) return undefined;
  if (sameActions(actions, actionsFor({ kind: 'greenOnly' }, original, sides))) return { kind: 'greenOnly' };
  const greenWeight = actions.flatMap(weightsOf).find(({ arn }) => arn === sides.greenArn)?.weight;
  if (greenWeight === undefined || !Number.isInteger(greenWeight) || greenWeight < 0 || greenWeight > 100)
    return undefined;
  const route: Route = { kind: 'split', greenWeight };
  return sameActions(actions, actionsFor(route, original, sides)) ? route : undefined;
}

/** Whether actions that were not made from the original still send the route's share to each side. */
export function sharesLike(route: Route, actions: readonly Action[], sides: Sides): boolean {
  const { blueArn, greenArn } = sides;
  const weights = actions.flatMap(weightsOf);
  const isOnly = (arn: string | undefined) => weights.length === 1 && weights[0]?.arn === arn;
  switch (route.kind) {
    // What else a person does with blue's target group is no matter of the way back.
    case 'blueOnly':
      return !weights.some(({ arn, weight }) => arn === greenArn && weight > 0);
    case 'greenOnly':
      return isOnly(greenArn);
    case 'split': {
      const blue = weights.find(({ arn }) => arn === blueArn)?.weight;
      const green = weights.find(({ arn }) => arn === greenArn)?.weight;
      if (blue === undefined || green === undefined || weights.length !== 2) return false;
      return blue + green > 0 && green * 100 === route.greenWeight * (blue + green);
    }
  }
}

export const targetGroupName = (arn: string): string => arn.split('/')[1] ?? arn;

/** A rule's forwarding in a few words: `shop-blue 90, shop-green 10`. */
export function describeActions(actions: readonly Action[]): string {
  if (actions.length === 0) return 'no action';
  return actions
    .map((action) => {
      if (action.Type !== 'forward') return action.Type ?? 'an unknown action';
      return `forward to ${weightsOf(action)
        .map(({ arn, weight }) => `${targetGroupName(arn)} ${weight}`)
        .join(', ')}`;
    })
    .join(', then ');
}
