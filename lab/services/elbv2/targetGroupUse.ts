import type { Clock } from '../../clock.ts';
import { AwsError } from '../../errors.ts';
import { targetGroupArns } from './actions.ts';
import type { HealthChecks } from './healthChecks.ts';
import type { Store, TargetGroupRecord } from './store.ts';

const TARGET_GROUPS_PER_LOAD_BALANCER_MAX = 100;

/** Which load balancer names which target group, in any action and at any weight. */
function referencedTargetGroups(store: Store): Map<string, string> {
  const references = new Map<string, string>();
  for (const listener of store.listeners.values()) {
    const rules = store.rulesOf(listener.arn);
    const arns = [listener.defaultActions, ...rules.map((rule) => rule.actions)].flatMap(targetGroupArns);
    for (const arn of arns) references.set(arn, listener.loadBalancerArn);
  }
  return references;
}

/** Starts and stops health checks as groups come into use and leave it (row L8); remembers when they left (row L19). */
export function refreshUse({
  clock,
  store,
  healthChecks,
}: {
  clock: Clock;
  store: Store;
  healthChecks: HealthChecks;
}): void {
  const references = referencedTargetGroups(store);
  for (const group of store.targetGroups.values()) {
    const before = group.usedBy;
    group.usedBy = references.get(group.arn);
    if (before === undefined && group.usedBy !== undefined) {
      group.leftUseMs = undefined;
      for (const target of group.targets.values()) healthChecks.start(group, target);
    }
    if (before !== undefined && group.usedBy === undefined) {
      group.leftUseMs = clock.now();
      for (const target of group.targets.values()) healthChecks.stop(target);
    }
  }
}

/**
 * What AWS checks of the target groups that actions name: they exist, speak one protocol, and belong to no other load balancer
 * (row L18). At most 100 to a load balancer (row L17).
 */
export function checkTargetGroups(store: Store, loadBalancerArn: string, arns: string[]): void {
  const groups = arns.map((arn) => store.targetGroup(arn));
  const strangers = groups.filter((group) => group.protocol !== groups[0]?.protocol);
  if (strangers.length > 0) {
    throw new AwsError(
      'IncompatibleProtocolsException',
      `The listener and the following target groups have incompatible protocols: ${list(strangers)}`,
    );
  }
  const taken = groups.filter((group) => group.usedBy !== undefined && group.usedBy !== loadBalancerArn);
  if (taken.length > 0) {
    throw new AwsError(
      'TargetGroupAssociationLimitException',
      `The following target groups cannot be associated with more than one load balancer: ${list(taken)}`,
    );
  }
  const used = [...store.targetGroups.values()]
    .filter((group) => group.usedBy === loadBalancerArn)
    .map((group) => group.arn);
  if (new Set([...used, ...arns]).size > TARGET_GROUPS_PER_LOAD_BALANCER_MAX) {
    throw new AwsError(
      'TooManyUniqueTargetGroupsPerLoadBalancerException',
      `You've reached the limit on the number of unique target groups per load balancer: ${TARGET_GROUPS_PER_LOAD_BALANCER_MAX}`,
    );
  }
}

function list(groups: TargetGroupRecord[]): string {
  return groups.map((group) => group.arn).join(', ');
}
