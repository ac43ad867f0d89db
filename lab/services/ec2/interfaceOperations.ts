import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  NetworkInterface,
} from '@aws-sdk/client-ec2';
import type { PlacedInterface } from '../ports.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { named, type Store } from './store.ts';

/** The interfaces of load balancers and tasks, which those services make and remove; nobody makes one here. */
export function interfaceOperations(store: Store) {
  const present = (placed: PlacedInterface): NetworkInterface => {
    const subnet = store.subnet(placed.subnetId);
    return {
      NetworkInterfaceId: placed.id,
      Description: placed.description,
      InterfaceType: 'interface',
      OwnerId: store.account.id,
      RequesterId: placed.ownerOfAttachment,
      RequesterManaged: true,
      SubnetId: subnet.id,
      VpcId: subnet.vpcId,
      AvailabilityZone: subnet.zone,
      Status: 'in-use',
      Attachment: {
        AttachmentId: placed.attachmentId,
        InstanceOwnerId: placed.ownerOfAttachment,
        DeleteOnTermination: false,
        DeviceIndex: 1,
        Status: 'attached',
      },
      Groups: placed.securityGroupIds.map((GroupId) => ({ GroupId, GroupName: store.group(GroupId).name })),
      ...(placed.privateIp === undefined
        ? {}
        : {
            PrivateIpAddress: placed.privateIp,
            PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: placed.privateIp }],
          }),
      TagSet: [],
    };
  };

  return {
    DescribeNetworkInterfaces(input: DescribeNetworkInterfacesRequest): DescribeNetworkInterfacesResult {
      const all = new Map(store.interfaces().map((placed) => [placed.id, placed]));
      const found = filtered(
        named('eni', input.NetworkInterfaceIds, all),
        input.Filters,
        {
          'addresses.private-ip-address': ({ privateIp }) => privateIp ?? [],
          'attachment.attachment-id': ({ attachmentId }) => attachmentId,
          'attachment.instance-id': () => [],
          'attachment.instance-owner-id': ({ ownerOfAttachment }) => ownerOfAttachment,
          'attachment.status': () => 'attached',
          'availability-zone': ({ subnetId }) => store.subnet(subnetId).zone,
          description: ({ description }) => description,
          'group-id': ({ securityGroupIds }) => securityGroupIds,
          'interface-type': () => 'interface',
          'network-interface-id': ({ id }) => id,
          'owner-id': () => store.account.id,
          'private-ip-address': ({ privateIp }) => privateIp ?? [],
          'requester-id': ({ ownerOfAttachment }) => ownerOfAttachment,
          'requester-managed': () => 'true',
          status: () => 'in-use',
          'subnet-id': ({ subnetId }) => subnetId,
          'vpc-id': ({ subnetId }) => store.subnet(subnetId).vpcId,
        },
        { store: store.tags, idOf: ({ id }) => id },
      );
      const { items, token } = page(found, input);
      return { NetworkInterfaces: items.map(present), ...token };
    },
  };
}
