import { expectCalls } from './expectedCalls.ts';

/** No list of ours is longer; a service that answers the same token for ever must not hang a reconcile. */
const PAGES_MAX = 1000;

/**
 * Every item of a paginated call. The first token is `undefined`, which the SDK does not send; an empty page with a token is not
 * the end (row C6).
 */
export async function everyPage<Item>(
  page: (token: string | undefined) => Promise<{ items: readonly Item[] | undefined; next: string | undefined }>,
): Promise<Item[]> {
  const all: Item[] = [];
  let token: string | undefined;
  for (let count = 0; count < PAGES_MAX; count += 1) {
    const { items, next } = await page(token);
    all.push(...(items ?? []));
    if (next === undefined || next === '') return all;
    token = next;
    expectCalls(1);
  }
  throw new Error(`a list did not end after ${PAGES_MAX} pages`);
}

export function inBatches<T>(items: readonly T[], size: number): T[][] {
  const batches: T[][] = [];
  for (let start = 0; start < items.length; start += size) batches.push(items.slice(start, start + size));
  return batches;
}
