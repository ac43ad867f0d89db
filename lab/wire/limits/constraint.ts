import { wholePattern } from './pattern.ts';
import type { ShapeLimits } from './table.ts';

/** One thing that a service model asks of a value. */
export type Constraint =
  | { kind: 'required' }
  | { kind: 'maxLength' | 'minLength' | 'max' | 'min'; bound: number }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'enum'; values: readonly string[] };

/** A constraint that can be asked of a value of the right type. */
export interface Rule {
  constraint: Constraint;
  holds: (value: unknown) => boolean;
}

/** The rules of one shape. `values` are those of its enum; none where it is no enum. */
export function rulesOf(limits: ShapeLimits, values: readonly string[]): Rule[] {
  const { maxLength, min, max, pattern } = limits;
  // Where only a greatest length is modelled, AWS names 0 as the least beside it.
  const minLength = limits.minLength ?? (maxLength === undefined ? undefined : 0);
  const rules: Rule[] = [];
  if (maxLength !== undefined) {
    rules.push({ constraint: { kind: 'maxLength', bound: maxLength }, holds: (value) => lengthOf(value) <= maxLength });
  }
  if (minLength !== undefined) {
    rules.push({ constraint: { kind: 'minLength', bound: minLength }, holds: (value) => lengthOf(value) >= minLength });
  }
  if (max !== undefined) {
    rules.push({ constraint: { kind: 'max', bound: max }, holds: (value) => Number(value) <= max });
  }
  if (min !== undefined) {
    rules.push({ constraint: { kind: 'min', bound: min }, holds: (value) => Number(value) >= min });
  }
  if (pattern !== undefined) {
    const whole = wholePattern(pattern);
    // Some of the models' patterns take time that grows with the square of the length; what is far too long is refused for that.
    const longest = maxLength === undefined ? Number.POSITIVE_INFINITY : 4 * maxLength;
    rules.push({
      constraint: { kind: 'pattern', pattern },
      holds: (value) => typeof value !== 'string' || value.length > longest || whole.test(value),
    });
  }
  if (values.length > 0) {
    const known = new Set<unknown>(values);
    rules.push({ constraint: { kind: 'enum', values }, holds: (value) => known.has(value) });
  }
  return rules;
}

/** In Unicode characters, bytes, items or entries, as AWS counts. */
function lengthOf(value: unknown): number {
  if (typeof value === 'string') return /[\uD800-\uDBFF]/.test(value) ? Array.from(value).length : value.length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
}
