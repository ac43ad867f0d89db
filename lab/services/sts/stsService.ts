import type { AssumeRoleRequest, AssumeRoleResponse, GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Permission } from '../iam/permission.ts';
import type { Assumer } from '../iam/trust.ts';
import type { Account, Call, Service } from '../service.ts';
import type { Accounts } from './accounts.ts';
import { assumeRole } from './assumeRole.ts';

/**
 * STS, as far as a caller asks who it is and assumes a role. Every access key that is not a session's is an administrator, a user of the account
 * who is named after the key.
 */
export class StsService implements Service {
  readonly id = 'sts';
  readonly operations;

  constructor(parts: { account: Account; accounts: Accounts; onAsked: (permission: Permission) => void }) {
    const { account } = parts;
    const userArn = (accessKeyId: string) => `arn:aws:iam::${account.id}:user/${accessKeyId}`;
    this.operations = {
      GetCallerIdentity: (
        _input: object,
        { accessKeyId, session }: Call,
      ): Omit<GetCallerIdentityCommandOutput, '$metadata'> =>
        session === undefined
          ? { UserId: accessKeyId, Account: account.id, Arn: userArn(accessKeyId) }
          : { UserId: session.userId, Account: session.accountId, Arn: session.arn },

      AssumeRole: (input: AssumeRoleRequest, { accessKeyId, session }: Call): AssumeRoleResponse => {
        const assumer: Assumer =
          session === undefined
            ? { kind: 'administrator', accountId: account.id, arn: userArn(accessKeyId) }
            : { kind: 'session', session };
        return assumeRole(input, assumer, { ...parts, region: account.region });
      },
    };
  }
}
