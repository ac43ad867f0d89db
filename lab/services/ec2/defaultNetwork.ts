/**
 * What every account has in a region from its first day: a default VPC with a subnet in each zone and a security group. The ids are
 * fixed, so that an estate can name them as a user who has looked them up.
 */
export const DEFAULT_NETWORK = {
  vpcId: 'vpc-0f1e2d3c4b5a69788',
  cidr: '172.31.0.0/16',
  securityGroupId: 'sg-0123456789abcdef0',
  subnets: [
    { id: 'subnet-0aaa1111bbb22222c', zone: 'a', cidr: '172.31.0.0/20' },
    { id: 'subnet-0ddd3333eee44444f', zone: 'b', cidr: '172.31.16.0/20' },
    { id: 'subnet-0bbb5555ccc66666d', zone: 'c', cidr: '172.31.32.0/20' },
  ],
} as const;
