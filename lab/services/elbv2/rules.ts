import type {
  CreateRuleInput,
  CreateRuleOutput,
  DeleteRuleInput,
  DescribeRulesInput,
  DescribeRulesOutput,
  ModifyRuleInput,
  ModifyRuleOutput,
  Rule,
  SetRulePrioritiesInput,
  SetRulePrioritiesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';
import { normaliseActions, presentActions, targetGroupArns } from './actions.ts';
import { normaliseConditions } from './conditions.ts';
import type { Context } from './context.ts';
import { checkRange, notFound, validationError } from './errors.ts';
import { page } from './paging.ts';
import type { ListenerRecord, RuleRecord, Store } from './store.ts';
import { checkTags } from './tags.ts';
import { checkTargetGroups } from './targetGroupUse.ts';

const RULES_MAX = 100;
const PRIORITY_MAX = 50_000;
/** DescribeRules may truncate though nobody asked for a page size (row L15). */
const PAGE_SIZE_DEFAULT = 100;

export function ruleOperations(context: Context) {
  const { store } = context;
  return {
    CreateRule(input: CreateRuleInput): CreateRuleOutput {
      const listener = store.listener(input.ListenerArn);
      refuseTransforms(input.Transforms);
      if (input.Priority === undefined) throw validationError('A priority must be specified');
      checkRange('Priority', input.Priority, 1, PRIORITY_MAX);
      if (store.rulesOf(listener.arn).some((rule) => rule.priority === input.Priority))
        throw priorityInUse(input.Priority);
      checkRuleCount(store, listener);
      const conditions = normaliseConditions(input.Conditions);
      const actions = normaliseActions(input.Actions, listener.protocol);
      checkTargetGroups(store, listener.loadBalancerArn, targetGroupArns(actions));
      const tags = checkTags(input.Tags);
      const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${context.random.hex(16)}`;
      const record: RuleRecord = { arn, listenerArn: listener.arn, priority: input.Priority, conditions, actions };
      store.rules.set(arn, record);
      store.tags.set(arn, tags);
      context.changed(listener.arn);
      return { Rules: [presentRule(record)] };
    },

    /** By priority, the default rule last; a listener's ARN or rules' ARNs, paged (row L15). */
    DescribeRules(input: DescribeRulesInput): DescribeRulesOutput {
      const { ListenerArn: listenerArn, RuleArns: arns } = input;
      if ((listenerArn === undefined) === !arns?.length) {
        throw validationError('You must specify either listener rule ARNs or a listener ARN');
      }
      const found = arns?.length
        ? arns.map((arn) => findRule(store, arn))
        : allRules(store, store.listener(listenerArn));
      const { items, marker } = page(found, input, PAGE_SIZE_DEFAULT);
      return { Rules: items, ...marker };
    },

    /** The whole list of conditions or actions is replaced; there is no version, the last writer wins (row L3). */
    ModifyRule(input: ModifyRuleInput): ModifyRuleOutput {
      refuseDefault(store, input.RuleArn, 'modified');
      const record = store.rule(input.RuleArn);
      refuseTransforms(input.Transforms);
      if (input.Conditions === undefined && input.Actions === undefined) {
        throw validationError('Either conditions or actions must be specified');
      }
      const listener = store.listener(record.listenerArn);
      const conditions = input.Conditions === undefined ? record.conditions : normaliseConditions(input.Conditions);
      const actions =
        input.Actions === undefined
          ? record.actions
          : normaliseActions(input.Actions, listener.protocol, record.actions);
      checkTargetGroups(store, listener.loadBalancerArn, targetGroupArns(actions));
      record.conditions = conditions;
      record.actions = actions;
      context.changed(record.listenerArn);
      return { Rules: [presentRule(record)] };
    },

    DeleteRule(input: DeleteRuleInput): object {
      refuseDefault(store, input.RuleArn, 'deleted');
      const record = store.rule(input.RuleArn);
      store.rules.delete(record.arn);
      store.tags.delete(record.arn);
      context.changed(record.listenerArn);
      return {};
    },

    /** All or nothing: rules may trade places within one call (row L13). */
    SetRulePriorities(input: SetRulePrioritiesInput): SetRulePrioritiesOutput {
      const wanted = new Map<RuleRecord, number>();
      const given = new Set<number>();
      for (const pair of input.RulePriorities ?? []) {
        refuseDefault(store, pair.RuleArn, 'modified');
        const priority = pair.Priority ?? 0;
        checkRange('Priority', priority, 1, PRIORITY_MAX);
        if (given.has(priority)) throw validationError(`Priority '${priority}' was provided multiple times`);
        given.add(priority);
        wanted.set(store.rule(pair.RuleArn), priority);
      }
      const listenerArns = new Set([...wanted.keys()].map((rule) => rule.listenerArn));
      if (listenerArns.size > 1) throw validationError('All rules must belong to the same listener');
      for (const listenerArn of listenerArns) {
        const others = store.rulesOf(listenerArn).filter((rule) => !wanted.has(rule));
        const clash = others.find((rule) => given.has(rule.priority));
        if (clash !== undefined) throw priorityInUse(clash.priority);
      }
      for (const [rule, priority] of wanted) rule.priority = priority;
      for (const listenerArn of listenerArns) context.changed(listenerArn);
      return { Rules: [...wanted.keys()].map(presentRule) };
    },
  };
}

function checkRuleCount(store: Store, listener: ListenerRecord): void {
  const rules = store.listenersOf(listener.loadBalancerArn).flatMap((sibling) => store.rulesOf(sibling.arn));
  if (rules.length >= RULES_MAX) {
    throw new AwsError(
      'TooManyRulesException',
      `You've reached the limit on the number of rules per load balancer: ${RULES_MAX}`,
    );
  }
}

function priorityInUse(priority: number): AwsError {
  return new AwsError('PriorityInUseException', `Priority '${priority}' is currently in use`);
}

function refuseTransforms(transforms: unknown[] | undefined): void {
  if (transforms?.length) throw notPlayed('elastic-load-balancing-v2', 'rules with transforms');
}

/** The default rule is changed by ModifyListener only (row L6). */
function refuseDefault(store: Store, ruleArn: string | undefined, verb: 'modified' | 'deleted'): void {
  if ([...store.listeners.values()].some((listener) => listener.defaultRuleArn === ruleArn)) {
    throw new AwsError('OperationNotPermittedException', `Default rule '${ruleArn}' cannot be ${verb}`);
  }
}

function findRule(store: Store, arn: string): Rule {
  const rule = store.rules.get(arn);
  if (rule !== undefined) return presentRule(rule);
  const listener = [...store.listeners.values()].find((candidate) => candidate.defaultRuleArn === arn);
  if (listener === undefined) throw notFound('rule', arn);
  return presentDefaultRule(listener);
}

function allRules(store: Store, listener: ListenerRecord): Rule[] {
  return [...store.rulesOf(listener.arn).map(presentRule), presentDefaultRule(listener)];
}

/** `Priority` is a string in answers (row L14). */
function presentRule(rule: RuleRecord): Rule {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions,
    Actions: presentActions(rule.actions),
    IsDefault: false,
  };
}

function presentDefaultRule(listener: ListenerRecord): Rule {
  return {
    RuleArn: listener.defaultRuleArn,
    Priority: 'default',
    Conditions: [],
    Actions: presentActions(listener.defaultActions),
    IsDefault: true,
  };
}
