import type { Path, Plain } from '../documents.ts';
import { isObject, Unknown, type Value } from '../shapes/shape.ts';
import { isSection, type Template } from './template.ts';
import { concat, dynamic, isText, type Result, unknownIn } from './values.ts';

/** What functions ask of the stack that they stand in. */
export interface Scope {
  template: Template;
  /** A parameter, a pseudo parameter or a resource. */
  ref(name: string): Result;
  attribute(logicalId: string, attribute: string): Result;
  condition(name: string, path: Path): boolean | Unknown;
  imported(exportName: string): Result;
}

interface Call {
  scope: Scope;
  args: Plain;
  path: Path;
}

const evaluateAt = ({ scope, path }: Call, value: Plain | undefined, ...keys: (string | number)[]): Result =>
  value === undefined ? undefined : evaluate(scope, value, [...path, ...keys]);

/** Arguments that must stand there in so many words. */
function listOf({ scope, args, path }: Call, least: number, most: number, form: string): Plain[] {
  if (Array.isArray(args) && args.length >= least && args.length <= most) return args;
  return scope.template.refuse(path, `it takes ${form}`);
}

/** The text that an argument gives, or why it cannot be told. */
function textAt(call: Call, value: Plain | undefined, ...keys: (string | number)[]): string | Unknown {
  return concat([evaluateAt(call, value, ...keys)]);
}

/** `undefined` members are left out of lists. */
const present = (items: readonly Result[]): Value[] => items.filter((item) => item !== undefined);

function itemsAt(call: Call, value: Plain | undefined, key: number, what: string): Value[] | Unknown {
  const found = evaluateAt(call, value, key);
  if (found instanceof Unknown || Array.isArray(found)) return found;
  // A list parameter that was given as one text, as the command line does.
  return new Unknown(`${what} takes a list, and is given none.`, '');
}

function join(call: Call): Result {
  const [delimiter, list] = listOf(call, 2, 2, 'a delimiter and a list of texts');
  const between = textAt(call, delimiter, 0);
  const items = itemsAt(call, list, 1, 'Fn::Join');
  if (items instanceof Unknown) return items;
  return concat(items.flatMap((item, index) => (index === 0 ? [item] : [between, item])));
}

/** A placeholder that is cut in two would be a made-up text. */
const cuts = (piece: string): boolean => /\$\{[^}]*$/.test(piece) || /^[^{]*\}/.test(piece);

function split(call: Call): Result {
  const [delimiter, text] = listOf(call, 2, 2, 'a delimiter and a text');
  const between = textAt(call, delimiter, 0);
  const whole = textAt(call, text, 1);
  if (between instanceof Unknown) return between;
  if (whole instanceof Unknown) return whole;
  const pieces = whole.split(between);
  return pieces.some(cuts)
    ? new Unknown('It is a part of an identity that AWS gives when the stack is deployed.', whole)
    : pieces;
}

function select(call: Call): Result {
  const [index, list] = listOf(call, 2, 2, 'an index and a list');
  const at = textAt(call, index, 0);
  const items = itemsAt(call, list, 1, 'Fn::Select');
  if (at instanceof Unknown) return at;
  if (items instanceof Unknown) return items;
  return items[Number(at)] ?? new Unknown(`The list has ${items.length} items, and none at ${at}.`, '');
}

function findInMap(call: Call): Result {
  const [map, first, second, options] = listOf(call, 3, 4, 'a map, a first and a second key');
  const keys = [textAt(call, map, 0), textAt(call, first, 1), textAt(call, second, 2)];
  const unknown = keys.find((key) => key instanceof Unknown);
  const names = keys.filter((key) => typeof key === 'string');
  let found: Plain | undefined = call.scope.template.body['Mappings'];
  for (const name of names) found = isSection(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  if (unknown === undefined && found !== undefined) return found;
  if (isSection(options)) return evaluateAt(call, options['DefaultValue'], 3, 'DefaultValue');
  return unknown ?? new Unknown(`Mappings has no ${names.join(' / ')}.`, '');
}

function attribute(call: Call): Result {
  const parts = typeof call.args === 'string' ? call.args.split(/\.(.*)/s, 2) : call.args;
  const [logicalId, name] = listOf({ ...call, args: parts }, 2, 2, 'a logical id and the name of an attribute');
  const attributeName = textAt(call, name, 1);
  if (attributeName instanceof Unknown) return attributeName;
  return typeof logicalId === 'string'
    ? call.scope.attribute(logicalId, attributeName)
    : call.scope.template.refuse(call.path, 'its first part should be a logical id');
}

const VARIABLE = /\$\{([^}]*)\}/g;

function substitute(call: Call): Result {
  const [text, values] =
    typeof call.args === 'string' ? [call.args, undefined] : listOf(call, 1, 2, 'a text, or a text and its variables');
  if (typeof text !== 'string') return call.scope.template.refuse(call.path, 'its first part should be a text');
  const own = isSection(values) ? values : {};
  const parts: Result[] = [];
  let end = 0;
  for (const found of text.matchAll(VARIABLE)) {
    const name = (found[1] ?? '').trim();
    parts.push(text.slice(end, found.index));
    end = found.index + found[0].length;
    if (name.startsWith('!')) parts.push(`\${${name.slice(1)}}`);
    else if (Object.hasOwn(own, name)) parts.push(evaluateAt(call, own[name], 1, name));
    else {
      const value = name.includes('.')
        ? call.scope.attribute(name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1))
        : call.scope.ref(name);
      parts.push(value instanceof Unknown ? new Unknown(value.why, found[0]) : value);
    }
  }
  return concat([...parts, text.slice(end)]);
}

function choose(call: Call): Result {
  const [name, yes, no] = listOf(call, 3, 3, 'a condition, a value where it holds and one where it does not');
  if (typeof name !== 'string') return call.scope.template.refuse(call.path, 'its first part should be a condition');
  const holds = call.scope.condition(name, call.path);
  if (holds instanceof Unknown) return holds;
  return holds ? evaluateAt(call, yes, 1) : evaluateAt(call, no, 2);
}

function importValue(call: Call): Result {
  const name = textAt(call, call.args);
  return name instanceof Unknown ? name : call.scope.imported(name);
}

function toJsonString(call: Call): Result {
  const value = evaluateAt(call, call.args);
  return unknownIn(value) ?? JSON.stringify(value);
}

function length(call: Call): Result {
  const value = evaluateAt(call, call.args);
  if (value instanceof Unknown) return value;
  return Array.isArray(value) ? value.length : new Unknown('Fn::Length takes a list, and is given none.', '');
}

/** What CloudFormation works out from what AWS knows alone, or in a way that no estate needs. */
const beyond =
  (why: string) =>
  ({ path }: Call): Result =>
    new Unknown(why, `\${${String(path.at(-1))}}`);

const FUNCTIONS: Readonly<Record<string, (call: Call) => Result>> = {
  Ref: ({ scope, args, path }) =>
    typeof args === 'string'
      ? scope.ref(args)
      : scope.template.refuse(path, 'it takes the name of a parameter or a resource'),
  'Fn::GetAtt': attribute,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Split': split,
  'Fn::Select': select,
  'Fn::FindInMap': findInMap,
  'Fn::If': choose,
  'Fn::ImportValue': importValue,
  'Fn::Length': length,
  'Fn::ToJsonString': toJsonString,
  'Fn::And': (call) => combine(call, (values) => !values.includes(false)),
  'Fn::Or': (call) => combine(call, (values) => values.includes(true)),
  'Fn::Not': (call) => {
    const [inner] = listOf(call, 1, 1, 'one condition');
    const holds = truth(call.scope, inner ?? null, [...call.path, 0]);
    return holds instanceof Unknown ? holds : !holds;
  },
  'Fn::Equals': (call) => {
    const values = listOf(call, 2, 2, 'two values').map((value, index) => evaluateAt(call, value, index));
    const [left, right] = values;
    const unknown = unknownIn(left) ?? unknownIn(right);
    if (unknown !== undefined) return unknown;
    return isText(left) && isText(right)
      ? String(left) === String(right)
      : JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::GetAZs': beyond('Which zones an account has in a Region is known to AWS alone.'),
  'Fn::Cidr': beyond('Fn::Cidr is not worked out.'),
  'Fn::Base64': beyond('Fn::Base64 is not worked out.'),
  'Fn::Transform': beyond('What a macro makes of it is known to the account that has the macro.'),
};

/** `Fn::And` and `Fn::Or`: one that decides alone does so whatever the unknown ones are. */
function combine(call: Call, decide: (values: readonly (boolean | Unknown)[]) => boolean): boolean | Unknown {
  const values = listOf(call, 2, 10, 'two to ten conditions').map((value, index) =>
    truth(call.scope, value, [...call.path, index]),
  );
  const unknown = values.find((value) => value instanceof Unknown);
  const known = values.filter((value) => !(value instanceof Unknown));
  if (unknown === undefined) return decide(known);
  return decide([...known, true]) === decide([...known, false]) ? decide([...known, true]) : unknown;
}

/** Whether a condition holds, as the `Conditions` of a template write it. */
export function truth(scope: Scope, value: Plain, path: Path): boolean | Unknown {
  if (isSection(value) && typeof value['Condition'] === 'string' && Object.keys(value).length === 1) {
    return scope.condition(value['Condition'], path);
  }
  const found = evaluate(scope, value, path);
  if (found instanceof Unknown || typeof found === 'boolean') return found;
  return found === 'true' ? true : found === 'false' ? false : scope.template.refuse(path, 'it should be a condition');
}

/**
 * What a part of a template stands for, as far as the templates that are read tell. `undefined` is `AWS::NoValue`.
 *
 * @throws {SourceError} for a function whose arguments are no arguments of it, and for what refers to itself
 */
export function evaluate(scope: Scope, value: Plain, path: Path): Result {
  if (Array.isArray(value)) return present(value.map((item, index) => evaluate(scope, item, [...path, index])));
  if (typeof value === 'string') return dynamic(value) ?? value;
  if (!isSection(value)) return value;
  const keys = Object.keys(value);
  const only = keys.length === 1 ? (keys[0] ?? '') : '';
  const callee = Object.hasOwn(FUNCTIONS, only) ? FUNCTIONS[only] : undefined;
  if (callee !== undefined) return callee({ scope, args: value[only] ?? null, path: [...path, only] });
  if (only.startsWith('Fn::')) return new Unknown(`${only} is a macro's own, and is not worked out.`, `\${${only}}`);
  const entries = keys.map((key) => [key, evaluate(scope, value[key] ?? null, [...path, key])] as const);
  const members = Object.fromEntries(entries.filter(([, member]) => member !== undefined));
  return isObject(members) ? members : undefined;
}
