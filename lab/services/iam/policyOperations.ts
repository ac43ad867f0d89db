import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  ListEntitiesForPolicyRequest,
  ListEntitiesForPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  Policy,
  PolicyVersion,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../errors.ts';
import { checkPolicy, encodePolicy } from './documents.ts';
import { type IamStore, noSuchEntity, type PolicyRecord, type PolicyVersionRecord } from './iamStore.ts';
import { page } from './paging.ts';
import { tagList, withoutTags, withTags } from './tags.ts';

/** AWS's quota for the versions of one policy (row N15). */
const VERSIONS_MAX = 5;

interface ByVersion {
  PolicyArn?: string;
  VersionId?: string;
}

/** Managed policies and their versions. */
export function policyOperations(store: IamStore) {
  /** As the List operations show a policy: without its description and tags. */
  const outline = (policy: PolicyRecord): Policy => ({
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: store.rolesWith(policy.arn).length,
    PermissionsBoundaryUsageCount: store.rolesBoundedBy(policy.arn).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdMs),
    UpdateDate: new Date(policy.updatedMs),
  });
  const present = (policy: PolicyRecord): Policy => ({
    ...outline(policy),
    ...(policy.description === undefined ? {} : { Description: policy.description }),
    Tags: tagList(policy.tags),
  });

  return {
    CreatePolicy(input: CreatePolicyRequest): CreatePolicyResponse {
      const { PolicyName: name = '', Path: path = '/' } = input;
      const document = checkPolicy(input.PolicyDocument, 'permissions');
      const tags = withTags(new Map(), input.Tags);
      const same = [...store.policies.values()].some(
        (policy) => !policy.managedByAws && policy.name.toLowerCase() === name.toLowerCase(),
      );
      if (same) {
        throw new AwsError(
          'EntityAlreadyExistsException',
          `A policy called ${name} already exists. Duplicate names are not allowed.`,
        );
      }
      const policy = store.addPolicy({ name, path, document, description: input.Description, managedByAws: false });
      policy.tags = tags;
      return { Policy: present(policy) };
    },

    GetPolicy({ PolicyArn }: ByVersion) {
      const policy = store.policies.get(PolicyArn ?? '');
      if (policy === undefined) throw noSuchEntity(`Policy ${PolicyArn ?? ''} was not found.`);
      return { Policy: present(policy) };
    },

    ListPolicies(input: ListPoliciesRequest): ListPoliciesResponse {
      const scope = input.Scope ?? 'All';
      const policies = [...store.policies.values()].filter(
        (policy) =>
          policy.path.startsWith(input.PathPrefix ?? '/') &&
          (scope === 'All' || policy.managedByAws === (scope === 'AWS')) &&
          (input.OnlyAttached !== true || store.rolesWith(policy.arn).length > 0) &&
          (input.PolicyUsageFilter !== 'PermissionsBoundary' || store.rolesBoundedBy(policy.arn).length > 0),
      );
      const { items, more } = page(policies, input);
      return { Policies: items.map(outline), ...more };
    },

    /** Refused while it is attached, or has versions besides its default (row N13). */
    DeletePolicy({ PolicyArn }: ByVersion): void {
      const policy = store.ownPolicy(PolicyArn);
      if (store.rolesWith(policy.arn).length > 0 || store.rolesBoundedBy(policy.arn).length > 0) {
        throw new AwsError('DeleteConflictException', 'Cannot delete a policy attached to entities.');
      }
      if (policy.versions.length > 1) {
        throw new AwsError(
          'DeleteConflictException',
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
            'The default version is deleted with the policy.',
        );
      }
      store.policies.delete(policy.arn);
    },

    CreatePolicyVersion(input: CreatePolicyVersionRequest): CreatePolicyVersionResponse {
      const policy = store.ownPolicy(input.PolicyArn);
      const document = checkPolicy(input.PolicyDocument, 'permissions');
      if (policy.versions.length >= VERSIONS_MAX) {
        throw new AwsError(
          'LimitExceededException',
          `A managed policy can have up to ${VERSIONS_MAX} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const now = store.clock.now();
      const version = { id: `v${policy.nextVersion}`, document, createdMs: now };
      policy.versions.push(version);
      policy.nextVersion += 1;
      policy.updatedMs = now;
      if (input.SetAsDefault === true) policy.defaultVersionId = version.id;
      return { PolicyVersion: presentVersion(policy, version) };
    },

    GetPolicyVersion({ PolicyArn, VersionId }: ByVersion) {
      const policy = store.policy(PolicyArn);
      const version = versionOf(policy, VersionId);
      return { PolicyVersion: { ...presentVersion(policy, version), Document: encodePolicy(version.document) } };
    },

    /** The newest first. */
    ListPolicyVersions(input: ListPolicyVersionsRequest): ListPolicyVersionsResponse {
      const policy = store.policy(input.PolicyArn);
      const { items, more } = page(policy.versions.toReversed(), input);
      return { Versions: items.map((version) => presentVersion(policy, version)), ...more };
    },

    SetDefaultPolicyVersion({ PolicyArn, VersionId }: ByVersion): void {
      const policy = store.ownPolicy(PolicyArn);
      policy.defaultVersionId = versionOf(policy, VersionId).id;
    },

    DeletePolicyVersion({ PolicyArn, VersionId }: ByVersion): void {
      const policy = store.ownPolicy(PolicyArn);
      const version = versionOf(policy, VersionId);
      if (version.id === policy.defaultVersionId) {
        throw new AwsError('DeleteConflictException', 'Cannot delete the default version of a policy.');
      }
      policy.versions = policy.versions.filter((candidate) => candidate !== version);
    },

    TagPolicy(input: TagPolicyRequest): void {
      const policy = store.ownPolicy(input.PolicyArn);
      policy.tags = withTags(policy.tags, input.Tags);
    },

    UntagPolicy(input: UntagPolicyRequest): void {
      withoutTags(store.ownPolicy(input.PolicyArn).tags, input.TagKeys);
    },

    ListPolicyTags(input: ListPolicyTagsRequest): ListPolicyTagsResponse {
      const { items, more } = page(tagList(store.policy(input.PolicyArn).tags), input);
      return { Tags: items, ...more };
    },

    /** The lab has roles, and neither users nor groups. */
    ListEntitiesForPolicy(input: ListEntitiesForPolicyRequest): ListEntitiesForPolicyResponse {
      const { arn } = store.policy(input.PolicyArn);
      const used = input.PolicyUsageFilter === 'PermissionsBoundary' ? store.rolesBoundedBy(arn) : store.rolesWith(arn);
      const roles = used.filter(
        ({ path }) => path.startsWith(input.PathPrefix ?? '/') && ['Role', undefined].includes(input.EntityFilter),
      );
      const { items, more } = page(roles, input);
      return {
        PolicyGroups: [],
        PolicyUsers: [],
        PolicyRoles: items.map(({ name, id }) => ({ RoleName: name, RoleId: id })),
        ...more,
      };
    },
  };
}

function presentVersion(policy: PolicyRecord, version: PolicyVersionRecord): PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersionId,
    CreateDate: new Date(version.createdMs),
  };
}

function versionOf(policy: PolicyRecord, id = ''): PolicyVersionRecord {
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  }
  return version;
}
