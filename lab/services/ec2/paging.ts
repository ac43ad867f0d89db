import { AwsError } from '../../errors.ts';

/** `MaxResults` and `NextToken` of the Describe operations; without `MaxResults` everything comes at once. The token is opaque. */
export function page<T>(
  items: readonly T[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { items: T[]; token: { NextToken?: string } } {
  const size = input.MaxResults ?? items.length;
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
