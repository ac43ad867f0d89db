import type { Plain } from '../documents.ts';
import { isMembers, membersOf, textOf, textsOf } from './manifests.ts';

/** One expression of a label selector; what is no operator selects nothing. */
function holds(expression: Plain, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values } = membersOf(expression);
  const name = textOf(key) ?? '';
  const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
  const among = Array.isArray(values) && value !== undefined && values.some((one) => textOf(one) === value);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether a label selector selects: an empty one everything, an absent one nothing. */
export function selects(selector: Plain | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!isMembers(selector)) return false;
  const expressions = selector['matchExpressions'];
  return (
    Object.entries(textsOf(selector['matchLabels'])).every(([name, value]) => labels[name] === value) &&
    (!Array.isArray(expressions) || expressions.every((one) => holds(one, labels)))
  );
}

/** `app=user, tier in (web, api)`; `every pod` for an empty one. `undefined` for one that is absent, and selects nothing. */
export function selectorInWords(selector: Plain | undefined): string | undefined {
  if (!isMembers(selector)) return undefined;
  const expressions = selector['matchExpressions'];
  const words = [
    ...Object.entries(textsOf(selector['matchLabels'])).map(([name, value]) => `${name}=${value}`),
    ...(Array.isArray(expressions) ? expressions : []).map((one) => {
      const { key, operator, values } = membersOf(one);
      const among = Array.isArray(values) ? ` (${values.flatMap((value) => textOf(value) ?? []).join(', ')})` : '';
      return `${textOf(key) ?? ''} ${textOf(operator) ?? ''}${among}`;
    }),
  ];
  return words.length === 0 ? 'every pod' : words.join(', ');
}
