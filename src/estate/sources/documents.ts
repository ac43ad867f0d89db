import { isRecord } from '../../plan/json.ts';
import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Alias,
  type Document,
  type Node,
} from 'yaml';
import { SourceError } from './reading.ts';

export type Plain = string | number | boolean | null | Plain[] | { [key: string]: Plain };
export type Path = readonly (string | number)[];

/** One document of a file: what it says, and where it says it. */
export interface ReadDocument {
  value: Plain;
  /** `line 12, column 5` of the innermost member on the path that the file has. */
  locate(path: Path): string;
}

export interface Limits {
  /** A longer file is refused unread. */
  charactersMax: number;
  /** What aliases may make of a file, in members and items. */
  nodesMax: number;
}

/** Deeper than any template or manifest, and shallow enough for a recursive walk. */
const DEPTH_MAX = 120;

/** What a YAML tag of the file's own kind stands for. `undefined`: there is no such tag. */
export type Tags = (tag: string, value: Plain) => Plain | undefined;

const NO_TAGS: Tags = () => undefined;

export const pathText = (path: Path): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');

/**
 * Reads JSON, or YAML of one or several documents. Numbers whose text says more than their value (`1.10`, an account with a
 * leading zero) stay texts; nothing becomes a date; `yes` and `on` stay texts. Empty documents are left out.
 *
 * @throws {SourceError} for what is no text, is empty, too long, no YAML, or grows beyond its limits through aliases; with line
 * and column, and without quoting the file, which may hold secrets
 */
export function readDocuments(where: string, text: string, limits: Limits, tags: Tags = NO_TAGS): ReadDocument[] {
  const fail = (place: string, message: string): never => {
    throw new SourceError(where, place, message);
  };
  if (text.length > limits.charactersMax) {
    fail('', `it has ${millions(text.length)} characters; at most ${millions(limits.charactersMax)} are read`);
  }
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (body.includes('\0')) fail('', 'it is a binary file, and no text');
  if (body.trim() === '') fail('', 'it is empty');

  const budget = { nodes: limits.nodesMax };
  const take = (depth: number, place: () => string): void => {
    budget.nodes -= 1;
    if (budget.nodes < 0)
      fail(place(), `its aliases make more than ${limits.nodesMax} members of it, so it is not read on`);
    if (depth > DEPTH_MAX) fail(place(), `it is nested more than ${DEPTH_MAX} deep`);
  };

  const json = asJson(body);
  if (json !== undefined) {
    measure(json, 0, take);
    let parsed: Parsed | undefined;
    return [{ value: json, locate: (path) => locate((parsed ??= parse(where, body)), 0, path) }];
  }

  const parsed = parse(where, body);
  /** Each anchor's node, read; `undefined` while it is being read. An alias means the last one of its name before it. */
  const anchors = new Map<string, Anchored | undefined>();
  let deepest = 0;
  return parsed.documents.flatMap((document, index) => {
    const error = document.errors[0];
    if (error !== undefined) return fail(at(parsed.lines, error.pos[0]), sentence(error.message));
    if (document.contents === null) return [];
    anchors.clear();
    const value = plain(document.contents, 0);
    return value === null ? [] : [{ value, locate: (path: Path) => locate(parsed, index, path) }];
  });

  function plain(node: Node | null, depth: number): Plain {
    take(depth, () => at(parsed.lines, node?.range?.[0] ?? 0));
    const anchor = isScalar(node) || isCollection(node) ? node.anchor : undefined;
    if (anchor === undefined) {
      deepest = Math.max(deepest, depth);
      return longForm(node, untagged(node, depth));
    }
    const [nodesBefore, deepestBefore] = [budget.nodes, deepest];
    deepest = depth;
    anchors.set(anchor, undefined);
    const value = longForm(node, untagged(node, depth));
    anchors.set(anchor, { value, nodes: nodesBefore - budget.nodes + 1, height: deepest - depth });
    deepest = Math.max(deepest, deepestBefore);
    return value;
  }

  function longForm(node: Node | null, found: Plain): Plain {
    const tag = isScalar(node) || isCollection(node) ? node.tag : undefined;
    if (tag === undefined || tag.startsWith('tag:yaml.org')) return found;
    const place = at(parsed.lines, node?.range?.[0] ?? 0);
    return tags(tag, found) ?? fail(place, `${tag} is no tag that Meshlift knows`);
  }

  /** What is aliased is not read again: it counts for its size and its height each time. */
  function aliased(node: Alias, depth: number): Plain {
    const place = at(parsed.lines, node.range?.[0] ?? 0);
    const target = anchors.get(node.source);
    if (target === undefined) {
      const why = anchors.has(node.source) ? 'stands inside itself' : 'has no anchor before it';
      return fail(place, `the alias ${node.source} ${why}`);
    }
    budget.nodes -= target.nodes;
    take(depth + target.height, () => place);
    deepest = Math.max(deepest, depth + target.height);
    return target.value;
  }

  function untagged(node: Node | null, depth: number): Plain {
    if (node === null) return null;
    if (isAlias(node)) return aliased(node, depth);
    if (isSeq(node)) return node.items.map((item) => plain(asNode(item), depth + 1));
    if (isMap(node)) {
      const merged: [string, Plain][] = [];
      const own: [string, Plain][] = [];
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? (pair.key.source ?? JSON.stringify(pair.key.value)) : '';
        const value = plain(asNode(pair.value), depth + 1);
        if (key === '<<')
          merged.unshift(...[value].flat().flatMap((one) => (isRecord(one) ? Object.entries(one) : [])));
        else own.push([key, value]);
      }
      return Object.fromEntries([...merged, ...own]);
    }
    return isScalar(node) ? scalar(node.value, node.source) : null;
  }
}

const millions = (characters: number): string => `${Math.round(characters / 1_000_000)} million`;

const asNode = (item: unknown): Node | null => (isScalar(item) || isCollection(item) || isAlias(item) ? item : null);

function scalar(value: unknown, source: string | undefined): Plain {
  if (typeof value === 'number') return source === undefined || String(value) === source ? value : source;
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  return source ?? null;
}

/** `undefined` for what is no JSON: then it is read as YAML, which tells line and column of what is wrong. */
function asJson(text: string): Plain | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Plain;
  } catch {
    return undefined;
  }
}

function measure(value: Plain, depth: number, take: (depth: number, place: () => string) => void): void {
  take(depth, () => '');
  if (typeof value !== 'object' || value === null) return;
  for (const item of Object.values(value)) measure(item, depth + 1, take);
}

interface Anchored {
  value: Plain;
  nodes: number;
  height: number;
}

interface Parsed {
  documents: Document[];
  lines: LineCounter;
}

function parse(where: string, text: string): Parsed {
  const lines = new LineCounter();
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
    return { documents: Array.isArray(documents) ? (documents as Document[]) : [], lines };
  } catch (error) {
    if (error instanceof RangeError) throw new SourceError(where, '', 'it is nested too deep to be read');
    throw error;
  }
}

function at(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}

/** The parser's messages begin as sentences; here they follow a colon. */
const sentence = (message: string): string =>
  message.includes('call stack') ? 'it is nested too deep' : message.charAt(0).toLowerCase() + message.slice(1);

function locate({ documents, lines }: Parsed, index: number, path: Path): string {
  const document = documents[index];
  for (let length = path.length; length > 0; length -= 1) {
    const node = document?.getIn(path.slice(0, length), true);
    if ((isScalar(node) || isCollection(node) || isAlias(node)) && node.range) return at(lines, node.range[0]);
  }
  return 'line 1, column 1';
}
