import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';

/** The kinds of resources that the lab's EC2 keeps, by the prefix of their ids. */
export type ResourceKind = 'vpc' | 'subnet' | 'sg' | 'sgr' | 'rtb' | 'acl' | 'eni';

const NOT_FOUND: Readonly<Record<ResourceKind, { code: string; noun: string }>> = {
  vpc: { code: 'InvalidVpcID.NotFound', noun: 'vpc ID' },
  subnet: { code: 'InvalidSubnetID.NotFound', noun: 'subnet ID' },
  sg: { code: 'InvalidGroup.NotFound', noun: 'security group' },
  sgr: { code: 'InvalidSecurityGroupRuleId.NotFound', noun: 'security group rule ID' },
  rtb: { code: 'InvalidRouteTableID.NotFound', noun: 'routeTable ID' },
  acl: { code: 'InvalidNetworkAclID.NotFound', noun: 'networkAcl ID' },
  eni: { code: 'InvalidNetworkInterfaceID.NotFound', noun: 'networkInterface ID' },
};

export function notFound(kind: ResourceKind, id: string): AwsError {
  const { code, noun } = NOT_FOUND[kind];
  return new AwsError(code, `The ${noun} '${id}' does not exist`);
}

/** A member that AWS requires. Throws `MissingParameter` where it is absent. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined || value === '') {
    throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  }
  return value;
}

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}

/** Refuses what of `input` is not among `kept`, so that nothing is taken in silently. */
export function refuseOthers(input: object, kept: readonly string[]): void {
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && !kept.includes(name)) {
      throw notPlayed('ec2', 'members of a request besides those that it keeps', name);
    }
  }
}
