import type { GetCallerIdentityCommandOutput } from '@aws-sdk/client-sts';
import type { Account, Call, Service } from '../service.ts';

/** STS, as far as a caller asks who it is. Every access key is a user of the account, named after the key. */
export class StsService implements Service {
  readonly id = 'sts';
  readonly operations;

  constructor({ account }: { account: Account }) {
    this.operations = {
      GetCallerIdentity: (_input: object, call: Call): Omit<GetCallerIdentityCommandOutput, '$metadata'> => ({
        UserId: call.accessKeyId,
        Account: account.id,
        Arn: `arn:aws:iam::${account.id}:user/${call.accessKeyId}`,
      }),
    };
  }
}
