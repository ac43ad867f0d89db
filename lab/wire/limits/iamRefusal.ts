import { AwsError } from '../../errors.ts';
import { commonSentence } from './commonSentence.ts';
import type { Violation } from './violations.ts';

/** Where something gets a name or a path. */
const NAMING = new Set(['CreatePolicy', 'CreateRole', 'PutRolePolicy']);

const NAME = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';

/** What IAM says of a new name or path with other characters; of one that is looked up it speaks as of any member (row M8). */
const OWN_WORDS: Readonly<Record<string, string>> = {
  RoleName: `The specified value for roleName is invalid. ${NAME}`,
  PolicyName: `The specified value for policyName is invalid. ${NAME}`,
  Path: 'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
};

/** What is missing, too long or out of range comes first: IAM looks at characters last. */
export function iamRefusal(operation: string, violations: readonly Violation[]): AwsError {
  const spoken = violations.map((violation) => (NAMING.has(operation) ? ownWords(violation) : undefined));
  const others = violations.filter((_, index) => spoken[index] === undefined);
  const message = others.length > 0 ? commonSentence(others) : (spoken[0] ?? '');
  return new AwsError('ValidationError', message);
}

function ownWords({ constraint, place }: Violation): string | undefined {
  const [member, ...within] = place;
  if (constraint.kind !== 'pattern' || typeof member !== 'string' || within.length > 0) return undefined;
  return OWN_WORDS[member];
}
