import type {
  DescribeNetworkAclsRequest,
  DescribeNetworkAclsResult,
  DescribeRouteTablesRequest,
  DescribeRouteTablesResult,
} from '@aws-sdk/client-ec2';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { named, type Store } from './store.ts';

/** The number of the entry that denies what no other entry decides. */
const LAST_RULE = 32_767;

/** What every VPC is born with: a main route table, which knows the way inside, and a network ACL that lets everything through. */
export function vpcParts(store: Store) {
  const owner = store.account.id;
  return {
    DescribeRouteTables(input: DescribeRouteTablesRequest): DescribeRouteTablesResult {
      const tables = new Map([...store.vpcs.values()].map((vpc) => [vpc.routeTableId, vpc]));
      const found = filtered(
        named('rtb', input.RouteTableIds, tables),
        input.Filters,
        {
          'association.main': () => 'true',
          'association.route-table-association-id': ({ routeAssociationId }) => routeAssociationId,
          // A subnet without a table of its own is not associated with the main one by name.
          'association.subnet-id': () => [],
          'owner-id': () => owner,
          'route-table-id': ({ routeTableId }) => routeTableId,
          'vpc-id': ({ id }) => id,
        },
        { store: store.tags, idOf: ({ routeTableId }) => routeTableId },
      );
      const { items, token } = page(found, input);
      return {
        RouteTables: items.map((vpc) => ({
          RouteTableId: vpc.routeTableId,
          VpcId: vpc.id,
          OwnerId: owner,
          Associations: [
            {
              Main: true,
              RouteTableAssociationId: vpc.routeAssociationId,
              RouteTableId: vpc.routeTableId,
              AssociationState: { State: 'associated' },
            },
          ],
          Routes: [{ DestinationCidrBlock: vpc.cidr, GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' }],
          PropagatingVgws: [],
          Tags: store.tags.of(vpc.routeTableId),
        })),
        ...token,
      };
    },

    DescribeNetworkAcls(input: DescribeNetworkAclsRequest): DescribeNetworkAclsResult {
      const acls = new Map([...store.vpcs.values()].map((vpc) => [vpc.networkAclId, vpc]));
      const subnetsOf = (vpcId: string) => [...store.subnets.values()].filter((subnet) => subnet.vpcId === vpcId);
      const found = filtered(
        named('acl', input.NetworkAclIds, acls),
        input.Filters,
        {
          'association.subnet-id': ({ id }) => subnetsOf(id).map((subnet) => subnet.id),
          default: () => 'true',
          'network-acl-id': ({ networkAclId }) => networkAclId,
          'owner-id': () => owner,
          'vpc-id': ({ id }) => id,
        },
        { store: store.tags, idOf: ({ networkAclId }) => networkAclId },
      );
      const { items, token } = page(found, input);
      const everything = { CidrBlock: '0.0.0.0/0', Protocol: '-1' };
      return {
        NetworkAcls: items.map((vpc) => ({
          NetworkAclId: vpc.networkAclId,
          VpcId: vpc.id,
          OwnerId: owner,
          IsDefault: true,
          Associations: subnetsOf(vpc.id).map((subnet) => ({
            NetworkAclAssociationId: subnet.aclAssociationId,
            NetworkAclId: vpc.networkAclId,
            SubnetId: subnet.id,
          })),
          Entries: [true, false].flatMap((Egress) => [
            { ...everything, Egress, RuleAction: 'allow' as const, RuleNumber: 100 },
            { ...everything, Egress, RuleAction: 'deny' as const, RuleNumber: LAST_RULE },
          ]),
          Tags: store.tags.of(vpc.networkAclId),
        })),
        ...token,
      };
    },
  };
}
