import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  ModifySecurityGroupRulesCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  type ElasticLoadBalancingV2Client,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_NETWORK } from './defaultNetwork.ts';
import { createGroup, known, newAccount, rulesOf } from '../../simulated/testAccount.ts';

const EVERYWHERE = [{ CidrIp: '0.0.0.0/0' }];
const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

let ec2: EC2Client;
let elbv2: ElasticLoadBalancingV2Client;

beforeEach(() => {
  ({ ec2, elbv2 } = newAccount());
});

describe('security groups', () => {
  test('one is not made with more than 50 tags', async () => {
    const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `key${index}`, Value: '' }));
    const make = (count: number) =>
      ec2.send(
        new CreateSecurityGroupCommand({
          GroupName: 'tasks',
          Description: 'tasks',
          TagSpecifications: [{ ResourceType: 'security-group', Tags: Tags.slice(0, count) }],
        }),
      );
    await expect(make(51)).rejects.toMatchObject({ name: 'TagLimitExceeded' });
    expect((await make(50)).Tags).toHaveLength(50);
  });

  test('N3: a new one lets everything out and nothing in', async () => {
    const GroupId = await createGroup(ec2, 'tasks');
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
    expect(SecurityGroups).toMatchObject([
      {
        VpcId: DEFAULT_NETWORK.vpcId,
        IpPermissions: [],
        IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: EVERYWHERE }],
      },
    ]);
    await expect(createGroup(ec2, 'TASKS')).rejects.toMatchObject({ name: 'InvalidGroup.Duplicate' });
  });

  test.each(['default', 'sg-tasks', 'grün', 'a'.repeat(256)])('N5: the name %s is refused', async (name) => {
    await expect(createGroup(ec2, name)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('N4: one that a rule of another names, or that a load balancer wears, cannot be deleted', async () => {
    const [balancer, tasks] = [await createGroup(ec2, 'balancer'), await createGroup(ec2, 'tasks')];
    const { SecurityGroupRules } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: tasks,
        IpPermissions: [{ ...HTTPS, UserIdGroupPairs: [{ GroupId: balancer }] }],
      }),
    );
    const deleted = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: balancer }));
    const held = { name: 'DependencyViolation', message: `resource ${balancer} has a dependent object` };
    await expect(deleted()).rejects.toMatchObject(held);
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: tasks,
        SecurityGroupRuleIds: SecurityGroupRules?.map(({ SecurityGroupRuleId }) => known(SecurityGroupRuleId)),
      }),
    );
    const { LoadBalancers } = await elbv2.send(
      new CreateLoadBalancerCommand({
        Name: 'shop',
        Subnets: DEFAULT_NETWORK.subnets.map(({ id }) => id),
        SecurityGroups: [balancer],
      }),
    );
    await expect(deleted()).rejects.toMatchObject(held);
    const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
    await elbv2.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups: [tasks] }));
    await deleted();
    const group = DEFAULT_NETWORK.securityGroupId;
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: group }))).rejects.toMatchObject({
      name: 'CannotDelete',
    });
  });
});

describe('rules', () => {
  test('N7: a rule that is there already is refused in AWS’s words, and nothing of the request is done', async () => {
    const GroupId = await createGroup(ec2, 'tasks');
    const allow = (...CidrIps: string[]) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId,
          IpPermissions: CidrIps.map((CidrIp) => ({ ...HTTPS, IpRanges: [{ CidrIp, Description: CidrIp }] })),
        }),
      );
    await allow('0.0.0.0/0');
    await expect(allow('10.0.0.0/8', '0.0.0.0/0')).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW" already exists',
    });
    await expect(allow('10.0.0.0/8', '10.0.0.0/8')).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'The same permission must not appear multiple times',
    });
    await expect(
      ec2.send(
        new AuthorizeSecurityGroupEgressCommand({
          GroupId,
          IpPermissions: [{ IpProtocol: '-1', IpRanges: EVERYWHERE }],
        }),
      ),
    ).rejects.toMatchObject({ message: 'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists' });
    expect(await rulesOf(ec2, GroupId)).toMatchObject([
      { IsEgress: true, IpProtocol: '-1', FromPort: -1, ToPort: -1 },
      { IsEgress: false, CidrIpv4: '0.0.0.0/0', FromPort: 443, Description: '0.0.0.0/0' },
    ]);
  });

  test('N6: in a VPC of one’s own a rule that is not there is an error; in the default VPC it is told', async () => {
    const unknown = [{ ...HTTPS, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }];
    const known = [{ IpProtocol: '-1', IpRanges: EVERYWHERE }];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.5.0.0/16' }));
    const own = await createGroup(ec2, 'tasks', Vpc?.VpcId);
    const revoke = (GroupId: string) =>
      ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions: [...known, ...unknown] }));
    await expect(revoke(own)).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
    expect(await rulesOf(ec2, own)).toHaveLength(1);
    const inDefault = await createGroup(ec2, 'tasks');
    const answer = await revoke(inDefault);
    expect(answer.UnknownIpPermissions).toMatchObject(unknown);
    expect(await rulesOf(ec2, inDefault)).toEqual([]);
  });

  test.each(['::/0', '2001:db8::/32', '1:2:3:4:5:6:7:8/128'])('the IPv6 block %s is taken', async (CidrIpv6) => {
    const GroupId = await createGroup(ec2, 'tasks');
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ ...HTTPS, Ipv6Ranges: [{ CidrIpv6 }] }] }),
    );
    expect(await rulesOf(ec2, GroupId)).toContainEqual(expect.objectContaining({ CidrIpv6, IsEgress: false }));
  });

  test.each([
    '::',
    '::/129',
    ':/0',
    '1::2::3/64',
    '1:2:3:4:5:6:7/64',
    '1:2:3:4:5:6:7:8::/64',
    'g::/64',
    ':'.repeat(100_000),
  ])('the IPv6 block %.20s is refused', async (CidrIpv6) => {
    const IpPermissions = [{ ...HTTPS, Ipv6Ranges: [{ CidrIpv6 }] }];
    const GroupId = await createGroup(ec2, 'tasks');
    await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }))).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  test('a rule can be changed, keeps its id and its tags, and must have exactly one peer', async () => {
    const GroupId = await createGroup(ec2, 'tasks');
    const { SecurityGroupRules: [rule] = [] } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [{ ...HTTPS, IpRanges: EVERYWHERE }],
        TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'for', Value: 'web' }] }],
      }),
    );
    const SecurityGroupRuleId = known(rule?.SecurityGroupRuleId);
    const change = (SecurityGroupRule: object) =>
      ec2.send(
        new ModifySecurityGroupRulesCommand({
          GroupId,
          SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
        }),
      );
    await expect(change({ ...HTTPS, CidrIpv4: '10.0.0.0/8', ReferencedGroupId: GroupId })).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    });
    await change({ ...HTTPS, ToPort: 444, ReferencedGroupId: GroupId, Description: 'peers' });
    const rules = await rulesOf(ec2, GroupId);
    expect(rules.find((one) => one.SecurityGroupRuleId === SecurityGroupRuleId)).toMatchObject({
      ToPort: 444,
      ReferencedGroupInfo: { GroupId, UserId: '111122223333' },
      Description: 'peers',
      Tags: [{ Key: 'for', Value: 'web' }],
    });
  });
});
