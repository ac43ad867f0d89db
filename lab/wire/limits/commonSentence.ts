import type { Constraint } from './constraint.ts';
import type { Place, Violation } from './violations.ts';

/**
 * The sentence that most of AWS's services share (row M1): "1 validation error detected: Value '0' at 'port' failed to satisfy
 * constraint: Member must have value greater than or equal to 1". Some services leave out what the value was (row M7).
 */
export function commonSentence(violations: readonly Violation[], { withValues } = { withValues: true }): string {
  const errors = violations.length === 1 ? 'validation error' : 'validation errors';
  const each = violations.map((violation) => {
    const value = withValues ? ` ${quoted(violation.value)}` : '';
    return `Value${value} at '${inLowerCase(violation.place)}' failed to satisfy constraint: ${whatFails(violation)}`;
  });
  return `${violations.length} ${errors} detected: ${each.join('; ')}`;
}

function quoted(value: unknown): string {
  return value === undefined ? 'null' : `'${asJava(value)}'`;
}

/** Members begin in lower case, whatever the model writes; items count from 1. */
function inLowerCase(place: Place): string {
  return place
    .map((step) => {
      if (typeof step === 'number') return `${step + 1}.member`;
      if (typeof step === 'object') return `${step.key}.member`;
      return step.charAt(0).toLowerCase() + step.slice(1);
    })
    .join('.');
}

function whatFails({ constraint, part }: Violation): string {
  if (part === undefined) return inWords(constraint);
  const all = `[${part.constraints.map(inWords).join(', ')}]`;
  switch (part.of) {
    case 'items':
      return `Member must satisfy constraint: ${all}`;
    case 'keys':
      return `Map keys must satisfy constraint: ${all.slice(0, -1)}, ${inWords({ kind: 'required' })}]`;
    case 'values':
      return `Map value must satisfy constraint: ${all}`;
  }
}

function inWords(constraint: Constraint): string {
  switch (constraint.kind) {
    case 'required':
      return 'Member must not be null';
    case 'maxLength':
      return `Member must have length less than or equal to ${constraint.bound}`;
    case 'minLength':
      return `Member must have length greater than or equal to ${constraint.bound}`;
    case 'max':
      return `Member must have value less than or equal to ${constraint.bound}`;
    case 'min':
      return `Member must have value greater than or equal to ${constraint.bound}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`;
    case 'enum':
      return `Member must satisfy enum value set: [${constraint.values.join(', ')}]`;
  }
}

/** As Java prints a list and a map. */
function asJava(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(asJava).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${key}=${asJava(inner)}`);
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}
