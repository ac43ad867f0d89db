import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseAllDocuments } from 'yaml';
import type { Document, Pair } from 'yaml';
import { isRecord } from './json.ts';
import type { MigrationPlan } from './model.ts';
import { binaryData, pathOfPlace, problem, problemsOf, prototypeKeys } from './problems.ts';
import type { Problem } from './problems.ts';
import { manifestSchema } from './schema.ts';

/** Where and why a manifest is refused. */
export interface ManifestError {
  /** `spec.ramp.steps[1].bake`. */
  place: string;
  message: string;
}

/** The same with its place in the text; line and column count from 1. */
export interface PlanFileError extends ManifestError {
  line: number;
  column: number;
}

export type ParsedFile =
  | {
      plan: MigrationPlan;
      /** The plan as the user wrote it, JSON through and through, `apiVersion` to `spec`: what goes into the table. */
      manifest: Record<string, unknown>;
      /** Where a place of the plan (`spec.ramp.steps[1]`) stands in the text, or the nearest thing around it. */
      positionOf: (place: string) => { line: number; column: number };
    }
  | { errors: PlanFileError[] };
export type ParsedManifest = { plan: MigrationPlan } | { errors: ManifestError[] };

/** The longest text that is parsed. */
const TEXT_LENGTH_MAX = 1_000_000;

/** Reads a plan from YAML or JSON. Every error has its place in the plan and in the text. Throws nothing. */
export function parsePlan(text: string): ParsedFile {
  if (text.length > TEXT_LENGTH_MAX) return refused('is longer than a million characters');
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const [document, second] = Array.isArray(documents) ? documents : [];
  if (document === undefined || document.contents === null) return refused('is empty: a MigrationPlan is needed');
  if (document.errors.length > 0) {
    // What a deep text does to the parser says nothing to a person, and is said for each level.
    if (document.errors.some(({ message }) => /call stack|stack overflow/i.test(message))) {
      return refused('is nested too deep');
    }
    return {
      errors: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { place: 'manifest', message: `is not valid YAML: ${error.message}`, line, column: col };
      }),
    };
  }
  if (second !== undefined) {
    const { line, col } = lines.linePos(second.range[0]);
    return refused('holds more than one document: one plan a file', line, col);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return refused(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = admit(value);
  const positionOf = (path: Problem['path'], subject: Problem['subject']) => {
    const { line, col } = lines.linePos(offsetOf(document, path, subject));
    return { line, column: col };
  };
  if ('plan' in read) {
    return { ...read, positionOf: (place) => positionOf(pathOfPlace(place), 'value') };
  }
  const errors = read.problems.map(
    ({ place, message, path, subject }): PlanFileError => ({ place, message, ...positionOf(path, subject) }),
  );
  return { errors: errors.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/**
 * Reads a manifest that is data already: a record that was put into the table by hand. `recordName` is the name in the
 * record's key, which the manifest must agree with. Throws nothing.
 */
export function parseManifest(value: unknown, recordName?: string): ParsedManifest {
  const read = admit(value);
  if ('problems' in read) return { errors: read.problems.map(({ place, message }) => ({ place, message })) };
  if (recordName !== undefined && read.plan.name !== recordName) {
    const message = `is "${read.plan.name}", but the record's key says plan#${recordName}`;
    return { errors: [{ place: 'metadata.name', message }] };
  }
  return { plan: read.plan };
}

const refused = (message: string, line = 1, column = 1): ParsedFile => ({
  errors: [{ place: 'manifest', message, line, column }],
});

function admit(value: unknown): { plan: MigrationPlan; manifest: Record<string, unknown> } | { problems: Problem[] } {
  if (!isRecord(value)) {
    return { problems: [problem([], 'must be a map with apiVersion, kind, metadata and spec', 'value')] };
  }
  // Binary data would pass for a map with a key for every byte.
  const binary = binaryData(value);
  if (binary.length > 0) return { problems: binary };
  const read = manifestSchema.safeParse(value, { reportInput: true });
  const problems = [...prototypeKeys(value), ...(read.success ? [] : problemsOf(read.error.issues))];
  if (read.success && problems.length === 0) return { plan: read.data, manifest: value };
  return { problems };
}

/** Where a problem stands in the text: its key, its value, or the nearest thing around what is missing. */
function offsetOf(document: Document, path: Problem['path'], subject: Problem['subject']): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const isLast = index === path.length - 1;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isPair(item) && keyOf(item) === String(part));
      if (pair === undefined) return offset;
      // A list or a map is pointed at by its key, a scalar by itself.
      const isPlain = isScalar(pair.value) || isAlias(pair.value);
      offset = isLast && subject === 'value' && isPlain ? startOf(pair.value) : startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof part === 'number') {
      node = node.items[part];
      offset = node === undefined ? offset : startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key));

const startOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0);
