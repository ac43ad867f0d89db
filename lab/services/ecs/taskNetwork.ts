import type { AwsVpcConfiguration } from '@aws-sdk/client-ecs';
import type { Network, PlacedInterface } from '../ports.ts';
import type { Arns } from './arns.ts';
import { invalidParameter } from './errors.ts';
import type { TaskRecord } from './records.ts';

/** Fargate's interfaces are attached by an account of AWS's, whose number the lab does not pretend to know. */
const ATTACHED_BY = 'amazon-ecs';

/** A subnet that a task can be placed in. */
export interface PlacedSubnet {
  id: string;
  zone: string;
  cidr: string;
  freeAddresses: number;
}

/** Those of the named subnets that exist; `undefined` where none does any more. */
export function subnetsIn(
  network: Network,
  ids: readonly string[] | undefined,
): readonly [PlacedSubnet, ...PlacedSubnet[]] | undefined {
  const [first, ...others] = (ids ?? []).flatMap((id) => {
    const subnet = network.subnet(id);
    if (subnet === undefined) return [];
    return [{ id, zone: subnet.zone, cidr: subnet.cidr, freeAddresses: network.freeAddresses(id) }];
  });
  return first === undefined ? undefined : [first, ...others];
}

/** Refuses subnets and security groups that do not exist (row E74). */
export function checkNetwork(network: Network, configuration: AwsVpcConfiguration | undefined): void {
  for (const id of configuration?.subnets ?? []) {
    if (network.subnet(id) === undefined) {
      throw invalidParameter(
        `Error retrieving subnet information for [${id}]: The subnet ID '${id}' does not exist (ErrorCode: InvalidSubnetID.NotFound)`,
      );
    }
  }
  for (const id of configuration?.securityGroups ?? []) {
    if (network.securityGroup(id) === undefined) {
      throw invalidParameter(
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist (ErrorCode: InvalidGroup.NotFound)`,
      );
    }
  }
}

/** The interface of a task as EC2 shows it; none where it got no address, and once the task or its subnet has gone. */
export function interfaceOf(task: TaskRecord, network: Network, arns: Arns): PlacedInterface[] {
  const subnet = network.subnet(task.subnet);
  if (task.ip === '' || task.lastStatus === 'STOPPED' || subnet === undefined) return [];
  const groups = task.deployment.revision.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [];
  return [
    {
      id: task.eni.id,
      attachmentId: `eni-attach-${task.eni.id.slice('eni-'.length)}`,
      subnetId: task.subnet,
      securityGroupIds: groups.length > 0 ? groups : [network.defaultSecurityGroup(subnet.vpcId)],
      description: arns.attachment(task.eni.attachmentId),
      ownerOfAttachment: ATTACHED_BY,
      privateIp: task.ip,
    },
  ];
}
