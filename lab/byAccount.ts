import type { Accounts } from './services/sts/accounts.ts';
import { credentialsOf } from './wire/credentials.ts';
import type { Dispatch } from './wire/message.ts';

/** The services of one account. */
export interface AccountServices {
  accountId: string;
  /** The access keys of its administrators. */
  administrators: readonly string[];
  dispatch: Dispatch;
}

/**
 * Several accounts behind one endpoint, each with services of its own. A request is for the account that its access key is of: a session's, or one of
 * whom the account has for administrators; with any other key it is for the first account.
 */
export function byAccount(
  accounts: Accounts,
  [first, ...others]: readonly [AccountServices, ...AccountServices[]],
): Dispatch {
  const all = [first, ...others];
  return (request) => {
    const { accessKeyId } = credentialsOf(request);
    const accountId = accounts.sessions.accountOf(accessKeyId);
    const found = all.find((account) =>
      accountId === undefined ? account.administrators.includes(accessKeyId) : account.accountId === accountId,
    );
    return (found ?? first).dispatch(request);
  };
}
