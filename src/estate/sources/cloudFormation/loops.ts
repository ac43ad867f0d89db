import type { Path, Plain } from '../documents.ts';
import { Unknown } from '../shapes/shape.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import { isSection, type Section } from './template.ts';
import { isText } from './values.ts';

const LOOP = 'Fn::ForEach::';

/** `${Name}` and, without what is no letter or digit, `&{Name}`. A `Ref` to the loop's variable is its value as well. */
function fill(value: Plain, name: string, item: string): Plain {
  const text = (one: string): string =>
    one.replaceAll(`\${${name}}`, item).replaceAll(`&{${name}}`, item.replace(/[^A-Za-z0-9]/g, ''));
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((one) => fill(one, name, item));
  if (!isSection(value)) return value;
  if (value['Ref'] === name && Object.keys(value).length === 1) return item;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [text(key), fill(one, name, item)]));
}

/**
 * A part of a template with each `Fn::ForEach` of the language extensions written out. A loop over what cannot be told is left
 * out and told of.
 */
export function unrolled(scope: Scope, value: Plain, path: Path, untold: (path: Path, why: string) => void): Plain {
  if (Array.isArray(value)) return value.map((item, index) => unrolled(scope, item, [...path, index], untold));
  if (!isSection(value)) return value;
  const written: Section = {};
  for (const [key, one] of Object.entries(value)) {
    const here = [...path, key];
    if (!key.startsWith(LOOP)) {
      written[key] = unrolled(scope, one, here, untold);
      continue;
    }
    const [name, collection, body] = Array.isArray(one) ? one : [];
    if (typeof name !== 'string' || collection === undefined || !isSection(body)) {
      return scope.template.refuse(here, 'it takes the name of a variable, a list, and what to repeat');
    }
    const items = evaluate(scope, collection, [...here, 1]);
    if (!Array.isArray(items) || !items.every(isText)) {
      untold(here, items instanceof Unknown ? items.why : 'Its collection is no list of texts.');
      continue;
    }
    for (const item of items) {
      const filled = fill(body, name, String(item));
      const inner = unrolled(scope, filled, [...here, 2], untold);
      if (isSection(inner)) Object.assign(written, inner);
    }
  }
  return written;
}
