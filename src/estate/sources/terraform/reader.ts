import { byText } from '../../order.ts';
import type { Draft } from '../draft.ts';
import type { Block } from './block.ts';
import type { StateResource } from './state.ts';

/**
 * Reads one resource into the draft, and returns the object that it stands for. `undefined` where it only adds to another's
 * object, or tells too little to be one.
 */
export type Reader = (block: Block, draft: Draft, resource: StateResource) => object | undefined;

/** A resource's tags, those of the provider's `default_tags` among them, ordered by key. */
export function tagsOf(block: Block): { key: string; value: string }[] {
  const own = block.map('tags');
  const all = block.map('tags_all') ?? own ?? {};
  return Object.entries(all)
    .map(([key, value]) => ({ key, value }))
    .sort((left, right) => byText(left.key, right.key));
}
