import type { BlueService, Estate } from '../estate/model.ts';
import type { RebalancingFreezeResource } from './model.ts';

/**
 * Blue's rebalancing across Availability Zones, suspended before anything of green is made: it starts tasks of blue anew elsewhere, which after
 * the end of App Mesh never become healthy, and stops others that the way back counts on. `undefined` where it is off, as it is by default for
 * a service of before 2025 (row E79).
 */
export function rebalancingFreeze(
  estate: Pick<Estate, 'cluster'>,
  { name, service }: BlueService,
): RebalancingFreezeResource | undefined {
  if (service.availabilityZoneRebalancing !== 'ENABLED') return undefined;
  return {
    kind: 'rebalancingFreeze',
    id: `rebalancingFreeze/${name}`,
    dependsOn: [],
    blueService: name,
    clusterArn: estate.cluster.arn,
    service: name,
  };
}
