import { canonicalJson } from '../../plan/canonical.ts';

const shown = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : canonicalJson(value);

/** One field that is not as it was made: `desired count 2 → 1`. Empty where it is. */
export const changed = (field: string, wanted: unknown, found: unknown): string[] =>
  canonicalJson(wanted) === canonicalJson(found) ? [] : [`${field} ${shown(wanted)} → ${shown(found)}`];
