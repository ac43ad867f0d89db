import { AwsError } from '../../errors.ts';
import { statementsOf } from './policy/statement.ts';

/**
 * Refuses what is not a policy: JSON with statements, each with an effect, an action, and what that kind of policy asks for; and, by a
 * word, conditions that the lab could not hold anybody to.
 */
export function checkPolicy(text = '', kind: 'trust' | 'permissions'): string {
  const document = parse(text);
  const statements = Array.isArray(document['Statement']) ? document['Statement'] : [document['Statement']];
  if (document['Statement'] === undefined || statements.length === 0) throw malformed('Syntax errors in policy.');
  if (!['2012-10-17', '2008-10-17', undefined].includes(document['Version'] as string | undefined)) {
    throw malformed('The policy must contain a valid version string');
  }
  for (const statement of statements) {
    if (!isRecord(statement) || !['Allow', 'Deny'].includes(String(statement['Effect']))) {
      throw malformed('Syntax errors in policy.');
    }
    const has = (member: string) => statement[member] !== undefined || statement[`Not${member}`] !== undefined;
    if (!has('Action')) throw malformed('Policy statement must contain actions.');
    if (kind === 'trust') {
      if (has('Resource')) throw malformed('Has prohibited field Resource');
      if (!has('Principal')) throw malformed('Missing required field Principal');
    } else {
      if (has('Principal')) throw malformed('Policy document should not specify a principal.');
      if (!has('Resource')) throw malformed('Policy statement must contain resources.');
    }
  }
  statementsOf(document);
  return text;
}

/** A document as IAM answers it: percent-encoded after RFC 3986 (row N11). */
export function encodePolicy(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function parse(text: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(text);
    if (isRecord(document)) return document;
  } catch {
    // What is no JSON is no policy either.
  }
  throw malformed('This policy contains invalid Json');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(message: string): AwsError {
  return new AwsError('MalformedPolicyDocumentException', message);
}
