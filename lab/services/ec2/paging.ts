import { AwsError } from '../../errors.ts';
import { invalidValue } from './errors.ts';

/** `MaxResults` (5 to 1000) and `NextToken` of the Describe operations; without `MaxResults` everything comes at once. The token is opaque. */
export function page<T>(
  items: readonly T[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: T[]; token: { NextToken?: string } } {
  const size = input.MaxResults ?? items.length;
  if (input.MaxResults !== undefined && (size < 5 || size > 1000)) {
    throw invalidValue(`Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000.`);
  }
  const start = input.NextToken === undefined ? 0 : startOf(input.NextToken);
  const end = start + size;
  return { items: items.slice(start, end), token: end < items.length ? { NextToken: btoa(`from:${end}`) } : {} };
}

function startOf(token: string): number {
  const text = /^[A-Za-z0-9+/]+={0,2}$/.test(token) && token.length % 4 === 0 ? atob(token) : '';
  const start = /^from:(\d+)$/.exec(text)?.[1];
  if (start === undefined) throw new AwsError('InvalidNextToken', `The token '${token}' is invalid`);
  return Number(start);
}
