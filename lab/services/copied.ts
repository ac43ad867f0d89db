/**
 * A deep copy of plain data: records, lists, dates and bytes; everything else is taken as it is. `structuredClone` does the same for
 * ten times the time, which a simulated AWS spends at every call.
 */
export function copied<T>(value: T): T;
export function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => copied<unknown>(item));
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return value.slice();
  const copy: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    // What AWS is given may be named so, and must not become the copy's own prototype.
    if (name === '__proto__')
      Object.defineProperty(copy, name, {
        value: copied<unknown>(member),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    else copy[name] = copied<unknown>(member);
  }
  return copy;
}
