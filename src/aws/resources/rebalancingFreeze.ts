import { type Service, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { RebalancingFreezeResource } from '../../assess/model.ts';
import { AwsCallError } from '../../reconciler/ports.ts';
import { activeService } from '../activeService.ts';
import type { AwsClients } from '../clients.ts';
import type { ResourceKind } from './kind.ts';

/**
 * Blue's rebalancing, off. Switching it deploys nothing (row E40). The service is the user's and is never tagged; what was on when
 * it was recorded is on again in the end.
 */
export const rebalancingFreeze: ResourceKind<RebalancingFreezeResource> = {
  kind: 'rebalancingFreeze',
  actions: ['ecs:DescribeServices', 'ecs:UpdateService'],

  async read({ clients }, resource) {
    const blue = await activeService(clients, resource.clusterArn, resource.service);
    return blue === undefined || isOn(blue)
      ? { status: 'absent' }
      : { status: 'ready', arn: blue.serviceArn ?? resource.service, why: 'rebalancing is off' };
  },

  async ensure({ clients }, resource) {
    const blue = await activeService(clients, resource.clusterArn, resource.service);
    if (blue === undefined) {
      throw new AwsCallError(
        'ecs:UpdateService',
        'ServiceNotFoundException',
        'notFound',
        `service ${resource.service} is not there any more; it was when it was recorded. Nothing was changed.`,
      );
    }
    const arn = blue.serviceArn ?? resource.service;
    if (!isOn(blue)) return { outcome: 'unchanged', arn };
    await write(clients, resource, 'DISABLED');
    return { outcome: 'updated', arn };
  },

  async remove({ clients }, resource) {
    const blue = await activeService(clients, resource.clusterArn, resource.service);
    if (blue === undefined || isOn(blue)) return { outcome: 'gone' };
    await write(clients, resource, 'ENABLED');
    return { outcome: 'waiting', why: 'its rebalancing was restored; it is read again' };
  },
};

/** Absent is off (row E40). */
const isOn = ({ availabilityZoneRebalancing }: Service): boolean => availabilityZoneRebalancing === 'ENABLED';

async function write(
  { ecs }: AwsClients,
  { clusterArn, service }: RebalancingFreezeResource,
  availabilityZoneRebalancing: 'ENABLED' | 'DISABLED',
): Promise<void> {
  await ecs.send(new UpdateServiceCommand({ cluster: clusterArn, service, availabilityZoneRebalancing }));
}
