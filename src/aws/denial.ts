import { statementsFor } from './policy/shippedPolicies.ts';

/** How every API says what is missing (row N65); what a call needs besides, such as `iam:PassRole`, is not named after the call. */
const MISSING = /not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?/;

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

/**
 * What to do about a call that was denied: which permission is missing, on what, and where the shipped policy has it.
 *
 * @param api the call's own action, for where AWS does not say what is missing
 */
export function adviceOnDenial(api: string, code: string, message: string): string {
  if (CREDENTIALS_CODES.has(code)) {
    return 'Nothing was done. AWS does not know the credentials that Meshlift has, or no longer: look at the role of its task, and where it gets them from.';
  }
  const [, action = api, resource] = MISSING.exec(message) ?? [];
  const on = resource === undefined || resource === '*' ? '' : ` on ${resource}`;
  const statements = statementsFor(action);
  const shipped =
    statements.length === 0
      ? ''
      : ` The shipped policies have it in ${statements.join(', ')} (deploy/iam): look whether the role has it so, with the resources and the conditions.`;
  return `Nothing was done. Allow ${action}${on} in the role that Meshlift runs with.${shipped}`;
}
