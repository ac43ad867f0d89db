import { wildcardOf } from '../../wildcard.ts';
import { matchesArn } from './arnMatch.ts';
import type { ContextOf } from './request.ts';
import { patternOf, textOf } from './variables.ts';

/** Whether a value of a call is what a value of a policy says. */
type Comparison = (value: string, wanted: string, context: ContextOf) => boolean;

const equals: Comparison = (value, wanted, context) => value === textOf(wanted, context);

const equalsIgnoringCase: Comparison = (value, wanted, context) =>
  value.toLowerCase() === textOf(wanted, context)?.toLowerCase();

const like: Comparison = (value, wanted, context) => {
  const pattern = patternOf(wanted, context);
  return pattern !== undefined && wildcardOf(pattern)(value);
};

/** ArnEquals and ArnLike are one (row N62). */
const arnLike: Comparison = (value, wanted, context) => {
  const pattern = patternOf(wanted, context);
  return pattern !== undefined && matchesArn(pattern, value);
};

const number =
  (holds: (value: number, wanted: number) => boolean): Comparison =>
  (value, wanted) =>
    holds(Number(value), Number(wanted));

/** Instants as ISO 8601 or in seconds since the epoch; what is neither meets nothing, but for what is negated. */
const date =
  (holds: (value: number, wanted: number) => boolean): Comparison =>
  (value, wanted) =>
    holds(instantOf(value), instantOf(wanted));

const instantOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text));

/** How a call's values are held against a policy's; `isNegated` where none of the policy's may be met. */
const COMPARISONS: Readonly<Record<string, { compare: Comparison; isNegated: boolean }>> = {
  StringEquals: { compare: equals, isNegated: false },
  StringNotEquals: { compare: equals, isNegated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoringCase, isNegated: false },
  StringNotEqualsIgnoreCase: { compare: equalsIgnoringCase, isNegated: true },
  StringLike: { compare: like, isNegated: false },
  StringNotLike: { compare: like, isNegated: true },
  ArnEquals: { compare: arnLike, isNegated: false },
  ArnLike: { compare: arnLike, isNegated: false },
  ArnNotEquals: { compare: arnLike, isNegated: true },
  ArnNotLike: { compare: arnLike, isNegated: true },
  NumericEquals: { compare: number((value, wanted) => value === wanted), isNegated: false },
  NumericNotEquals: { compare: number((value, wanted) => value === wanted), isNegated: true },
  NumericLessThan: { compare: number((value, wanted) => value < wanted), isNegated: false },
  NumericLessThanEquals: { compare: number((value, wanted) => value <= wanted), isNegated: false },
  NumericGreaterThan: { compare: number((value, wanted) => value > wanted), isNegated: false },
  NumericGreaterThanEquals: { compare: number((value, wanted) => value >= wanted), isNegated: false },
  DateEquals: { compare: date((value, wanted) => value === wanted), isNegated: false },
  DateNotEquals: { compare: date((value, wanted) => value === wanted), isNegated: true },
  DateLessThan: { compare: date((value, wanted) => value < wanted), isNegated: false },
  DateLessThanEquals: { compare: date((value, wanted) => value <= wanted), isNegated: false },
  DateGreaterThan: { compare: date((value, wanted) => value > wanted), isNegated: false },
  DateGreaterThanEquals: { compare: date((value, wanted) => value >= wanted), isNegated: false },
  Bool: { compare: equalsIgnoringCase, isNegated: false },
};

/** Operators of AWS's that the lab does not know. */
const OTHERS = /^(IpAddress|NotIpAddress|BinaryEquals)$/;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** What is wanted of one condition key. */
export interface Condition {
  key: string;
  values: readonly string[];
  holds: (context: ContextOf) => boolean;
}

export type ConditionReading =
  | { kind: 'condition'; condition: Condition }
  | { kind: 'unknown' }
  | { kind: 'notPlayed' };

/**
 * One operator with one key and its values, ready to be held against calls (rows N60, N63). What a call has no value for fails every
 * operator, but for the negated ones, those with `IfExists`, and `ForAllValues`.
 */
export function readCondition(operator: string, key: string, values: readonly string[]): ConditionReading {
  const [, set, name = '', ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && set === undefined && ifExists === undefined) {
    const holds = (context: ContextOf) => values.includes(String(isAbsent(context(key))));
    return { kind: 'condition', condition: { key, values, holds } };
  }
  if (OTHERS.test(name)) return { kind: 'notPlayed' };
  const comparison = Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name] : undefined;
  if (comparison === undefined) return { kind: 'unknown' };
  const { compare, isNegated } = comparison;
  const meets = (value: string, context: ContextOf) =>
    values.some((wanted) => compare(value, wanted, context)) !== isNegated;
  const holds = (context: ContextOf) => {
    const present = context(key);
    if (present === undefined || isAbsent(present)) {
      return set === 'ForAllValues' || ifExists !== undefined || (isNegated && set === undefined);
    }
    return set === 'ForAllValues'
      ? present.every((value) => meets(value, context))
      : present.some((value) => meets(value, context));
  };
  return { kind: 'condition', condition: { key, values, holds } };
}

const isAbsent = (values: readonly string[] | undefined): boolean => values === undefined || values.length === 0;
