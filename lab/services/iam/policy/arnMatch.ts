import { type Piece, wildcardOf } from '../../wildcard.ts';

/** Fields of an ARN, of which the last may have colons itself. */
const FIELDS = 6;

/**
 * Whether an ARN is of a pattern, field by field, so that a wildcard does not reach beyond its field's colon (row N62). A pattern with
 * fewer fields has `*` for those that it lacks, and `*` alone is everything.
 */
export function matchesArn(pattern: readonly Piece[], arn: string): boolean {
  if (pattern.length === 1 && pattern[0] === 'any') return true;
  const fields = fieldsOf(pattern);
  const parts = arn.split(':');
  if (parts.length < FIELDS) return wildcardOf(pattern)(arn);
  const values = [...parts.slice(0, FIELDS - 1), parts.slice(FIELDS - 1).join(':')];
  return values.every((value, index) => {
    const field = fields[index];
    return field === undefined || wildcardOf(field)(value);
  });
}

function fieldsOf(pattern: readonly Piece[]): Piece[][] {
  const fields: Piece[][] = [[]];
  for (const piece of pattern) {
    const isColon = typeof piece === 'object' && piece.character === ':';
    if (isColon && fields.length < FIELDS) fields.push([]);
    else fields.at(-1)?.push(piece);
  }
  return fields;
}
