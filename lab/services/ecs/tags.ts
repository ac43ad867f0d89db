import type { Tag } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.ts';

const TAGS_MAX = 50;

/** `current` with `added` over it. Throws `InvalidParameterException` on a name of AWS's own or a 51st tag (row E70). */
export function mergeTags(current: readonly Tag[], added: readonly Tag[]): Tag[] {
  const byKey = new Map(current.map((tag) => [tag.key, tag]));
  for (const { key, value } of added) {
    if (key === undefined || key === '') throw invalidParameter('Tag key must not be empty.');
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidParameter(`Tag key ${key} is invalid: the prefix aws: is reserved for AWS.`);
    }
    byKey.set(key, { key, value: value ?? '' });
  }
  const own = [...byKey.values()].filter((tag) => tag.key?.startsWith('aws:') !== true);
  if (own.length > TAGS_MAX) throw invalidParameter(`Too many tags: at most ${TAGS_MAX} are allowed on a resource.`);
  return [...byKey.values()];
}

export const withoutTags = (current: readonly Tag[], keys: readonly string[]) =>
  current.filter((tag) => tag.key === undefined || !keys.includes(tag.key));
