import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
  ModifyVpcAttributeRequest,
  Vpc,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { parseCidr } from '../cidr.ts';
import { invalidValue, refuseOthers, required } from './errors.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { named, type Store, type VpcRecord } from './store.ts';
import { tagsFor } from './tagOperations.ts';

export function vpcOperations(store: Store) {
  const present = (vpc: VpcRecord): Vpc => ({
    VpcId: vpc.id,
    OwnerId: store.account.id,
    CidrBlock: vpc.cidr,
    CidrBlockAssociationSet: [
      { AssociationId: vpc.cidrAssociationId, CidrBlock: vpc.cidr, CidrBlockState: { State: 'associated' } },
    ],
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.tenancy,
    IsDefault: vpc.isDefault,
    State: 'available',
    Tags: store.tags.of(vpc.id),
  });

  return {
    CreateVpc(input: CreateVpcRequest): CreateVpcResult {
      const { AmazonProvidedIpv6CidrBlock: withIpv6, ...rest } = input;
      refuseOthers(withIpv6 === true ? input : rest, ['CidrBlock', 'InstanceTenancy', 'TagSpecifications']);
      const cidr = required(input.CidrBlock, 'cidrBlock');
      const block = parseCidr(cidr);
      if (block === undefined) {
        throw invalidValue(`Value (${cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
      }
      if (block.prefix < 16 || block.prefix > 28) {
        throw new AwsError('InvalidVpc.Range', `The CIDR '${cidr}' is invalid.`);
      }
      const tags = tagsFor('vpc', input.TagSpecifications);
      const vpc = store.addVpc({ cidr });
      vpc.tenancy = input.InstanceTenancy === 'dedicated' ? 'dedicated' : 'default';
      store.tags.put(vpc.id, tags);
      return { Vpc: present(vpc) };
    },

    DescribeVpcs(input: DescribeVpcsRequest): DescribeVpcsResult {
      const found = filtered(
        named('vpc', input.VpcIds, store.vpcs),
        input.Filters,
        {
          'vpc-id': ({ id }) => id,
          cidr: ({ cidr }) => cidr,
          'cidr-block-association.cidr-block': ({ cidr }) => cidr,
          'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
          dhcpOptionsId: ({ dhcpOptionsId }) => dhcpOptionsId,
          'is-default': ({ isDefault }) => String(isDefault),
          isDefault: ({ isDefault }) => String(isDefault),
          'owner-id': () => store.account.id,
          state: () => 'available',
        },
        { store: store.tags, idOf: ({ id }) => id },
      );
      const { items, token } = page(found, input);
      return { Vpcs: items.map(present), ...token };
    },

    /** Refused while the VPC has anything but what it was born with. */
    DeleteVpc(input: DeleteVpcRequest): object {
      const vpc = store.vpc(required(input.VpcId, 'vpcId'));
      const groups = [...store.groups.values()].filter(({ vpcId }) => vpcId === vpc.id);
      const hasSubnets = [...store.subnets.values()].some(({ vpcId }) => vpcId === vpc.id);
      if (hasSubnets || groups.some(({ name }) => name !== 'default')) {
        throw new AwsError('DependencyViolation', `The vpc '${vpc.id}' has dependencies and cannot be deleted.`);
      }
      for (const group of groups) store.removeGroup(group.id);
      store.vpcs.delete(vpc.id);
      for (const id of [vpc.id, vpc.routeTableId, vpc.networkAclId]) store.tags.forget(id);
      return {};
    },

    DescribeVpcAttribute(input: DescribeVpcAttributeRequest): DescribeVpcAttributeResult {
      const { id, dnsHostnames, dnsSupport, addressUsageMetrics } = store.vpc(required(input.VpcId, 'vpcId'));
      const attribute = required(input.Attribute, 'attribute');
      switch (attribute) {
        case 'enableDnsHostnames':
          return { VpcId: id, EnableDnsHostnames: { Value: dnsHostnames } };
        case 'enableDnsSupport':
          return { VpcId: id, EnableDnsSupport: { Value: dnsSupport } };
        case 'enableNetworkAddressUsageMetrics':
          return { VpcId: id, EnableNetworkAddressUsageMetrics: { Value: addressUsageMetrics } };
        default:
          throw invalidValue(`Value (${String(attribute)}) for parameter attribute is invalid. Unknown VPC attribute.`);
      }
    },

    ModifyVpcAttribute(input: ModifyVpcAttributeRequest): object {
      const vpc = store.vpc(required(input.VpcId, 'vpcId'));
      vpc.dnsHostnames = input.EnableDnsHostnames?.Value ?? vpc.dnsHostnames;
      vpc.dnsSupport = input.EnableDnsSupport?.Value ?? vpc.dnsSupport;
      vpc.addressUsageMetrics = input.EnableNetworkAddressUsageMetrics?.Value ?? vpc.addressUsageMetrics;
      return {};
    },
  };
}
