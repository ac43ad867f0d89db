import { invalidParameter } from './errors.ts';

export interface PageRequest {
  nextToken?: string | undefined;
  maxResults?: number | undefined;
}

/** One page of `items`. Sizes are those of row E26; the token is opaque to callers. */
export function page<Item>(
  items: readonly Item[],
  request: PageRequest,
  size: { default: number; max: number },
): { items: Item[]; nextToken: string | undefined } {
  const asked = request.maxResults ?? size.default;
  if (!Number.isInteger(asked) || asked < 1 || asked > size.max) {
    throw invalidParameter(`maxResults must be between 1 and ${size.max}, but is ${asked}.`);
  }
  const start = startOf(request.nextToken);
  const end = start + asked;
  return { items: items.slice(start, end), nextToken: end < items.length ? `page-${end}` : undefined };
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^page-(\d+)$/.exec(token);
  if (match === null) throw invalidParameter('Invalid token.');
  return Number(match[1]);
}
