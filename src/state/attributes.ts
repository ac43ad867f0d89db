import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What the table holds, as plain values. Binary data only ever comes from records that others wrote. */
export type Value =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

export type Attributes = Record<string, AttributeValue>;

/**
 * Plain JSON-like data as attributes: maps stay maps and lists stay lists, so that a person can read an item and write one.
 * Members that are `undefined` are left out. Throws `TypeError` for what is no data (functions, class instances, NaN).
 */
export function toAttributes(value: object): Attributes {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, toAttribute(member, key)]])),
  );
}

export function toAttribute(value: unknown, place = 'value'): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) };
  if (value instanceof Uint8Array) return { B: value };
  if (Array.isArray(value)) return { L: value.map((item, index) => toAttribute(item ?? null, `${place}[${index}]`)) };
  if (typeof value === 'object' && isPlain(value)) return { M: toAttributes(value) };
  throw notData(value, place);
}

/** What is thrown for a value that no table holds. */
export const notData = (value: unknown, place: string): TypeError =>
  new TypeError(`${place} cannot be stored: it is ${typeof value === 'number' ? value : typeof value}`);

/** Whether an object is data alone, and no instance of a class. */
export const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** The way back. Sets become lists, so that a list that a person wrote as a string set reads as they meant it. */
export function fromAttributes(attributes: Attributes): { [key: string]: Value } {
  return Object.fromEntries(Object.entries(attributes).map(([key, attribute]) => [key, fromAttribute(attribute)]));
}

export function fromAttribute(attribute: AttributeValue): Value {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.M !== undefined) return fromAttributes(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(fromAttribute);
  if (attribute.SS !== undefined) return attribute.SS;
  if (attribute.NS !== undefined) return attribute.NS.map(Number);
  if (attribute.B !== undefined) return attribute.B;
  if (attribute.BS !== undefined) return attribute.BS;
  return null;
}

/** Text or a number as text; `''` for anything else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
