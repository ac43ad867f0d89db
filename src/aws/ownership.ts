import { createHash } from 'node:crypto';
import { PLAN_TAG, UID_TAG } from '../assess/maker.ts';
import { canonicalJson } from '../plan/canonical.ts';
import type { Owner } from '../reconciler/ports.ts';

/** On task definitions: the hash of what was registered, since registering twice makes two (row E30). */
export const HASH_TAG = 'meshlift.dev/hash';

/** Tags as ECS spells them (`key`), or as everyone else does (`Key`). */
type AnyTag = {
  key?: string | undefined;
  value?: string | undefined;
  Key?: string | undefined;
  Value?: string | undefined;
};

export const tagRecord = (owner: Owner): Record<string, string> => ({ [PLAN_TAG]: owner.plan, [UID_TAG]: owner.uid });

/** The owner's tags over whatever else the object is to carry. */
export function withOwnerTags(
  owner: Owner,
  others: readonly AnyTag[] = [],
  more: Readonly<Record<string, string>> = {},
): [string, string][] {
  const tags = new Map<string, string>();
  for (const tag of others) {
    const key = tag.key ?? tag.Key;
    if (key !== undefined && !key.startsWith('aws:')) tags.set(key, tag.value ?? tag.Value ?? '');
  }
  for (const [key, value] of Object.entries({ ...more, ...tagRecord(owner) })) tags.set(key, value);
  return [...tags];
}

export const lowerCaseTags = (tags: readonly [string, string][]) => tags.map(([key, value]) => ({ key, value }));
export const upperCaseTags = (tags: readonly [string, string][]) => tags.map(([Key, Value]) => ({ Key, Value }));

export const tagOf = (tags: readonly AnyTag[] | undefined, key: string): string | undefined => {
  const tag = tags?.find((one) => (one.key ?? one.Key) === key);
  return tag?.value ?? tag?.Value;
};

export const isOwned = (tags: readonly AnyTag[] | undefined, owner: Owner): boolean =>
  tagOf(tags, UID_TAG) === owner.uid && tagOf(tags, PLAN_TAG) === owner.plan;

/** Whichever plan made it, it was one of Meshlift's. */
export const isMade = (tags: readonly AnyTag[] | undefined): boolean =>
  tagOf(tags, PLAN_TAG) !== undefined && tagOf(tags, UID_TAG) !== undefined;

/** Why something of the wanted name is not ours. */
export function foreignWhy(what: string, tags: readonly AnyTag[] | undefined): string {
  const plan = tagOf(tags, PLAN_TAG);
  const whose =
    plan === undefined
      ? 'was not made by Meshlift'
      : `belongs to plan ${plan}, uid ${tagOf(tags, UID_TAG) ?? '<none>'}`;
  return `${what} exists and ${whose}`;
}

/** 32 hexadecimal digits that depend on nothing but the parts: names, tokens and content hashes that survive a crash. */
export const stableHash = (...parts: unknown[]): string =>
  createHash('sha256').update(canonicalJson(parts)).digest('hex').slice(0, 32);
