import {
  CreateSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  EC2Client,
  type SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SimulatedClock } from '../clock.ts';
import { createSimulatedAws } from './simulatedAws.ts';

/** An account with its default network, and clients that try once. */
export function newAccount() {
  const simulated = createSimulatedAws({ clock: new SimulatedClock() });
  const config = { ...simulated.clientConfig, maxAttempts: 1 };
  return { simulated, ec2: new EC2Client(config), elbv2: new ElasticLoadBalancingV2Client(config) };
}

/** The id of a new security group; in the default VPC where none is named. */
export async function createGroup(ec2: EC2Client, GroupName: string, VpcId?: string): Promise<string> {
  const answer = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName, Description: 'of a test', ...(VpcId === undefined ? {} : { VpcId }) }),
  );
  return known(answer.GroupId);
}

export async function rulesOf(ec2: EC2Client, groupId: string): Promise<SecurityGroupRule[]> {
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] }),
  );
  return SecurityGroupRules;
}

/** An id that AWS always answers. */
export function known(value: string | undefined): string {
  if (value === undefined) throw new Error('an id is missing');
  return value;
}
