import { creating, eachNamed, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

const KINDS_BY_ID: Readonly<Record<string, string>> = {
  vpc: 'vpc',
  subnet: 'subnet',
  sg: 'security-group',
  sgr: 'security-group-rule',
  eni: 'network-interface',
  rtb: 'route-table',
  acl: 'network-acl',
};

const arn = ({ account }: Surroundings, rest: string) => `arn:aws:ec2:${account.region}:${account.id}:${rest}`;

/** An id tells by its first part what it is of. */
const ofId = (around: Surroundings, id: string) => arn(around, `${KINDS_BY_ID[id.split('-')[0] ?? ''] ?? '*'}/${id}`);

const on = (operation: string, member: string) => (input: Record<string, string | undefined>, around: Surroundings) => [
  { action: `ec2:${operation}`, resource: input[member] === undefined ? '*' : ofId(around, input[member]) },
];

interface Tagging {
  VpcId?: string;
  TagSpecifications?: { Tags?: { Key?: string; Value?: string }[] }[];
}

const making =
  (operation: string, kind: string) =>
  (input: Tagging, around: Surroundings): Need[] => {
    const action = `ec2:${operation}`;
    return [
      ...creating(
        {
          action,
          resource: arn(around, `${kind}/*`),
          requestTags: tagsIn(input.TagSpecifications?.flatMap(({ Tags = [] }) => Tags)),
        },
        { action: 'ec2:CreateTags', createActionKey: 'ec2:CreateAction', operation },
      ),
      ...(input.VpcId === undefined ? [] : [{ action, resource: ofId(around, input.VpcId) }]),
    ];
  };

export const EC2_NEEDS: NeedTable = {
  ...eachNamed(
    [
      'DescribeVpcs',
      'DescribeVpcAttribute',
      'DescribeRouteTables',
      'DescribeNetworkAcls',
      'DescribeSubnets',
      'DescribeSecurityGroups',
      'DescribeSecurityGroupRules',
      'DescribeNetworkInterfaces',
      'DescribeTags',
      'DescribeAvailabilityZones',
      'DescribeAccountAttributes',
    ],
    (operation) => onAnything(`ec2:${operation}`),
  ),
  ...eachNamed(['DeleteVpc', 'ModifyVpcAttribute'], (operation) => on(operation, 'VpcId')),
  ...eachNamed(['DeleteSubnet', 'ModifySubnetAttribute'], (operation) => on(operation, 'SubnetId')),
  ...eachNamed(
    [
      'DeleteSecurityGroup',
      'AuthorizeSecurityGroupIngress',
      'AuthorizeSecurityGroupEgress',
      'RevokeSecurityGroupIngress',
      'RevokeSecurityGroupEgress',
      'ModifySecurityGroupRules',
    ],
    (operation) => on(operation, 'GroupId'),
  ),
  CreateVpc: making('CreateVpc', 'vpc'),
  CreateSubnet: making('CreateSubnet', 'subnet'),
  CreateSecurityGroup: making('CreateSecurityGroup', 'security-group'),
  CreateTags: ({ Resources = [], Tags }, around) =>
    (Resources as string[]).map((id) => ({
      action: 'ec2:CreateTags',
      resource: ofId(around, id),
      requestTags: tagsIn(Tags),
    })),
  DeleteTags: ({ Resources = [], Tags }, around) =>
    (Resources as string[]).map((id) => ({
      action: 'ec2:DeleteTags',
      resource: ofId(around, id),
      tagKeys: Object.keys(tagsIn(Tags) ?? {}),
    })),
};
