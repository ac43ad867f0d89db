import type { StackResource } from '../../assess/model.ts';
import { AwsCallError, type Observed, type Owner, type Resolved, type ResourceActor } from '../../reconciler/ports.ts';
import { translated } from '../errors.ts';
import { alarm } from './alarm.ts';
import type { ResourceKind, Tools } from './kind.ts';
import { namespace } from './namespace.ts';
import { probeRule } from './probeRule.ts';
import { rebalancingFreeze } from './rebalancingFreeze.ts';
import { rule } from './rule.ts';
import { scaling } from './scaling.ts';
import { scalingFreeze } from './scalingFreeze.ts';
import { service } from './service.ts';
import { sharedNamespace } from './sharedNamespace.ts';
import { sharedService } from './sharedService.ts';
import { targetGroup } from './targetGroup.ts';
import { taskDefinition } from './taskDefinition.ts';

/** Every kind of resource that a stack may have. */
const KINDS: { [Kind in StackResource['kind']]: ResourceKind<Extract<StackResource, { kind: Kind }>> } = {
  namespace,
  taskDefinition,
  targetGroup,
  rule,
  probeRule,
  service,
  scaling,
  scalingFreeze,
  rebalancingFreeze,
  alarm,
  sharedService,
  sharedNamespace,
};

export const RESOURCE_KINDS = Object.keys(KINDS) as StackResource['kind'][];

/** IAM actions of all kinds of resources, in order. */
export const RESOURCE_ACTIONS: readonly string[] = [
  ...new Set(Object.values(KINDS).flatMap((kind) => kind.actions)),
].sort();

/** What is to be done with one resource, by whichever kind it is of. */
type Verb<Answer> = <Resource extends StackResource>(
  kind: ResourceKind<Resource>,
  resource: Resource,
) => Promise<Answer>;

function byKind<Answer>(resource: StackResource, verb: Verb<Answer>): Promise<Answer> {
  switch (resource.kind) {
    case 'namespace':
      return verb(namespace, resource);
    case 'taskDefinition':
      return verb(taskDefinition, resource);
    case 'targetGroup':
      return verb(targetGroup, resource);
    case 'rule':
      return verb(rule, resource);
    case 'probeRule':
      return verb(probeRule, resource);
    case 'service':
      return verb(service, resource);
    case 'scaling':
      return verb(scaling, resource);
    case 'scalingFreeze':
      return verb(scalingFreeze, resource);
    case 'rebalancingFreeze':
      return verb(rebalancingFreeze, resource);
    case 'alarm':
      return verb(alarm, resource);
    case 'sharedService':
      return verb(sharedService, resource);
    case 'sharedNamespace':
      return verb(sharedNamespace, resource);
  }
}

export function createResourceActor(tools: Tools): ResourceActor {
  return {
    async read(resource: StackResource, owner: Owner, resolved: Resolved): Promise<Observed> {
      try {
        return await translated(() => byKind(resource, (kind, one) => kind.read(tools, one, owner, resolved)));
      } catch (error) {
        if (error instanceof AwsCallError) return { status: 'unknown', why: error.message };
        throw error;
      }
    },
    ensure: (resource, owner, resolved) =>
      translated(() => byKind(resource, (kind, one) => kind.ensure(tools, one, owner, resolved))),
    remove: (resource, owner, resolved) =>
      translated(() => byKind(resource, (kind, one) => kind.remove(tools, one, owner, resolved))),
  };
}
