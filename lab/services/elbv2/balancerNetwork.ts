import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../errors.ts';
import type { PlacedInterface } from '../ports.ts';
import type { Context } from './context.ts';
import { validationError } from './errors.ts';
import type { LoadBalancerRecord, Placement } from './store.ts';

/** Refuses subnets that do not exist, are of two VPCs or share a zone (row L30). */
export function checkSubnets(
  context: Context,
  input: Pick<CreateLoadBalancerInput, 'Subnets' | 'SubnetMappings'>,
): { vpcId: string; subnets: { id: string; zone: string }[] } {
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).map((mapping) => mapping.SubnetId ?? '');
  if (new Set(ids).size < 2) {
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  }
  const subnets = ids.map((id) => {
    const subnet = context.network.subnet(id);
    if (subnet === undefined) {
      throw new AwsError('SubnetNotFoundException', `The subnet ID '${id}' does not exist`);
    }
    return { id, zone: subnet.zone, vpcId: subnet.vpcId };
  });
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length) {
    throw new AwsError(
      'InvalidConfigurationRequestException',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  const [vpcId = '', ...others] = new Set(subnets.map((subnet) => subnet.vpcId));
  if (others.length > 0) {
    throw new AwsError('InvalidConfigurationRequestException', 'All subnets must belong to the same VPC');
  }
  return { vpcId, subnets };
}

/** The groups of a load balancer in that VPC: its default group where none is named. Refuses unknown ones and another VPC's (row L30). */
export function checkSecurityGroups(
  { network }: Context,
  vpcId: string,
  groupIds: readonly string[] | undefined,
): string[] {
  if (groupIds === undefined || groupIds.length === 0) return [network.defaultSecurityGroup(vpcId)];
  for (const id of groupIds) {
    const group = network.securityGroup(id);
    if (group === undefined) {
      throw new AwsError('InvalidSecurityGroupException', `The security group '${id}' does not exist`);
    }
    if (group.vpcId !== vpcId) {
      throw new AwsError(
        'InvalidConfigurationRequestException',
        `Security group '${id}' does not belong to VPC '${vpcId}'`,
      );
    }
  }
  return [...groupIds];
}

/** Interfaces in the given subnets: those that are there already stay. */
export function placeIn(
  { random }: Context,
  subnets: readonly { id: string; zone: string }[],
  present: readonly Placement[] = [],
): Placement[] {
  return subnets.map(
    ({ id, zone }) =>
      present.find(({ subnetId }) => subnetId === id) ?? {
        subnetId: id,
        zone,
        interfaceId: `eni-0${random.hex(16)}`,
        attachmentId: `ela-attach-0${random.hex(16)}`,
      },
  );
}

/** The interfaces as EC2 shows them; their description is what clients find them by (row N8). */
export function interfacesOf(record: LoadBalancerRecord): PlacedInterface[] {
  return record.placements.map((placement) => ({
    id: placement.interfaceId,
    attachmentId: placement.attachmentId,
    subnetId: placement.subnetId,
    securityGroupIds: record.securityGroups,
    description: `ELB ${record.arn.split(':loadbalancer/')[1] ?? ''}`,
    ownerOfAttachment: 'amazon-elb',
    privateIp: undefined,
  }));
}
