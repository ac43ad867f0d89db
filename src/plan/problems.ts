import type { z } from 'zod';

/** One thing that is wrong with a manifest. */
export interface Problem {
  path: readonly (string | number)[];
  /** `spec.ramp.steps[1].bake`; `manifest` for the whole. */
  place: string;
  message: string;
  /** Whether the key itself is wrong or its value. */
  subject: 'key' | 'value';
}

/** `spec.ramp.steps[1].bake`; a key that is no plain word is quoted: `spec.services["a.b"]`. */
export function placeOf(path: readonly (string | number)[]): string {
  const text = path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[A-Za-z_][\w-]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join('');
  return text === '' ? 'manifest' : text.replace(/^\./, '');
}

/** The way back from {@link placeOf}. */
export function pathOfPlace(place: string): (string | number)[] {
  if (place === 'manifest') return [];
  return [...place.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[]+)/g)].map(([, index, quoted, word]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (word ?? '') : String(JSON.parse(`"${quoted}"`));
  });
}

/** What was written, in a few words. */
function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : typeof value;
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

const ZOD_OWN_WORDS = /^(Invalid|Too (small|big)|Unrecognized)/;

function explain(issue: z.core.$ZodIssue): string {
  const written = describeValue(issue.input);
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing';
    const isZodsOwn = ZOD_OWN_WORDS.test(issue.message);
    return `${isZodsOwn ? `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}` : issue.message}, is ${written}`;
  }
  if (issue.code === 'invalid_value') {
    const mustBe = `must be ${issue.values.join(' or ')}`;
    return issue.input === undefined ? `is missing: ${mustBe}` : `${mustBe}, is ${written}`;
  }
  if (issue.code === 'invalid_union' && issue.input === undefined) return `is missing: ${issue.message}`;
  const isScalar = typeof issue.input === 'string' || typeof issue.input === 'number';
  return issue.code !== 'custom' && isScalar ? `${issue.message}, is ${written}` : issue.message;
}

/** Every zod issue as one or more problems, in the order in which the schema found them. */
export function problemsOf(issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => problem([...path, key], `unknown key "${key}"; ${issue.message}`, 'key'));
    }
    if (issue.code === 'invalid_key') {
      const why = issue.issues[0]?.message ?? issue.message;
      return [problem(path, `"${String(path.at(-1))}" ${why}`, 'key')];
    }
    if (issue.code === 'invalid_union') {
      const meant = formMeant(issue.errors);
      if (meant !== undefined) return problemsOf(meant.map((one) => ({ ...one, path: [...issue.path, ...one.path] })));
    }
    return [problem(path, explain(issue), 'value')];
  });
}

/** Another form was written than the one in which these were found. */
const isOther = (issues: readonly z.core.$ZodIssue[]): boolean =>
  issues.some(({ code, path }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'));

/** What is wrong with the one of several forms that was written; `undefined` where it is none of them, or it could be several. */
function formMeant(forms: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const [meant, ...others] = forms.filter((issues) => !isOther(issues));
  return others.length === 0 ? meant : undefined;
}

export function problem(path: Problem['path'], message: string, subject: Problem['subject']): Problem {
  return { path, place: placeOf(path), message, subject };
}

/** A record in zod passes over `__proto__`; a plan ignores nothing, so it is looked for before. */
export function prototypeKeys(value: unknown, path: readonly (string | number)[] = []): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => prototypeKeys(item, [...path, index]));
  return Object.entries(value).flatMap(([key, member]) =>
    key === '__proto__'
      ? [problem([...path, key], 'unknown key "__proto__"', 'key')]
      : prototypeKeys(member, [...path, key]),
  );
}

/** Every place that holds binary data, which only a record that was put by hand can. */
export function binaryData(value: unknown, path: readonly (string | number)[] = []): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Uint8Array) return [problem(path, 'is binary data, and no value of a plan is', 'value')];
  if (Array.isArray(value)) return value.flatMap((item, index) => binaryData(item, [...path, index]));
  return Object.entries(value).flatMap(([key, member]) => binaryData(member, [...path, key]));
}
