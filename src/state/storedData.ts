import { isPlain, notData, type Value } from './attributes.ts';

/**
 * Data as DynamoDB would keep it and hand it out again, without the detour over attributes: a copy that shares nothing with what was given,
 * `undefined` members left out, one zero. Throws `TypeError` for what is no data, as `toAttribute` does.
 */
export function stored(value: unknown, place: string): Value {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? 0 : value;
  if (Array.isArray(value)) return value.map((item, index) => stored(item ?? null, `${place}[${index}]`));
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value === 'object' && isPlain(value)) return storedMap(value);
  throw notData(value, place);
}

export function storedMap(value: object): { [key: string]: Value } {
  const map: { [key: string]: Value } = {};
  const members: { readonly [key: string]: unknown } = { ...value };
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member !== undefined) setMember(map, key, stored(member, key));
  }
  return map;
}

/** A copy of what is stored, which its reader may change. */
export function copied<Kind extends Value>(value: Kind): Kind;
export function copied(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => copied(item));
  if (value instanceof Uint8Array) return new Uint8Array(value);
  const map: { [key: string]: Value } = {};
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member !== undefined) setMember(map, name, copied(member));
  }
  return map;
}

/** Sets a member, whatever it is called. */
export function setMember(map: { [key: string]: Value }, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    map[name] = value;
  }
}

/** Whether a condition `=` holds of two values of a table. */
export function isSame(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (isList(a) || isList(b)) {
    return isList(a) && isList(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isSame(a[name], b[name]))
  );
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
