import { AwsError } from './errors.ts';
import { contextOf, factsOf } from './services/iam/callContext.ts';
import type { Need, Surroundings } from './services/iam/needs/need.ts';
import type { Permission } from './services/iam/permission.ts';
import { tagsOfResource } from './services/iam/resourceTags.ts';
import { accessOf } from './services/iam/roleAccess.ts';
import type { Account } from './services/service.ts';
import type { Accounts } from './services/sts/accounts.ts';
import { type RoleSession, Sessions } from './services/sts/sessions.ts';

/** What a request is signed with. */
export interface Credentials {
  accessKeyId: string;
  sessionToken?: string | undefined;
}

/** Whose API refuses: each has its own words and codes for what it does not allow (row N65). */
export type Refuser = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson';

/**
 * Who may do what. Administrators may do everything, and nothing is looked up for them; what a session of a role asks for is held against the
 * policies of its role.
 */
export class Access {
  readonly #parts: {
    account: Account;
    accounts: Accounts;
    look: Surroundings['look'];
    onAsked: (permission: Permission) => void;
  };
  readonly surroundings: Surroundings;

  constructor(parts: {
    account: Account;
    accounts: Accounts;
    look: Surroundings['look'];
    onAsked: (permission: Permission) => void;
  }) {
    this.#parts = parts;
    this.surroundings = { account: parts.account, look: parts.look };
  }

  /** The session that temporary credentials are of; `undefined` for an administrator. Throws for what is no session, or no longer (row N67). */
  sessionOf(credentials: Credentials, refuser: Refuser): RoleSession | undefined {
    const { accessKeyId, sessionToken } = credentials;
    if (!Sessions.areTemporary(accessKeyId)) return undefined;
    const { sessions } = this.#parts.accounts;
    const session = sessions.find(accessKeyId, sessionToken);
    if (session === undefined) throw invalidToken(refuser);
    if (sessions.hasExpired(session)) throw expiredToken(refuser);
    return session;
  }

  /** Throws the refusal of the first permission that is asked for and not given. */
  check(session: RoleSession, needs: readonly Need[], refuser: Refuser): void {
    const { account, accounts, onAsked } = this.#parts;
    const store = accounts.storeOf(session.accountId);
    for (const need of needs) {
      const { action, resource } = need;
      const context = contextOf(need, factsOf(session), account.region, () =>
        tagsOfResource(resource, this.surroundings),
      );
      const access =
        store === undefined
          ? ({ kind: 'denied', because: `because no identity-based policy allows the ${action} action` } as const)
          : accessOf(store, session, { action, resource, context });
      const { roleArn, arn: sessionArn } = session;
      onAsked({ roleArn, sessionArn, action, resource, verdict: access.kind });
      if (access.kind === 'denied') throw accessDenied(refuser, { session, need, because: access.because });
    }
  }
}

function accessDenied(
  refuser: Refuser,
  { session, need, because }: { session: RoleSession; need: Need; because: string },
): AwsError {
  const { action, resource } = need;
  const user = `User: ${session.arn} is not authorized to perform: ${action}`;
  const onResource = `${user} on resource: ${resource} ${because}`;
  switch (refuser) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('AccessDeniedException', onResource);
    case 'restJson':
      return new AwsError('AccessDeniedException', onResource, { status: 403 });
    case 'ec2Query':
      return new AwsError(
        'UnauthorizedOperation',
        `You are not authorized to perform this operation. ${resource === '*' ? `${user} ${because}` : onResource}`,
        { status: 403 },
      );
    case 'awsQuery':
      return action.startsWith('SNS:')
        ? new AwsError('AuthorizationErrorException', onResource, { status: 403 })
        : new AwsError('AccessDenied', resource === '*' ? `${user} ${because}` : onResource, { status: 403 });
  }
}

const EXPIRED = 'The security token included in the request is expired';
const INVALID = 'The security token included in the request is invalid';

function expiredToken(refuser: Refuser): AwsError {
  switch (refuser) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('ExpiredTokenException', EXPIRED);
    case 'restJson':
      return new AwsError('ExpiredTokenException', EXPIRED, { status: 403 });
    case 'ec2Query':
      return new AwsError('RequestExpired', 'Request has expired.');
    case 'awsQuery':
      return new AwsError('ExpiredToken', EXPIRED, { status: 403 });
  }
}

function invalidToken(refuser: Refuser): AwsError {
  switch (refuser) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('UnrecognizedClientException', `${INVALID}.`);
    case 'restJson':
      return new AwsError('UnrecognizedClientException', `${INVALID}.`, { status: 403 });
    case 'ec2Query':
      return new AwsError('AuthFailure', 'AWS was not able to validate the provided access credentials', {
        status: 401,
      });
    case 'awsQuery':
      return new AwsError('InvalidClientTokenId', `${INVALID}.`, { status: 403 });
  }
}
