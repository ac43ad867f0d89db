import type {
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
} from '@aws-sdk/client-ec2';
import { notPlayed } from '../notPlayed.ts';
import { invalidValue } from './errors.ts';
import { filtered } from './filters.ts';
import { type Store, zoneIdOf } from './store.ts';

/** What is the region's and the account's, and nobody creates. */
export function regionOperations(store: Store) {
  return {
    DescribeAvailabilityZones(input: DescribeAvailabilityZonesRequest): DescribeAvailabilityZonesResult {
      const region = store.account.region;
      const all = store.zones();
      const zones = filtered(all, input.Filters, {
        'zone-name': (zone) => zone,
        'zone-id': (zone) => zoneIdOf(zone),
        'zone-type': () => 'availability-zone',
        'region-name': () => region,
        'group-name': () => region,
        'opt-in-status': () => 'opt-in-not-required',
        state: () => 'available',
      }).filter(
        (zone) =>
          (!input.ZoneNames?.length || input.ZoneNames.includes(zone)) &&
          (!input.ZoneIds?.length || input.ZoneIds.includes(zoneIdOf(zone))),
      );
      const unknown = [
        ...(input.ZoneNames ?? []).filter((name) => !all.includes(name)),
        ...(input.ZoneIds ?? []).filter((id) => !all.some((zone) => zoneIdOf(zone) === id)),
      ];
      if (unknown.length > 0) throw invalidValue(`Invalid availability zone: [${unknown.join(', ')}]`);
      return {
        AvailabilityZones: zones.map((zone) => ({
          ZoneName: zone,
          ZoneId: zoneIdOf(zone),
          ZoneType: 'availability-zone',
          RegionName: region,
          GroupName: region,
          NetworkBorderGroup: region,
          OptInStatus: 'opt-in-not-required',
          State: 'available',
          Messages: [],
        })),
      };
    },

    /** Only what concerns the network: the platform and the default VPC. */
    DescribeAccountAttributes(input: DescribeAccountAttributesRequest): DescribeAccountAttributesResult {
      const defaultVpc = [...store.vpcs.values()].find(({ isDefault }) => isDefault)?.id ?? 'none';
      const known = new Map([
        ['supported-platforms', 'VPC'],
        ['default-vpc', defaultVpc],
      ]);
      const asked: string[] = input.AttributeNames?.length ? input.AttributeNames : [...known.keys()];
      return {
        AccountAttributes: asked.map((AttributeName) => {
          const AttributeValue = known.get(AttributeName);
          if (AttributeValue === undefined) {
            throw notPlayed('ec2', 'attributes of an account besides its platform and its default VPC', AttributeName);
          }
          return { AttributeName, AttributeValues: [{ AttributeValue }] };
        }),
      };
    },
  };
}
