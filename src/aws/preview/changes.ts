import { isRecord } from '../../plan/json.ts';
import { canonicalJson } from '../../plan/canonical.ts';

/** One field of a call that is not as it was, or not as blue's. An absent value: there is none. */
export interface FieldChange {
  /** `containerDefinitions[app].portMappings[0].name`. */
  path: string;
  before?: unknown;
  after?: unknown;
}

/** By which a list's items are told apart. */
const KEYS = ['name', 'key', 'Key', 'Name', 'portName', 'containerName', 'TargetGroupArn'] as const;

/** Every difference between two values, at the deepest place that both have. */
export function changesBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (canonicalJson(told(before)) === canonicalJson(told(after))) return [];
  const [left, right] = [partsOf(before), partsOf(after)];
  if (left === undefined || right === undefined || left.isList !== right.isList) {
    return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
  }
  const names = new Set([...left.parts.keys(), ...right.parts.keys()]);
  return [...names].flatMap((name) => {
    const inner = left.isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return changesBetween(left.parts.get(name), right.parts.get(name), inner);
  });
}

/** AWS answers with an empty list where nothing was ever said. */
const told = (value: unknown): unknown => (Array.isArray(value) && value.length === 0 ? null : (value ?? null));

/** What there is, of the members that a call names, at every depth: those that it does not name stay as they are. */
export function namedBy(input: unknown, existing: unknown): unknown {
  if (!isRecord(input) || !isRecord(existing)) return existing;
  const named = Object.keys(input).filter((name) => existing[name] !== undefined);
  return Object.fromEntries(named.map((name) => [name, namedBy(input[name], existing[name])]));
}

/** The members of an object or the items of a list by name; `undefined` for what has no parts. */
function partsOf(value: unknown): { isList: boolean; parts: Map<string, unknown> } | undefined {
  if (isRecord(value)) return { isList: false, parts: new Map(Object.entries(value)) };
  if (!Array.isArray(value)) return undefined;
  const key = KEYS.find((one) => value.every((item) => isRecord(item) && typeof item[one] === 'string'));
  const parts = new Map<string, unknown>(
    value.map((item: unknown, index) => [
      key !== undefined && isRecord(item) ? String(item[key]) : String(index),
      item,
    ]),
  );
  // Two of one name cannot be told apart by it.
  return parts.size === value.length
    ? { isList: true, parts }
    : { isList: true, parts: new Map(value.map((item: unknown, index) => [String(index), item])) };
}
