import type { BlueService, Estate } from '../estate/model.ts';
import type { RuleResource, Stack } from './model.ts';

/**
 * The rules that all of a blue service's callers come through: none where anything else leads to it, a call of the graph, a registry in
 * Cloud Map, a target group that the plan does not move; and none where the mesh may hold callers that nobody knows of.
 */
export function solelyThrough(estate: Estate, stack: Stack, blue: BlueService): RuleResource[] {
  const rules = stack.resources.filter(
    (one): one is RuleResource => one.kind === 'rule' && one.blueService === blue.name,
  );
  const moved = new Set(rules.map((rule) => rule.blueTargetGroupArn));
  const attached = blue.service.loadBalancers ?? [];
  const mayBeCalled =
    hasUnknownCallers(estate) ||
    estate.edges.some(({ from, to }) => to === blue.name && from !== blue.name) ||
    blue.registries.length > 0 ||
    (blue.service.serviceRegistries ?? []).length > 0 ||
    attached.some(({ targetGroupArn = '' }) => !moved.has(targetGroupArn));
  return mayBeCalled ? [] : rules;
}

/** App Mesh did not tell its nodes, or one of them may run outside the cluster's services. */
const hasUnknownCallers = ({ mesh, standaloneTasks = [] }: Estate): boolean =>
  mesh.answer.state !== 'read' ||
  standaloneTasks.length > 0 ||
  (mesh.unmatchedNodes ?? []).some(({ kind }) => kind === 'registered');
