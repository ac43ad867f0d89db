import type { Value } from './attributes.ts';
import { isList } from './storedData.ts';

/** How many bytes text, and a number, take at most, or exactly: at most is many times faster. */
export interface Ruler {
  text: (text: string) => number;
  number: (value: number) => number;
}

/** No UTF-16 unit takes more than three bytes in UTF-8, and no number more than 21. */
export const AT_MOST: Ruler = { text: (text) => 3 * text.length, number: () => 21 };

/** UTF-8 for text; a byte for two significant digits, one more, and one for a minus sign. */
export const EXACTLY: Ruler = {
  text: (text) => Buffer.byteLength(text),
  number: (value) => {
    const digits = String(Math.abs(value))
      .replace(/e.*$/, '')
      .replace('.', '')
      .replace(/^0+|0+$/g, '');
    return 1 + Math.ceil(digits.length / 2) + (value < 0 ? 1 : 0);
  },
};

/** What a value takes of an item's 400 KB; a list or a map 3 bytes and 1 a member beside what is in it (row D5). */
export function bytesOf(value: Value | undefined, ruler: Ruler): number {
  if (typeof value === 'string') return ruler.text(value);
  if (typeof value === 'number') return ruler.number(value);
  if (value === null || value === undefined || typeof value === 'boolean') return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  let bytes = 3;
  if (isList(value)) {
    for (const item of value) bytes += 1 + bytesOf(item, ruler);
  } else {
    for (const name of Object.keys(value)) bytes += 1 + ruler.text(name) + bytesOf(value[name], ruler);
  }
  return bytes;
}
