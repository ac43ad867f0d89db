import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { invalidValue, refuseOthers, required } from './errors.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { permissionsOf, presentRule, type RuleTerms, sameTerms, termsOf, termsOfRequest } from './permissions.ts';
import { named, type RulePeer, type RuleRecord, type Store } from './store.ts';
import { tagsFor } from './tagOperations.ts';

/** Rules in one direction. The older form, one rule in the request's own members, is not built. */
export function ruleOperations(store: Store) {
  const present = (rule: RuleRecord): SecurityGroupRule => ({
    ...presentRule(rule, store.account.id),
    SecurityGroupRuleArn: store.arnOf('security-group-rule', rule.id),
    Tags: store.tags.of(rule.id),
  });

  /** All rules or none. */
  const authorize = (
    isEgress: boolean,
    input: AuthorizeSecurityGroupIngressRequest,
  ): AuthorizeSecurityGroupIngressResult => {
    refuseOthers(input, ['GroupId', 'IpPermissions', 'TagSpecifications']);
    const group = store.group(required(input.GroupId, 'groupId'));
    const terms = termsOf(required(input.IpPermissions, 'ipPermissions'));
    const tags = tagsFor('security-group-rule', input.TagSpecifications);
    if (terms.some((rule, index) => terms.slice(0, index).some((earlier) => sameTerms(earlier, rule)))) {
      throw invalidValue('The same permission must not appear multiple times');
    }
    for (const rule of terms) checkNew(store, group.id, isEgress, rule);
    const rules = terms.map((rule) => store.addRule({ ...rule, groupId: group.id, isEgress }));
    for (const { id } of rules) store.tags.put(id, tags);
    return { Return: true, SecurityGroupRules: rules.map(present) };
  };

  /** By rule ids, or by terms that must be met exactly but for the description (row N6). */
  const revoke = (isEgress: boolean, input: RevokeSecurityGroupIngressRequest): RevokeSecurityGroupIngressResult => {
    refuseOthers(input, ['GroupId', 'IpPermissions', 'SecurityGroupRuleIds']);
    const group = store.group(required(input.GroupId, 'groupId'));
    const present = store.rulesOf(group.id).filter((rule) => rule.isEgress === isEgress);
    const byId = (input.SecurityGroupRuleIds ?? []).map((id) => {
      const rule = present.find((candidate) => candidate.id === id);
      return rule ?? store.rule(id);
    });
    const terms = input.IpPermissions === undefined ? [] : termsOf(input.IpPermissions);
    if (byId.length + terms.length === 0) required(undefined, 'ipPermissions');
    const unknown = terms.filter((wanted) => !present.some((rule) => sameTerms(rule, wanted)));
    if (unknown.length > 0 && !store.vpc(group.vpcId).isDefault) {
      throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
    }
    const foreign = byId.find((rule) => rule.groupId !== group.id || rule.isEgress !== isEgress);
    if (foreign !== undefined) {
      throw new AwsError(
        'InvalidSecurityGroupRuleId.NotFound',
        `The security group rule ID '${foreign.id}' does not exist`,
      );
    }
    const byTerms = present.filter((rule) => terms.some((wanted) => sameTerms(rule, wanted)));
    for (const { id } of [...byId, ...byTerms]) store.removeRule(id);
    const asRules = unknown.map((rule) => ({ ...rule, id: '', groupId: group.id, isEgress }));
    return { Return: true, UnknownIpPermissions: permissionsOf(asRules, store.account.id) };
  };

  return {
    AuthorizeSecurityGroupIngress: (input: AuthorizeSecurityGroupIngressRequest) => authorize(false, input),
    AuthorizeSecurityGroupEgress: (input: AuthorizeSecurityGroupIngressRequest) => authorize(true, input),
    RevokeSecurityGroupIngress: (input: RevokeSecurityGroupIngressRequest) => revoke(false, input),
    RevokeSecurityGroupEgress: (input: RevokeSecurityGroupIngressRequest) => revoke(true, input),

    /** Rules keep their id and direction. */
    ModifySecurityGroupRules(input: ModifySecurityGroupRulesRequest): ModifySecurityGroupRulesResult {
      const group = store.group(required(input.GroupId, 'groupId'));
      const changes = required(input.SecurityGroupRules, 'securityGroupRules').map((update) => {
        const rule = store.rule(required(update.SecurityGroupRuleId, 'securityGroupRuleId'));
        if (rule.groupId !== group.id) store.rule(`${rule.id} of ${group.id}`);
        return { rule, terms: termsOfRequest(update.SecurityGroupRule ?? {}) };
      });
      for (const { rule, terms } of changes) checkNew(store, group.id, rule.isEgress, terms, rule.id);
      for (const { rule, terms } of changes) Object.assign(rule, terms);
      return { Return: true };
    },

    DescribeSecurityGroupRules(input: DescribeSecurityGroupRulesRequest): DescribeSecurityGroupRulesResult {
      const found = filtered(
        named('sgr', input.SecurityGroupRuleIds, store.rules),
        input.Filters,
        { 'group-id': ({ groupId }) => groupId, 'security-group-rule-id': ({ id }) => id },
        { store: store.tags, idOf: ({ id }) => id },
      );
      const { items, token } = page(found, input);
      return { SecurityGroupRules: items.map(present), ...token };
    },
  };
}

/** Refuses a rule that the group has already, and a peer that does not exist. `exceptId` is the rule that is to change. */
function checkNew(store: Store, groupId: string, isEgress: boolean, terms: RuleTerms, exceptId?: string): void {
  if (terms.peer.kind === 'group') store.group(terms.peer.groupId);
  const present = store.rulesOf(groupId).filter((rule) => rule.isEgress === isEgress && rule.id !== exceptId);
  if (!present.some((rule) => sameTerms(rule, terms))) return;
  throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${describe(terms)}, ALLOW" already exists`);
}

function describe({ protocol, fromPort, toPort, peer }: RuleTerms): string {
  const who = `peer: ${nameOf(peer)}`;
  if (protocol === '-1') return `${who}, ALL`;
  if (protocol === 'tcp' || protocol === 'udp') {
    return `${who}, ${protocol.toUpperCase()}, from port: ${fromPort}, to port: ${toPort}`;
  }
  return `${who}, protocol: ${protocol}`;
}

function nameOf(peer: RulePeer): string {
  switch (peer.kind) {
    case 'ipv4':
    case 'ipv6':
      return peer.cidr;
    case 'prefixList':
      return peer.prefixListId;
    case 'group':
      return peer.groupId;
  }
}
