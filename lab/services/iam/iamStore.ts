import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import { AwsError } from '../../errors.ts';
import type { Account } from '../service.ts';
import { AWS_MANAGED_POLICIES } from './awsManagedPolicies.ts';

export interface RoleRecord {
  name: string;
  id: string;
  path: string;
  createdMs: number;
  trustPolicy: string;
  description: string | undefined;
  maxSessionSeconds: number;
  permissionsBoundary: string | undefined;
  /** Documents by policy name. */
  inlinePolicies: Map<string, string>;
  /** ARNs, in the order in which they were attached. */
  attachedPolicies: Set<string>;
  tags: Map<string, string>;
}

export interface PolicyVersionRecord {
  id: string;
  document: string;
  createdMs: number;
}

export interface PolicyRecord {
  name: string;
  id: string;
  path: string;
  arn: string;
  description: string | undefined;
  createdMs: number;
  updatedMs: number;
  versions: PolicyVersionRecord[];
  defaultVersionId: string;
  /** The number of the next version; numbers are never used again. */
  nextVersion: number;
  tags: Map<string, string>;
  /** AWS's own cannot be changed. */
  managedByAws: boolean;
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Roles by name, which is unique without its path and whatever its case, and managed policies by ARN. */
export class IamStore {
  readonly clock: Clock;
  readonly account: Account;
  readonly roles = new Map<string, RoleRecord>();
  readonly policies = new Map<string, PolicyRecord>();
  readonly #random: Random;

  constructor(parts: { clock: Clock; account: Account; random: Random }) {
    this.clock = parts.clock;
    this.account = parts.account;
    this.#random = parts.random;
    for (const policy of AWS_MANAGED_POLICIES) {
      this.addPolicy({ ...policy, document: JSON.stringify(policy.document), managedByAws: true });
    }
  }

  /** Such as `AROA…` for a role and `ANPA…` for a managed policy. */
  newId(prefix: 'AROA' | 'ANPA'): string {
    return prefix + Array.from({ length: 17 }, () => ID_ALPHABET[this.#random.below(ID_ALPHABET.length)]).join('');
  }

  role(name = ''): RoleRecord {
    const role = this.roles.get(name.toLowerCase());
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  /** AWS's own policies are answered here too, as far as the lab has them. */
  policy(arn = ''): PolicyRecord {
    const policy = this.policies.get(arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
    return policy;
  }

  /** A policy that may be changed. */
  ownPolicy(arn = ''): PolicyRecord {
    const policy = this.policies.get(arn);
    if (policy === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
    if (policy.managedByAws) {
      throw new AwsError('InvalidInputException', `Cannot perform the operation on the AWS managed policy ${arn}.`);
    }
    return policy;
  }

  addPolicy(policy: {
    name: string;
    path: string;
    description: string | undefined;
    document: string;
    managedByAws: boolean;
  }): PolicyRecord {
    const { document, ...rest } = policy;
    const owner = policy.managedByAws ? 'aws' : this.account.id;
    const now = this.clock.now();
    const record: PolicyRecord = {
      ...rest,
      id: this.newId('ANPA'),
      arn: `arn:aws:iam::${owner}:policy${policy.path}${policy.name}`,
      createdMs: now,
      updatedMs: now,
      versions: [{ id: 'v1', document, createdMs: now }],
      defaultVersionId: 'v1',
      nextVersion: 2,
      tags: new Map(),
    };
    this.policies.set(record.arn, record);
    return record;
  }

  arnOf(role: RoleRecord): string {
    return `arn:aws:iam::${this.account.id}:role${role.path}${role.name}`;
  }

  /** The roles that a policy is attached to. */
  rolesWith(policyArn: string): RoleRecord[] {
    return [...this.roles.values()].filter(({ attachedPolicies }) => attachedPolicies.has(policyArn));
  }

  /** The roles that a policy is the permissions boundary of. */
  rolesBoundedBy(policyArn: string): RoleRecord[] {
    return [...this.roles.values()].filter(({ permissionsBoundary }) => permissionsBoundary === policyArn);
  }
}

export function noSuchEntity(message: string): AwsError {
  return new AwsError('NoSuchEntityException', message);
}
