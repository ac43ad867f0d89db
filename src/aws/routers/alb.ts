import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeListenersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ModifyListenerCommand,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RuleResource } from '../../assess/model.ts';
import { entryArn } from '../../plan/model.ts';
import { fail, pass, unknown, wait, type Verdict } from '../../plan/verdict.ts';
import { AwsCallError, type Resolved, type Route, type Router, type RouterReading } from '../../reconciler/ports.ts';
import { loadBalancerArnOf } from '../arns.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode, translated, whyOf } from '../errors.ts';
import { listenerArnOfRule } from '../reads/listeners.ts';
import { isForProbes } from '../probes/rule.ts';
import { actionChanges } from './actionChanges.ts';
import {
  actionsFor,
  describeActions,
  routeOf,
  sameActions,
  sharesLike,
  type Sides,
  targetGroupsIn,
  weightsOf,
} from './albActions.ts';
import { type Reading, twoReadings } from './readings.ts';
import { seenTargetCounts, targetCounts } from './targetHealth.ts';

/** IAM actions that the router needs. */
export const ALB_ROUTER_ACTIONS = [
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:ModifyListener',
  'elasticloadbalancing:ModifyRule',
] as const;

export interface AlbRouterOptions {
  clients: AwsClients;
  /** Real time. */
  realPause: (ms: number) => Promise<void>;
}

/** One place of a load balancer that has actions: a rule, or a listener's default. */
interface Place {
  /** The rule's ARN, or the listener's for its default action. */
  arn: string;
  words: string;
  actions: Action[];
}

export const sidesOf = (rule: RuleResource, resolved: Resolved): Sides => ({
  blueArn: rule.blueTargetGroupArn,
  greenArn: resolved.get(rule.greenTargetGroup.ref),
});

/** As the SDK types them; the record is the same in JSON. */
export const originalOf = (rule: RuleResource): Action[] => rule.originalActions;

const putsWeightOnGreen = (route: Route): boolean =>
  route.kind === 'greenOnly' || (route.kind === 'split' && route.greenWeight > 0);

/** What the rule, or the listener's default, does now. Errors are the SDK's. */
export async function readActions(clients: AwsClients, rule: RuleResource): Promise<Action[]> {
  const { alb } = rule.entry;
  if ('listenerRule' in alb) {
    const shared = await sharedRule(clients, alb.listenerRule);
    if (shared !== undefined) return shared.Actions ?? [];
    const { Rules } = await clients.elbv2.send(new DescribeRulesCommand({ RuleArns: [alb.listenerRule] }));
    return Rules?.[0]?.Actions ?? [];
  }
  const { Listeners } = await clients.elbv2.send(new DescribeListenersCommand({ ListenerArns: [alb.listener] }));
  return Listeners?.[0]?.DefaultActions ?? [];
}

/** A rule as one of its listener's; `undefined` where nothing is shared, or the listener has none of that ARN: it is asked for by itself. */
async function sharedRule(clients: AwsClients, ruleArn: string): Promise<Rule | undefined> {
  const look = clients.reader?.look();
  if (look === undefined) return undefined;
  try {
    const rules = await look.load(look.reader.rules, listenerArnOfRule(ruleArn));
    return rules.find(({ RuleArn }) => RuleArn === ruleArn);
  } catch (error) {
    if (hasCode(error, 'ListenerNotFound')) return undefined;
    throw error;
  }
}

/** The one mutating call. A listener's default action is changed on the listener (row L6). Errors are the SDK's. */
export async function writeActions(clients: AwsClients, rule: RuleResource, actions: Action[]): Promise<void> {
  const { alb } = rule.entry;
  if ('listenerRule' in alb) {
    await clients.elbv2.send(new ModifyRuleCommand({ RuleArn: alb.listenerRule, Actions: actions }));
  } else {
    await clients.elbv2.send(new ModifyListenerCommand({ ListenerArn: alb.listener, DefaultActions: actions }));
  }
}

/** Every place of the entry's load balancer that names either side. */
async function placesNaming(rule: RuleResource, sides: Sides, reading: Reading): Promise<Place[]> {
  const listeners = await reading.listeners(loadBalancerArnOf(entryArn(rule.entry)));
  const places: Place[] = [];
  for (const listener of listeners) {
    const listenerArn = listener.ListenerArn ?? '';
    const name = `listener ${listener.Protocol ?? ''}:${listener.Port ?? ''}`;
    const rules = await reading.rules(listenerArn);
    for (const one of rules) {
      // The default rule is the listener's default action seen again, and newer than what was told of the listener.
      if (one.IsDefault === true) {
        places.push({ arn: listenerArn, words: `the default action of ${name}`, actions: one.Actions ?? [] });
        continue;
      }
      // Nothing that a user sends comes through it, whatever it forwards to.
      if (isForProbes(one)) continue;
      const words = `rule ${one.Priority ?? '?'} of ${name}`;
      places.push({ arn: one.RuleArn ?? '', words, actions: one.Actions ?? [] });
    }
  }
  return places.filter((place) => {
    if (place.arn === entryArn(rule.entry)) return true;
    const named = targetGroupsIn(place.actions);
    return named.includes(sides.blueArn) || (sides.greenArn !== undefined && named.includes(sides.greenArn));
  });
}

/** One look at the whole load balancer. */
async function look(rule: RuleResource, route: Route, sides: Sides, reading: Reading): Promise<Verdict> {
  const places = await placesNaming(rule, sides, reading);
  const own = places.find((place) => place.arn === entryArn(rule.entry));
  if (own === undefined) return fail(`${entryArn(rule.entry)} does not exist any more`);
  const others = places.filter((place) => place !== own && !sharesLike(route, place.actions, sides));
  if (others.length > 0) {
    const found = others.map((place) => `${place.words} does ${describeActions(place.actions)}`).join('; ');
    return fail(`${describeWanted(route)} is not all there is: ${found}`);
  }
  if (sameActions(own.actions, actionsFor(route, originalOf(rule), sides))) return pass(own.words);
  const found = `${own.words} does ${describeActions(own.actions)}, not ${describeWanted(route)}`;
  return routeOf(own.actions, originalOf(rule), sides) === undefined ? fail(found) : wait(found);
}

/** One look for whoever still names blue, now that the entry's own place is gone. */
async function lookWithoutRule(rule: RuleResource, reading: Reading): Promise<Verdict> {
  const sides: Sides = { blueArn: rule.blueTargetGroupArn, greenArn: undefined };
  const found = await placesNaming(rule, sides, reading);
  if (found.some(({ arn }) => arn === entryArn(rule.entry))) return wait(`${entryArn(rule.entry)} is there again`);
  if (found.length === 0) return pass('nothing else of its load balancer names blue’s target group');
  return fail(found.map((place) => `${place.words} does ${describeActions(place.actions)}`).join('; '));
}

/** A target group hangs in one load balancer at a time; once it is out of the entry's, a person may have hung blue's in another. */
async function lookElsewhere(
  clients: AwsClients,
  { entry, blueTargetGroupArn }: RuleResource,
  free: string,
): Promise<Verdict> {
  const own = loadBalancerArnOf(entryArn(entry));
  try {
    const { TargetGroups } = await clients.elbv2.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [blueTargetGroupArn] }),
    );
    const other = TargetGroups?.[0]?.LoadBalancerArns?.find((arn) => arn !== own);
    if (other !== undefined) return fail(`${other} names blue’s target group`);
  } catch (error) {
    if (!hasCode(error, 'TargetGroupNotFound')) throw error;
  }
  return pass(free);
}

/** Shifts by weighted target groups in a rule, or in a listener's default action, of an Application Load Balancer. */
export function createAlbRouter({ clients, realPause }: AlbRouterOptions): Router {
  async function verify(rule: RuleResource, route: Route, resolved: Resolved): Promise<Verdict> {
    const sides = sidesOf(rule, resolved);
    const readings = twoReadings(clients, realPause);
    const first = await look(rule, route, sides, readings.first);
    if (first.verdict !== 'pass') return first;
    const second = await look(rule, route, sides, await readings.second());
    if (second.verdict !== 'pass') return second;
    if (putsWeightOnGreen(route) && sides.greenArn !== undefined) {
      const targets = await seenTargetCounts(clients, sides.greenArn);
      if (targets.healthy === 0) {
        return fail(
          `green has weight and no healthy target (${targets.words}): its share fails, the load balancer does not fall back to blue`,
        );
      }
    }
    return pass(`${second.why} carries ${describeWanted(route)} (2 agreeing reads)`);
  }

  return {
    read: (rule, resolved) =>
      translated(async (): Promise<RouterReading> => {
        const actions = await readActions(clients, rule);
        const sides = sidesOf(rule, resolved);
        const route = routeOf(actions, originalOf(rule), sides);
        return {
          route: route ?? {
            kind: 'foreign',
            why: describeActions(actions),
            sendsToGreen: sendsTo(sides.greenArn, actions),
          },
          // Without a green there was no route but the original.
          changesSince: (was) =>
            actionChanges(
              sides.greenArn === undefined ? originalOf(rule) : actionsFor(was, originalOf(rule), sides),
              actions,
              sides,
            ),
        };
      }),

    write: (rule, route, resolved) =>
      translated(async () => {
        const sides = sidesOf(rule, resolved);
        const actions = actionsFor(route, originalOf(rule), sides);
        if (putsWeightOnGreen(route) && sides.greenArn !== undefined) {
          const targets = await targetCounts(clients, sides.greenArn);
          if (targets.healthy === 0) {
            throw new AwsCallError(
              'elasticloadbalancing:ModifyRule',
              'NoHealthyTarget',
              'invalid',
              `Green's target group ${sides.greenArn} has no healthy target (${targets.words}), so it is given no weight. The rule was not changed.`,
            );
          }
        }
        await writeActions(clients, rule, actions);
      }),

    verify: async (rule, route, resolved) => {
      try {
        return await verify(rule, route, resolved);
      } catch (error) {
        return unknown(whyOf(error));
      }
    },

    verifyGone: async (rule) => {
      const readings = twoReadings(clients, realPause);
      try {
        const first = await lookWithoutRule(rule, readings.first);
        const last = first.verdict === 'pass' ? await lookWithoutRule(rule, await readings.second()) : first;
        return last.verdict === 'pass' ? await lookElsewhere(clients, rule, last.why) : last;
      } catch (error) {
        if (!hasCode(error, 'LoadBalancerNotFound')) return unknown(whyOf(error));
      }
      try {
        return await lookElsewhere(
          clients,
          rule,
          'its load balancer is gone as well, and no other names blue’s target group',
        );
      } catch (error) {
        return unknown(whyOf(error));
      }
    },

    proveWayBack: async (rule) => {
      const original = originalOf(rule);
      try {
        const before = await readActions(clients, rule);
        if (!sameActions(before, original)) {
          return fail(
            `${entryArn(rule.entry)} does ${describeActions(before)}; recorded was ${describeActions(original)}. Nothing was changed.`,
          );
        }
        await writeActions(clients, rule, actionsFor({ kind: 'blueOnly' }, original, sidesOf(rule, new Map())));
        const after = await readActions(clients, rule);
        return sameActions(after, original)
          ? pass(`${entryArn(rule.entry)} was written back unchanged: ${describeActions(original)}`)
          : wait(`${entryArn(rule.entry)} was written back and does not read the same yet`);
      } catch (error) {
        const refused = hasCode(
          error,
          'RuleNotFound',
          'ListenerNotFound',
          'AccessDenied',
          'OperationNotPermitted',
          'ValidationError',
        );
        return refused ? fail(whyOf(error)) : unknown(whyOf(error));
      }
    },
  };
}

const sendsTo = (targetGroupArn: string | undefined, actions: readonly Action[]): boolean =>
  actions.flatMap(weightsOf).some(({ arn, weight }) => arn === targetGroupArn && weight > 0);

function describeWanted(route: Route): string {
  switch (route.kind) {
    case 'blueOnly':
      return 'its original actions';
    case 'greenOnly':
      return 'green in blue’s place';
    case 'split':
      return `${100 - route.greenWeight}/${route.greenWeight}`;
  }
}
