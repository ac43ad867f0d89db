import type { StateValue } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../../errors.ts';

/** The `AlarmRule` of a composite alarm, parsed. */
export type AlarmRule =
  | { kind: 'constant'; value: boolean }
  | { kind: 'state'; alarm: string; state: StateValue }
  | { kind: 'not'; rule: AlarmRule }
  | { kind: 'and' | 'or'; left: AlarmRule; right: AlarmRule };

const STATES: Readonly<Record<string, StateValue>> = {
  ALARM: 'ALARM',
  OK: 'OK',
  INSUFFICIENT_DATA: 'INSUFFICIENT_DATA',
};

/** Far more than anyone writes, and less than the stack holds. */
const DEPTH_MAX = 100;

/**
 * Parses `ALARM("x")`, `OK("x")`, `INSUFFICIENT_DATA("x")`, `AND`, `OR`, `NOT`, `TRUE`, `FALSE` and parentheses; alarms by name or by
 * ARN, quoted or not. Throws `ValidationError` for anything else, `AT_LEAST` included.
 */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+|"/g) ?? [];
  let position = 0;
  const refuse = (why: string) =>
    new AwsError('ValidationError', `AlarmRule must not contain any syntax errors: ${why} in ${JSON.stringify(text)}.`);
  const next = (): string => {
    const token = tokens[position];
    if (token === undefined) throw refuse('the rule ends too early');
    position += 1;
    return token;
  };
  const expect = (expected: string): void => {
    const token = next();
    if (token !== expected) throw refuse(`expected ${expected}, found ${token}`);
  };
  const anyOf = (): AlarmRule => {
    let left = allOf();
    while (tokens[position] === 'OR') {
      position += 1;
      left = { kind: 'or', left, right: allOf() };
    }
    return left;
  };
  const allOf = (): AlarmRule => {
    let left = term();
    while (tokens[position] === 'AND') {
      position += 1;
      left = { kind: 'and', left, right: term() };
    }
    return left;
  };
  let depth = 0;
  const term = (): AlarmRule => {
    depth += 1;
    if (depth > DEPTH_MAX) throw refuse('it is nested too deep');
    const rule = termInside();
    depth -= 1;
    return rule;
  };
  const termInside = (): AlarmRule => {
    const token = next();
    if (token === 'NOT') return { kind: 'not', rule: term() };
    if (token === 'TRUE' || token === 'FALSE') return { kind: 'constant', value: token === 'TRUE' };
    if (token === '(') {
      const inner = anyOf();
      expect(')');
      return inner;
    }
    const state = STATES[token];
    if (state === undefined) throw refuse(`unexpected ${token}`);
    expect('(');
    const alarm = alarmName(next());
    expect(')');
    return { kind: 'state', alarm, state };
  };
  const rule = anyOf();
  if (position < tokens.length) throw refuse(`unexpected ${tokens[position]}`);
  return rule;
}

/** The names of the alarms that a rule looks at. */
export function alarmsOf(rule: AlarmRule): string[] {
  switch (rule.kind) {
    case 'constant':
      return [];
    case 'state':
      return [rule.alarm];
    case 'not':
      return alarmsOf(rule.rule);
    case 'and':
    case 'or':
      return [...alarmsOf(rule.left), ...alarmsOf(rule.right)];
  }
}

/** Whether the rule holds, given each alarm's state; an alarm that is gone is in no state. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'not':
      return !holds(rule.rule, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
  }
}

function alarmName(token: string): string {
  const name = token.startsWith('"') ? token.slice(1, -1).replaceAll(/\\(.)/g, '$1') : token;
  return /^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:(.+)$/.exec(name)?.[1] ?? name;
}
