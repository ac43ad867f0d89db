/**
 * One text for equal values: keys in code-unit order, no white space, members that are `undefined` left out. For hashing and
 * for comparing what users wrote and what AWS answered: a date is its ISO string, binary data its bytes.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof Uint8Array) return `{"$binary":[${[...value].join(',')}]}`;
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    // A date, which has no members of its own.
    if ('toJSON' in value && typeof value.toJSON === 'function') return JSON.stringify(value);
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
