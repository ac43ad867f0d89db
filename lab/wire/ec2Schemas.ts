/**
 * The operations of EC2 that the lab serves. They are imported by name, since the package holds several thousand schemas and a
 * bundle carries only what is named; an operation that is missing here is not served, whatever the service's table says.
 */
export {
  AuthorizeSecurityGroupEgress$,
  AuthorizeSecurityGroupIngress$,
  CreateSecurityGroup$,
  CreateSubnet$,
  CreateTags$,
  CreateVpc$,
  DeleteSecurityGroup$,
  DeleteSubnet$,
  DeleteTags$,
  DeleteVpc$,
  DescribeAccountAttributes$,
  DescribeAvailabilityZones$,
  DescribeNetworkAcls$,
  DescribeNetworkInterfaces$,
  DescribeRouteTables$,
  DescribeSecurityGroupRules$,
  DescribeSecurityGroups$,
  DescribeSubnets$,
  DescribeTags$,
  DescribeVpcAttribute$,
  DescribeVpcs$,
  ModifySecurityGroupRules$,
  ModifySubnetAttribute$,
  ModifyVpcAttribute$,
  RevokeSecurityGroupEgress$,
  RevokeSecurityGroupIngress$,
} from '@aws-sdk/client-ec2';
