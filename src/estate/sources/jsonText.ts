import { SourceError } from './reading.ts';

const TOKEN =
  /[ \t\n\r]*(?:([{}[\],:])|("[ !#-[\]-\uFFFF]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uFFFF]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)))/y;

type Expected = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

const WORDS: Readonly<Record<Expected, string>> = {
  value: 'a value',
  valueOrEnd: 'a value or ]',
  key: 'a member name in double quotes',
  keyOrEnd: 'a member name in double quotes or }',
  colon: 'a colon',
  commaOrEnd: 'a comma or the closing bracket',
  nothing: 'the end of the text',
};

/** What comes after a value in what is still open. */
const after = (open: readonly string[]): Expected => (open.length === 0 ? 'nothing' : 'commaOrEnd');

/** What may follow, once `token` has come where `expected` was; `undefined` where it may not come there. */
function next(
  expected: Expected,
  token: { mark: string | undefined; text: boolean },
  open: string[],
): Expected | undefined {
  const { mark, text } = token;
  const closes = mark === ']' ? '[' : mark === '}' ? '{' : undefined;
  if (closes !== undefined) {
    const empty = closes === '[' ? 'valueOrEnd' : 'keyOrEnd';
    if ((expected !== 'commaOrEnd' && expected !== empty) || open.at(-1) !== closes) return undefined;
    open.pop();
    return after(open);
  }
  switch (expected) {
    case 'value':
    case 'valueOrEnd':
      if (mark === undefined) return after(open);
      if (mark !== '{' && mark !== '[') return undefined;
      open.push(mark);
      return mark === '{' ? 'keyOrEnd' : 'valueOrEnd';
    case 'key':
    case 'keyOrEnd':
      return text ? 'colon' : undefined;
    case 'colon':
      return mark === ':' ? 'value' : undefined;
    case 'commaOrEnd':
      if (mark !== ',') return undefined;
      return open.at(-1) === '{' ? 'key' : 'value';
    case 'nothing':
      return undefined;
  }
}

/** Where the first character stands that is not JSON, and what should have come there. */
function firstFault(text: string): { offset: number; expected: Expected } {
  const open: string[] = [];
  let expected: Expected = 'value';
  let offset = 0;
  for (;;) {
    TOKEN.lastIndex = offset;
    const token = TOKEN.exec(text);
    if (token === null) break;
    const follows: Expected | undefined = next(expected, { mark: token[1], text: token[2] !== undefined }, open);
    if (follows === undefined) break;
    expected = follows;
    offset = TOKEN.lastIndex;
  }
  while (/[ \t\n\r]/.test(text[offset] ?? '')) offset += 1;
  return { offset, expected };
}

/** As much of a text in double quotes as may stand in one. */
const TEXT_SO_FAR = /"[ !#-[\]-\uFFFF]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uFFFF]*)*/y;

/** Where a text that begins at `offset` stops to be one. */
function endOfText(json: string, offset: number): number {
  TEXT_SO_FAR.lastIndex = offset;
  return TEXT_SO_FAR.test(json) ? TEXT_SO_FAR.lastIndex : offset;
}

/** Deeper than any answer of AWS and any state, and shallow enough for whatever walks it afterwards. */
const DEPTH_MAX = 200;

/** Level by level, since what goes down by calling itself is what a deep value breaks. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= DEPTH_MAX; depth += 1) {
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** `line 3, column 14`, both from 1. */
export function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - before.lastIndexOf('\n')}`;
}

/**
 * The value that a text of JSON stands for. A byte order mark before it is passed over.
 *
 * @param where what is read, for a person: a file's name
 * @throws SourceError with line and column of the first character that is not JSON, and for what is nested without end
 */
export function parseJson(text: string, where: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    if (json.trim() === '') throw new SourceError(where, '', 'the file is empty');
    if (json.includes('\u0000')) throw new SourceError(where, '', 'this is no UTF-8 text; save it as UTF-8');
    const { offset: start, expected } = firstFault(json);
    const isText = json[start] === '"' && /^(value|key)/.test(expected);
    const offset = isText ? endOfText(json, start) : start;
    const place = lineAndColumn(json, offset);
    if (offset >= json.length) throw new SourceError(where, place, 'the JSON ends before it is complete');
    if (isText) {
      throw new SourceError(
        where,
        place,
        'a text in double quotes may hold no line break, no control character and no escape that JSON does not have',
      );
    }
    // One character and no more: what follows may be a secret.
    throw new SourceError(where, place, `${WORDS[expected]} was expected, and not ${JSON.stringify(json[offset])}`);
  }
  if (isTooDeep(value)) throw new SourceError(where, '', `it is nested more than ${DEPTH_MAX} deep`);
  return value;
}
