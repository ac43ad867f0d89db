import type { Network } from './ports.ts';

/** A VPC `vpc-1` with three subnets and a security group, for tests of one service without an EC2 beside it. */
export function testNetwork(region: string): Network {
  const zones = ['a', 'b', 'c'];
  return {
    hasVpc: (vpcId) => vpcId === 'vpc-1',
    subnet: (subnetId) => {
      const zone = zones.findIndex((letter) => subnetId === `subnet-${letter}`);
      if (zone < 0) return undefined;
      return { vpcId: 'vpc-1', zone: `${region}${zones[zone]}`, cidr: `10.0.${zone * 16}.0/20` };
    },
    freeAddresses: () => 4091,
    securityGroup: (groupId) => (groupId === 'sg-1' ? { vpcId: 'vpc-1' } : undefined),
    defaultSecurityGroup: () => 'sg-1',
  };
}
