import { wildcard } from '../wildcard.ts';
import { invalidValue } from './errors.ts';
import type { TagStore } from './tagStore.ts';

interface Filter {
  Name?: string | undefined;
  Values?: string[] | undefined;
}

/** How one resource answers a filter of that name: its value or values. */
export type FilterReaders<T> = Readonly<Record<string, (resource: T) => string | readonly string[]>>;

/**
 * The resources that pass every filter; within a filter one of its values must match, `*` and `?` being wildcards. `tag:<key>` and
 * `tag-key` are understood for every resource that has an id. Throws `InvalidParameterValue` for a filter that is not read here, so
 * that none is ever ignored.
 */
export function filtered<T>(
  resources: readonly T[],
  filters: readonly Filter[] | undefined,
  readers: FilterReaders<T>,
  tags?: { store: TagStore; idOf: (resource: T) => string },
): T[] {
  const tests = (filters ?? []).map(({ Name: name = '', Values: values = [] }) => {
    const read = readerOf(name, readers, tags);
    const patterns = values.map((value) => wildcard(value));
    return (resource: T) => {
      const answer = read(resource);
      const found = typeof answer === 'string' ? [answer] : answer;
      return patterns.some((pattern) => found.some(pattern));
    };
  });
  return resources.filter((resource) => tests.every((passes) => passes(resource)));
}

function readerOf<T>(
  name: string,
  readers: FilterReaders<T>,
  tags: { store: TagStore; idOf: (resource: T) => string } | undefined,
): FilterReaders<T>[string] {
  const own = Object.hasOwn(readers, name) ? readers[name] : undefined;
  if (own !== undefined) return own;
  if (tags !== undefined && name === 'tag-key') {
    return (resource) => tags.store.of(tags.idOf(resource)).map(({ Key }) => Key);
  }
  if (tags !== undefined && name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (resource) =>
      tags.store
        .of(tags.idOf(resource))
        .filter(({ Key }) => Key === key)
        .map(({ Value }) => Value);
  }
  throw invalidValue(`The filter '${name}' is invalid`);
}
