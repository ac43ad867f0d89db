import type {
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
} from '@aws-sdk/client-iam';
import { AwsError } from '../../errors.ts';
import { checkPolicy, encodePolicy } from './documents.ts';
import { type IamStore, noSuchEntity } from './iamStore.ts';
import { page } from './paging.ts';

/** AWS's quota for the managed policies of one role. */
const ATTACHED_MAX = 10;

interface Inline {
  RoleName?: string;
  PolicyName?: string;
}

interface Attachment {
  RoleName?: string;
  PolicyArn?: string;
}

/** The policies of a role: its own, and the managed ones that are attached to it. */
export function rolePolicyOperations(store: IamStore) {
  return {
    PutRolePolicy(input: Inline & { PolicyDocument?: string }): void {
      const role = store.role(input.RoleName);
      role.inlinePolicies.set(input.PolicyName ?? '', checkPolicy(input.PolicyDocument, 'permissions'));
    },

    GetRolePolicy({ RoleName, PolicyName = '' }: Inline): GetRolePolicyResponse {
      const role = store.role(RoleName);
      const document = role.inlinePolicies.get(PolicyName);
      if (document === undefined) throw notInline(PolicyName);
      return { RoleName: role.name, PolicyName, PolicyDocument: encodePolicy(document) };
    },

    ListRolePolicies(input: ListRolePoliciesRequest): ListRolePoliciesResponse {
      const names = [...store.role(input.RoleName).inlinePolicies.keys()].sort();
      const { items, more } = page(names, input);
      return { PolicyNames: items, ...more };
    },

    DeleteRolePolicy({ RoleName, PolicyName = '' }: Inline): void {
      if (!store.role(RoleName).inlinePolicies.delete(PolicyName)) throw notInline(PolicyName);
    },

    /** A policy that is attached already stays so. */
    AttachRolePolicy({ RoleName, PolicyArn }: Attachment): void {
      const { attachedPolicies } = store.role(RoleName);
      const { arn } = store.policy(PolicyArn);
      if (!attachedPolicies.has(arn) && attachedPolicies.size >= ATTACHED_MAX) {
        throw new AwsError('LimitExceededException', `Cannot exceed quota for PoliciesPerRole: ${ATTACHED_MAX}`);
      }
      attachedPolicies.add(arn);
    },

    DetachRolePolicy({ RoleName, PolicyArn = '' }: Attachment): void {
      if (!store.role(RoleName).attachedPolicies.delete(PolicyArn)) {
        throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      }
    },

    ListAttachedRolePolicies(input: ListAttachedRolePoliciesRequest): ListAttachedRolePoliciesResponse {
      const attached = [...store.role(input.RoleName).attachedPolicies]
        .map((arn) => store.policy(arn))
        .filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
      const { items, more } = page(attached, input);
      return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...more };
    },
  };
}

function notInline(name: string) {
  return noSuchEntity(`The role policy with name ${name} cannot be found.`);
}
