import type {
  CreateRoleRequest,
  CreateRoleResponse,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  Role,
  TagRoleRequest,
  UntagRoleRequest,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../errors.ts';
import { checkPolicy, encodePolicy } from './documents.ts';
import type { IamStore, RoleRecord } from './iamStore.ts';
import { page } from './paging.ts';
import { tagList, withoutTags, withTags } from './tags.ts';

/** How long a session of a role may be where nobody says. */
const SESSION_SECONDS = 3600;

interface ByRole {
  RoleName?: string;
}

export function roleOperations(store: IamStore) {
  /** As the List operations show a role: without its boundary and tags (row N12). */
  const outline = (role: RoleRecord): Role => ({
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: store.arnOf(role),
    CreateDate: new Date(role.createdMs),
    AssumeRolePolicyDocument: encodePolicy(role.trustPolicy),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.description === undefined ? {} : { Description: role.description }),
  });
  const present = (role: RoleRecord): Role => ({
    ...outline(role),
    ...(role.permissionsBoundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.permissionsBoundary,
          },
        }),
    ...(role.tags.size === 0 ? {} : { Tags: tagList(role.tags) }),
  });

  return {
    CreateRole(input: CreateRoleRequest): CreateRoleResponse {
      const { RoleName: name = '', Path: path = '/' } = input;
      const trustPolicy = checkPolicy(input.AssumeRolePolicyDocument, 'trust');
      if (input.PermissionsBoundary !== undefined) store.policy(input.PermissionsBoundary);
      const tags = withTags(new Map(), input.Tags);
      if (store.roles.has(name.toLowerCase())) {
        throw new AwsError('EntityAlreadyExistsException', `Role with name ${name} already exists.`);
      }
      const role: RoleRecord = {
        name,
        path,
        trustPolicy,
        tags,
        maxSessionSeconds: input.MaxSessionDuration ?? SESSION_SECONDS,
        id: store.newId('AROA'),
        createdMs: store.clock.now(),
        description: input.Description,
        permissionsBoundary: input.PermissionsBoundary,
        inlinePolicies: new Map(),
        attachedPolicies: new Set(),
      };
      store.roles.set(name.toLowerCase(), role);
      return { Role: present(role) };
    },

    /** The lab does not tell when a role was last used. */
    GetRole: ({ RoleName }: ByRole) => ({ Role: { ...present(store.role(RoleName)), RoleLastUsed: {} } }),

    ListRoles(input: ListRolesRequest): ListRolesResponse {
      const roles = [...store.roles.values()]
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, more } = page(roles, input);
      return { Roles: items.map(outline), ...more };
    },

    UpdateRole(input: UpdateRoleRequest): object {
      const role = store.role(input.RoleName);
      role.maxSessionSeconds = input.MaxSessionDuration ?? role.maxSessionSeconds;
      role.description = input.Description ?? role.description;
      return {};
    },

    UpdateRoleDescription(input: ByRole & { Description?: string }) {
      const role = store.role(input.RoleName);
      role.description = input.Description;
      return { Role: present(role) };
    },

    UpdateAssumeRolePolicy(input: ByRole & { PolicyDocument?: string }): void {
      const role = store.role(input.RoleName);
      role.trustPolicy = checkPolicy(input.PolicyDocument, 'trust');
    },

    PutRolePermissionsBoundary(input: ByRole & { PermissionsBoundary?: string }): void {
      store.role(input.RoleName).permissionsBoundary = store.policy(input.PermissionsBoundary).arn;
    },

    DeleteRolePermissionsBoundary(input: ByRole): void {
      store.role(input.RoleName).permissionsBoundary = undefined;
    },

    /** Refused while the role has policies (row N13). */
    DeleteRole({ RoleName }: ByRole): void {
      const role = store.role(RoleName);
      if (role.attachedPolicies.size > 0) {
        throw new AwsError('DeleteConflictException', 'Cannot delete entity, must detach all policies first.');
      }
      if (role.inlinePolicies.size > 0) {
        throw new AwsError('DeleteConflictException', 'Cannot delete entity, must delete policies first.');
      }
      store.roles.delete(role.name.toLowerCase());
    },

    TagRole(input: TagRoleRequest): void {
      const role = store.role(input.RoleName);
      role.tags = withTags(role.tags, input.Tags);
    },

    UntagRole(input: UntagRoleRequest): void {
      withoutTags(store.role(input.RoleName).tags, input.TagKeys);
    },

    ListRoleTags(input: ListRoleTagsRequest): ListRoleTagsResponse {
      const { items, more } = page(tagList(store.role(input.RoleName).tags), input);
      return { Tags: items, ...more };
    },

    /** The lab has no instance profiles, which only EC2 instances ask for. */
    ListInstanceProfilesForRole(input: ListInstanceProfilesForRoleRequest): ListInstanceProfilesForRoleResponse {
      store.role(input.RoleName);
      return { InstanceProfiles: [], IsTruncated: false };
    },
  };
}
