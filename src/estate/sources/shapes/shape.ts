import type { Unresolved } from '../reading.ts';

/**
 * What a member may hold. `texts` is a map with free keys; `any` is taken as it stands. A list is a tuple of the shape of its
 * items; an object names each member that it may have, in the SDK's spelling.
 */
export type Shape =
  | 'text'
  | 'number'
  | 'flag'
  | 'texts'
  | 'any'
  | readonly [Shape]
  | { readonly [member: string]: Shape };

type KeyOf<T> = T extends unknown ? Exclude<keyof T, '$unknown'> : never;
type MemberOf<T, Key> = T extends unknown ? (Key extends keyof T ? T[Key] : never) : never;

/** The shape of an SDK type with every member of it, so that the compiler tells when the SDK learns one that a reader does not. */
export type ShapeOf<T> = [T] extends [string | Date]
  ? 'text'
  : [T] extends [number]
    ? 'number'
    : [T] extends [boolean]
      ? 'flag'
      : [T] extends [readonly (infer Item)[]]
        ? readonly [ShapeOf<NonNullable<Item>>]
        : string extends keyof T
          ? 'texts'
          : { readonly [Key in KeyOf<T>]: ShapeOf<NonNullable<MemberOf<T, Key>>> };

/** A value that a source names and does not tell. */
export class Unknown {
  /** One sentence: what is missing, and what would tell it. It quotes no value, which may be a secret. */
  readonly why: string;
  /** How the source writes it, with `${…}` for what is missing. For a person's eyes alone. */
  readonly text: string;

  constructor(why: string, text: string) {
    this.why = why;
    this.text = text;
  }
}

export type Value = string | number | boolean | null | Unknown | Value[] | { [key: string]: Value };

export const isObject = (value: unknown): value is { [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unknown);

/** YAML's older words among them. */
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

const kindOf = (value: Value): string =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : `a ${typeof value}`;

/** How a source spells the members of the SDK's types, and what it has on top of them. */
export interface Spelling {
  /** The SDK's spelling of a member. */
  member: (name: string) => string;
  /** Members of the outermost object that the source has for itself, as it spells them: neither taken nor told of. */
  own?: ReadonlySet<string>;
}

export const AS_IT_STANDS: Spelling = { member: (name) => name };

/**
 * The part of a value that fits a shape. What does not fit, or is unknown, is left out and told of in `unresolved`. Texts,
 * numbers and flags stand for each other where one says the same as the other, as in a template's `Port: "8080"`. A list of
 * plain values with one that is left out is left out as a whole: half of it would be another list.
 */
export function fit(
  value: Value | undefined,
  shape: Shape,
  place: string,
  unresolved: Unresolved[],
  spelling: Spelling = AS_IT_STANDS,
): unknown {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Unknown) {
    unresolved.push({ place, why: value.why });
    return undefined;
  }
  const misfit = (wanted: string): undefined => {
    unresolved.push({ place, why: `It should be ${wanted} and is ${kindOf(value)}, so it is left out.` });
  };
  if (shape === 'text') {
    return typeof value === 'object' ? misfit('a text') : String(value);
  }
  if (shape === 'number') {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : misfit('a number');
  }
  if (shape === 'flag') {
    const flag = typeof value === 'string' ? FLAGS[value.toLowerCase()] : value;
    return typeof flag === 'boolean' ? flag : misfit('true or false');
  }
  if (shape === 'any') return freely(value, place, unresolved);
  if (shape === 'texts') {
    if (!isObject(value)) return misfit('an object');
    return object(
      Object.entries(value).map(([key, item]) => [key, fit(item, 'text', `${place}.${key}`, unresolved)] as const),
    );
  }
  if (isList(shape)) {
    if (!Array.isArray(value)) return misfit('a list');
    const items = value.map((item, index) => fit(item, shape[0], `${place}[${index}]`, unresolved, spelling));
    const plain = typeof shape[0] === 'string';
    if (plain && items.includes(undefined)) return undefined;
    return items.filter((item) => item !== undefined);
  }
  if (!isObject(value)) return misfit('an object');
  const inside: Spelling = { member: spelling.member };
  return object(
    Object.entries(value).flatMap(([name, item]) => {
      if (spelling.own?.has(name)) return [];
      const member = spelling.member(name);
      const inner = Object.hasOwn(shape, member) ? shape[member] : undefined;
      if (inner !== undefined) return [[member, fit(item, inner, `${place}.${name}`, unresolved, inside)] as const];
      unresolved.push({ place: `${place}.${name}`, why: 'Meshlift knows no such member, so it is left out.' });
      return [];
    }),
  );
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

/** Without the members that are left out. */
const object = (entries: readonly (readonly [string, unknown])[]): Record<string, unknown> =>
  Object.fromEntries(entries.filter(([, item]) => item !== undefined));

function freely(value: Value, place: string, unresolved: Unresolved[]): unknown {
  if (value instanceof Unknown) {
    unresolved.push({ place, why: value.why });
    return undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => freely(item, `${place}[${index}]`, unresolved));
    return items.includes(undefined) ? undefined : items;
  }
  if (!isObject(value)) return value;
  return object(
    Object.entries(value).map(([key, item]) => [key, freely(item, `${place}.${key}`, unresolved)] as const),
  );
}
