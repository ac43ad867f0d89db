import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  SecurityGroup,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../errors.ts';
import { invalidValue, required } from './errors.ts';
import { filtered } from './filters.ts';
import { page } from './paging.ts';
import { permissionsOf } from './permissions.ts';
import { type GroupRecord, named, type Store } from './store.ts';
import { tagsFor } from './tagOperations.ts';

export function groupOperations(store: Store) {
  const present = (group: GroupRecord): SecurityGroup => {
    const rules = store.rulesOf(group.id);
    return {
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      VpcId: group.vpcId,
      OwnerId: store.account.id,
      SecurityGroupArn: store.arnOf('security-group', group.id),
      IpPermissions: permissionsOf(
        rules.filter(({ isEgress }) => !isEgress),
        store.account.id,
      ),
      IpPermissionsEgress: permissionsOf(
        rules.filter(({ isEgress }) => isEgress),
        store.account.id,
      ),
      Tags: store.tags.of(group.id),
    };
  };

  return {
    /** In the default VPC where none is named. */
    CreateSecurityGroup(input: CreateSecurityGroupRequest): CreateSecurityGroupResult {
      const name = required(input.GroupName, 'groupName');
      const description = required(input.Description, 'groupDescription');
      checkText('groupName', name);
      checkText('groupDescription', description);
      if (name.startsWith('sg-')) {
        throw invalidValue(
          `Value (${name}) for parameter GroupName is invalid. Group names may not be in the format sg-*.`,
        );
      }
      if (name === 'default') {
        throw invalidValue('Cannot use reserved security group name: default');
      }
      const vpc = input.VpcId === undefined ? defaultVpc(store) : store.vpc(input.VpcId);
      if (
        [...store.groups.values()].some(
          (group) => group.vpcId === vpc.id && group.name.toLowerCase() === name.toLowerCase(),
        )
      ) {
        throw new AwsError('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpc.id}'`);
      }
      const tags = tagsFor('security-group', input.TagSpecifications);
      const group = store.addGroup({ name, description, vpcId: vpc.id });
      store.tags.put(group.id, tags);
      return {
        GroupId: group.id,
        SecurityGroupArn: store.arnOf('security-group', group.id),
        Tags: store.tags.of(group.id),
      };
    },

    DescribeSecurityGroups(input: DescribeSecurityGroupsRequest): DescribeSecurityGroupsResult {
      const byId = named('sg', input.GroupIds, store.groups);
      const { GroupNames: names } = input;
      const byName = names?.length
        ? names.map((name) => {
            const group = byId.find((candidate) => candidate.name === name && store.vpc(candidate.vpcId).isDefault);
            if (group !== undefined) return group;
            throw new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC`);
          })
        : byId;
      const found = filtered(
        byName,
        input.Filters,
        {
          'group-id': ({ id }) => id,
          'group-name': (group) => group.name,
          description: (group) => group.description,
          'vpc-id': ({ vpcId }) => vpcId,
          'owner-id': () => store.account.id,
        },
        { store: store.tags, idOf: ({ id }) => id },
      );
      const { items, token } = page(found, input);
      return { SecurityGroups: items.map(present), ...token };
    },

    /** Refused while an interface or another group's rule names the group (row N4). */
    DeleteSecurityGroup(input: DeleteSecurityGroupRequest): DeleteSecurityGroupResult {
      const group = store.group(required(input.GroupId ?? idOfName(store, input.GroupName), 'groupId'));
      if (group.name === 'default') {
        throw new AwsError(
          'CannotDelete',
          `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
        );
      }
      const named = [...store.rules.values()].some(
        ({ groupId, peer }) => groupId !== group.id && peer.kind === 'group' && peer.groupId === group.id,
      );
      const worn = store.interfaces().some(({ securityGroupIds }) => securityGroupIds.includes(group.id));
      if (named || worn) {
        throw new AwsError('DependencyViolation', `resource ${group.id} has a dependent object`);
      }
      store.removeGroup(group.id);
      return { Return: true, GroupId: group.id };
    },
  };
}

function defaultVpc(store: Store) {
  const vpc = [...store.vpcs.values()].find(({ isDefault }) => isDefault);
  if (vpc === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  return vpc;
}

/** A group may be named instead of identified in the default VPC only. */
function idOfName(store: Store, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const vpc = defaultVpc(store);
  const group = [...store.groups.values()].find((candidate) => candidate.vpcId === vpc.id && candidate.name === name);
  if (group !== undefined) return group.id;
  throw new AwsError('InvalidGroup.NotFound', `The security group '${name}' does not exist in default VPC '${vpc.id}'`);
}

/** Row N5. */
function checkText(parameter: string, text: string): void {
  if (text.length > 255) {
    throw invalidValue(`Value (${text}) for parameter ${parameter} is invalid. The length exceeds 255 characters.`);
  }
  if (!/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/.test(text)) {
    throw invalidValue(
      `Value (${text}) for parameter ${parameter} is invalid. Character sets beyond ASCII are not supported.`,
    );
  }
}
