import { AwsError } from '../../errors.ts';
import { notPlayed } from '../notPlayed.ts';

/** Values by the start of their period, milliseconds since the epoch. A period without an entry is missing, not zero. */
export type TimeSeries = ReadonlyMap<number, number>;

/** What an expression is worth: one number for all periods, a series, or several series (`METRICS()`, `[a, b]`). */
export type MathValue =
  | { kind: 'scalar'; value: number }
  | { kind: 'series'; points: TimeSeries }
  | { kind: 'list'; items: TimeSeries[] };

type Node =
  | { kind: 'number'; value: number }
  | { kind: 'reference'; id: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'negate'; operand: Node }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'call'; name: string; parameters: Node[] };

/** What an expression may look at. */
export interface MathContext {
  /** The value of another query of the same request. Throws where there is none. */
  resolve(id: string): MathValue;
  /** Every query that is a metric, for `METRICS()`. */
  metricIds: string[];
  /** The starts of all periods of the request, for `FILL`. */
  periodStarts: number[];
}

/** Binding strength of the operators, weakest first; those of one row bind equally. */
const OPERATORS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!=', '<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/'],
];

const FUNCTIONS = ['FILL', 'SUM', 'AVG', 'MIN', 'MAX', 'IF', 'METRICS', 'ABS', 'CEIL', 'FLOOR'] as const;

function refuse(expression: string, why: string): AwsError {
  return new AwsError('ValidationError', `Error in expression '${expression}' [${why}]`);
}

/** The queries that an expression names. Throws `ValidationError` for an expression that the lab cannot compute. */
export function expressionReferences(expression: string): string[] {
  const names: string[] = [];
  const visit = (node: Node): void => {
    switch (node.kind) {
      case 'number':
        return;
      case 'reference':
        if (node.id !== 'REPEAT') names.push(node.id);
        return;
      case 'list':
        return node.items.forEach(visit);
      case 'negate':
        return visit(node.operand);
      case 'binary':
        visit(node.left);
        return visit(node.right);
      case 'call':
        return node.parameters.forEach(visit);
    }
  };
  visit(parse(expression));
  return names;
}

/**
 * Computes an expression of metric math: numbers, query ids, `+ - * /`, comparisons, `&&`, `||`, parentheses, lists, and the
 * functions FILL, SUM, AVG, MIN, MAX, IF, METRICS, ABS, CEIL, FLOOR. Anything else is refused with a `ValidationError`.
 * A period that is missing on one side of an operator, or divides by zero, is missing in the result.
 */
export function evaluateExpression(expression: string, context: MathContext): MathValue {
  return evaluate(parse(expression), expression, context);
}

/** As many as there can be queries; lists of lists would grow with every query to twice as many. */
const SERIES_MAX = 500;

function evaluate(node: Node, expression: string, context: MathContext): MathValue {
  switch (node.kind) {
    case 'number':
      return { kind: 'scalar', value: node.value };
    case 'reference':
      return context.resolve(node.id);
    case 'list': {
      const items = node.items.flatMap((item) => seriesOf(evaluate(item, expression, context), context));
      if (items.length > SERIES_MAX) throw refuse(expression, `a list has at most ${SERIES_MAX} series`);
      return { kind: 'list', items };
    }
    case 'negate':
      return mapValues(evaluate(node.operand, expression, context), (value) => -value);
    case 'binary':
      return combine(
        evaluate(node.left, expression, context),
        evaluate(node.right, expression, context),
        operation(node.operator),
      );
    case 'call':
      return call(node.name, node.parameters, expression, context);
  }
}

function operation(operator: string): (a: number, b: number) => number {
  switch (operator) {
    case '+':
      return (a, b) => a + b;
    case '-':
      return (a, b) => a - b;
    case '*':
      return (a, b) => a * b;
    case '/':
      return (a, b) => a / b;
    case '<':
      return (a, b) => Number(a < b);
    case '>':
      return (a, b) => Number(a > b);
    case '<=':
      return (a, b) => Number(a <= b);
    case '>=':
      return (a, b) => Number(a >= b);
    case '==':
      return (a, b) => Number(a === b);
    case '!=':
      return (a, b) => Number(a !== b);
    case '&&':
    case 'AND':
      return (a, b) => Number(a !== 0 && b !== 0);
    default:
      return (a, b) => Number(a !== 0 || b !== 0);
  }
}

function call(name: string, parameters: Node[], expression: string, context: MathContext): MathValue {
  const value = (index: number): MathValue => {
    const parameter = parameters[index];
    if (parameter === undefined) throw refuse(expression, `${name} needs more arguments`);
    return evaluate(parameter, expression, context);
  };
  switch (name) {
    case 'METRICS':
      return { kind: 'list', items: context.metricIds.flatMap((id) => seriesOf(context.resolve(id), context)) };
    case 'FILL':
      return fill(value(0), parameters[1], expression, context);
    case 'SUM':
      return reduce(value(0), (values) => values.reduce((a, b) => a + b, 0));
    case 'AVG':
      return reduce(value(0), (values) => values.reduce((a, b) => a + b, 0) / values.length);
    case 'MIN':
      return reduce(value(0), (values) => Math.min(...values));
    case 'MAX':
      return reduce(value(0), (values) => Math.max(...values));
    case 'ABS':
      return mapValues(value(0), Math.abs);
    case 'CEIL':
      return mapValues(value(0), Math.ceil);
    case 'FLOOR':
      return mapValues(value(0), Math.floor);
    default:
      return choose(value(0), value(1), parameters.length > 2 ? value(2) : undefined, context);
  }
}

/** `FILL(m, 0)`, `FILL(m, REPEAT)`: a value for every period of the request that has none. */
function fill(filled: MathValue, filler: Node | undefined, expression: string, context: MathContext): MathValue {
  if (filler === undefined) throw refuse(expression, 'FILL needs a filler: a number, a metric or REPEAT');
  const isRepeat = filler.kind === 'reference' && filler.id === 'REPEAT';
  const substitute = isRepeat ? undefined : evaluate(filler, expression, context);
  const fillOne = (points: TimeSeries): TimeSeries => {
    const result = new Map<number, number>();
    let last: number | undefined;
    for (const startMs of context.periodStarts) {
      const value = points.get(startMs) ?? (isRepeat ? last : at(substitute, startMs));
      if (value === undefined) continue;
      result.set(startMs, value);
      last = value;
    }
    return result;
  };
  switch (filled.kind) {
    case 'scalar':
      return filled;
    case 'series':
      return { kind: 'series', points: fillOne(filled.points) };
    case 'list':
      return { kind: 'list', items: filled.items.map(fillOne) };
  }
}

/** A list becomes one series, period by period over the values there are; a single series becomes one number. */
function reduce(value: MathValue, of: (values: number[]) => number): MathValue {
  switch (value.kind) {
    case 'scalar':
      return value;
    case 'series':
      return value.points.size === 0
        ? { kind: 'series', points: value.points }
        : { kind: 'scalar', value: of([...value.points.values()]) };
    case 'list': {
      const points = new Map<number, number>();
      for (const startMs of periodsOf(value.items)) {
        points.set(startMs, of(value.items.flatMap((item) => item.get(startMs) ?? [])));
      }
      return { kind: 'series', points };
    }
  }
}

/** `IF(condition, then, else)`: without `else` a period whose condition does not hold is missing. */
function choose(
  condition: MathValue,
  then: MathValue,
  otherwise: MathValue | undefined,
  context: MathContext,
): MathValue {
  const points = new Map<number, number>();
  for (const startMs of context.periodStarts) {
    const holds = at(condition, startMs);
    if (holds === undefined) continue;
    const chosen = at(holds === 0 ? otherwise : then, startMs);
    if (chosen !== undefined) points.set(startMs, chosen);
  }
  return { kind: 'series', points };
}

function combine(left: MathValue, right: MathValue, of: (a: number, b: number) => number): MathValue {
  if (left.kind === 'scalar' && right.kind === 'scalar') return { kind: 'scalar', value: of(left.value, right.value) };
  if (left.kind === 'list') {
    return { kind: 'list', items: left.items.map((item) => combineSeries(item, right, of)) };
  }
  if (right.kind === 'list') {
    return { kind: 'list', items: right.items.map((item) => combineSeries(item, left, (b, a) => of(a, b))) };
  }
  if (left.kind === 'series') return { kind: 'series', points: combineSeries(left.points, right, of) };
  const points = right.kind === 'series' ? right.points : new Map<number, number>();
  return { kind: 'series', points: combineSeries(points, left, (b, a) => of(a, b)) };
}

function combineSeries(points: TimeSeries, other: MathValue, of: (a: number, b: number) => number): TimeSeries {
  const result = new Map<number, number>();
  for (const [startMs, value] of points) {
    const second = at(other, startMs);
    const combined = second === undefined ? Number.NaN : of(value, second);
    if (Number.isFinite(combined)) result.set(startMs, combined);
  }
  return result;
}

function mapValues(value: MathValue, of: (value: number) => number): MathValue {
  const mapOne = (points: TimeSeries): TimeSeries => new Map([...points].map(([startMs, one]) => [startMs, of(one)]));
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', value: of(value.value) };
    case 'series':
      return { kind: 'series', points: mapOne(value.points) };
    case 'list':
      return { kind: 'list', items: value.items.map(mapOne) };
  }
}

function at(value: MathValue | undefined, startMs: number): number | undefined {
  if (value === undefined) return undefined;
  switch (value.kind) {
    case 'scalar':
      return value.value;
    case 'series':
      return value.points.get(startMs);
    case 'list':
      return undefined;
  }
}

function seriesOf(value: MathValue, context: MathContext): TimeSeries[] {
  switch (value.kind) {
    case 'scalar':
      return [new Map(context.periodStarts.map((startMs) => [startMs, value.value]))];
    case 'series':
      return [value.points];
    case 'list':
      return value.items;
  }
}

function periodsOf(items: TimeSeries[]): number[] {
  return [...new Set(items.flatMap((item) => [...item.keys()]))].sort((a, b) => a - b);
}

/** Far more than anyone writes, and less than the stack holds. */
const DEPTH_MAX = 100;

function parse(expression: string): Node {
  const tokens = expression.match(/\s+|\d+(?:\.\d+)?|[A-Za-z_]\w*|[<>=!]=|&&|\|\||[-+*/()[\],<>]|./g) ?? [];
  const words = tokens.filter((token) => token.trim() !== '');
  let position = 0;
  const peek = (): string | undefined => words[position];
  const expect = (token: string): void => {
    if (words[position] !== token) throw refuse(expression, `expected ${token}, found ${peek() ?? 'the end'}`);
    position += 1;
  };
  const separated = (end: string): Node[] => {
    const items: Node[] = [];
    if (peek() === end) {
      position += 1;
      return items;
    }
    for (;;) {
      items.push(level(0));
      if (peek() !== ',') break;
      position += 1;
    }
    expect(end);
    return items;
  };
  const level = (strength: number): Node => {
    const operators = OPERATORS[strength];
    if (operators === undefined) return operand();
    let left = level(strength + 1);
    for (let operator = peek(); operator !== undefined && operators.includes(operator); operator = peek()) {
      position += 1;
      left = { kind: 'binary', operator, left, right: level(strength + 1) };
    }
    return left;
  };
  let depth = 0;
  const operand = (): Node => {
    depth += 1;
    if (depth > DEPTH_MAX) throw refuse(expression, 'it is nested too deep');
    const node = operandInside();
    depth -= 1;
    return node;
  };
  const operandInside = (): Node => {
    const token = peek();
    position += 1;
    if (token === undefined) throw refuse(expression, 'the expression ends too early');
    if (token === '-') return { kind: 'negate', operand: operand() };
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === '[') return { kind: 'list', items: separated(']') };
    if (token === '(') {
      const inner = level(0);
      expect(')');
      return inner;
    }
    if (!/^[A-Za-z_]/.test(token)) throw refuse(expression, `unexpected ${token}`);
    if (peek() !== '(') return { kind: 'reference', id: token };
    if (!(FUNCTIONS as readonly string[]).includes(token)) {
      throw notPlayed('cloudwatch', 'other functions of metric math', token);
    }
    position += 1;
    return { kind: 'call', name: token, parameters: separated(')') };
  };
  const tree = level(0);
  if (position < words.length) throw refuse(expression, `unexpected ${peek()}`);
  return tree;
}
