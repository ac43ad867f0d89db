import type { Clock } from '../../clock.ts';
import type { Random } from '../../random.ts';
import type { Account, Operation, Service } from '../service.ts';
import { IamStore } from './iamStore.ts';
import { policyOperations } from './policyOperations.ts';
import { rolePolicyOperations } from './rolePolicyOperations.ts';
import { roleOperations } from './roleOperations.ts';

/**
 * AWS IAM, as far as roles and managed policies go, which task definitions name. They are kept and shown, and
 * hold whoever has assumed a role to what it may do; administrators may do everything. There are no users, groups, instance profiles or identity providers.
 */
export class IamService implements Service {
  readonly id = 'iam';
  readonly operations: Readonly<Record<string, Operation>>;
  /** Where what a role may do is read. */
  readonly store: IamStore;

  constructor(parts: { clock: Clock; account: Account; random: Random }) {
    const store = new IamStore(parts);
    this.store = store;
    this.operations = { ...roleOperations(store), ...rolePolicyOperations(store), ...policyOperations(store) };
  }
}
