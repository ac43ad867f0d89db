import { AwsError } from '../../errors.ts';
import { indexIn, markerAt } from '../marker.ts';

/** `MaxResults` and `NextToken` of the Describe operations; without `MaxResults` everything comes at once. The token is opaque. */
export function page<T>(
  items: readonly T[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: T[]; token: { NextToken?: string } } {
  const size = input.MaxResults ?? items.length;
  const start = input.NextToken === undefined ? 0 : startOf(input.NextToken);
  const end = start + size;
  return { items: items.slice(start, end), token: end < items.length ? { NextToken: markerAt(end) } : {} };
}

function startOf(token: string): number {
  const start = indexIn(token);
  if (start === undefined) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  return start;
}
