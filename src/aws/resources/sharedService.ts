import type { Service } from '@aws-sdk/client-ecs';
import type { SharedServiceResource } from '../../assess/model.ts';
import type { Observed, Resolved } from '../../reconciler/ports.ts';
import { foreignWhy, isOwned } from '../ownership.ts';
import { readService } from '../reads/services.ts';
import type { ResourceKind } from './kind.ts';
import { serviceConnectChanges } from './serviceChanges.ts';

/**
 * Green of an earlier plan: `ready` where it is still that plan's, lives in the namespace, answers to the names that were recorded, and
 * nothing of it is being deployed. It is never made, changed or taken away.
 */
export const sharedService: ResourceKind<SharedServiceResource> = {
  kind: 'sharedService',
  actions: ['ecs:DescribeServices'],

  async read({ clients }, resource, _owner, resolved) {
    const found = await readService(clients, resource.clusterArn, resource.name);
    return found === undefined || found.status === 'INACTIVE'
      ? { status: 'absent' }
      : observed(resource, found, resolved);
  },

  ensure: async () => ({ outcome: 'waiting', why: 'it is another plan’s, and is not changed' }),

  remove: async () => ({ outcome: 'gone' }),
};

function observed(resource: SharedServiceResource, found: Service, resolved: Resolved): Observed {
  const { name, maker, serviceConnect } = resource;
  const arn = found.serviceArn ?? '';
  if (!isOwned(found.tags, maker)) {
    const wanted = `not that of plan ${maker.plan}, uid ${maker.uid}, which was recorded`;
    return { status: 'foreign', arn, why: `${foreignWhy(`service ${name}`, found.tags)}, ${wanted}` };
  }
  if (found.status !== 'ACTIVE')
    return { status: 'differs', arn, why: `${name} is ${found.status ?? 'of unknown status'}` };
  const primary = found.deployments?.find(({ status }) => status === 'PRIMARY');
  if (primary === undefined) return { status: 'waiting', arn, why: `${name} has no deployment yet` };
  const namespace = resolved.get(serviceConnect.namespace.ref);
  if (namespace === undefined)
    return { status: 'waiting', arn, why: `${serviceConnect.namespace.ref} was not read yet` };
  const changes = serviceConnectChanges(resource, primary);
  const livesIn = primary.serviceConnectConfiguration?.namespace;
  if (changes.length === 0 && livesIn !== namespace) {
    changes.push(
      `it lives in the namespace ${livesIn ?? '<none>'}, not in ${namespace} (${serviceConnect.namespace.ref})`,
    );
  }
  if (changes.length > 0) return { status: 'differs', arn, why: changes.join(', ') };
  const [running, desired] = [found.runningCount ?? 0, found.desiredCount ?? 0];
  const words = `${running} of ${desired} tasks run`;
  if (primary.rolloutState === 'FAILED') {
    return { status: 'failed', arn, why: `${words}: ${primary.rolloutStateReason ?? 'its deployment failed'}` };
  }
  if (primary.rolloutState !== 'COMPLETED' || found.deployments?.length !== 1 || running !== desired) {
    return { status: 'waiting', arn, why: `${words}: ${primary.rolloutStateReason ?? 'it is being deployed'}` };
  }
  return { status: 'ready', arn, why: `shared with plan ${maker.plan}: ${words}` };
}
