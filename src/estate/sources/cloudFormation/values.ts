import { isObject, Unknown, type Value } from '../shapes/shape.ts';

/** What a function gives; `undefined` is `AWS::NoValue`, which takes its member away. */
export type Result = Value | undefined;

export const isText = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** How a value is shown inside a text that cannot be told as a whole. */
const shown = (value: Result): string => (value instanceof Unknown ? value.text : isText(value) ? String(value) : '');

/** Texts side by side. One that is unknown makes the whole unknown. */
export function concat(parts: readonly Result[]): string | Unknown {
  const text = parts.map(shown).join('');
  for (const part of parts) {
    if (part instanceof Unknown) return new Unknown(part.why, text);
    if (part !== undefined && !isText(part))
      return new Unknown('A list or an object stands where a text should.', text);
  }
  return dynamic(text) ?? text;
}

/** A dynamic reference, `{{resolve:ssm:…}}`, makes the whole text one that only a deployed stack can tell. */
export function dynamic(text: string): Unknown | undefined {
  const [, kind] = /\{\{resolve:([^:}]*)/.exec(text) ?? [];
  return kind === undefined
    ? undefined
    : new Unknown(`It is resolved from ${kind} when the stack is deployed.`, `\${resolve:${kind}}`);
}

/** The first unknown in a value, however deep. */
export function unknownIn(value: Result): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return value.map(unknownIn).find((one) => one !== undefined);
  if (isObject(value)) {
    return Object.values(value)
      .map(unknownIn)
      .find((one) => one !== undefined);
  }
  return undefined;
}

/**
 * What AWS makes up when a stack is deployed stands as `${Stack.LogicalId}` in names and identities, so that what belongs
 * together still does, and nobody takes it for real: neither a name nor an ARN can hold a brace.
 */
export const placeholder = (stackName: string, logicalId: string, attribute?: string): string =>
  `\${${[stackName, logicalId, ...(attribute === undefined ? [] : [attribute])].join('.')}}`;

/** Whether a name or an ARN holds what only a deployed stack can tell. */
export const holdsPlaceholder = (text: string): boolean => text.includes('${');
