/** A tag with both its parts. */
export interface KeptTag {
  Key: string;
  Value: string;
}

/** The tags of every resource, by its id. */
export class TagStore {
  readonly #tags = new Map<string, Map<string, string>>();

  put(id: string, tags: readonly { Key?: string | undefined; Value?: string | undefined }[]): void {
    const kept = this.#tags.get(id) ?? new Map<string, string>();
    for (const { Key = '', Value = '' } of tags) kept.set(Key, Value);
    this.#tags.set(id, kept);
  }

  /** Removes a tag; with a value only where the tag has that value. */
  remove(id: string, key: string, value?: string): void {
    const kept = this.#tags.get(id);
    if (value === undefined || kept?.get(key) === value) kept?.delete(key);
  }

  /** Forgets a resource. */
  forget(id: string): void {
    this.#tags.delete(id);
  }

  of(id: string): KeptTag[] {
    return [...(this.#tags.get(id) ?? [])].map(([Key, Value]) => ({ Key, Value }));
  }

  /** The ids of all resources that have had a tag. */
  ids(): string[] {
    return [...this.#tags.keys()];
  }
}
