import type { Shape } from '../shapes/shape.ts';
import type { Block } from './block.ts';

/** Members of App Mesh where 0 says something. Elsewhere the provider stores 0 for what nobody set: a port, a priority. */
const ZERO_SPEAKS: ReadonlySet<string> = new Set([
  'weight',
  'maxRetries',
  'value',
  'start',
  'end',
  'maxEjectionPercent',
]);

/** The provider stores `false` where nobody said anything, and means the same. */
const FALSE_IS_SILENT: ReadonlySet<string> = new Set(['invert']);

const snake = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Blocks that repeat are named in the singular: `listeners` is `listener`. Lists of plain values keep their plural. */
const singular = (name: string): string => (name.endsWith('s') ? name.slice(0, -1) : name);

/** The provider keeps this list of keys and values as a map. */
const AS_MAP = 'attributes';

/**
 * One specification of App Mesh, from the provider's flattened form back to the SDK's: `listener[0].port_mapping[0].port` is
 * `listeners[0].portMapping.port`. A block that is there and says nothing is an empty object, as in `tcpRoute.match`.
 */
export function unfold(block: Block, shape: { readonly [member: string]: Shape }): Record<string, unknown> {
  const members = Object.entries(shape).map(([member, inner]) => [member, memberOf(block, member, inner)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function memberOf(block: Block, member: string, shape: Shape): unknown {
  const name = snake(member);
  if (shape === 'text') return block.text(name);
  if (shape === 'number') return ZERO_SPEAKS.has(member) ? block.count(name) : block.number(name);
  if (shape === 'flag') {
    const flag = block.flag(name);
    return flag === false && FALSE_IS_SILENT.has(member) ? undefined : flag;
  }
  if (shape === 'texts' || shape === 'any') return block.map(name);
  if (!isList(shape)) {
    const inner = block.one(name);
    return inner === undefined ? undefined : unfold(inner, shape);
  }
  const [item] = shape;
  if (item === 'text') return block.texts(name);
  if (item === 'number') return block.numbers(name);
  if (member === AS_MAP) {
    const map = block.map(name);
    return map === undefined ? undefined : Object.entries(map).map(([key, value]) => ({ key, value }));
  }
  if (typeof item === 'string' || isList(item)) return undefined;
  return block.many(singular(name))?.map((inner) => unfold(inner, item));
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);
