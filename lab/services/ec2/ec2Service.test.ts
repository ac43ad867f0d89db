import {
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstancesCommand,
  DescribeNetworkAclsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  type EC2Client,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedAws } from '../../simulated/simulatedAws.ts';
import * as servedSchemas from '../../wire/ec2Schemas.ts';
import { DEFAULT_NETWORK } from './defaultNetwork.ts';
import { createGroup, known, newAccount } from '../../simulated/testAccount.ts';

const EVERYWHERE = [{ CidrIp: '0.0.0.0/0' }];

let simulated: SimulatedAws;
let ec2: EC2Client;
let elbv2: ElasticLoadBalancingV2Client;

beforeEach(() => {
  ({ simulated, ec2, elbv2 } = newAccount());
});

test('every operation that the service has can be spoken on the wire', () => {
  const spoken = Object.keys(servedSchemas).map((name) => name.slice(0, -1));
  expect(spoken.toSorted()).toEqual(Object.keys(simulated.aws.services.ec2.operations).toSorted());
});

test('an operation that is not served is answered with those that are', async () => {
  await expect(ec2.send(new DescribeInstancesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: expect.stringContaining('ec2 DescribeInstances is not served'),
  });
  expect(simulated.logged).toHaveLength(1);
});

describe('the default VPC', () => {
  test('N1: has a subnet in each of three zones, a route table, an ACL and a group that lets in itself', async () => {
    const isDefault = [{ Name: 'is-default', Values: ['true'] }];
    const { Vpcs: [vpc] = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: isDefault }));
    expect(vpc).toMatchObject({
      VpcId: DEFAULT_NETWORK.vpcId,
      CidrBlock: '172.31.0.0/16',
      IsDefault: true,
      State: 'available',
      OwnerId: '111122223333',
    });
    const inVpc = [{ Name: 'vpc-id', Values: [DEFAULT_NETWORK.vpcId] }];
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ Filters: inVpc }));
    expect(
      Subnets?.map((subnet) => [
        subnet.AvailabilityZone,
        subnet.AvailabilityZoneId,
        subnet.CidrBlock,
        subnet.DefaultForAz,
      ]),
    ).toEqual([
      ['eu-west-1a', 'euw1-az1', '172.31.0.0/20', true],
      ['eu-west-1b', 'euw1-az2', '172.31.16.0/20', true],
      ['eu-west-1c', 'euw1-az3', '172.31.32.0/20', true],
    ]);
    expect(Subnets?.[0]).toMatchObject({ AvailableIpAddressCount: 4091, MapPublicIpOnLaunch: true });
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc }));
    expect(SecurityGroups).toMatchObject([
      {
        GroupName: 'default',
        IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: DEFAULT_NETWORK.securityGroupId }] }],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: EVERYWHERE }],
      },
    ]);
    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [...inVpc, { Name: 'association.main', Values: ['true'] }] }),
    );
    expect(RouteTables).toMatchObject([{ Routes: [{ DestinationCidrBlock: '172.31.0.0/16', GatewayId: 'local' }] }]);
    const { NetworkAcls } = await ec2.send(
      new DescribeNetworkAclsCommand({ Filters: [...inVpc, { Name: 'default', Values: ['true'] }] }),
    );
    expect(NetworkAcls?.[0]?.Associations).toHaveLength(3);
    expect(NetworkAcls?.[0]?.Entries).toHaveLength(4);
  });

  test('N1: its zones and its id are told to those who ask for the account', async () => {
    const { AvailabilityZones } = await ec2.send(
      new DescribeAvailabilityZonesCommand({ Filters: [{ Name: 'state', Values: ['available'] }] }),
    );
    expect(AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
    const { AccountAttributes } = await ec2.send(
      new DescribeAccountAttributesCommand({ AttributeNames: ['default-vpc'] }),
    );
    expect(AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue).toBe(DEFAULT_NETWORK.vpcId);
    await expect(ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['eu-west-1x'] }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });
});

test('N2: an id that does not exist is an error that names it', async () => {
  const group = 'sg-0000000000000000f';
  for (const [call, name, message] of [
    [
      ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-0'] })),
      'InvalidVpcID.NotFound',
      "The vpc ID 'vpc-0' does not exist",
    ],
    [
      ec2.send(new DescribeSubnetsCommand({ SubnetIds: [DEFAULT_NETWORK.subnets[0].id, 'subnet-0'] })),
      'InvalidSubnetID.NotFound',
      "The subnet ID 'subnet-0' does not exist",
    ],
    [
      ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [group] })),
      'InvalidGroup.NotFound',
      `The security group '${group}' does not exist`,
    ],
    [
      ec2.send(new DescribeSecurityGroupRulesCommand({ SecurityGroupRuleIds: ['sgr-0'] })),
      'InvalidSecurityGroupRuleId.NotFound',
      "The security group rule ID 'sgr-0' does not exist",
    ],
    [ec2.send(new CreateSubnetCommand({ VpcId: 'vpc-0', CidrBlock: '10.0.0.0/24' })), 'InvalidVpcID.NotFound', /vpc-0/],
    [ec2.send(new CreateTagsCommand({ Resources: ['vpc-0'], Tags: [{ Key: 'a' }] })), 'InvalidID', /vpc-0/],
  ] as const) {
    await expect(call).rejects.toMatchObject({
      name,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      $metadata: { httpStatusCode: 400 },
    });
  }
});

test('N4: a VPC and its subnets can be made, changed and, from the inside out, deleted', async () => {
  const { Vpc } = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: '10.5.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'own' }] }],
    }),
  );
  const VpcId = known(Vpc?.VpcId);
  expect(Vpc).toMatchObject({ IsDefault: false, Tags: [{ Key: 'Name', Value: 'own' }] });
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const attribute = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }));
  expect(attribute.EnableDnsHostnames).toEqual({ Value: true });

  const zone = { AvailabilityZone: 'eu-west-1b' };
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '10.5.1.0/24', ...zone }));
  const SubnetId = known(Subnet?.SubnetId);
  expect(Subnet).toMatchObject({ ...zone, AvailableIpAddressCount: 251, MapPublicIpOnLaunch: false });
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
  expect(Subnets?.[0]?.MapPublicIpOnLaunch).toBe(true);
  for (const [CidrBlock, name] of [
    ['10.6.0.0/24', 'InvalidSubnet.Range'],
    ['10.5.1.128/25', 'InvalidSubnet.Conflict'],
    ['10.5.1.1/24', 'InvalidParameterValue'],
  ] as const) {
    await expect(ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }))).rejects.toMatchObject({ name });
  }

  await expect(ec2.send(new DeleteVpcCommand({ VpcId }))).rejects.toMatchObject({ name: 'DependencyViolation' });
  await ec2.send(new DeleteSubnetCommand({ SubnetId }));
  await ec2.send(new DeleteVpcCommand({ VpcId }));
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  expect(Vpcs?.map((vpc) => vpc.VpcId)).toEqual([DEFAULT_NETWORK.vpcId]);
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({}));
  expect(SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual([DEFAULT_NETWORK.securityGroupId]);
});

test('what the lab does not keep is refused by name, and nothing is made', async () => {
  const VpcId = DEFAULT_NETWORK.vpcId;
  await expect(
    ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '172.31.64.0/20', Ipv6Native: true })),
  ).rejects.toMatchObject({ name: 'UnsupportedOperation', message: expect.stringContaining('Ipv6Native') });
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}));
  expect(Subnets).toHaveLength(3);
});

test('N8: a load balancer has an interface in each subnet, found by its owner and description until it has gone', async () => {
  const subnets = DEFAULT_NETWORK.subnets.slice(0, 2).map(({ id }) => id);
  const { LoadBalancers } = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: subnets }));
  const LoadBalancerArn = known(LoadBalancers?.[0]?.LoadBalancerArn);
  const look = async () => {
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({
        Filters: [
          { Name: 'attachment.instance-owner-id', Values: ['amazon-elb'] },
          { Name: 'description', Values: [`ELB ${LoadBalancerArn.split('loadbalancer/')[1]}`] },
        ],
      }),
    );
    return NetworkInterfaces ?? [];
  };
  expect((await look()).map(({ SubnetId, Groups }) => [SubnetId, Groups?.[0]?.GroupName])).toEqual(
    subnets.map((id) => [id, 'default']),
  );
  await expect(ec2.send(new DeleteSubnetCommand({ SubnetId: subnets[0] }))).rejects.toMatchObject({
    name: 'DependencyViolation',
  });
  await elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  expect(await look()).toEqual([]);
  await ec2.send(new DeleteSubnetCommand({ SubnetId: subnets[0] }));
});

describe('filters and pages', () => {
  test('N9: all filters must hold, wildcards are understood, and an unknown one is refused', async () => {
    const ask = async (...filters: [name: string, ...values: string[]][]) => {
      const { Subnets } = await ec2.send(
        new DescribeSubnetsCommand({ Filters: filters.map(([Name, ...Values]) => ({ Name, Values })) }),
      );
      return Subnets?.map(({ AvailabilityZone }) => AvailabilityZone?.slice(-1));
    };
    expect(await ask(['availability-zone', '*a', '*b'], ['cidr-block', '172.31.1?.0/20'])).toEqual(['b']);
    expect(await ask(['subnet-id', 'subnet-0'])).toEqual([]);
    const [a] = DEFAULT_NETWORK.subnets;
    await ec2.send(new CreateTagsCommand({ Resources: [a.id], Tags: [{ Key: 'tier', Value: 'public' }] }));
    expect(await ask(['tag:tier', 'pub*'])).toEqual(['a']);
    expect(await ask(['tag-key', 'tier'])).toEqual(['a']);
    await expect(ask(['ipv6-native', 'true'])).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "The filter 'ipv6-native' is invalid",
    });
  });

  test('N9: pages hold together, and a size below 5 is refused', async () => {
    const made = new Set([DEFAULT_NETWORK.securityGroupId as string]);
    for (let number = 0; number < 11; number += 1) made.add(await createGroup(ec2, `group-${number}`));
    const sizes: number[] = [];
    for await (const page of paginateDescribeSecurityGroups({ client: ec2, pageSize: 5 }, {})) {
      sizes.push(page.SecurityGroups?.length ?? 0);
      for (const { GroupId } of page.SecurityGroups ?? []) expect(made.delete(known(GroupId))).toBe(true);
    }
    expect(sizes).toEqual([5, 5, 2]);
    expect([...made]).toEqual([]);
    for (const input of [{ MaxResults: 4 }, { NextToken: 'nonsense' }]) {
      await expect(ec2.send(new DescribeSecurityGroupsCommand(input))).rejects.toMatchObject({
        name: expect.stringMatching(/^Invalid/),
      });
    }
  });
});

test('N10: a dry run says that it would have gone well, and does nothing', async () => {
  await expect(ec2.send(new CreateVpcCommand({ CidrBlock: '10.5.0.0/16', DryRun: true }))).rejects.toMatchObject({
    name: 'DryRunOperation',
    $metadata: { httpStatusCode: 412 },
  });
  const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
  expect(Vpcs).toHaveLength(1);
});

test('tags are kept by resource and go one by one, or all at once', async () => {
  const GroupId = await createGroup(ec2, 'tasks');
  const Tags = ['a', 'b', 'c'].map((Key) => ({ Key, Value: Key }));
  await ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags }));
  await ec2.send(new DeleteTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'a' }, { Key: 'b', Value: 'other' }] }));
  const look = async () => {
    const { Tags: found } = await ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['security-group'] }] }),
    );
    return found?.map(({ ResourceId, Key }) => [ResourceId, Key]);
  };
  expect(await look()).toEqual([
    [GroupId, 'b'],
    [GroupId, 'c'],
  ]);
  await ec2.send(new DeleteTagsCommand({ Resources: [GroupId] }));
  expect(await look()).toEqual([]);
  await expect(
    ec2.send(new CreateTagsCommand({ Resources: [GroupId], Tags: [{ Key: 'aws:name', Value: 'x' }] })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
});
