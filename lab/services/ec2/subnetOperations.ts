import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  ModifySubnetAttributeRequest,
  Subnet,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { contains, overlap, parseCidr } from '../cidr.ts';
import { invalidValue, refuseOthers, required } from './errors.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { blockOf, freeAddresses, named, type Store, type SubnetRecord, zoneIdOf } from './store.ts';
import { tagsFor } from './tagOperations.ts';

export function subnetOperations(store: Store) {
  const present = (subnet: SubnetRecord): Subnet => ({
    SubnetId: subnet.id,
    SubnetArn: store.arnOf('subnet', subnet.id),
    VpcId: subnet.vpcId,
    OwnerId: store.account.id,
    CidrBlock: subnet.cidr,
    AvailabilityZone: subnet.zone,
    AvailabilityZoneId: zoneIdOf(subnet.zone),
    AvailableIpAddressCount: freeAddresses(subnet, store.interfaces()),
    DefaultForAz: subnet.defaultForAz,
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    MapCustomerOwnedIpOnLaunch: false,
    AssignIpv6AddressOnCreation: false,
    Ipv6CidrBlockAssociationSet: [],
    Ipv6Native: false,
    EnableDns64: false,
    PrivateDnsNameOptionsOnLaunch: {
      HostnameType: 'ip-name',
      EnableResourceNameDnsARecord: false,
      EnableResourceNameDnsAAAARecord: false,
    },
    State: 'available',
    Tags: store.tags.of(subnet.id),
  });

  return {
    CreateSubnet(input: CreateSubnetRequest): CreateSubnetResult {
      const served = ['VpcId', 'CidrBlock', 'AvailabilityZone', 'AvailabilityZoneId', 'TagSpecifications'];
      refuseOthers(input, served);
      const vpc = store.vpc(required(input.VpcId, 'vpcId'));
      const cidr = required(input.CidrBlock, 'cidrBlock');
      const block = parseCidr(cidr);
      if (block === undefined) {
        throw invalidValue(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
      }
      if (block.prefix > 28 || !contains(blockOf(vpc.cidr), block)) {
        throw new AwsError('InvalidSubnet.Range', `The CIDR '${cidr}' is invalid.`);
      }
      const siblings = [...store.subnets.values()].filter(({ vpcId }) => vpcId === vpc.id);
      if (siblings.some((sibling) => overlap(blockOf(sibling.cidr), block))) {
        throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${cidr}' conflicts with another subnet`);
      }
      const zone = zoneOf(store, input);
      const tags = tagsFor('subnet', input.TagSpecifications);
      const subnet = store.addSubnet({ vpcId: vpc.id, cidr, zone });
      store.tags.put(subnet.id, tags);
      return { Subnet: present(subnet) };
    },

    DescribeSubnets(input: DescribeSubnetsRequest): DescribeSubnetsResult {
      const found = filtered(
        named('subnet', input.SubnetIds, store.subnets),
        input.Filters,
        {
          'subnet-id': ({ id }) => id,
          'subnet-arn': ({ id }) => store.arnOf('subnet', id),
          'vpc-id': ({ vpcId }) => vpcId,
          'owner-id': () => store.account.id,
          state: () => 'available',
          'availability-zone': ({ zone }) => zone,
          availabilityZone: ({ zone }) => zone,
          'availability-zone-id': ({ zone }) => zoneIdOf(zone),
          availabilityZoneId: ({ zone }) => zoneIdOf(zone),
          'cidr-block': ({ cidr }) => cidr,
          cidr: (subnet) => subnet.cidr,
          cidrBlock: ({ cidr }) => cidr,
          'default-for-az': ({ defaultForAz }) => String(defaultForAz),
          defaultForAz: ({ defaultForAz }) => String(defaultForAz),
          'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => String(mapPublicIpOnLaunch),
        },
        { store: store.tags, idOf: ({ id }) => id },
      );
      const { items, token } = page(found, input);
      return { Subnets: items.map(present), ...token };
    },

    /** Refused while a load balancer or a task has an interface in the subnet. */
    DeleteSubnet(input: DeleteSubnetRequest): object {
      const subnet = store.subnet(required(input.SubnetId, 'subnetId'));
      if (store.interfaces().some(({ subnetId }) => subnetId === subnet.id)) {
        throw new AwsError('DependencyViolation', `The subnet '${subnet.id}' has dependencies and cannot be deleted.`);
      }
      store.subnets.delete(subnet.id);
      store.tags.forget(subnet.id);
      return {};
    },

    ModifySubnetAttribute(input: ModifySubnetAttributeRequest): object {
      refuseOthers(input, ['SubnetId', 'MapPublicIpOnLaunch']);
      const subnet = store.subnet(required(input.SubnetId, 'subnetId'));
      subnet.mapPublicIpOnLaunch = input.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch;
      return {};
    },
  };
}

/** AWS chooses a zone where none is asked for; the lab chooses the first. */
function zoneOf(store: Store, input: CreateSubnetRequest): string {
  const zones = store.zones();
  const { AvailabilityZone: name, AvailabilityZoneId: id } = input;
  const found = zones.find(
    (zone) => (name === undefined || zone === name) && (id === undefined || zoneIdOf(zone) === id),
  );
  if (found !== undefined) return found;
  throw invalidValue(
    `Value (${name ?? id ?? ''}) for parameter availabilityZone is invalid. ` +
      `Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
  );
}
