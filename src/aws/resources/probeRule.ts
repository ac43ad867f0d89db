import { randomBytes } from 'node:crypto';
import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateRuleCommand, DeleteRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ProbeRuleResource } from '../../assess/model.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { entryArn } from '../../plan/model.ts';
import type { Observed, Resolved } from '../../reconciler/ports.ts';
import { hasCode } from '../errors.ts';
import { upperCaseTags, withOwnerTags } from '../ownership.ts';
import {
  ENTRY_TAG,
  PROBE_HEADER,
  goneWords,
  isForProbes,
  priorityOf,
  probeValueOf,
  readRules,
} from '../probes/rule.ts';
import { originalOf, sidesOf } from '../routers/alb.ts';
import { actionsFor, describeActions, sameActions } from '../routers/albActions.ts';
import type { ResourceKind } from './kind.ts';

/** Nobody guesses it. */
const VALUE_BYTES = 24;

/**
 * The rule that leads probes to green: the entry's own conditions and a header, before the entry's own rule, or in the entry's test
 * listener. The header's value is drawn when the rule is made, and kept in the rule alone: whoever goes on with the plan reads it there.
 * It is found by its tags, so that a lost answer makes no second one; two that are made at once want the same priority, and AWS refuses
 * one (row L13).
 */
export const probeRule: ResourceKind<ProbeRuleResource> = {
  kind: 'probeRule',
  actions: [
    'elasticloadbalancing:AddTags',
    'elasticloadbalancing:CreateRule',
    'elasticloadbalancing:DeleteRule',
    'elasticloadbalancing:DescribeRules',
    'elasticloadbalancing:DescribeTags',
  ],

  async read({ clients }, resource, owner, resolved) {
    const { isThere, rules, own } = await readRules(clients, resource, owner);
    return isThere ? observedOf(resource, rules, own, resolved) : { status: 'absent', why: goneWords(resource) };
  },

  async ensure({ clients }, resource, owner, resolved) {
    const actions = wantedActions(resource, resolved);
    if (actions === undefined) {
      return { outcome: 'waiting', why: `${resource.rule.greenTargetGroup.ref} is not there yet` };
    }
    const { isThere, rules, own } = await readRules(clients, resource, owner);
    if (!isThere) return { outcome: 'waiting', why: goneWords(resource) };
    const observed = observedOf(resource, rules, own, resolved);
    if (observed.status === 'ready') return { outcome: 'unchanged', arn: observed.arn };
    if (observed.status !== 'absent') {
      for (const one of own) await clients.elbv2.send(new DeleteRuleCommand({ RuleArn: one.RuleArn }));
      return { outcome: 'waiting', why: 'it was changed by others, and is made anew' };
    }
    const priority = freePriority(resource, rules);
    if (priority === undefined) {
      const why = `no priority before ${entryArn(resource.rule.entry)} is free: give that rule a higher number (SetRulePriorities), or abort`;
      return { outcome: 'waiting', why };
    }
    const value = randomBytes(VALUE_BYTES).toString('hex');
    try {
      const { Rules } = await clients.elbv2.send(
        new CreateRuleCommand({
          ListenerArn: resource.listenerArn,
          Priority: priority,
          Conditions: [
            ...resource.conditions,
            { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: PROBE_HEADER, Values: [value] } },
          ],
          Actions: actions,
          Tags: upperCaseTags(withOwnerTags(owner, [], { [ENTRY_TAG]: entryArn(resource.rule.entry) })),
        }),
      );
      const arn = Rules?.[0]?.RuleArn;
      return arn === undefined
        ? { outcome: 'waiting', why: 'the load balancer service named no ARN; it is read again' }
        : { outcome: 'created', arn };
    } catch (error) {
      if (hasCode(error, 'PriorityInUse')) {
        return {
          outcome: 'waiting',
          why: `priority ${priority} was taken by somebody else just now; another is tried`,
        };
      }
      if (hasCode(error, 'TooManyRules')) {
        const why =
          'the load balancer has as many rules as its quota allows (100 unless it was raised, row L17): raise it, or take a rule away';
        return { outcome: 'waiting', why };
      }
      throw error;
    }
  },

  async remove({ clients }, resource, owner) {
    const { own } = await readRules(clients, resource, owner);
    for (const one of own) {
      try {
        await clients.elbv2.send(new DeleteRuleCommand({ RuleArn: one.RuleArn }));
      } catch (error) {
        if (!hasCode(error, 'RuleNotFound')) throw error;
      }
    }
    return { outcome: 'gone' };
  },
};

/** The entry's own actions, its login among them, with green's target group in blue's place; `undefined` while that is not known. */
function wantedActions({ rule }: ProbeRuleResource, resolved: Resolved): Action[] | undefined {
  const sides = sidesOf(rule, resolved);
  return sides.greenArn === undefined ? undefined : actionsFor({ kind: 'greenOnly' }, originalOf(rule), sides);
}

function observedOf(
  resource: ProbeRuleResource,
  rules: readonly Rule[],
  own: readonly Rule[],
  resolved: Resolved,
): Observed {
  const [found] = own;
  if (found === undefined) return { status: 'absent' };
  const arn = found.RuleArn ?? '';
  const wanted = wantedActions(resource, resolved);
  if (wanted === undefined)
    return { status: 'waiting', arn, why: `${resource.rule.greenTargetGroup.ref} was not read` };
  if (own.length > 1) return { status: 'differs', arn, why: 'there is more than one' };
  if (!sameActions(found.Actions ?? [], wanted)) {
    return { status: 'differs', arn, why: `it does ${describeActions(found.Actions ?? [])}` };
  }
  if (probeValueOf(found) === undefined) return { status: 'differs', arn, why: 'its header has no value' };
  const others = (found.Conditions ?? []).filter((one) => !isForProbes({ Conditions: [one] }));
  if (canonicalJson(others.map(meaning)) !== canonicalJson(resource.conditions.map(meaning))) {
    return { status: 'differs', arn, why: 'it has other conditions than the entry’s rule' };
  }
  if (priorityOf(found) > entryPriority(resource, rules)) {
    return { status: 'differs', arn, why: 'it comes after the entry’s rule' };
  }
  return { status: 'ready', arn, why: 'leads probes to green' };
}

/** Without the second spelling of the same values (row L34). */
const meaning = ({ Values, ...condition }: NonNullable<Rule['Conditions']>[number]): object =>
  condition.HostHeaderConfig === undefined && condition.PathPatternConfig === undefined
    ? { ...condition, Values, RegexValues: condition.RegexValues }
    : { ...condition, RegexValues: undefined };

function entryPriority({ rule: { entry } }: ProbeRuleResource, rules: readonly Rule[]): number {
  const own = rules.find(({ RuleArn }) => RuleArn === entryArn(entry));
  return own === undefined ? Number.POSITIVE_INFINITY : priorityOf(own);
}

/** The first of all, where it is free: what comes before it could answer in green's place. */
function freePriority(resource: ProbeRuleResource, rules: readonly Rule[]): number | undefined {
  const taken = new Set(rules.map(priorityOf));
  const limit = Math.min(entryPriority(resource, rules), PRIORITY_MAX + 1);
  for (let priority = 1; priority < limit; priority += 1) if (!taken.has(priority)) return priority;
  return undefined;
}

/** Row L13. */
const PRIORITY_MAX = 50_000;
