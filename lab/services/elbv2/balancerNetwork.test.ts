import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';
import { DEFAULT_NETWORK } from '../ec2/defaultNetwork.ts';

const [A, B, C] = DEFAULT_NETWORK.subnets.map(({ id }) => id) as [string, string, string];

let elbv2: ElasticLoadBalancingV2Client;
let ec2: EC2Client;

beforeEach(() => {
  const { clientConfig } = createSimulatedAws({ clock: new SimulatedClock() });
  elbv2 = new ElasticLoadBalancingV2Client({ ...clientConfig, maxAttempts: 1 });
  ec2 = new EC2Client({ ...clientConfig, maxAttempts: 1 });
});

test('L30: a load balancer is of its subnets’ VPC and zones, and wears the default group where none is named', async () => {
  const { LoadBalancers } = await create([A, C]);
  expect(LoadBalancers).toMatchObject([
    {
      VpcId: DEFAULT_NETWORK.vpcId,
      SecurityGroups: [DEFAULT_NETWORK.securityGroupId],
      AvailabilityZones: [
        { SubnetId: A, ZoneName: 'eu-west-1a' },
        { SubnetId: C, ZoneName: 'eu-west-1c' },
      ],
    },
  ]);
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  await elbv2.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets: [B, C] }));
  const { LoadBalancers: found } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  expect(found?.[0]?.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['eu-west-1b', 'eu-west-1c']);
});

test('L30: subnets and groups that do not exist, or do not go together, are refused', async () => {
  const vpc = DEFAULT_NETWORK.vpcId;
  const besideA = await ec2.send(
    new CreateSubnetCommand({ VpcId: vpc, CidrBlock: '172.31.64.0/24', AvailabilityZone: 'eu-west-1a' }),
  );
  const { Vpc: other } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.5.0.0/16' }));
  const elsewhere = await ec2.send(
    new CreateSubnetCommand({ VpcId: other?.VpcId, CidrBlock: '10.5.0.0/24', AvailabilityZone: 'eu-west-1b' }),
  );
  const { GroupId: foreign = '' } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId: other?.VpcId, GroupName: 'other', Description: 'of another VPC' }),
  );
  for (const [subnets, groups, name, message] of [
    [[A, 'subnet-0'], [], 'SubnetNotFoundException', /subnet-0/],
    [
      [A, besideA.Subnet?.SubnetId ?? ''],
      [],
      'InvalidConfigurationRequestException',
      /^A load balancer cannot be attached to multiple subnets in the same Availability Zone$/,
    ],
    [[A, elsewhere.Subnet?.SubnetId ?? ''], [], 'InvalidConfigurationRequestException', /VPC/],
    [[A, B], ['sg-0'], 'InvalidSecurityGroupException', /^The security group 'sg-0' does not exist$/],
    [[A, B], [foreign], 'InvalidConfigurationRequestException', /does not belong to VPC/],
  ] as const) {
    await expect(create(subnets, groups)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  }
  const { LoadBalancers } = await elbv2.send(new DescribeLoadBalancersCommand({}));
  expect(LoadBalancers).toEqual([]);
});

test('L30: a target group is of a VPC that exists', async () => {
  await expect(
    elbv2.send(
      new CreateTargetGroupCommand({ Name: 'blue', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-0', TargetType: 'ip' }),
    ),
  ).rejects.toMatchObject({ name: 'ValidationError', message: "The VPC ID 'vpc-0' is not found" });
});

function create(subnets: readonly string[], groups: readonly string[] = []) {
  return elbv2.send(
    new CreateLoadBalancerCommand({
      Name: 'shop',
      Subnets: [...subnets],
      ...(groups.length === 0 ? {} : { SecurityGroups: [...groups] }),
    }),
  );
}
