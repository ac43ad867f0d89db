import type { StackResource } from '../../assess/model.ts';
import {
  AwsCallError,
  type Ensured,
  type Observed,
  type Owner,
  type Removed,
  type Resolved,
} from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';

export interface Tools {
  clients: AwsClients;
  /** Lab or wall time, milliseconds since the epoch. */
  now(): number;
  /**
   * Services that this process created and AWS has not shown yet (row E11), by cluster and name, with the time of their
   * creation. All of it may be lost: it only keeps a fresh name from being taken for a free one.
   */
  unseen: Map<string, number>;
}

/**
 * One kind of resource, all of it: how it is read, made and taken away, and the IAM actions that this needs. Errors are the
 * SDK's, or {@link AwsCallError}.
 */
export interface ResourceKind<Resource extends StackResource> {
  kind: Resource['kind'];
  actions: readonly string[];
  read(tools: Tools, resource: Resource, owner: Owner, resolved: Resolved): Promise<Observed>;
  ensure(tools: Tools, resource: Resource, owner: Owner, resolved: Resolved): Promise<Ensured>;
  remove(tools: Tools, resource: Resource, owner: Owner, resolved: Resolved): Promise<Removed>;
}

/** What `ensure` answers when there is something of the name that is not ours. */
export function refuseForeign(call: string, id: string, why: string): never {
  throw new AwsCallError(
    call,
    'NotOurs',
    'conflict',
    `${id}: ${why}. Nothing was changed: rename or remove it, or give the plan another name suffix or namespace.`,
  );
}
