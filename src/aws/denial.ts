import { statementsFor } from './policy/shippedPolicies.ts';

/** How every API says what is missing (row N65); what a call needs besides, such as `iam:PassRole`, is not named after the call. */
const MISSING = /not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?/;

/** A session that a plan has in a role of its own, as AWS names whom it refuses. */
const OF_PLAN = /^User: arn:[\w-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/meshlift-/;

/** Codes by which AWS says that it does not know who calls, or no longer (row N67). */
const CREDENTIALS_CODES: ReadonlySet<string> = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'RequestExpired',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** Whether AWS means the caller by it, and not what is asked for. */
export const isOfCredentials = (code: string): boolean => CREDENTIALS_CODES.has(code);

/**
 * What to do about a call that was denied: which permission is missing, on what, and where the shipped policy has it.
 *
 * @param api the call's own action, for where AWS does not say what is missing
 */
export function adviceOnDenial(api: string, code: string, message: string): string {
  if (isOfCredentials(code)) {
    return 'Nothing was done. AWS does not know the credentials that Meshlift has, or no longer: look at the role of its task, and where it gets them from.';
  }
  const [, action = api, resource] = MISSING.exec(message) ?? [];
  const on = resource === undefined || resource === '*' ? '' : ` on ${resource}`;
  if (action === 'sts:AssumeRole' || action === 'sts:TagSession') {
    return `Nothing was done. Two policies must allow ${action}${on}: that of the role that Meshlift runs with, and the trust policy of the role itself, with spec.access.externalId where it asks for one.`;
  }
  const statements = statementsFor(action);
  const shipped =
    statements.length === 0
      ? ''
      : ` The shipped policies have it in ${statements.join(', ')} (deploy/iam): look whether the role has it so, with the resources and the conditions.`;
  return `Nothing was done. Allow ${action}${on} in ${roleIn(message)}.${shipped}`;
}

/** Which role lacks it: the operator's own, or the one that the plan names. */
function roleIn(message: string): string {
  const [, account, name] = OF_PLAN.exec(message) ?? [];
  return name === undefined
    ? 'the role that Meshlift runs with'
    : `the role ${name} of the account ${account}, which the plan names in spec.access`;
}
